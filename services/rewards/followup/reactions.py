"""Rewards answers every finalized appraisal, and says when a closed cycle is answered in full."""

from chassis import policies
from chassis.runtime import Runtime
from contracts.appraisal import AppraisalFinalized, CycleClosed
from contracts.event import Origin, Recorded
from contracts.settings import ALLOWANCE_DEDUCTION, IMPROVEMENT, RECOGNITION
from contracts.topics import topic
from eventlog.commands import Decided, execute
from eventlog.effect import NotYet
from eventlog.grouping import shared
from eventlog.reactions import Reaction
from services.rewards.followup import decisions, views


def followup(runtime: Runtime) -> Reaction:
    # Once for all of a batch that need them at a time.
    settings = shared(
        lambda: policies.all_settled(runtime.pool, IMPROVEMENT, RECOGNITION, ALLOWANCE_DEDUCTION)
    )

    async def appraisal_finalized(cause: Recorded, origin: Origin) -> None:
        appraisal = cause.event
        assert isinstance(appraisal, AppraisalFinalized)
        zones = await policies.zones_of_unit(runtime.pool, appraisal.unit)
        on, zone = zones.day(appraisal.unit, cause.at)
        improvement, recognition, deduction = (each.on(on) for each in await settings())

        async def improve(plan: decisions.Improving | None, _: int) -> Decided:
            events = decisions.improve(plan, appraisal, on, improvement)
            return Decided(events, appraisal.person, [zone.basis, improvement.basis])

        async def follow_up(done: decisions.FollowedUp | None, _: int) -> Decided:
            events = decisions.follow_up(done, appraisal, recognition, deduction)
            basis = [zone.basis, recognition.basis, deduction.basis]
            return Decided(events, appraisal.person, basis)

        # The plan first, and as a command of its own on the person's stream: the last event of what
        # follows says that the appraisal has been answered.
        planning = origin._replace(command=f"{origin.command}/plan")
        await execute(runtime.log, decisions.IMPROVEMENT, appraisal.person, improve, planning)
        await execute(runtime.log, decisions.AGGREGATE, appraisal.skp, follow_up, origin)

    return Reaction(
        "rewards_followup", (topic("appraisal"),), {AppraisalFinalized: appraisal_finalized}
    )


def cycle(runtime: Runtime) -> Reaction:
    """Apart from `followup`, whose effects it waits for."""

    async def cycle_closed(cause: Recorded, origin: Origin) -> None:
        closed = cause.event
        assert isinstance(closed, CycleClosed)
        if await views.answered(runtime.pool, closed.cycle) < closed.finalized:
            raise NotYet(f"not all {closed.finalized} appraisals of {closed.cycle} are answered")

        async def decide(done: decisions.FollowedUp | None, _: int) -> Decided:
            events = decisions.follow_up_cycle(done, closed.cycle, closed.finalized)
            return Decided(events, closed.cycle)

        await execute(runtime.log, decisions.CYCLE, closed.cycle, decide, origin)

    return Reaction("rewards_cycle", (topic("appraisal"),), {CycleClosed: cycle_closed})

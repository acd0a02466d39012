"""Rewards answers every finalized appraisal, and says when a closed cycle is answered in full."""

from chassis.http import JAKARTA
from chassis.runtime import Runtime
from contracts.appraisal import AppraisalFinalized, CycleClosed
from contracts.event import Origin, Recorded
from contracts.topics import topic
from eventlog.commands import execute
from eventlog.reactions import Reaction
from eventlog.subscription import NotYet
from services.rewards.followup import decisions, views


def followup(runtime: Runtime) -> Reaction:
    async def appraisal_finalized(cause: Recorded, origin: Origin) -> None:
        appraisal = cause.event
        assert isinstance(appraisal, AppraisalFinalized)
        on = cause.at.astimezone(JAKARTA).date()
        await execute(
            runtime.log, decisions.AGGREGATE, appraisal.skp,
            lambda done: decisions.follow_up(done, appraisal, on),
            origin, subject=appraisal.person,
        )  # fmt: skip

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
        await execute(
            runtime.log, decisions.CYCLE, closed.cycle,
            lambda done: decisions.follow_up_cycle(done, closed.cycle, closed.finalized),
            origin, subject=closed.cycle,
        )  # fmt: skip

    return Reaction("rewards_cycle", (topic("appraisal"),), {CycleClosed: cycle_closed})

"""Evaluation reports each unit's cycle when rewards has answered all of its appraisals."""

from chassis import policies
from chassis.runtime import Runtime
from contracts.commands import of_reaction
from contracts.event import Origin, Recorded
from contracts.rewards import CycleFollowedUp
from contracts.settings import FINDING_THRESHOLDS
from contracts.topics import topic
from eventlog.commands import Decided, execute
from eventlog.effect import NotYet
from eventlog.reactions import Reaction
from services.evaluation.report import decisions, views
from services.evaluation.report.decisions import Figures


def report(runtime: Runtime) -> Reaction:
    async def cycle_followed_up(cause: Recorded, origin: Origin) -> None:
        cycle = cause.event
        assert isinstance(cycle, CycleFollowedUp)
        material = await views.figures(runtime.pool, cycle.cycle, cycle.finalized)
        if material is None:
            raise NotYet(f"not all {cycle.finalized} appraisals of {cycle.cycle} have arrived")
        thresholds = (await policies.settled(runtime.pool, FINDING_THRESHOLDS)).on(material.until)
        basis = sorted({*material.basis, thresholds.basis} - {""})
        for unit, figures in material.by_unit.items():

            async def decide(
                done: decisions.Reported | None, _: int, unit: str = unit, of: Figures = figures
            ) -> Decided:
                events = decisions.report(done, cycle.cycle, unit, of, thresholds)
                return Decided(events, unit, basis)

            await execute(
                runtime.log,
                decisions.AGGREGATE,
                decisions.report_id(cycle.cycle, unit),
                decide,
                origin._replace(command=of_reaction("evaluation_reporting", cause.id, unit)),
            )

    return Reaction(
        "evaluation_reporting", (topic("rewards"),), {CycleFollowedUp: cycle_followed_up}
    )

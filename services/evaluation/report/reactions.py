"""Evaluation reports each unit's cycle when rewards has answered all of its appraisals."""

from functools import partial

from chassis.http import JAKARTA
from chassis.runtime import Runtime
from contracts.event import Origin, Recorded
from contracts.rewards import CycleFollowedUp
from contracts.topics import topic
from eventlog.commands import execute
from eventlog.reactions import Reaction
from eventlog.subscription import NotYet
from services.evaluation.report import decisions, views


def report(runtime: Runtime) -> Reaction:
    async def cycle_followed_up(cause: Recorded, origin: Origin) -> None:
        cycle = cause.event
        assert isinstance(cycle, CycleFollowedUp)
        by_unit = await views.figures(runtime.pool, cycle.cycle, cycle.finalized)
        if by_unit is None:
            raise NotYet(f"not all {cycle.finalized} appraisals of {cycle.cycle} have arrived")
        on = cause.at.astimezone(JAKARTA).date()
        for unit, figures in by_unit.items():
            await execute(
                runtime.log, decisions.AGGREGATE, f"{cycle.cycle}.{unit}",
                partial(decisions.report, on=on, cycle=cycle.cycle, unit=unit, figures=figures),
                origin._replace(command=f"{origin.command}:{unit}"), subject=unit,
            )  # fmt: skip

    return Reaction(
        "evaluation_reporting", (topic("rewards"),), {CycleFollowedUp: cycle_followed_up}
    )

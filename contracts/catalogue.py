"""Every event of every service, in every version that was ever shipped."""

from contracts import appraisal, evaluation, monitoring, planning, rewards
from contracts.event import Event, by_wire_type

SERVICES = ("planning", "monitoring", "appraisal", "rewards", "evaluation")

EVENTS: tuple[type[Event], ...] = (
    *planning.EVENTS, *monitoring.EVENTS, *appraisal.EVENTS, *rewards.EVENTS, *evaluation.EVENTS,
)  # fmt: skip

MODELS = by_wire_type(EVENTS)

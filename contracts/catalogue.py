"""Every event of every service, in every version that was ever shipped."""

from collections.abc import Mapping

from contracts import (
    alignment,
    appraisal,
    disputes,
    evaluation,
    monitoring,
    planning,
    positions,
    rewards,
    succession,
    units,
)
from contracts.event import Event, by_wire_type

SERVICES = ("planning", "monitoring", "appraisal", "rewards", "evaluation")

EVENTS: tuple[type[Event], ...] = (
    *units.EVENTS, *positions.EVENTS, *planning.EVENTS, *alignment.EVENTS, *disputes.EVENTS, *succession.EVENTS, *monitoring.EVENTS, *appraisal.EVENTS, *rewards.EVENTS,
    *evaluation.EVENTS,
)  # fmt: skip

READINGS: Mapping[str, type[Event]] = {
    "planning": planning.RecordRead,
    "monitoring": monitoring.RecordRead,
    "appraisal": appraisal.RecordRead,
    "rewards": rewards.RecordRead,
    "evaluation": evaluation.RecordRead,
}
"""By service: what is written when an auditor reads about a person."""

PASSED_OVER: Mapping[str, type[Event]] = {
    "planning": planning.RecordPassedOver,
    "monitoring": monitoring.RecordPassedOver,
    "appraisal": appraisal.RecordPassedOver,
    "rewards": rewards.RecordPassedOver,
    "evaluation": evaluation.RecordPassedOver,
}
"""By service: what is written when an operator has one of its subscriptions pass over a record."""

IMPORTED: Mapping[str, type[Event]] = {"planning": planning.ImportLoaded}
"""By service: what is written when a file has been loaded."""

MODELS = by_wire_type(EVENTS)

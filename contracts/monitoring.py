"""Events of monitoring: what was done, what the superior said, what is learned."""

from datetime import date
from typing import ClassVar, Literal

from contracts.event import Event, FreeText, Part, PassedOver, Reading

FeedbackKind = Literal["feedback", "guidance", "counselling"]
DevelopmentForm = Literal["training", "coaching", "mentoring", "assignment"]


class Evidence(Part):
    """Bukti dukung."""

    title: FreeText
    link: FreeText


class MonitoringEvent(Event):
    service: ClassVar[str] = "monitoring"


class ProgressReported(MonitoringEvent):
    """Realisation against one indicator of an approved SKP, in a period such as `2026-Q1`."""

    skp: str
    person: str
    unit: str
    indicator: str
    period: str
    realisation: FreeText
    evidence: tuple[Evidence, ...]


class FeedbackGiven(MonitoringEvent):
    skp: str
    person: str
    unit: str
    by: str
    kind: FeedbackKind
    text: FreeText
    result: str | None = None


class DevelopmentNeedIdentified(MonitoringEvent):
    need: str
    assignment: str
    person: str
    unit: str
    by: str
    topic: FreeText
    reason: FreeText
    form: DevelopmentForm


class TrainingPlanned(MonitoringEvent):
    need: str
    person: str
    unit: str
    training: str
    title: FreeText
    start: date
    until: date


class TrainingCompleted(MonitoringEvent):
    need: str
    person: str
    unit: str
    training: str
    evidence: Evidence


class RecordRead(Reading, MonitoringEvent):
    __doc__ = Reading.__doc__


class RecordPassedOver(PassedOver, MonitoringEvent):
    __doc__ = PassedOver.__doc__


EVENTS = (
    ProgressReported,
    FeedbackGiven,
    DevelopmentNeedIdentified,
    TrainingPlanned,
    TrainingCompleted,
    RecordRead,
    RecordPassedOver,
)

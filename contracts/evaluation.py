"""Events of evaluation: what the cycle achieved, and what the next one changes."""

from typing import ClassVar

from contracts.event import Event, FreeText, Part


class Finding(Part):
    """Something the cycle showed: `code` is stable, `count` of `of` cases."""

    code: str
    count: int
    of: int


class EvaluationEvent(Event):
    service: ClassVar[str] = "evaluation"
    about: ClassVar[str] = "unit"


class CycleReported(EvaluationEvent):
    """One unit's cycle in figures; `predicates` by name. `estimated` if a day by which an SKP of the cycle
    was due rests on a calendar of a year without a decree."""

    cycle: str
    unit: str
    skps_approved: int
    skps_late: int
    progress_reports: int
    feedback_given: int
    needs_identified: int
    needs_answered: int
    predicates: dict[str, int]
    improvement_plans: int
    recognitions: int
    sanctions: int
    findings: tuple[Finding, ...]
    estimated: bool = False


class ImprovementActionProposed(EvaluationEvent):
    """Feeds the unit's next planning."""

    cycle: str
    unit: str
    finding: str
    action: str


class RecordRead(EvaluationEvent):
    """An auditor has read at `path` what this service holds about the person."""

    about: ClassVar[str] = "person"

    person: str
    by: str
    path: str


class RecordPassedOver(EvaluationEvent):
    """An operator has let a view or reaction of this service go on behind a record that it could not apply:
    `type` is the record's, if it has one that can be read, `error` the kind of what it failed with."""

    about: ClassVar[str] = "subscription"

    subscription: str
    topic: str
    partition: int
    position: int
    offset: int
    type: str | None
    error: str
    why: FreeText
    by: str


EVENTS = (CycleReported, ImprovementActionProposed, RecordRead, RecordPassedOver)

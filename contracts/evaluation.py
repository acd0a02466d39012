"""Events of evaluation: what the cycle achieved, and what the next one changes."""

from typing import ClassVar

from contracts.event import Event, Part, PassedOver, Reading


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


class RecordRead(Reading, EvaluationEvent):
    __doc__ = Reading.__doc__


class RecordPassedOver(PassedOver, EvaluationEvent):
    __doc__ = PassedOver.__doc__


EVENTS = (CycleReported, ImprovementActionProposed, RecordRead, RecordPassedOver)

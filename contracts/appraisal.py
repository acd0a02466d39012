"""Events of appraisal: a cycle under one rule set, ratings, predicates."""

from datetime import date
from enum import StrEnum
from typing import ClassVar

from contracts.event import Event, FreeText, PassedOver, Reading
from contracts.planning import AssignmentKind, PersonStatus


class Rating(StrEnum):
    """Di atas / sesuai / di bawah ekspektasi."""

    ABOVE = "above"
    MEETS = "meets"
    BELOW = "below"


class Predicate(StrEnum):
    """Predikat kinerja, PermenPANRB 6/2022."""

    SANGAT_BAIK = "Sangat Baik"
    BAIK = "Baik"
    BUTUH_PERBAIKAN = "Butuh Perbaikan"
    KURANG = "Kurang"
    SANGAT_KURANG = "Sangat Kurang"


class AppraisalEvent(Event):
    service: ClassVar[str] = "appraisal"


class CycleOpened(AppraisalEvent):
    """The cycle keeps `rule_set` for good."""

    about: ClassVar[str] = "cycle"

    cycle: str
    rule_set: str
    start: date
    until: date


class CycleClosed(AppraisalEvent):
    """`finalized` appraisals belong to the cycle; a reader knows when it has seen all of them."""

    about: ClassVar[str] = "cycle"

    cycle: str
    finalized: int


class ResultRated(AppraisalEvent):
    skp: str
    cycle: str
    person: str
    by: str
    rating: Rating
    reason: FreeText


class BehaviourRated(AppraisalEvent):
    skp: str
    cycle: str
    person: str
    by: str
    rating: Rating
    reason: FreeText


class AppraisalFinalized(AppraisalEvent):
    """Frozen. `months` of service that the SKP covers; `misconduct` if the matrix's cell says so.
    `status` and `kind` are the assignment's: other rules hold for PPPK, and for who acts."""

    skp: str
    cycle: str
    rule_set: str
    assignment: str
    person: str
    unit: str
    position: str
    level: str | None
    by: str
    result: Rating
    behaviour: Rating
    predicate: Predicate
    misconduct: bool
    start: date
    until: date
    months: int
    status: PersonStatus
    kind: AssignmentKind


class RecordRead(Reading, AppraisalEvent):
    __doc__ = Reading.__doc__


class RecordPassedOver(PassedOver, AppraisalEvent):
    __doc__ = PassedOver.__doc__


EVENTS = (
    CycleOpened,
    CycleClosed,
    ResultRated,
    BehaviourRated,
    AppraisalFinalized,
    RecordRead,
    RecordPassedOver,
)

"""Events of planning: who stands where, and what each has been asked to achieve."""

from datetime import date
from enum import StrEnum
from typing import ClassVar, Literal

from pydantic import JsonValue

from contracts.event import Event, FreeText, Imported, Part, PassedOver, Personal, Reading

PersonStatus = Literal["PNS", "CPNS", "PPPK", "official"]
"""`official`: a state official without NIP (minister, governor, regent), who sets and appraises."""
AssignmentKind = Literal["definitive", "plt", "plh", "pj"]
LeaveKind = Literal[
    "annual", "sick", "maternity", "long", "important-reason",
    "unpaid", "study", "pre-retirement", "suspension",
]  # fmt: skip


Form = Literal["jpt", "ja-jf"]
"""Which of the two forms an SKP has: that of senior executives (JPT) and heads of independent units, or
everybody else's."""
Cadence = Literal["weekly", "monthly", "quarterly", "half-yearly"]
"""How often the superior gives feedback, as agreed."""


class Value(StrEnum):
    """The seven BerAKHLAK values."""

    SERVICE = "berorientasi-pelayanan"
    ACCOUNTABLE = "akuntabel"
    COMPETENT = "kompeten"
    HARMONIOUS = "harmonis"
    LOYAL = "loyal"
    ADAPTIVE = "adaptif"
    COLLABORATIVE = "kolaboratif"


class Indicator(Part):
    """IKI: what a result is measured by. `target` as agreed, a number or words, in `unit`; `baseline`,
    where it stands when that is agreed.

    One of the form for JA and JF has an aspect, one of the form for JPT a perspective.
    """

    id: str
    aspect: Literal["quantity", "quality", "time", "cost"] | None = None
    perspective: FreeText | None = None
    text: FreeText
    target: FreeText
    unit: FreeText | None = None
    baseline: FreeText | None = None


class Result(Part):
    """RHK: a work result. `serves` is the leader's result that it contributes to, in words, and `serves_at`
    where that stands: the cell of a matrix that this one fills, a result of the leader's (`SKP/RESULT`),
    or of a head of unit the objective of their own agreement.
    `decision` is the number of the decision (SK) that gives an additional one."""

    id: str
    kind: Literal["main", "additional"]
    text: FreeText
    serves: FreeText | None = None
    serves_at: str | None = None
    decision: FreeText | None = None
    indicators: tuple[Indicator, ...]


class Expectation(Part):
    """The leader's special expectation of a behaviour value (ekspektasi khusus pimpinan)."""

    value: Value
    text: FreeText


class Annexes(Part):
    """Lampiran: dukungan sumber daya, skema pertanggungjawaban, konsekuensi."""

    resources: tuple[FreeText, ...] = ()
    accountability: tuple[FreeText, ...] = ()
    consequences: tuple[FreeText, ...] = ()


class Dialogue(Part):
    """What the two have agreed besides (dialog kinerja): how often feedback is given, and their notes."""

    feedback: Cadence | None = None
    notes: FreeText | None = None


class RowReason(Part):
    """What is to be mended in one result, or in one of its indicators."""

    result: str
    indicator: str | None = None
    reason: FreeText


class PlanningEvent(Event):
    service: ClassVar[str] = "planning"


class NIPTaken(PlanningEvent):
    """The NIP is this person's, and nobody else's until it is released."""

    person: str
    nip: Personal


class NIPReleased(PlanningEvent):
    person: str
    nip: Personal
    reason: FreeText


class PersonRegistered(PlanningEvent):
    """An official has no NIP; everybody else has one."""

    person: str
    nip: Personal | None
    name: Personal
    status: PersonStatus


class PersonCorrected(PlanningEvent):
    """How the person is from now on known to have been."""

    person: str
    nip: Personal | None
    name: Personal
    status: PersonStatus
    reason: FreeText


class AssignmentStarted(PlanningEvent):
    """employee × position × unit × appraiser × dates. `level` is a functional position's jenjang. The
    appraiser is one by an assignment of their own, the `office`."""

    assignment: str
    person: str
    unit: str
    position: str
    level: str | None
    kind: AssignmentKind
    leads: bool
    appraiser: str | None
    office: str | None
    start: date
    until: date | None


class AssignmentCorrected(PlanningEvent):
    """How the assignment is from now on known to have been; its appraisers stay."""

    assignment: str
    person: str
    unit: str
    position: str
    level: str | None
    kind: AssignmentKind
    leads: bool
    start: date
    until: date | None
    reason: FreeText


class AssignmentExtended(PlanningEvent):
    """An appointment goes on: `until` is its new last day."""

    assignment: str
    person: str
    until: date
    reason: FreeText


class AppraiserChanged(PlanningEvent):
    assignment: str
    person: str
    appraiser: str
    office: str
    since: date


class AssignmentEnded(PlanningEvent):
    """`on` is the last day."""

    assignment: str
    person: str
    on: date
    reason: FreeText


class LeaveGranted(PlanningEvent):
    """Leave, study or suspension from `start` through `until`, by the decision named in `ground`."""

    assignment: str
    person: str
    kind: LeaveKind
    start: date
    until: date
    ground: FreeText


class LeaveEnded(PlanningEvent):
    """The leave that began on `start` ended earlier; `on` is its last day."""

    assignment: str
    person: str
    start: date
    on: date
    reason: FreeText


class SKPDrafted(PlanningEvent):
    """`by` is who drafted it in the employee's stead. Without a `form`, whoever leads a unit has that for
    JPT, and nobody else has."""

    skp: str
    assignment: str
    person: str
    start: date
    until: date
    approach: Literal["quantitative", "qualitative"]
    results: tuple[Result, ...]
    expectations: tuple[Expectation, ...] = ()
    annexes: Annexes = Annexes()
    dialogue: Dialogue = Dialogue()
    form: Form | None = None
    by: str | None = None


class SKPAmendmentDrafted(PlanningEvent):
    """A change of an approved SKP (perubahan SKP), which stays as it was agreed until the change is approved
    in turn. `SKPRevised`, `SKPSubmitted`, `SKPReturned`, `SKPWithdrawn` and `SKPApproved` that follow say
    by `amends` that they are about such a change."""

    skp: str
    person: str
    reason: FreeText
    results: tuple[Result, ...]
    expectations: tuple[Expectation, ...]
    annexes: Annexes
    dialogue: Dialogue


class SKPRevised(PlanningEvent):
    skp: str
    person: str
    results: tuple[Result, ...]
    expectations: tuple[Expectation, ...] = ()
    annexes: Annexes = Annexes()
    dialogue: Dialogue = Dialogue()
    amends: bool = False


class SKPSubmitted(PlanningEvent):
    skp: str
    person: str
    amends: bool = False


class SKPReturned(PlanningEvent):
    skp: str
    person: str
    by: str
    reason: FreeText
    rows: tuple[RowReason, ...] = ()
    amends: bool = False


class SKPWithdrawn(PlanningEvent):
    """What was not approved is given up: a change, and the SKP stays as it was agreed; or the SKP itself,
    in whose place another may be drafted."""

    skp: str
    person: str
    by: str
    reason: FreeText
    amends: bool


class SKPApproved(PlanningEvent):
    """When it `amends`, it takes the place of what was agreed before, for the `reason` that the change was
    drafted with. It carries the whole plan as agreed, so that no reader needs the drafts."""

    skp: str
    assignment: str
    person: str
    unit: str
    by: str
    start: date
    until: date
    approach: Literal["quantitative", "qualitative"]
    results: tuple[Result, ...]
    expectations: tuple[Expectation, ...]
    annexes: Annexes
    dialogue: Dialogue = Dialogue()
    form: Form | None = None
    amends: bool = False
    reason: FreeText | None = None


class SKPClosed(PlanningEvent):
    """The assignment ended before the SKP, and `until` is the last day of both; or another appraiser followed
    where such SKPs are replaced, and it is the last day before. A change that was at hand is given up."""

    skp: str
    person: str
    by: str
    until: date
    reason: FreeText


class SettingAdopted(PlanningEvent):
    """From `since` on, `value` holds for the setting of this kind (`contracts/settings.py`): in the
    whole agency, or in one `unit`. `ground` is the decree and its number. Never edited: what is adopted
    later for the same day takes its place, for a later day follows it."""

    about: ClassVar[str] = "setting"

    setting: str
    unit: str | None
    value: dict[str, JsonValue]
    since: date
    ground: str
    by: str


class RecordRead(Reading, PlanningEvent):
    __doc__ = Reading.__doc__


class RecordPassedOver(PassedOver, PlanningEvent):
    __doc__ = PassedOver.__doc__


class ImportLoaded(Imported, PlanningEvent):
    __doc__ = Imported.__doc__


EVENTS = (
    NIPTaken, NIPReleased, PersonRegistered, PersonCorrected,
    AssignmentStarted, AssignmentCorrected, AssignmentExtended, AppraiserChanged, AssignmentEnded,
    LeaveGranted, LeaveEnded,
    SKPDrafted, SKPAmendmentDrafted, SKPRevised, SKPSubmitted, SKPReturned, SKPWithdrawn, SKPApproved, SKPClosed,
    SettingAdopted,
    RecordRead, RecordPassedOver, ImportLoaded,
)  # fmt: skip

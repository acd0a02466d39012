"""Events of planning: who stands where, and what each has been asked to achieve."""

from datetime import date
from enum import StrEnum
from typing import ClassVar, Literal

from pydantic import JsonValue

from contracts.event import Event, FreeText, Part, Personal

PersonStatus = Literal["PNS", "PPPK"]
AssignmentKind = Literal["definitive", "plt", "plh"]


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
    """IKI: what a result is measured by. `target` as agreed, a number or words, in `unit`.

    An employee's has an aspect, a head of unit's a perspective.
    """

    id: str
    aspect: Literal["quantity", "quality", "time", "cost"] | None = None
    perspective: FreeText | None = None
    text: FreeText
    target: FreeText
    unit: FreeText | None = None


class Result(Part):
    """RHK: a work result. `serves` is the leader's result that it contributes to."""

    id: str
    kind: Literal["main", "additional"]
    text: FreeText
    serves: FreeText | None = None
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


class PlanningEvent(Event):
    service: ClassVar[str] = "planning"


class UnitRegistered(PlanningEvent):
    about: ClassVar[str] = "unit"
    unit: str
    name: str
    level: str
    parent: str | None


class PersonRegistered(PlanningEvent):
    person: str
    nip: Personal
    name: Personal
    status: PersonStatus


class AssignmentStarted(PlanningEvent):
    """employee × position × unit × appraiser × dates. `level` is a functional position's jenjang."""

    assignment: str
    person: str
    unit: str
    position: str
    level: str | None
    kind: AssignmentKind
    leads: bool
    appraiser: str | None
    start: date
    until: date | None


class AppraiserChanged(PlanningEvent):
    assignment: str
    person: str
    appraiser: str
    since: date


class AssignmentEnded(PlanningEvent):
    """`on` is the last day."""

    assignment: str
    person: str
    on: date
    reason: FreeText


class SKPDrafted(PlanningEvent):
    skp: str
    assignment: str
    person: str
    start: date
    until: date
    approach: Literal["quantitative", "qualitative"]
    results: tuple[Result, ...]
    expectations: tuple[Expectation, ...] = ()
    annexes: Annexes = Annexes()


class SKPRevised(PlanningEvent):
    skp: str
    person: str
    results: tuple[Result, ...]
    expectations: tuple[Expectation, ...] = ()
    annexes: Annexes = Annexes()


class SKPSubmitted(PlanningEvent):
    skp: str
    person: str


class SKPReturned(PlanningEvent):
    skp: str
    person: str
    by: str
    reason: FreeText


class SKPApproved(PlanningEvent):
    """Carries the whole plan as agreed, so that no reader needs the drafts."""

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


EVENTS = (
    UnitRegistered, PersonRegistered, AssignmentStarted, AppraiserChanged, AssignmentEnded,
    SKPDrafted, SKPRevised, SKPSubmitted, SKPReturned, SKPApproved, SettingAdopted,
)  # fmt: skip

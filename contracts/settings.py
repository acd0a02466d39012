"""What an agency settles for itself, because no rule does: the kinds of setting, and what holds until
it adopts one.

A kind is a frozen model, whose docstring says what its fields mean and in which units, and a `Kind` that gives it a
stable name and the value that ships. It stands under the service that decides by it. To add one: write both, and its
place in KINDS; decide by it with `chassis.policies`; run `make contracts`, which writes docs/settings.md.

Adopted values are read for as long as the log is kept: a field may be added with a default, none may
go or change its meaning. Another meaning is another kind.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import Annotated, Any, Generic, Literal, TypeAlias, TypeVar
from zoneinfo import ZoneInfo

from pydantic import Field, JsonValue, StringConstraints, model_validator
from pydantic_core import to_json

from contracts.appraisal import Predicate
from contracts.distinct import Distinct, must_differ
from contracts.event import Part
from contracts.reminders import Reminders
from contracts.rewards import SanctionLevel
from contracts.succession import AppraiserChange

Words: TypeAlias = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        min_length=1,
        max_length=500,
        pattern=r"^[^\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]*$",
    ),
]
S = TypeVar("S", bound=Part)


@dataclass(frozen=True, slots=True)
class Kind(Generic[S]):
    """name     stable, in events, paths and bases
    used_by  the service that decides by it; empty for all of them
    shipped  what holds until something is adopted, and from where that is
    by_unit  whether a unit may have one of its own
    """

    name: str
    used_by: str
    model: type[S]
    shipped: S
    source: str
    by_unit: bool = False

    def check(self, value: dict[str, JsonValue]) -> S:
        """A value to be adopted. Raises pydantic.ValidationError for a field too many, or one of
        another type."""
        return self.model.model_validate_json(to_json(value), strict=True)

    def read(self, value: dict[str, Any]) -> S:
        """A value that was adopted: fields of a later program are passed over."""
        return self.model.model_validate(value, extra="ignore")


# Every service

Zone = Literal["WIB", "WITA", "WIT"]
ZONES: Mapping[Zone, ZoneInfo] = {
    "WIB": ZoneInfo("Asia/Jakarta"),
    "WITA": ZoneInfo("Asia/Makassar"),
    "WIT": ZoneInfo("Asia/Jayapura"),
}


class TimeZone(Part):
    """Whose days count: WIB (UTC+7), WITA (UTC+8), WIT (UTC+9). Every "today" and every deadline about
    an assignment follows that of its unit, else of the nearest unit above that has one, else the
    agency's."""

    zone: Zone


TIME_ZONE = Kind(
    "time-zone",
    "",
    TimeZone,
    TimeZone(zone="WIB"),
    "WIB, WITA and WIT: Keppres 41/1987; which of them a deadline follows, no rule found says",
    by_unit=True,
)


class DayOff(Part):
    on: date
    kind: Literal["national-holiday", "joint-leave"]
    name: Words


class WorkingCalendar(Part):
    """The days off of these years, besides Saturdays and Sundays. The joint decree of a year comes out in
    the autumn before: adopt it from 1 January on, and what amends it, with all days of the year, from
    the day on which it begins. A year that none covers is estimated, and what is decided on it says so."""

    years: Distinct[Annotated[int, Field(ge=1900, le=2199)]] = Field(min_length=1, max_length=20)
    days_off: tuple[DayOff, ...] = Field(max_length=1000)

    @model_validator(mode="after")
    def _of_these_years(self) -> "WorkingCalendar":
        must_differ(tuple(day.on for day in self.days_off))
        for day in self.days_off:
            if day.on.year not in self.years:
                raise ValueError(f"{day.on} is of none of the years")
        return self


def _decreed() -> WorkingCalendar:
    years = json.loads(files("contracts").joinpath("holidays.json").read_text())
    kinds = {"libur_nasional": "national-holiday", "cuti_bersama": "joint-leave"}
    days = (day for of in years.values() for day in of["days"])
    return WorkingCalendar.model_validate(
        {
            "years": list(years),
            "days_off": [
                {"on": day["date"], "kind": kinds[day["kind"]], "name": day["name"]} for day in days
            ],
        }
    )


WORKING_CALENDAR = Kind(
    "working-calendar",
    "",
    WorkingCalendar,
    _decreed(),
    "the joint decrees of 2025 (SKB Menag 1017/2024, Menaker 2/2024, MenPANRB 2/2024), 2026 (1497/2025,"
    " 2/2025, 5/2025) and 2027 (Menag 1205/2026); three days of joint leave in 2025 and all of 2027 are"
    " from lists, not read in the decree",
)

REMINDERS = Kind(
    "reminders",
    "",
    Reminders,
    Reminders(before=(5, 1), again=5, superior=3, hour=7),
    "no rule found says",
)

# Planning


class DayOfYear(Part):
    month: int = Field(ge=1, le=12)
    day: int = Field(ge=1, le=31)

    @model_validator(mode="after")
    def _every_year_has_it(self) -> "DayOfYear":
        longest = 28 if self.month == 2 else 30 if self.month in (4, 6, 9, 11) else 31
        if self.day > longest:
            raise ValueError("not a day of every year")
        return self


class SKPDrafting(Part):
    """From when an SKP may be drafted: by its employee, `next_year` of the year before its own; by the
    performance team, if nobody else has, `team` of its own year."""

    next_year: DayOfYear
    team: DayOfYear


SKP_DRAFTING = Kind(
    "skp-drafting",
    "planning",
    SKPDrafting,
    SKPDrafting(next_year=DayOfYear(month=10, day=1), team=DayOfYear(month=1, day=15)),
    "PermenPANRB 8/2021 has planning begin in the year before, and the performance team draft when nothing"
    " is there in the second week of January; on which days, no rule found says, nor what PermenPANRB 6/2022"
    " keeps of it",
)

APPRAISER_CHANGE = Kind(
    "appraiser-change",
    "planning",
    AppraiserChange,
    AppraiserChange(rule="confirm"),
    "PermenPANRB 6/2022 is said to replace it, a ministry's practice to keep it; no text found settles it",
)

# Monitoring

PeriodLength = Literal["monthly", "quarterly", "half-yearly", "yearly"]


class Periods(Part):
    """How progress is reported in a year: by periods of one length, and until how many days after a
    period's last day (batas pengisian); no limit if null."""

    length: PeriodLength
    filling_days: int | None = Field(ge=0, le=366)


PERIODS = Kind(
    "periods",
    "monitoring",
    Periods,
    Periods(length="quarterly", filling_days=None),
    "PP 30/2019 leaves the choice (each month, quarter, half-year or year); no filling deadline found",
)

# Appraisal


class LeastService(Part):
    """The least service that is appraised, in whole months."""

    months: int = Field(ge=0, le=12)


LEAST_SERVICE = Kind(
    "least-service",
    "appraisal",
    LeastService,
    LeastService(months=1),
    "not found in PermenPANRB 6/2022",
)

# Evaluation


class SKPDue(DayOfYear):
    """The last day for an SKP to be set: of one that starts with the year, `day` of `month`; of one
    that starts later, the end of its first month, or so many working days after its start if that is later."""

    late_start_working_days: int | None = Field(ge=1, le=60)


SKP_DUE = Kind(
    "skp-due",
    "evaluation",
    SKPDue,
    SKPDue(month=1, day=31, late_start_working_days=None),
    "31 January: PermenPANRB 6/2022 Arts 14–15; for a later start no rule found",
)


class Threshold(Part):
    """The share of cases, in percent, above which it is a finding; the improvement action then."""

    above: int = Field(ge=0, le=100)
    action: Words


class FindingThresholds(Part):
    """What of a unit's cycle is a finding: SKPs set late, SKPs without feedback, development needs
    without an answer, predicates below Baik. Beyond `above`, in percent of the SKPs, needs or
    predicates, it is one, and `action` is proposed."""

    late_skp: Threshold
    no_feedback: Threshold
    need_unanswered: Threshold
    below_expectation: Threshold


FINDING_THRESHOLDS = Kind(
    "finding-thresholds",
    "evaluation",
    FindingThresholds,
    FindingThresholds(
        late_skp=Threshold(
            above=10,
            action="Dialog kinerja dan penetapan SKP dijadwalkan paling lambat 31 Januari",
        ),
        no_feedback=Threshold(
            above=20,
            action="Umpan balik berkelanjutan dijadwalkan setiap triwulan bagi setiap pegawai",
        ),
        need_unanswered=Threshold(
            above=0,
            action="Kebutuhan pengembangan yang belum terpenuhi masuk rencana pengembangan",
        ),
        below_expectation=Threshold(
            above=20,
            action="Pemantauan bulanan dan bimbingan kinerja pada periode berikutnya",
        ),
    ),
    "no national text sets these",
)

# Rewards


class AllowanceDeduction(Part):
    """The deduction from the monthly allowance by predicate, in percent; none from what is not named."""

    percent: dict[Predicate, Annotated[int, Field(ge=0, le=100)]]


ALLOWANCE_DEDUCTION = Kind(
    "allowance-deduction",
    "rewards",
    AllowanceDeduction,
    AllowanceDeduction(percent={}),
    "no national rule ties the two; agencies do, such as Bakamla 1/2023 Art 11",
)


class Recognition(Part):
    """The predicates for which a commendation is proposed; the appointing authority decides."""

    predicates: Distinct[Predicate]


RECOGNITION = Kind(
    "recognition",
    "rewards",
    Recognition,
    Recognition(predicates=(Predicate.SANGAT_BAIK,)),
    "no rule found says which",
)


class Improvement(Part):
    """The predicates that are under-performance, which opens an improvement plan."""

    predicates: Distinct[Predicate]


IMPROVEMENT = Kind(
    "improvement",
    "rewards",
    Improvement,
    Improvement(predicates=(Predicate.BUTUH_PERBAIKAN, Predicate.KURANG, Predicate.SANGAT_KURANG)),
    "PP 30/2019 Arts 56–58 have the plan for whoever misses targets; by which predicate, no rule found says",
)


class SuperiorSanctions(Part):
    """The levels of sanction that the direct superior may issue; others the appointing authority."""

    levels: Distinct[SanctionLevel]


SUPERIOR_SANCTIONS = Kind(
    "superior-sanctions",
    "rewards",
    SuperiorSanctions,
    SuperiorSanctions(levels=("light",)),
    "PP 94/2021 goes by office; light ones by the direct superior are common to all",
)


class MediumSanctions(Part):
    """Which medium sanctions are due, by the day on which they are issued: those of the transition, or
    the cut of the allowance by 25 % once the Government's regulation of pay and allowances is in
    force."""

    are: Literal["transition", "allowance-cut"]


MEDIUM_SANCTIONS = Kind(
    "medium-sanctions",
    "rewards",
    MediumSanctions,
    MediumSanctions(are="transition"),
    "PP 94/2021 Art 42, PerBKN 6/2022 Art 62",
)


class SummonsDistance(Part):
    """Working days from a written summons to the examination: so many at least, and at most; no upper
    bound if null."""

    least: int = Field(ge=0, le=60)
    most: int | None = Field(ge=1, le=60)

    @model_validator(mode="after")
    def _some_day_is_left(self) -> "SummonsDistance":
        if self.most is not None and self.most < self.least:
            raise ValueError("at most is less than at least")
        return self


SUMMONS_DISTANCE = Kind(
    "summons-distance",
    "rewards",
    SummonsDistance,
    SummonsDistance(least=7, most=7),
    "PP 94/2021 Art 26(2) reads as seven working days at most, agencies' forms as seven at least, and the"
    " annex of PerBKN 6/2022 leaves eight: the seventh keeps to both readings of the text",
)

KINDS: dict[str, Kind[Any]] = {
    kind.name: kind
    for kind in (
        TIME_ZONE, WORKING_CALENDAR, REMINDERS, SKP_DRAFTING, APPRAISER_CHANGE, PERIODS, LEAST_SERVICE, SKP_DUE,
        FINDING_THRESHOLDS, ALLOWANCE_DEDUCTION, RECOGNITION, IMPROVEMENT, SUPERIOR_SANCTIONS, MEDIUM_SANCTIONS, SUMMONS_DISTANCE,
    )
}  # fmt: skip

"""What an agency settles for itself, because no rule does: the kinds of setting, and what holds until
it adopts one.

A kind is a frozen model, whose docstring says what its fields mean and in which units, and a `Kind`
that gives it a stable name and the value that ships. It stands under the service that decides by it. To
add one: write the model, its `Kind` and its place in KINDS; decide by it with `chassis.policies`; run
`make contracts`, which writes docs/settings.md.

Adopted values are read for as long as the log is kept: a field may be added with a default, none may
go or change its meaning. Another meaning is another kind.
"""

from dataclasses import dataclass
from typing import Annotated, Any, Generic, Literal, TypeAlias, TypeVar

from pydantic import Field, JsonValue, StringConstraints, model_validator
from pydantic_core import to_json

from contracts.event import Part

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


class TimeZone(Part):
    """Whose days count: WIB (UTC+7), WITA (UTC+8), WIT (UTC+9). Every "today" and every deadline about
    an assignment follows that of its unit, else the agency's."""

    zone: Zone


TIME_ZONE = Kind(
    "time-zone",
    "",
    TimeZone,
    TimeZone(zone="WIB"),
    "WIB, WITA and WIT: Keppres 41/1987; which of them a deadline follows, no rule found says",
    by_unit=True,
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


class SKPDue(Part):
    """The last day for an SKP to be set: of one that starts with the year, `day` of `month`; of one
    that starts later, so many working days after its start, or if null the end of its first month."""

    month: int = Field(ge=1, le=12)
    day: int = Field(ge=1, le=31)
    late_start_working_days: int | None = Field(ge=1, le=60)

    @model_validator(mode="after")
    def _every_year_has_it(self) -> "SKPDue":
        longest = 28 if self.month == 2 else 30 if self.month in (4, 6, 9, 11) else 31
        if self.day > longest:
            raise ValueError("not a day of every year")
        return self


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

KINDS: dict[str, Kind[Any]] = {
    kind.name: kind for kind in (TIME_ZONE, PERIODS, LEAST_SERVICE, SKP_DUE, FINDING_THRESHOLDS)
}

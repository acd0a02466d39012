"""Events of rewards: what follows from an appraisal, and discipline, which is separate from it."""

from datetime import date
from typing import ClassVar, Literal

from contracts.appraisal import Predicate
from contracts.event import Event, FreeText, Part, PassedOver, Reading

SanctionLevel = Literal["light", "medium", "heavy"]


class RewardsEvent(Event):
    service: ClassVar[str] = "rewards"


class CreditPointsAwarded(RewardsEvent):
    """Konversi predikat ke angka kredit. `points` is an exact fraction such as `75/4`; printing
    rounds it by the agency's policy."""

    skp: str
    cycle: str
    person: str
    unit: str
    level: str
    predicate: Predicate
    months: int
    points: str


class CreditPointsNotDue(RewardsEvent):
    """Why an appraisal leads to no credit points: the position has no level, or one that is not of the
    list; the person is no PNS; the assignment is an acting one, whose months count in the definitive."""

    skp: str
    cycle: str
    person: str
    unit: str
    reason: Literal["no-level", "unknown-level", "not-pns", "acting"]


class RecognitionProposed(RewardsEvent):
    """A proposal; the appointing authority decides."""

    skp: str
    cycle: str
    person: str
    unit: str
    kind: Literal["commendation"]


class ImprovementPlanOpened(RewardsEvent):
    """Six months to improve, `start` to `until`."""

    skp: str
    cycle: str
    person: str
    unit: str
    predicate: Predicate
    start: date
    until: date


class AllowanceDetermined(RewardsEvent):
    """What the predicate means for the performance allowance: `deduction` in percent a month,
    under the agency's dated `policy`. Every finalized appraisal gets one, last of what follows."""

    skp: str
    cycle: str
    person: str
    unit: str
    predicate: Predicate
    policy: str
    deduction: int


class CycleFollowedUp(RewardsEvent):
    """All `finalized` appraisals of a closed cycle have been answered."""

    about: ClassVar[str] = "cycle"

    cycle: str
    finalized: int


class YearTotal(Part):
    """Working days of unexcused absence in a calendar year, and the figure of the scale that they
    reach: the days from which it gives a sanction, 0 below the first."""

    year: int
    days: int
    reached: int


class DisciplineCaseOpened(RewardsEvent):
    """Working days of unexcused absence. `totals` are what they come to in each of their years, with
    those of the person's other cases; `running` the most that follow one another. `estimated` if one
    of the years has no decree on holidays."""

    case: str
    assignment: str
    person: str
    unit: str
    by: str
    absent: tuple[date, ...]
    totals: tuple[YearTotal, ...]
    running: int
    estimated: bool


class Summoned(RewardsEvent):
    """Written summons, the `nth` (1 or 2), to an examination. `estimated` if the distance rests on a
    year without a decree on holidays."""

    case: str
    person: str
    unit: str
    by: str
    nth: int
    examination: date
    estimated: bool


class Examined(RewardsEvent):
    """Closed hearing and its minutes (berita acara); `present` or not at the second summons. The days
    `not_proven`, or found to be excused, are held against nobody any more."""

    case: str
    person: str
    unit: str
    by: str
    present: bool
    minutes: FreeText
    not_proven: tuple[date, ...]


class SanctionIssued(RewardsEvent):
    """`months` for sanctions that last. `totals` and `running` are what it answers: the days proven,
    with those punished before. Until `objection_until`, that day included, it may be objected to, or a
    dismissal appealed against (BPASN); `estimated` if a year on the way has no decree on holidays."""

    case: str
    person: str
    unit: str
    by: str
    level: SanctionLevel
    sanction: str
    months: int | None
    article: str
    totals: tuple[YearTotal, ...]
    running: int
    objection_until: date
    estimated: bool


class DisciplineCaseClosed(RewardsEvent):
    """Ended without a sanction. Its days are held against nobody any more."""

    case: str
    person: str
    unit: str
    by: str
    reason: FreeText


class RecordRead(Reading, RewardsEvent):
    __doc__ = Reading.__doc__


class RecordPassedOver(PassedOver, RewardsEvent):
    __doc__ = PassedOver.__doc__


EVENTS = (
    CreditPointsAwarded, CreditPointsNotDue, RecognitionProposed, ImprovementPlanOpened, AllowanceDetermined,
    CycleFollowedUp, DisciplineCaseOpened, Summoned, Examined,
    SanctionIssued, DisciplineCaseClosed,
    RecordRead, RecordPassedOver,
)  # fmt: skip

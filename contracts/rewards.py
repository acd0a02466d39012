"""Events of rewards: what follows from an appraisal, and discipline, which is separate from it."""

from datetime import date
from typing import ClassVar, Literal

from contracts.appraisal import Predicate
from contracts.event import Event, FreeText

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


class DisciplineCaseOpened(RewardsEvent):
    """`days` of unexcused absence, working days accumulated in `year`."""

    case: str
    assignment: str
    person: str
    unit: str
    by: str
    year: int
    days: int
    consecutive: int


class Summoned(RewardsEvent):
    """Written summons, the `nth` (1 or 2), to an examination."""

    case: str
    person: str
    unit: str
    by: str
    nth: int
    examination: date


class Examined(RewardsEvent):
    """Closed hearing and its minutes (berita acara); `present` or not at the second summons."""

    case: str
    person: str
    unit: str
    by: str
    present: bool
    minutes: FreeText


class SanctionIssued(RewardsEvent):
    """`months` for sanctions that last. Until `objection_until`, that day included, it may be objected
    to, or a dismissal appealed against (BPASN)."""

    case: str
    person: str
    unit: str
    by: str
    level: SanctionLevel
    sanction: str
    months: int | None
    article: str
    objection_until: date


EVENTS = (
    CreditPointsAwarded,
    RecognitionProposed,
    ImprovementPlanOpened,
    AllowanceDetermined,
    CycleFollowedUp,
    DisciplineCaseOpened,
    Summoned,
    Examined,
    SanctionIssued,
)

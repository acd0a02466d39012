"""A discipline case for unexcused absence. PP 94/2021.

The direct superior must act (Art 26), and once a case is open, to its end, also if the assignment
ends before. The steps are those of agencies' forms: summons, a second summons, a closed hearing with
minutes, then a decision on the evidence at hand. Discipline is separate from the appraisal: PP 94/2021
dropped the old link from SKP attainment to sanctions.
"""

from dataclasses import dataclass, replace
from datetime import date

from contracts.event import Event
from contracts.rewards import (
    DisciplineCaseOpened,
    Examined,
    SanctionIssued,
    SanctionLevel,
    Summoned,
)
from eventlog.aggregate import Aggregate, unexpected
from law.policy import in_force
from law.refusal import Refused
from law.standing import Standing, Who
from law.workdays import is_working_day, working_days_after
from services.rewards.policies import ISSUED_BY_SUPERIOR

PROCESS = "agencies' forms for PP 94/2021"
SUMMONS_DAYS = 7
"""Working days from a written summons to the examination, at least."""
OBJECTION_DAYS = 14
"""Working days for an objection or an appeal. PP 79/2021."""


@dataclass(frozen=True, slots=True)
class Sanction:
    level: SanctionLevel
    name: str
    months: int | None = None

    @property
    def article(self) -> str:
        """Art 8 names the sanctions, Art 11(2)(d) the absence that the heavy ones answer; where
        the other absences stand was not read."""
        return "PP 94/2021 Arts 8, 11(2)(d)" if self.level == "heavy" else "PP 94/2021 Art 8"


# Unexcused absence, working days in a year, from each figure on. PP 94/2021.
SCALE: tuple[tuple[int, Sanction], ...] = (
    (28, Sanction("heavy", "honourable dismissal not at own request")),
    (25, Sanction("heavy", "released to an executing position", 12)),
    (21, Sanction("heavy", "one level down", 12)),
    (17, Sanction("medium", "allowance cut by 25 %", 12)),
    (14, Sanction("medium", "allowance cut by 25 %", 9)),
    (11, Sanction("medium", "allowance cut by 25 %", 6)),
    (7, Sanction("light", "written statement of dissatisfaction")),
    (4, Sanction("light", "written reprimand")),
    (3, Sanction("light", "spoken reprimand")),
)
CONSECUTIVE_DISMISSAL = 10
"""Working days running that lead to dismissal by themselves."""


def sanction_for(days: int, consecutive: int) -> Sanction | None:
    """The sanction for absence; None below three days. PP 94/2021."""
    if consecutive >= CONSECUTIVE_DISMISSAL:
        return SCALE[0][1]
    return next((sanction for least, sanction in SCALE if days >= least), None)


@dataclass(frozen=True, slots=True)
class Case:
    case: str
    person: str
    assignment: str
    days: int
    consecutive: int
    summonses: tuple[date, ...] = ()
    examined: bool = False
    issued: bool = False


def evolve(state: Case | None, event: Event) -> Case:
    match event, state:
        case DisciplineCaseOpened(), None:
            return Case(event.case, event.person, event.assignment, event.days, event.consecutive)
        case Summoned(), Case():
            return replace(state, summonses=(*state.summonses, event.examination))
        case Examined(), Case():
            return replace(state, examined=True)
        case SanctionIssued(), Case():
            return replace(state, issued=True)
    raise unexpected(event, state)


AGGREGATE = Aggregate[Case]("discipline", evolve)


def open_(
    case: Case | None, by: Standing, id: str, year: int, days: int, consecutive: int
) -> DisciplineCaseOpened:
    """The direct superior opens a case. PP 94/2021 Art 26."""
    if case:
        raise Refused("case-exists", f"case {id} exists already", field="case")
    if consecutive > days:
        raise Refused("more-running-than-all", "more days running than days", field="consecutive")
    if days > (by.on - date(year, 1, 1)).days + 1:
        raise Refused("not-passed", f"{year} has not had so many days by {by.on}", field="days")
    if sanction_for(days, consecutive) is None:
        raise Refused(
            "below-scale", "fewer than three working days of absence carry no sanction",
            article="PP 94/2021", field="days",
        )  # fmt: skip
    return DisciplineCaseOpened(
        case=id,
        assignment=by.held.assignment,
        person=by.held.person,
        unit=by.held.unit,
        by=by.id,
        year=year,
        days=days,
        consecutive=consecutive,
    )


def summon(case: Case | None, by: Standing, examination: date) -> Summoned:
    """Summon in writing, at least seven working days before; a second time if the first failed."""
    current = _open(case)
    if current.examined:
        raise Refused("examined", "the examination has been held", article=PROCESS)
    if len(current.summonses) == 2:
        raise Refused("summoned-twice", "there is no third summons", article=PROCESS)
    if current.summonses and by.on <= current.summonses[-1]:
        raise Refused(
            "first-pending", f"the examination is on {current.summonses[-1]}", article=PROCESS
        )
    earliest = working_days_after(by.on, SUMMONS_DAYS).day
    if examination < earliest or not is_working_day(examination):
        raise Refused(
            "summons-too-short", f"a working day on or after {earliest}", article=PROCESS,
            field="examination",
        )  # fmt: skip
    return Summoned(
        case=current.case, person=current.person, unit=by.held.unit, by=by.id,
        nth=len(current.summonses) + 1, examination=examination,
    )  # fmt: skip


def examine(case: Case | None, by: Standing, present: bool, minutes: str) -> Examined:
    """Hold the hearing, or record that the second summons too was not followed."""
    current = _open(case)
    if current.examined:
        raise Refused("examined", "the examination has been held", article=PROCESS)
    if not current.summonses or by.on < current.summonses[-1]:
        raise Refused("not-summoned", "the summoned day has not come", article=PROCESS)
    if not present and len(current.summonses) < 2:
        raise Refused(
            "second-summons", "who does not come is summoned a second time", article=PROCESS
        )
    return Examined(
        case=current.case, person=current.person, unit=by.held.unit, by=by.id, present=present,
        minutes=minutes,
    )  # fmt: skip


def issue(case: Case | None, by: Standing) -> SanctionIssued:
    """Issue the sanction that the scale gives for the absence. PP 94/2021 Art 8."""
    current = _open(case)
    sanction = sanction_for(current.days, current.consecutive)
    assert sanction  # a case below the scale is not opened
    by_superior = sanction.level in in_force(ISSUED_BY_SUPERIOR, by.on).value
    by.must_be(Who.APPRAISER_LATER if by_superior else Who.AUTHORITY)
    if not current.examined:
        raise Refused("not-examined", "no sanction without an examination", article=PROCESS)
    return SanctionIssued(
        case=current.case, person=current.person, unit=by.held.unit, by=by.id, level=sanction.level,
        sanction=sanction.name, months=sanction.months, article=sanction.article,
        objection_until=working_days_after(by.on, OBJECTION_DAYS).day,
    )  # fmt: skip


def _open(case: Case | None) -> Case:
    if case is None:
        raise Refused("unknown-case", "no such case", field="case")
    if case.issued:
        raise Refused("case-closed", "the sanction has been issued", article=PROCESS)
    return case

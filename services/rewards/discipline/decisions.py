"""Discipline cases for unexcused absence. PP 94/2021.

The direct superior must act (Art 26), and once a case is open, to its end, also if the assignment
ends before: a summons, a second summons (Art 26), a closed hearing with minutes (Art 27), then a
decision on the evidence at hand. Discipline is separate from the appraisal: PP 94/2021 dropped the old
link from SKP attainment to sanctions.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Literal

from contracts.event import Event
from contracts.rewards import (
    DisciplineCaseClosed,
    DisciplineCaseOpened,
    Examined,
    SanctionIssued,
    Summoned,
)
from contracts.settings import MediumSanctions, SummonsDistance, SuperiorSanctions
from eventlog.aggregate import Aggregate, unexpected
from law.policy import Settled
from law.refusal import Refused
from law.standing import Standing, Who
from law.workdays import Calendar
from services.rewards.discipline.scale import Account, account, medium_sanctions

SUMMONING = "PP 94/2021 Art 26"
HEARING = "PP 94/2021 Art 27"
ONCE = "PP 94/2021 Art 35(3)"
ABSENCE = "PP 94/2021 Art 9(2)(b)"
ANNEX = "PerBKN 6/2022"
CONTRACT_STAFF = "PP 49/2018 Arts 51–53"
OBJECTION_DAYS = 14
"""Working days for an objection or an appeal. PP 79/2021 Art 11 for the appeal; the limit of an
objection was not found in any text."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What the agency has settled about discipline; the day of the decision chooses from it."""

    calendar: Calendar
    summons: Settled[SummonsDistance]
    medium: Settled[MediumSanctions]
    by_superior: Settled[SuperiorSanctions]

    @property
    def basis(self) -> tuple[str, ...]:
        return tuple(
            each.basis for each in (self.calendar, self.summons, self.medium, self.by_superior)
        )


@dataclass(frozen=True, slots=True)
class Case:
    """`days` are those held against the person, none in a case that was closed without a sanction.
    `answered` has the figures of the scale that its sanction reached, by year."""

    case: str
    person: str
    assignment: str
    days: frozenset[date]
    summonses: tuple[date, ...] = ()
    examined: bool = False
    end: Literal["sanctioned", "closed"] | None = None
    answered: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Dossier:
    """A person's cases, as a command about one of them, `at`, finds them."""

    at: str
    cases: Mapping[str, Case]

    @property
    def assignment(self) -> str:
        """That of the case; empty if there is no such case."""
        return self.cases[self.at].assignment if self.at in self.cases else ""

    def held(self, *, punished: bool) -> frozenset[date]:
        """The days that the other cases hold: all of them, or those punished."""
        return frozenset[date]().union(
            *(
                case.days
                for id, case in self.cases.items()
                if id != self.at and (case.end == "sanctioned" or not punished)
            )
        )

    @property
    def answered(self) -> dict[int, int]:
        """By year, the highest figure of the scale that a sanction has reached."""
        found: dict[int, int] = {}
        for case in self.cases.values():
            for year, reached in case.answered:
                found[year] = max(reached, found.get(year, 0))
        return found


def _evolve(at: str, state: Dossier | None, event: Event) -> Dossier:
    cases = dict(state.cases) if state else {}
    match event:
        case DisciplineCaseOpened() if event.case not in cases:
            cases[event.case] = Case(
                event.case, event.person, event.assignment, frozenset(event.absent)
            )
        case Summoned() | Examined() | SanctionIssued() | DisciplineCaseClosed() if (
            event.case in cases
        ):
            cases[event.case] = _follow(cases[event.case], event)
        case _:
            raise unexpected(event, state)
    return Dossier(at, cases)


def _follow(case: Case, event: Summoned | Examined | SanctionIssued | DisciplineCaseClosed) -> Case:
    match event:
        case Summoned():
            return replace(case, summonses=(*case.summonses, event.examination))
        case Examined():
            return replace(case, examined=True, days=case.days.difference(event.not_proven))
        case SanctionIssued():
            answered = tuple((total.year, total.reached) for total in event.totals)
            return replace(case, end="sanctioned", answered=answered)
        case DisciplineCaseClosed():
            return replace(case, end="closed", days=frozenset())


def dossier(case: str) -> Aggregate[Dossier]:
    """A person's stream of cases, as a command about `case` finds it.

    One stream a person: the days that one case takes, and what those of the year come to, are decided
    on the version that the decider saw. Of two commands at once that take one day, the second finds it
    taken, whatever a view shows; and a run over New Year is on one stream.
    """
    return Aggregate("discipline", partial(_evolve, case))


def open_(
    current: Dossier | None, by: Standing, rules: Rules, case: str, absent: Collection[date]
) -> DisciplineCaseOpened:
    """The direct superior opens a case over days of absence. PP 94/2021 Art 26.

    Contract staff (PPPK) have rules of discipline of their agency's own, PP 49/2018 Arts 51–53.
    """
    if by.held.status == "PPPK":
        raise Refused(
            "pppk",
            "each agency sets its own rules of discipline for contract staff",
            article=CONTRACT_STAFF,
            field="assignment",
        )
    known = current or Dossier(case, {})
    if case in known.cases:
        raise Refused("case-exists", f"case {case} exists already", field="case")
    before, days = known.held(punished=False), frozenset(absent)
    _must_be_absence(absent, by, before, rules.calendar)
    found = _account(days, before, known, by.on, rules)
    if found.sanction is None:
        if all(total.reached == 0 for total in found.totals):
            raise Refused(
                "below-scale",
                "fewer than three working days of absence carry no sanction",
                article=ABSENCE,
                field="absent",
            )
        raise Refused(
            "answered",
            "with these days the year reaches no further figure of the scale",
            article=ANNEX,
            field="absent",
        )
    return DisciplineCaseOpened(
        case=case,
        assignment=by.held.assignment,
        person=by.held.person,
        unit=by.held.unit,
        by=by.id,
        absent=tuple(sorted(days)),
        totals=found.totals,
        running=found.running,
        estimated=rules.calendar.is_estimated(days),
    )


def _must_be_absence(
    absent: Collection[date], by: Standing, taken: frozenset[date], calendar: Calendar
) -> None:
    """Raises Refused if one of the days cannot be one of absence, or is in another case."""
    held = by.held
    if len(set(absent)) < len(absent):
        raise Refused("day-twice", "a day is given twice", field="absent")
    for day in sorted(absent):
        if day < held.start or (held.until and day > held.until):
            raise Refused("outside-assignment", f"{day} is not of the assignment", field="absent")
        if day > by.on:
            raise Refused("not-passed", f"{day} has not come", field="absent")
        if not calendar.is_working_day(day):
            raise Refused("no-working-day", f"{day} is no working day", field="absent")
        if day in taken:
            raise Refused("day-taken", f"{day} is in another case", article=ONCE, field="absent")


def summon(current: Dossier | None, by: Standing, rules: Rules, examination: date) -> Summoned:
    """Summon in writing; a second time, from the missed day on, who has not come.
    PP 94/2021 Art 26."""
    case = _open(current)
    if case.examined:
        raise Refused("examined", "the examination has been held", article=HEARING)
    if len(case.summonses) == 2:
        raise Refused("summoned-twice", "there is no third summons", article=SUMMONING)
    if case.summonses and by.on < case.summonses[-1]:
        raise Refused(
            "first-pending", f"the examination is on {case.summonses[-1]}", article=SUMMONING
        )
    calendar, distance = rules.calendar, rules.summons.on(by.on).value
    first = calendar.working_days_after(by.on, distance.least).day
    last = None if distance.most is None else calendar.working_days_after(by.on, distance.most).day
    in_time = first <= examination and (last is None or examination <= last)
    if not (in_time and calendar.is_working_day(examination)):
        raise Refused(
            "summons-distance",
            f"a working day from {first} on"
            if last is None
            else f"a working day from {first} to {last}",
            article=SUMMONING,
            field="examination",
        )
    return Summoned(
        case=case.case,
        person=case.person,
        unit=by.held.unit,
        by=by.id,
        nth=len(case.summonses) + 1,
        examination=examination,
        estimated=calendar.is_estimated((by.on, examination)),
    )


def examine(
    current: Dossier | None,
    by: Standing,
    present: bool,
    minutes: str,
    not_proven: Collection[date] = (),
) -> Examined:
    """Hold the hearing, or record that the second summons too was not followed. PP 94/2021 Art 27; of
    the days alleged, those that are not proven or excused are held against nobody."""
    case = _open(current)
    if case.examined:
        raise Refused("examined", "the examination has been held", article=HEARING)
    if not case.summonses or by.on < case.summonses[-1]:
        raise Refused("not-summoned", "the summoned day has not come", article=SUMMONING)
    if not present and len(case.summonses) < 2:
        raise Refused(
            "second-summons", "who does not come is summoned a second time", article=SUMMONING
        )
    if not case.days.issuperset(not_proven):
        raise Refused("no-such-day", "a day is not of the case", field="not_proven")
    return Examined(
        case=case.case,
        person=case.person,
        unit=by.held.unit,
        by=by.id,
        present=present,
        minutes=minutes,
        not_proven=tuple(sorted(set(not_proven))),
    )


def issue(current: Dossier | None, by: Standing, rules: Rules) -> SanctionIssued:
    """Issue the sanction that the scale gives for the absence. PP 94/2021 Arts 8, 37.

    Not here yet: the examining team that heavy sanctions demand (PerBKN 6/2022 Art 29), delivery within
    14 working days (PP 94/2021 Art 37, PerBKN 6/2022 Art 49), and effect on the 15th after receipt
    (PerBKN 6/2022 Art 50).
    """
    case, found = _decided(current, by, rules)
    if not case.examined:
        raise Refused("not-examined", "no sanction without an examination", article=HEARING)
    if found.sanction is None:
        raise Refused(
            "below-scale", "what is proven carries no sanction: close the case", article=ABSENCE
        )
    until = rules.calendar.working_days_after(by.on, OBJECTION_DAYS)
    return SanctionIssued(
        case=case.case,
        person=case.person,
        unit=by.held.unit,
        by=by.id,
        level=found.sanction.level,
        sanction=found.sanction.name,
        months=found.sanction.months,
        article=found.sanction.article,
        totals=found.totals,
        running=found.running,
        objection_until=until.day,
        estimated=until.estimated,
    )


def close(current: Dossier | None, by: Standing, rules: Rules, reason: str) -> DisciplineCaseClosed:
    """End a case without a sanction, as whoever may issue the one that it would lead to: nobody puts
    away what only a higher official may punish."""
    case, _ = _decided(current, by, rules)
    return DisciplineCaseClosed(
        case=case.case, person=case.person, unit=by.held.unit, by=by.id, reason=reason
    )


def _decided(current: Dossier | None, by: Standing, rules: Rules) -> tuple[Case, Account]:
    """The open case and what its days come to, for whoever may decide it. Raises Refused, Forbidden."""
    case = _open(current)
    assert current
    found, who = reckon(current, by.on, rules)
    by.must_be(who)
    return case, found


def reckon(current: Dossier, on: date, rules: Rules) -> tuple[Account, Who]:
    """What the days of the case come to on a date, with those punished before; and who decides it then."""
    days = current.cases[current.at].days
    found = _account(days, current.held(punished=True), current, on, rules)
    by_superior = (
        found.sanction is None or found.sanction.level in rules.by_superior.on(on).value.levels
    )
    return found, Who.APPRAISER_LATER if by_superior else Who.AUTHORITY


def _account(
    days: frozenset[date], before: frozenset[date], known: Dossier, on: date, rules: Rules
) -> Account:
    medium = medium_sanctions(rules.medium.on(on).value)
    return account(days, before, known.answered, medium, rules.calendar)


def _open(current: Dossier | None) -> Case:
    if current is None or current.at not in current.cases:
        raise Refused("unknown-case", "no such case", field="case")
    case = current.cases[current.at]
    if case.end:
        article = ONCE if case.end == "sanctioned" else ""
        raise Refused("case-closed", f"the case has ended: {case.end}", article=article)
    return case

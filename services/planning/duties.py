"""What is due in planning: SKPs, and the matrices that they are filled from; and from the nearest personnel
officer, that nobody is without an SKP, or without an appraiser.

Each definitive assignment has an SKP, unless a leave frees from it; what is done as an acting official is
of months that it covers already. State officials have none, and nobody appraises them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar

from pydantic import BaseModel

from chassis.duties import Declared, Kind, each
from contracts.settings import (
    APPRAISER_CHANGE,
    SKP_DRAFTING,
    SKP_DUE,
    WORKING_CALENDAR,
    SKPDrafting,
    SKPDue,
)
from contracts.succession import AppraiserChange
from law.leave import EXEMPT
from law.period import skp_due, skp_opens
from law.policy import Settled
from law.workdays import Calendar
from services.planning.agreement import views as agreements
from services.planning.dispute import views as disputes
from services.planning.matrix import views as matrices
from services.planning.person import views as people
from services.planning.skp import views as skps
from services.planning.unit import views as units

F = TypeVar("F", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Rules:
    due: Settled[SKPDue]
    drafting: Settled[SKPDrafting]
    change: Settled[AppraiserChange]
    calendar: Calendar

    def opens(self, year: int) -> date:
        """From when the year's SKP may be drafted."""
        return skp_opens(year, self.drafting.on(date(year, 1, 1)).value)

    def last_day(self, start: date) -> date:
        """For an SKP that starts on this day to be set."""
        return skp_due(start, self.due.on(start).value, self.calendar).day


def _given(rules: Rules, on: date) -> Sequence[object]:
    """First and last days of the years to be planned for ($4, $5), and from when the SKP of each may be drafted
    ($6); the first day of this one if what starts on it is past due, and the latest of the later ones of which
    that is so ($7, $8)."""
    years = [on.year, *([on.year + 1] if rules.opens(on.year + 1) <= on else [])]
    first = date(on.year, 1, 1)
    return (
        [date(year, 1, 1) for year in years],
        [date(year, 12, 31) for year in years],
        [rules.opens(year) for year in years],
        first if rules.last_day(first) < on else None,
        next((day for day in _back(on, first) if rules.last_day(day) < on), None),
    )


def _back(day: date, first: date) -> Iterator[date]:
    while day > first:
        yield day
        day -= timedelta(days=1)


class Unplanned(BaseModel):
    """From `start` on the assignment has no SKP; one may reach to `until`."""

    assignment: str
    position: str
    start: date
    until: date


class Unfilled(BaseModel):
    """The matrix of the unit's agreement has no cell yet."""

    unit: str
    unit_name: str | None
    year: int


class OfSKP(BaseModel):
    """`amends`: it is about a change of an approved one, for which no rule sets a day."""

    skp: str
    start: date
    until: date
    amends: bool


class Lacking(BaseModel):
    """`count` people of the unit lack it; `assignment` is that of one of them."""

    unit: str
    unit_name: str | None
    count: int
    assignment: str


class LackingSKP(Lacking):
    """The first of their SKPs was to start on `start`."""

    start: date


OFFICIAL = (
    "(select from view.holder h where h.person = a.person and h.status = 'official' offset 0)"
)
PLANS = f"""a.kind = 'definitive' and not exists {OFFICIAL} and not exists (
        select from view.leave l where l.assignment = a.assignment and l.start <= $2 and l.until >= $2
        and l.kind = any('{{{",".join(sorted(EXEMPT["PermenPANRB 6/2022"]))}}}'))"""
NAME = "(select n.name from view.person n where n.person = a.person)"
NAMED = """lateral (
        select p.appraiser, p.office, p.since from view.appraiser p
        where p.assignment = a.assignment and p.since <= $2 order by p.since desc limit 1) named"""
"""Who is named as the appraiser of an assignment (`a`) on the day, in office or not."""
UNIT_NAME = units.name_of("a.unit", "$2")
EACH_OF_UNIT = each("assignment", "a", of="administered.unit", by="unit")
IN_FORCE = "a.person <> $1 and a.start <= $2 and (a.until is null or a.until >= $2)"

DRAFT = Kind[Unplanned, Rules](
    "draft-skp",
    act="/skps",
    facts=Unplanned,
    found=f"""
    held a join unnest($4::date[], $5::date[], $6::date[]) as year (first, last, opens) on true
    cross join lateral (
        select max(s.until) as until from view.skp s
        where s.assignment = a.assignment and {skps.THERE} and s.start <= year.last and s.until >= year.first) planned
    cross join lateral (
        select greatest(a.start, year.first, planned.until + 1) as start,
               least(a.until, year.last) as until) open
    where a.in_force and {PLANS} and open.start <= open.until
      and (planned.until is null or planned.until < $2)""",
    key="a.assignment || '/' || extract(year from year.first)",
    unit="a.unit",
    # As `skp_id` has it.
    stream="""'skp/' || a.assignment || '.' || to_char(open.start, 'YYYYMMDD') || coalesce((
        select '-' || count(*) + 1 from view.skp s
        where s.assignment = a.assignment and s.start = open.start and s.status = 'cancelled'
        having count(*) > 0), '')""",
    version="0",
    person="a.person",
    called=NAME,
    since="greatest(a.start, year.opens, planned.until + 1)",
    columns={
        "assignment": "a.assignment",
        "position": "a.position",
        "start": "open.start",
        "until": "open.until",
    },
    due=lambda facts, rules: rules.last_day(facts.start),
)


def _about_skp(
    name: str, act: str, facts: type[F], *, found: str, columns: Mapping[str, str], **more: Any
) -> Kind[F, Rules]:
    """Of an SKP (`s`) of an assignment (`a`)."""
    return Kind(
        name,
        act=f"/skps/{{skp}}/{act}",
        facts=facts,
        found=found,
        key="s.skp",
        unit="a.unit",
        stream="'skp/' || s.skp",
        version="s.version",
        person="a.person",
        called=NAME,
        columns={"skp": "s.skp", "start": "s.start", "until": "s.until", **columns},
        **more,
    )


def _of_skp(name: str, act: str, whose: str, status: str, *but: str) -> Kind[OfSKP, Rules]:
    """Also when the assignment is over, unless it was before the SKP was to begin."""
    owed = (
        f"coalesce(s.amendment, s.status) = '{status}'",
        "(a.until is null or a.until >= s.start)",
        *but,
    )
    return _about_skp(
        name,
        act,
        OfSKP,
        found=f"{whose} a {each('skp', 's')} where {' and '.join(owed)}",
        opened="s.since",
        columns={"amends": "s.amendment is not null"},
        due=lambda facts, rules: None if facts.amends else rules.last_day(facts.start),
    )


LASTS = "(s.amendment is null or s.until >= $2)"
SUBMIT = _of_skp("submit-skp", "submit", "held", "draft", LASTS)
MEND = _of_skp("mend-skp", "submit", "held", "returned", LASTS)
APPROVE = _of_skp("approve-skp", "approve", "appraised", "submitted")


class Inherited(BaseModel):
    """Approved by, or since confirmed with, `appraiser`; another one is named from `since` on."""

    skp: str
    start: date
    until: date
    appraiser: str
    appraiser_name: str | None
    since: date


def _inherited(name: str, act: str, whose: str, rule: str) -> Kind[Inherited, Rules]:
    """What the agency has become of an SKP when another appraiser follows."""
    return _about_skp(
        name,
        act,
        Inherited,
        found=f"""
    {whose} a {each("skp", "s")}
    cross join {NAMED}
    where a.in_force and s.status = 'approved' and s.amendment is null and s.until >= $2
      and s.appraiser <> named.appraiser""",
        since="named.since",
        columns={
            "appraiser": "s.appraiser",
            "appraiser_name": "(select n.name from view.person n where n.person = s.appraiser)",
            "since": "named.since",
        },
        owed=lambda facts, rules, on: rules.change.on(facts.since).value.rule == rule,
    )


CONFIRM = _inherited("confirm-skp", "confirm", "appraised", "confirm")
REPLACE = _inherited("replace-skp", "close", "held", "replace")


class Ended(BaseModel):
    """The assignment that the SKP is of ended on `ended`, before it."""

    skp: str
    position: str
    start: date
    until: date
    ended: date


CLOSE = _about_skp(
    "close-skp",
    "close",
    Ended,
    # Who has left for good finds no home to be asked at: their personnel officer is.
    found=f"""
    (select h.* from held h where h.until < $2 and exists (select from held o where o.in_force)
    union all
    select a.*, false from administered {EACH_OF_UNIT}
    where a.until < $2 and a.person <> $1 and not exists (
        select from view.assignment o where o.person = a.person
        and o.start <= $2 and (o.until is null or o.until >= $2) offset 0)
    ) a {each("skp", "s")}
    where s.status = 'approved' and s.until > a.until""",
    since="a.until + 1",
    columns={"position": "a.position", "ended": "a.until"},
)

FILL_MATRIX = Kind[Unfilled, Rules](
    "fill-matrix",
    act="/matrix",
    facts=Unfilled,
    found=f"""
    held a {each("agreement", "g", of="a.unit", by="unit")}
    where a.in_force and a.leads and g.first = g.last and g.last >= extract(year from $2)
      and not exists (select from view.matrix_cell c where c.matrix = g.agreement and c.there offset 0)
      and exists (
        select from view.assignment o where o.unit = a.unit and o.person <> $1
        and o.start <= $2 and (o.until is null or o.until >= $2) offset 0)""",
    key="g.agreement",
    unit="a.unit",
    stream="'matrix/' || g.agreement",
    opened="(select s.at from view.agreement_set s where s.agreement = g.agreement and s.version = 1)",
    columns={"unit": "a.unit", "unit_name": UNIT_NAME, "year": "g.first"},
)
NAME_APPRAISER = Kind[Lacking, Rules](
    "name-appraiser",
    act="/assignments/{assignment}/appraiser",
    facts=Lacking,
    found=f"""
    administered {EACH_OF_UNIT}
    left join {NAMED} on true
    left join lateral (
        select * from view.assignment o
        where o.assignment = named.office and o.person = named.appraiser offset 0) o on true
    where {IN_FORCE} and a.kind = 'definitive' and not exists {OFFICIAL}
      and (o.assignment is null or o.start > $2 or o.until < $2)
    group by a.unit""",
    key="a.unit",
    unit="a.unit",
    stream="'unit/' || a.unit",
    since="min(greatest(a.start, o.until + 1))",
    columns={
        "unit": "a.unit",
        "unit_name": UNIT_NAME,
        "count": "count(*)",
        "assignment": "min(a.assignment)",
    },
)
SEE_TO_SKPS = Kind[LackingSKP, Rules](
    "see-to-skps",
    act=None,
    facts=LackingSKP,
    found=f"""
    administered {EACH_OF_UNIT}
    cross join lateral (select greatest(a.start, ($4::date[])[1]) as start) planned
    where {IN_FORCE} and {PLANS}
      and (planned.start = $7::date or (planned.start > ($4::date[])[1] and planned.start <= $8::date))
      and not exists (
        select from view.skp s where s.assignment = a.assignment and s.status = 'approved'
        and s.start <= ($5::date[])[1] and s.until >= $2 offset 0)
    group by a.unit""",
    key="a.unit",
    unit="a.unit",
    stream="'unit/' || a.unit",
    since="min(planned.start)",
    columns={**NAME_APPRAISER.columns, "start": "min(planned.start)"},
    due=lambda facts, rules: rules.last_day(facts.start),
)


class Disputed(BaseModel):
    """The employee says that `appraiser` is not theirs."""

    assignment: str
    position: str
    appraiser: str
    appraiser_name: str | None


ANSWER_DISPUTE = Kind[Disputed, Rules](
    "answer-dispute",
    act="/assignments/{assignment}/dispute/answer",
    facts=Disputed,
    found=f"""
    administered {EACH_OF_UNIT} {each("dispute", "d")}
    cross join {NAMED}
    where {IN_FORCE} and d.outcome is null and named.appraiser = d.appraiser and named.office = d.office""",
    key="a.assignment",
    unit="a.unit",
    stream="'dispute/' || a.assignment",
    version="d.version",
    person="a.person",
    called=NAME,
    opened="d.at",
    columns={
        "assignment": "a.assignment",
        "position": "a.position",
        "appraiser": "d.appraiser",
        "appraiser_name": "(select n.name from view.person n where n.person = d.appraiser)",
    },
)

DUTIES = Declared(
    "planning",
    kinds=(
        DRAFT,
        SUBMIT,
        MEND,
        APPROVE,
        CONFIRM,
        REPLACE,
        CLOSE,
        FILL_MATRIX,
        NAME_APPRAISER,
        ANSWER_DISPUTE,
        SEE_TO_SKPS,
    ),
    reads=(
        people.VIEW,
        skps.VIEW,
        units.VIEW,
        agreements.VIEW,
        matrices.VIEW,
        disputes.VIEW,
    ),
    settings=(SKP_DUE, SKP_DRAFTING, APPRAISER_CHANGE, WORKING_CALENDAR),
    rules=lambda due, drafting, change, calendar: Rules(due, drafting, change, Calendar(calendar)),
    given=_given,
)

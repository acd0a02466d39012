"""What is due from everybody, for the notifier: `GET /duties/people` of every service, and `GET /duties/roles`
from whom the issuer gives a role.

A duty is told by its kind and its days alone. Neither a fact of it is told, nor the name of anybody: a notice
says that something waits, and who opens it asks as themselves.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, StringConstraints

from chassis import assignments, policies
from chassis.access import asked_by
from chassis.duties import Declared, Duty, of_roles, owed_by
from chassis.requests import Caller
from contracts.settings import REMINDERS, WORKING_CALENDAR, Zone
from eventlog.database import Pool, Record
from law.reminders import Reminding
from law.standing import Who
from law.workdays import Calendar

PAGE, MAX_PAGE = 200, 500
"""People of a page."""
MOST = 100
"""People who are asked about by name."""
Word = Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{1,255}$")]
"""As a token has it (`chassis.identity`)."""


class Owed(BaseModel):
    """A duty (`GET /duties`) of one of the people.

    remind     the last day so far on which to remind them of it; null if none has come
    escalated  the day from which on their superior is to know that it is late; null if it has not come
    """

    id: str
    kind: str
    since: date
    due: date | None
    remind: date | None
    escalated: date | None


class Owing(BaseModel):
    """One of the people of the directory, whether something is due from them or not.

    zone      where their unit is: whose days and hours count for their mail
    superior  who appraises them in it on the day; null if nobody in office does
    """

    person: str
    zone: Zone
    superior: str | None
    duties: list[Owed]


class OwingPage(BaseModel):
    """`next` is the `after` of the page that follows, if one does."""

    items: list[Owing]
    next: str | None


_PLACES = f"""
select h.person, coalesce(main.unit, '') as unit, named.appraiser as superior, {policies.ZONES}
from ({{people}}) h
left join lateral (
    select a.assignment, a.unit from view.assignment a
    where a.person = h.person and a.start <= $1 and (a.until is null or a.until >= $1)
    order by a.kind = 'definitive' desc, a.start desc, a.assignment limit 1) main on true
left join lateral (
    select p.appraiser, p.office from view.appraiser p
    where p.assignment = main.assignment and p.since <= $1 order by p.since desc limit 1) last on true
left join lateral (
    select last.appraiser from view.assignment o
    where o.assignment = last.office and o.person = last.appraiser and o.person <> h.person
      and o.start <= $1 and (o.until is null or o.until >= $1)) named on true
{policies.with_zones("main.unit")}
order by h.person"""
"""People in order, each with what they hold for good on a date ($1), or else the latest of what they act in."""
_ALL = _PLACES.format(
    people="select person from view.holder where person > $2 order by person limit $3"
)
_NAMED = _PLACES.format(people="select distinct person from unnest($2::text[]) as named (person)")


async def page(
    pool: Pool, at: datetime, declared: Declared[Any], after: str, limit: int
) -> OwingPage:
    """The people that follow, with what is due from them in this service at a moment."""
    reminding, on = await _reminding(pool, at)
    rows = await pool.fetch(_ALL, on, after, limit + 1)
    names = [row["person"] for row in rows[:limit]]
    # Nobody's roles are known here: what is due from whoever has one is told by `by_role`.
    owed = await owed_by(pool, names, (), at, declared)
    items = [_owing(row, owed[row["person"]], reminding, at) for row in rows[:limit]]
    return OwingPage(items=items, next=names[-1] if len(rows) > limit else None)


async def by_role(
    pool: Pool, at: datetime, declared: Declared[Any], people: Sequence[str], roles: Sequence[str]
) -> list[Owing]:
    """These people, with what is due from each in this service because they all have these roles. Their superiors
    have nothing to do with it."""
    reminding, on = await _reminding(pool, at)
    rows = await pool.fetch(_NAMED, on, [*people])
    owed = await owed_by(pool, people, roles, at, declared)
    anyway = await owed_by(pool, people, (), at, declared)
    items = []
    for row in rows:
        known = {duty.id for duty in anyway[row["person"]]}
        duties = [duty for duty in owed[row["person"]] if duty.id not in known]
        found = _owing(row, duties, reminding, at)
        items.append(found.model_copy(update={"superior": None}))
    return items


async def _reminding(pool: Pool, at: datetime) -> tuple[Reminding, date]:
    """What the agency has settled, and its date."""
    rules, calendar = await policies.all_settled(pool, REMINDERS, WORKING_CALENDAR)
    on = (await policies.zones_of_agency(pool)).day("", at)[0]
    return Reminding(rules.on(on).value, Calendar(calendar)), on


def _owing(row: Record, duties: Sequence[Duty], reminding: Reminding, at: datetime) -> Owing:
    there = policies.zones_of(row["zones"], row["above"])
    day, zone = there.day(row["unit"], at)
    return Owing(
        person=row["person"],
        zone=zone.value.zone,
        superior=row["superior"],
        duties=[_owed(duty, reminding, day) for duty in duties],
    )


def _owed(duty: Duty, reminding: Reminding, on: date) -> Owed:
    last, escalated = reminding.of(duty.since, duty.due, on)
    return Owed(
        id=duty.id, kind=duty.kind, since=duty.since, due=duty.due, remind=last, escalated=escalated
    )


def router(declared: Declared[Any]) -> APIRouter:
    """The service's `GET /duties/people` and `GET /duties/roles`."""
    made, of = APIRouter(), of_roles(declared)
    reads = [assignments.view(declared.service), *declared.reads]

    @made.get("/duties/people")
    async def everybodys(
        by: Annotated[Caller, asked_by(Who.NOTIFIER, reads=reads)],
        after: Annotated[str, Query(max_length=300, description="`next` of the page before")] = "",
        limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = PAGE,
    ) -> OwingPage:
        """All people in order, with what is due from each and when to remind them of it."""
        return await page(by.pool, by.at, declared, after, limit)

    @made.get("/duties/roles")
    async def role_holders(
        by: Annotated[Caller, asked_by(Who.NOTIFIER, reads=reads)],
        people: Annotated[tuple[Word, ...], Query(max_length=MOST)] = (),
        roles: Annotated[tuple[Word, ...], Query(max_length=MOST)] = (),
    ) -> list[Owing]:
        """What is due from these people because the agency has given them all these roles, as their tokens say:
        besides what `GET /duties/people` tells of them."""
        return await by_role(by.pool, by.at, of, people, roles)

    return made

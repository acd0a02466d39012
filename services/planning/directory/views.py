"""Names of units and people."""

from collections.abc import Iterable
from typing import Any

from chassis import assignments
from chassis.http import Caller
from chassis.problems import NotFound
from contracts.event import Recorded
from contracts.planning import PersonRegistered, UnitRegistered
from contracts.topics import topic
from eventlog.database import Pool
from eventlog.views import Change, Put, Table, View

UNIT = Table("unit", {"unit": "text", "name": "text", "level": "text", "parent": "text"})
PERSON = Table("person", {"person": "text", "nip": "text", "name": "text", "status": "text"})


def project(recorded: Recorded) -> Iterable[Change]:
    match recorded.event:
        case UnitRegistered() as e:
            yield Put(UNIT, (e.unit,), {"name": e.name, "level": e.level, "parent": e.parent})
        case PersonRegistered() as e:
            yield Put(PERSON, (e.person,), {"nip": e.nip, "name": e.name, "status": e.status})


VIEW = View("planning_directory", (topic("planning"),), (UNIT, PERSON), project)


async def units(pool: Pool) -> list[dict[str, Any]]:
    return [dict(row) for row in await pool.fetch("select * from view.unit order by unit")]


async def people(pool: Pool, name: str) -> list[dict[str, Any]]:
    rows = await pool.fetch(
        "select p.person, p.name, (select min(a.position) from view.assignment a"
        " where a.person = p.person) as position"
        " from view.person p where strpos(lower(p.name), lower($1)) > 0 order by p.name limit 50",
        name.replace("\0", ""),
    )
    return [dict(row) for row in rows]


async def person(by: Caller, person: str) -> dict[str, Any]:
    """Raises NotFound, Forbidden."""
    await assignments.must_read_about(by.pool, by.actor, person, by.on)
    row = await by.pool.fetchrow("select * from view.person where person = $1", person)
    if row is None:
        raise NotFound(f"no person {person}")
    held = await assignments.of(by.pool, person, by.on)
    return dict(row) | {
        "assignments": [
            {
                "assignment": a.assignment, "unit": a.unit, "position": a.position,
                "level": a.level, "kind": a.kind, "leads": a.leads, "start": a.start,
                "until": a.until, "appraiser": a.appraiser_on(by.on),
            }
            for a in held
        ]
    }  # fmt: skip

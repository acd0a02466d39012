"""What the official forms of planning print, gathered from log and views."""

from datetime import date, datetime

from pydantic import BaseModel

from chassis import assignments
from chassis.units import with_above
from contracts.event import Recorded
from contracts.planning import AssignmentKind, Form, SKPApproved
from eventlog.database import Pool
from eventlog.log import EventLog
from eventlog.merkle import leaf_hash
from law.standing import Assignment
from services.planning.person.views import PERSON
from services.planning.skp.decisions import AGGREGATE
from services.planning.skp.views import SKPRow
from services.planning.unit.views import name_of, names


class Party(BaseModel):
    """Who stands on a form. An official has no NIP; the position, its `level` and the `unit`, by name, are
    None of whoever holds none by which they could sign."""

    person: str
    nip: str | None
    name: str
    position: str | None
    level: str | None
    kind: AssignmentKind | None
    unit: str | None


class Ground(BaseModel):
    """The event that a form rests on. `day` is the date of `at` in the unit; `leaf` is the hash of its record
    as a leaf of the log's Merkle tree (RFC 9162), in hexadecimal: by it and `position`, whoever has
    the form holds it against the log's checkpoints (`/proofs/inclusion`)."""

    at: datetime
    day: date
    position: int
    version: int
    leaf: str


class SKPForm(BaseModel):
    """`agency` is the name of the unit above all others; `form`, which of the two it has. The
    appraiser is who approved, else whoever is named today. `ground` is the SKP's last event."""

    skp: SKPRow
    agency: str
    form: Form
    employee: Party
    appraiser: Party | None
    ground: Ground


async def skp_form(log: EventLog, row: SKPRow | None, at: datetime) -> SKPForm | None:
    """Of the SKP as the view has it, asked for at this time; None if there is none. Units are called what they
    were on the day of its last event."""
    held = await assignments.find(log.pool, row.assignment) if row else None
    if row is None or held is None:
        return None
    stream = await log.read_stream(AGGREGATE.stream(row.skp))
    # The log may be ahead of the view.
    last = next(each for each in reversed(stream) if each.version <= row.version)
    on = held.day(last.at)[0]
    return SKPForm(
        skp=row,
        agency=await agency_of(log.pool, held.unit, on),
        form=row.in_form(leads=held.leads),
        employee=await party_of(log.pool, held.person, held, on),
        appraiser=await _appraiser(log.pool, held, last, at),
        ground=ground_of(last, on),
    )


def ground_of(last: Recorded, day: date) -> Ground:
    return Ground(
        at=last.at,
        day=day,
        position=last.position,
        version=last.version,
        leaf=leaf_hash(last.record).hex(),
    )


async def _appraiser(pool: Pool, held: Assignment, last: Recorded, at: datetime) -> Party | None:
    approval = last.event
    if not isinstance(approval, SKPApproved):
        on = held.day(at)[0]
        named = held.appraised_by(on)
        if named is None:
            return None
        return await party_of(pool, named.appraiser, await assignments.find(pool, named.office), on)
    on = held.day(last.at)[0]
    named = held.appraised_by(on)
    if named and named.appraiser == approval.by:
        office = await assignments.find(pool, named.office)
    else:  # since then another has been named for that day
        office = next(iter(await assignments.of(pool, approval.by, on)), None)
    return await party_of(pool, approval.by, office, on)


async def party_of(pool: Pool, person: str, held: Assignment | None, on: date) -> Party:
    """Who somebody is, by what they hold; its unit as it is called on a day."""
    who = await PERSON.find(pool, person)
    called = await names(pool, on, [held.unit]) if held else {}
    return Party(
        person=person,
        nip=who.nip if who else None,
        name=who.name if who else person,
        position=held.position if held else None,
        level=held.level if held else None,
        kind=held.kind if held else None,
        unit=called.get(held.unit) if held else None,
    )


async def agency_of(pool: Pool, unit: str, on: date) -> str:
    """What the unit above all others is called on a day."""
    name = await pool.fetchval(
        f"{with_above('$1', '$2::date')} select {name_of('above.unit', '$2::date')} from above"
        " order by depth desc limit 1",
        unit,
        on,
    )
    return str(name or unit)

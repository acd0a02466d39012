"""What the agency has settled for itself, as every service keeps it beside who stands where
(`chassis.assignments`).

A decision gets the policy that was in force on the date that its rule is about as one of its words,
and its event names that adoption in its basis.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, TypeVar

from pydantic import Json
from pydantic_core import to_json

from chassis.units import with_ever_above
from contracts.event import Part, Recorded
from contracts.planning import SettingAdopted
from contracts.settings import TIME_ZONE, Kind
from eventlog.database import Connection, Pool
from eventlog.views import Change, Put, Row, Table
from law.policy import SHIPPED, Policy, Settled
from law.zones import NONE_ADOPTED, Zones

S = TypeVar("S", bound=Part)


class SettingRow(Row):
    """`unit` is empty for the whole agency."""

    setting: str
    unit: str
    since: date
    value: Json[dict[str, Any]]
    ground: str
    basis: str


SETTING = Table("setting", SettingRow, key=3)
TAKES = (SettingAdopted,)


def project(recorded: Recorded) -> Iterable[Change]:
    match recorded.event:
        case SettingAdopted() as e:
            row = {
                "value": to_json(e.value).decode(),
                "ground": e.ground,
                "basis": f"planning:{recorded.stream}@{recorded.version}",
            }
            yield Put(SETTING, (e.setting, e.unit or "", e.since), row)


def shipped(kind: Kind[S]) -> Policy[S]:
    """What holds until something is adopted."""
    return Policy(SHIPPED, date.min, kind.shipped)


def adopted(kind: Kind[S], row: SettingRow) -> Policy[S]:
    return Policy(row.ground, row.since, kind.read(row.value), row.basis)


async def settled(database: Pool | Connection, kind: Kind[S]) -> Settled[S]:
    """What holds in the whole agency, has held and will."""
    [found] = await all_settled(database, kind)
    return found


async def all_settled(database: Pool | Connection, *kinds: Kind[Any]) -> list[Settled[Any]]:
    """As `settled`, of several kinds in one round trip."""
    [row] = await database.fetch(f"select {', '.join(map(column, kinds))}")
    return [settled_of(kind, rows) for kind, rows in zip(kinds, row, strict=True)]


def column(kind: Kind[Any]) -> str:
    """The expression that brings what `settled_of` reads along with another query."""
    return (
        "array(select row(z.*) from view.setting z"
        f" where z.setting = '{kind.name}' and z.unit = '' order by z.since)"
    )


def settled_of(kind: Kind[S], rows: Sequence[Sequence[Any]]) -> Settled[S]:
    """As `settled`, from a `column`."""
    policies = [adopted(kind, row) for row in _rows(rows)]
    latest = max((policy.basis for policy in policies), key=_version, default="")
    return Settled([shipped(kind), *policies], latest)


def _version(basis: str) -> int:
    return int(basis.rpartition("@")[2])


def _rows(rows: Sequence[Sequence[Any]]) -> Iterable[SettingRow]:
    return (SettingRow(**dict(zip(SettingRow.model_fields, row, strict=True))) for row in rows)


async def zones(database: Pool | Connection) -> Zones:
    """The agency's time zones, and those of all units."""
    rows = await database.fetch(
        "select * from view.setting where setting = $1 order by since", TIME_ZONE.name
    )
    if not any(row["unit"] for row in rows):
        return zones_of([tuple(row) for row in rows])
    above = await database.fetch("select unit, since, parent from view.unit_parent order by since")
    return zones_of([tuple(row) for row in rows], [tuple(row) for row in above])


async def zones_of_unit(database: Pool | Connection, unit: str) -> Zones:
    """The time zones that count in one unit."""
    row = await database.fetchrow(
        f"select {ZONES} from (select $1::text as unit) a {with_zones('a.unit')}", unit
    )
    assert row
    return zones_of(row["zones"], row["above"])


async def zones_of_agency(database: Pool | Connection) -> Zones:
    return Zones((await settled(database, TIME_ZONE)).policies)


def with_zones(unit: str) -> str:
    """The lateral join that brings `z.units`, a unit and all that have been above it, and `z.above`, since when
    which was above which; nothing where no unit has a time zone of its own, which is the ordinary case."""
    any_unit_has = (
        f"exists (select from view.setting s where s.setting = '{TIME_ZONE.name}' and s.unit <> '')"
    )
    return f"""
left join lateral (
    {with_ever_above(unit, any_unit_has)}
    select array_agg(above.unit) as units,
           array_agg(row(above.unit, above.since, above.parent) order by above.since) as above from above
) z on true
"""


ZONES = f"""
    array(select row(s.*) from view.setting s
          where s.setting = '{TIME_ZONE.name}' and (s.unit = '' or s.unit = any(z.units))
          order by s.since) as zones, z.above"""
"""The columns that `zones_of` reads, beside `with_zones`."""


def zones_of(rows: Sequence[Sequence[Any]], above: Sequence[Sequence[Any]] | None = None) -> Zones:
    """From rows of the table, and from units with their parents since a day; in order of their first days."""
    if not rows:
        return NONE_ADOPTED
    agency, units = [*NONE_ADOPTED.agency], dict[str, list[Policy[Any]]]()
    for row in _rows(rows):
        own = units.setdefault(row.unit, []) if row.unit else agency
        own.append(adopted(TIME_ZONE, row))
    parents = dict[str, list[tuple[date, str]]]()
    for unit, since, parent in above or ():
        parents.setdefault(unit, []).append((since, parent or ""))
    return Zones(agency, units, parents)

"""What the agency has settled for itself: the view of planning's settings that every service keeps.

A decision gets the policy that was in force on the date that its rule is about as one of its words,
and its event names that adoption in its basis.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, TypeVar

from pydantic import Json
from pydantic_core import to_json

from contracts.event import Part, Recorded
from contracts.planning import SettingAdopted
from contracts.settings import TIME_ZONE, Kind
from contracts.topics import topic
from eventlog.database import Connection, Pool
from eventlog.views import Change, Put, Row, Table, View
from law import policy
from law.policy import SHIPPED, Policy
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


def project(recorded: Recorded) -> Iterable[Change]:
    match recorded.event:
        case SettingAdopted() as e:
            row = {
                "value": to_json(e.value).decode(),
                "ground": e.ground,
                "basis": f"planning:{recorded.stream}@{recorded.version}",
            }
            yield Put(SETTING, (e.setting, e.unit or "", e.since), row)


def view_name(service: str) -> str:
    return f"{service}_settings"


def view(service: str) -> View:
    """The view, under a subscription of `service`'s own."""
    return View(view_name(service), (topic("planning"),), (SETTING,), project)


def shipped(kind: Kind[S]) -> Policy[S]:
    """What holds until something is adopted."""
    return Policy(SHIPPED, date.min, kind.shipped)


def adopted(kind: Kind[S], row: SettingRow) -> Policy[S]:
    return Policy(row.ground, row.since, kind.read(row.value), row.basis)


async def every(database: Pool | Connection, kind: Kind[S]) -> Sequence[Policy[S]]:
    """All that has held in the whole agency or will, in order of the first days; first what ships."""
    rows = await SETTING.where(database, setting=kind.name, unit="")
    return [shipped(kind), *(adopted(kind, row) for row in rows)]


async def in_force(database: Pool | Connection, kind: Kind[S], on: date) -> Policy[S]:
    """What holds in the whole agency on a date."""
    return policy.in_force(await every(database, kind), on)


async def zones(database: Pool | Connection) -> Zones:
    """The agency's time zones, and those of the units that have their own."""
    rows = await database.fetch(
        "select * from view.setting where setting = $1 order by since", TIME_ZONE.name
    )
    return zones_of([tuple(row) for row in rows])


async def zones_of_agency(database: Pool | Connection) -> Zones:
    return Zones(await every(database, TIME_ZONE), {})


def zones_of(rows: Sequence[Sequence[Any]]) -> Zones:
    """From rows of the table, in order of their first days."""
    if not rows:
        return NONE_ADOPTED
    agency, units = [*NONE_ADOPTED.agency], dict[str, list[Policy[Any]]]()
    for row in (SettingRow(**dict(zip(SettingRow.model_fields, row, strict=True))) for row in rows):
        own = units.setdefault(row.unit, []) if row.unit else agency
        own.append(adopted(TIME_ZONE, row))
    return Zones(agency, units)

"""Lists of units and of who is in one: how they are chosen, and their columns as files."""

from collections.abc import AsyncIterator, Callable, Sequence
from urllib.parse import quote

from console.ask.client import Asker
from console.ask.units import Unit, Units
from console.show.posts import KINDS
from console.show.words import N_
from console.units.reads import Member
from console.web.export import Column
from console.web.lists import Chosen
from console.web.page import Visit

PAGE = 100
"""Units of a page."""
LEADING = "-leads"
"""Whoever leads the unit first."""


def of_units(page: Visit) -> Chosen:
    name = page.query.get("name", "").strip()
    return Chosen("/units", {"name": name}, "", "", page.query.get("after", ""))


def named(every: Units, name: str) -> list[Unit]:
    """Those in whose names it stands; by their names."""
    wanted = name.casefold()
    return [each for each in every.there() if wanted in each.name.casefold()]


def begun(every: Units, rows: Sequence[Unit], after: str) -> tuple[list[Unit], str | None]:
    """A page of them, and where the next one begins: behind a unit's name, also if it is not among them any more."""

    def place(unit: Unit) -> tuple[str, str]:
        return unit.name, unit.unit

    behind = every.by_id.get(after)
    left = [each for each in rows if not behind or place(each) > place(behind)]
    return left[:PAGE], left[PAGE - 1].unit if len(left) > PAGE else None


def columns_of_units(say: Callable[[str], str], every: Units) -> list[Column[Unit]]:
    """The first four as files of units have them that are loaded."""
    return [
        Column(say(N_("Kode unit")), 16, lambda row: row.unit),
        Column(say(N_("Nama unit")), 44, lambda row: row.name),
        Column(say(N_("Tingkat")), 16, lambda row: row.level),
        Column(say(N_("Kode unit atasan")), 18, lambda row: row.parent),
        Column(
            say(N_("Unit atasan")), 44, lambda row: every.name(row.parent) if row.parent else None
        ),
        Column(say(N_("Hari pertama")), 14, lambda row: row.since),
        Column(say(N_("Hari terakhir")), 14, lambda row: row.until),
    ]


async def each(units: Sequence[Unit]) -> AsyncIterator[Unit]:
    for unit in units:
        yield unit


def of_members(page: Visit, unit: str) -> Chosen:
    sort, after = page.query.get("sort") or LEADING, page.query.get("after", "")
    return Chosen(f"/units/{quote(unit, safe='')}", {}, sort, LEADING, after)


def all_members(ask: Asker, unit: str, **query: str) -> AsyncIterator[Member]:
    """Raises Refused when it is gone through."""
    return ask.rows("planning", "units", unit, "assignments", of=Member, **query)


def columns_of_members(say: Callable[[str], str]) -> list[Column[Member]]:
    return [
        Column(say(N_("Nama")), 36, lambda row: row.name or row.person),
        Column(say(N_("Nomor pegawai")), 24, lambda row: row.person),
        Column(say(N_("Jabatan")), 40, lambda row: row.position),
        Column(say(N_("Jenis penugasan")), 18, lambda row: say(KINDS[row.kind])),
        Column(say(N_("Memimpin")), 12, lambda row: say(N_("ya")) if row.leads else None),
        Column(say(N_("Sejak")), 14, lambda row: row.start),
        Column(say(N_("Sampai")), 14, lambda row: row.until),
    ]

"""A unit's year: its periods and deadlines, by the calendar of the zone that the unit is in."""

from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from console.ask.calendar import MONTHS
from console.show.words import N_
from contracts.settings import (
    PERIODS,
    SKP_DRAFTING,
    SKP_DUE,
    TIME_ZONE,
    WORKING_CALENDAR,
    Kind,
    PeriodLength,
    S,
    Zone,
)

WHAT = {
    "drafting": N_("SKP tahun ini mulai dapat disusun pegawai"),
    "team": N_("Pengelola kinerja boleh menyusun yang belum ada"),
    "due": N_("Batas penetapan SKP yang mulai bersama tahun"),
    "period": N_("Akhir periode"),
    "filling": N_("Batas pengisian realisasi periode"),
    "next": N_("SKP tahun depan mulai dapat disusun"),
}


@dataclass(frozen=True, slots=True)
class Marked:
    """A day of the year and what is on it; `number` of a period, 0 of what is none's. `rests`: on the
    setting of this name."""

    on: date
    what: str
    rests: str
    number: int = 0


def settled(told: Sequence[Mapping[str, Any]], kind: Kind[S]) -> S:
    """The agency's own, as planning tells it."""
    for each in told:
        if each["setting"] == kind.name and each["unit"] is None:
            return kind.read(each["value"])
    return kind.shipped


def zone_of(
    told: Sequence[Mapping[str, Any]], parents: Mapping[str, str | None], unit: str | None
) -> tuple[Zone, str | None]:
    """Of a unit: its own, else that of the nearest above that has one, else the agency's; and whose."""
    own = {each["unit"]: each["value"] for each in told if each["setting"] == TIME_ZONE.name}
    seen: set[str] = set()
    while unit and unit not in seen:
        if unit in own:
            return TIME_ZONE.read(own[unit]).zone, unit
        seen.add(unit)
        unit = parents.get(unit)
    return settled(told, TIME_ZONE).zone, None


def marked(told: Sequence[Mapping[str, Any]], year: int) -> list[Marked]:
    """All that the settings put into a year, in order."""
    return sorted(_marked(told, year), key=lambda each: (each.on, each.what))


def _marked(told: Sequence[Mapping[str, Any]], year: int) -> Iterator[Marked]:
    drafting, due = settled(told, SKP_DRAFTING), settled(told, SKP_DUE)
    opens = drafting.next_year
    yield Marked(date(year - 1, opens.month, opens.day), "drafting", SKP_DRAFTING.name)
    yield Marked(date(year, drafting.team.month, drafting.team.day), "team", SKP_DRAFTING.name)
    yield Marked(date(year, due.month, due.day), "due", SKP_DUE.name)
    yield Marked(date(year, opens.month, opens.day), "next", SKP_DRAFTING.name)
    periods = settled(told, PERIODS)
    for number, ends in enumerate(_ends(year, periods.length), 1):
        yield Marked(ends, "period", PERIODS.name, number)
        if periods.filling_days is not None:
            last = ends + timedelta(days=periods.filling_days)
            yield Marked(last, "filling", PERIODS.name, number)


def _ends(year: int, length: PeriodLength) -> Iterator[date]:
    step = MONTHS[length]
    for month in range(step, 13, step):
        yield date(year, month, monthrange(year, month)[1])


def days_off(told: Sequence[Mapping[str, Any]], year: int) -> list[tuple[date, str, str]] | None:
    """(day, kind, name); None if no decree covers the year."""
    calendar = settled(told, WORKING_CALENDAR)
    if year not in calendar.years:
        return None
    return [(day.on, day.kind, day.name) for day in calendar.days_off if day.on.year == year]

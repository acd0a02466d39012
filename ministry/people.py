"""Invented people for an agency's real units: seeded, streaming, any number up to six million.

The first persons are the units' leaders, from the roots down, so that whoever is named as an
appraiser has come before; the staff follow, spread evenly over the units. A person depends on the
seed, the person's place in the sequence and the units in use, never on the other persons.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from hashlib import blake2b
from itertools import islice, zip_longest
from random import Random
from typing import Literal
from zlib import crc32

from ministry.fitting import (
    EXPERT,
    SKILLED,
    bare,
    for_executing,
    for_functional,
    for_leader,
    functional_positions,
)
from ministry.names import MEN, SECOND, WOMEN
from ministry.rows import Agency, Unit

PEOPLE_PER_UNIT = 9

# BKN, 1 November 2025 (see data/SOURCES.md): PPPK and women among all civil servants; executing
# positions among those that aren't structural.
PPPK = 1_988_655 / 5_588_245
WOMEN_SHARE = 3_140_460 / 5_588_245
EXECUTING_SHARE = 1_714_463 / (3_555_977 + 1_714_463)

SKILLED_ONLY = {"Asisten Apoteker", "Pranata Keuangan APBN", "Pranata SDM Aparatur"}
SKILLED_TOO = {
    *("Arsiparis", "Bidan", "Entomolog Kesehatan", "Fisioterapis", "Nutrisionis", "Perawat"),
    *("Perekam Medis", "Pranata Humas", "Pranata Komputer", "Pranata Laboratorium Kesehatan"),
    *("Radiografer", "Refraksionis Optisien", "Sandiman", "Statistisi", "Teknisi Elektromedis"),
    "Tenaga Sanitasi Lingkungan",
}
OFFICIALS = ("Menteri ", "Gubernur ", "Bupati ", "Wali Kota ")
"""State officials, who have no NIP: they set and appraise the SKPs of the highest executives."""
# A birth date comes round again after as many persons as the range has days (7919 is prime to
# both), and then with the next serial; leaders have serials of their own. So no NIP repeats.
STAFF_BORN = (date(1969, 1, 1), date(2002, 12, 31))
LEADERS_BORN = (date(1967, 1, 1), date(1985, 12, 31))
LEADERS_FIRST_SERIAL = 501
MOST = ((STAFF_BORN[1] - STAFF_BORN[0]).days + 1) * (LEADERS_FIRST_SERIAL - 1)


@dataclass(frozen=True)
class Person:
    id: str
    nip: str | None
    """18 digits: birth date (8), appointment month (6), sex (1: man, 2: woman), serial (3); None of a state
    official."""
    name: str
    status: Literal["PNS", "PPPK", "official"]
    unit: str
    position: str
    level: str | None
    """Level of a functional position, one of `SKILLED` or `EXPERT`."""
    appraiser: str | None
    """Id of the unit's leader; for a leader, of the parent unit's; None for a root's leader."""
    is_leader: bool
    template: str
    """Key in `Agency.templates`."""


def units(agency: Agency, count: int) -> tuple[Unit, ...]:
    """The units that `count` persons fill, parents first: agency by agency, each breadth-first
    with brothers taken in turn, so that a few units still show the breadth of the agency."""
    if not 1 <= count <= MOST:
        raise ValueError(f"between 1 and {MOST:,} persons, not {count:,}")
    return tuple(islice(_parents_first(agency), -(-count // PEOPLE_PER_UNIT)))


def leader(unit: str, seed: int) -> str:
    """Id of the leader of the unit with this code."""
    return _id(seed, "leader", unit)


def people(agency: Agency, count: int, seed: int) -> Iterator[Person]:
    """The persons, leaders first, one at a time."""
    in_use = units(agency, count)
    functional = {unit.unit_code: functional_positions(unit) for unit in in_use}
    staff_template = cache(lambda position: _pick(for_functional(agency, position), position))
    executing = for_executing(agency)
    for place, unit in enumerate(in_use):
        rng = Random(_id(seed, "draws of leader", unit.unit_code))
        woman = rng.random() < WOMEN_SHARE
        born, serial = _born(LEADERS_BORN, seed, place)
        nip = _nip(born, _appointed(rng, born, "PNS"), woman, serial + LEADERS_FIRST_SERIAL)
        official = unit.leader_position.startswith(OFFICIALS)
        yield Person(
            id=leader(unit.unit_code, seed),
            nip=None if official else nip,
            name=_name(rng, woman),
            status="official" if official else "PNS",
            unit=unit.unit_code,
            position=unit.leader_position,
            level=None,
            appraiser=leader(unit.parent_code, seed) if unit.parent_code else None,
            is_leader=True,
            template=_pick(for_leader(agency, unit), unit.unit_code),
        )
    for place in range(count - len(in_use)):
        unit = in_use[place % len(in_use)]
        rng = Random(_id(seed, "draws of staff", str(place)))
        woman = rng.random() < WOMEN_SHARE
        status: Literal["PNS", "PPPK"] = "PPPK" if rng.random() < PPPK else "PNS"
        born, serial = _born(STAFF_BORN, seed, place)
        choices = functional[unit.unit_code]
        level: str | None = None
        if not choices or rng.random() < EXECUTING_SHARE:
            position = rng.choice(executing)
            template = position
            position = bare(position)
        else:
            position, level = _with_level(rng, rng.choice(choices), status, born)
            template = staff_template(bare(position))
        yield Person(
            id=_id(seed, "staff", str(place)),
            nip=_nip(born, _appointed(rng, born, status), woman, serial + 1),
            name=_name(rng, woman),
            status=status,
            unit=unit.unit_code,
            position=position,
            level=level,
            appraiser=leader(unit.unit_code, seed),
            is_leader=False,
            template=template,
        )


def _parents_first(agency: Agency) -> Iterator[Unit]:
    below: dict[str | None, list[Unit]] = {}
    for unit in agency.units:
        below.setdefault(unit.parent_code, []).append(unit)
    for root in below[None]:
        generation = [root]
        while generation:
            yield from generation
            families = [below.get(unit.unit_code, []) for unit in generation]
            generation = [u for turn in zip_longest(*families) for u in turn if u is not None]


def _id(seed: int, kind: str, key: str) -> str:
    return blake2b(f"{seed}/{kind}/{key}".encode(), digest_size=16).hexdigest()


def _born(between: tuple[date, date], seed: int, place: int) -> tuple[date, int]:
    """The birth date, and how many before have the same one."""
    days = (between[1] - between[0]).days + 1
    return between[0] + timedelta((place * 7919 + seed) % days), place // days


def _appointed(rng: Random, born: date, status: str) -> str:
    first, last = (21, 35) if status == "PNS" else (2021 - born.year, 2025 - born.year)
    year = rng.randint(max(first, 21), min(last, 2025 - born.year)) + born.year
    return f"{year}{rng.randint(1, 12):02}"


def _nip(born: date, appointed: str, woman: bool, serial: int) -> str:
    return f"{born:%Y%m%d}{appointed}{2 if woman else 1}{serial:03}"


def _name(rng: Random, woman: bool) -> str:
    return f"{rng.choice(WOMEN if woman else MEN)} {rng.choice(SECOND)}"


def _with_level(rng: Random, position: str, status: str, born: date) -> tuple[str, str]:
    """The full title of a functional position and its level, higher with the years of age."""
    for level in EXPERT + SKILLED:
        if position.endswith(f" {level}"):
            return position, level
    skilled = position in SKILLED_ONLY or (position in SKILLED_TOO and rng.random() < 0.5)
    ladder = SKILLED if skilled else EXPERT
    if status == "PPPK":
        level = "Terampil" if skilled else "Ahli Pertama"
    else:
        level = ladder[int(len(ladder) * rng.random() * (2003 - born.year) / 36)]
    return f"{position} {level}", level


def _pick(keys: Sequence[str], by: str) -> str:
    return keys[crc32(by.encode()) % len(keys)]

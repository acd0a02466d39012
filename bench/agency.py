"""A whole agency in its January: `python -m bench.agency PEOPLE DATABASES`, their DSNs by service, as JSON.

Its events go to planning's log as the service's decisions would have them, only without these, and from
there through every service's own projections into its views; what lies between, Kafka, is left out. Prints
how many events there are.
"""

import asyncio
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, date, datetime

import uvloop

from bench.people import BELOW, PER_UNIT, POSITIONS, nip
from chassis.process import spare_the_collector
from contracts.alignment import AgreedIndicator, AgreementSet, Cell, CellsPut, Objective, YearTarget
from contracts.catalogue import MODELS
from contracts.event import Event, Origin, Recorded
from contracts.planning import (
    Annexes,
    AssignmentStarted,
    Indicator,
    PersonRegistered,
    Result,
    SKPApproved,
    SKPDrafted,
    SKPSubmitted,
)
from contracts.topics import topic
from contracts.units import MandateGiven, UnitRegistered
from eventlog.database import Connection, create_pool
from eventlog.log import EventLog
from ministry.names import MEN, SECOND
from services.catalogue import SERVICES

YEAR = 2026
START, UNTIL = date(YEAR, 1, 1), date(YEAR, 12, 31)
AT = datetime(YEAR, 1, 5, 2, tzinfo=UTC)
CALLERS, BATCH = 512, 5000
"""Appends on their way; events that views take at a time."""

INDICATOR = "i1"
TEXT = "Meningkatnya mutu layanan unit kerja sesuai standar yang ditetapkan"
RESULTS, INDICATORS = 4, 2
"""Of an SKP, and of each of its results."""
ANNEXES = Annexes(
    resources=("Anggaran, sarana, dan data sesuai kebutuhan kegiatan",),
    accountability=("Laporan triwulanan kepada pimpinan, disertai bukti dukung",),
    consequences=("Tindak lanjut hasil penilaian sesuai peraturan perundang-undangan",),
)

Appended = tuple[str, str, Sequence[Event]]
"""A stream, whom it is about, and all that it holds."""


def person(number: int) -> str:
    return f"p{number:07}"


def assignment(number: int) -> str:
    return f"{person(number)}.1"


def skp(number: int) -> str:
    return f"{assignment(number)}.{START:%Y%m%d}"


def unit(number: int) -> str:
    return f"u{number}"


def above(number: int) -> int | None:
    """The number of the unit above."""
    return (number - 1) // BELOW if number else None


def head(unit_number: int) -> int:
    return unit_number * PER_UNIT


def superior(number: int) -> int | None:
    """Who appraises somebody: the head of their unit, or of the one above."""
    unit_number, place = divmod(number, PER_UNIT)
    over = above(unit_number) if place == 0 else unit_number
    return None if over is None else head(over)


def clerk(people: int) -> int:
    """Who has the mandate of personnel in the agency's second unit and all below it."""
    return min(PER_UNIT - 1, people - 1)


def everything(people: int) -> Iterator[Appended]:
    """Units first, then people, each behind their superior; a fifth has drafted an SKP, two have submitted
    theirs, and those of two are approved."""
    units = -(-people // PER_UNIT)
    for n in range(units):
        over = above(n)
        registered: list[Event] = [
            UnitRegistered(
                unit=unit(n),
                name=f"Unit Kerja {n}",
                level="Eselon",
                parent=None if over is None else unit(over),
            )
        ]
        if n == min(1, units - 1):
            registered.append(
                MandateGiven(
                    unit=unit(n),
                    person=person(clerk(people)),
                    mandate="personnel",
                    since=START,
                    until=None,
                    ground="SK 1",
                )
            )
        yield f"unit/{unit(n)}", unit(n), registered
        yield from _aligned(n, people)
    for n in range(people):
        yield f"person/{person(n)}", person(n), [*_hired(n)]
        if superior(n) is not None:
            yield f"skp/{skp(n)}", person(n), [*_planned(n)]


def _hired(n: int) -> Iterator[Event]:
    unit_number, place = divmod(n, PER_UNIT)
    over = superior(n)
    name = f"{MEN[n % len(MEN)]} {SECOND[n % len(SECOND)]}"
    yield PersonRegistered(person=person(n), nip=nip(n), name=name, status="PNS")
    yield AssignmentStarted(
        assignment=assignment(n),
        person=person(n),
        unit=unit(unit_number),
        position=POSITIONS[n % len(POSITIONS)] if place else f"Kepala Unit Kerja {unit_number}",
        level=None,
        kind="definitive",
        leads=place == 0,
        appraiser=None if over is None else person(over),
        office=None if over is None else assignment(over),
        start=START,
        until=None,
    )


def _aligned(n: int, people: int) -> Iterator[Appended]:
    """A unit's agreement, and the matrix in which all of its people have a cell."""
    id, leader = f"{unit(n)}.{YEAR}", head(n)
    targets = (YearTarget(year=YEAR, target="90"),)
    indicator = AgreedIndicator(
        id=INDICATOR, aspect="quality", text=TEXT, unit="persen", targets=targets
    )
    agreed = AgreementSet(
        agreement=id,
        unit=unit(n),
        assignment=assignment(leader),
        person=person(leader),
        first=YEAR,
        last=YEAR,
        objectives=(Objective(id="s1", text=TEXT, indicators=(indicator,)),),
        by="personnel-unit",
    )
    yield f"agreement/{id}", unit(n), [agreed]
    cells = tuple(
        Cell(
            place=f"{id}/{INDICATOR}/{assignment(m)}",
            indicator=INDICATOR,
            under=None,
            assignment=assignment(m),
            person=person(m),
            role="member",
            direct=False,
            text=TEXT,
        )
        for m in range(leader + 1, min(leader + PER_UNIT, people))
    )
    if cells:
        filled = CellsPut(matrix=id, unit=unit(n), year=YEAR, cells=cells, by=person(leader))
        yield f"matrix/{id}", unit(n), [filled]


def _planned(n: int) -> Iterator[Event]:
    unit_number = n // PER_UNIT
    cell = f"{unit(unit_number)}.{YEAR}/{INDICATOR}/{assignment(n)}"
    results = tuple(
        Result(
            id=f"r{r}",
            kind="main",
            text=TEXT,
            serves=TEXT,
            serves_at=cell if r == 1 and n % PER_UNIT else None,
            indicators=tuple(
                Indicator(id=f"r{r}.{m}", aspect="quality", text=TEXT, target="90", unit="persen")
                for m in range(1, INDICATORS + 1)
            ),
        )
        for r in range(1, RESULTS + 1)
    )
    whose = {"skp": skp(n), "person": person(n)}
    said = {
        "assignment": assignment(n),
        "start": START,
        "until": UNTIL,
        "approach": "quantitative",
        "results": results,
        "annexes": ANNEXES,
    }
    yield SKPDrafted.model_validate(whose | said)
    if n % 5 > 0:
        yield SKPSubmitted.model_validate(whose)
    if n % 5 > 2:
        over = superior(n)
        assert over is not None
        approval = {"unit": unit(unit_number), "by": person(over), "expectations": ()}
        yield SKPApproved.model_validate(whose | said | approval)


async def write(log: EventLog, people: int) -> int:
    """Append it all to a log that is empty; the number of events."""
    appended, written = enumerate(everything(people)), 0

    async def caller() -> None:
        nonlocal written
        for number, (stream, subject, events) in appended:
            origin = Origin(command=f"bench:{number}", actor="bench", at=AT)
            await log.append(stream, 0, events, origin, subject=subject)
            written += len(events)

    await asyncio.gather(*(caller() for _ in range(CALLERS)))
    return written


async def show(log: EventLog, connections: Mapping[str, Connection]) -> None:
    """Make the views of these services from planning's log."""
    ours = topic("planning")
    views = {name: SERVICES[name].views for name in connections}
    for name, connection in connections.items():
        for view in views[name]:
            await connection.execute(
                "insert into view_version values ($1, $2)", view.name, view.version
            )
            await view.create(connection)
    batch: list[Recorded] = []

    async def apply() -> None:
        for name, connection in connections.items():
            for view in views[name]:
                if ours in view.topics:
                    await view.apply(connection, batch)
        batch.clear()

    async for recorded in log.read(batch=BATCH):
        batch.append(recorded)
        if len(batch) == BATCH:
            await apply()
    await apply()


async def main(people: int, databases: Mapping[str, str]) -> None:
    async with AsyncExitStack() as stack:
        pools = {
            name: await stack.enter_async_context(create_pool(dsn))
            for name, dsn in databases.items()
        }
        log = await EventLog.open(pools["planning"], MODELS)
        written = await write(log, people)
        await show(
            log,
            {name: await stack.enter_async_context(pool.acquire()) for name, pool in pools.items()},
        )
        await log.close()
    print(written, flush=True)


if __name__ == "__main__":
    spare_the_collector()
    uvloop.run(main(int(sys.argv[1]), json.loads(sys.argv[2])))

"""`python -m bench.replicas > docs/replicas.md`: what 1, 2 and 4 processes of one role of a service do beside
each other.

Each role alone, on the servers of one machine: `api` answers commands, `relay` carries a directory of PEOPLE to
Kafka, `views` applies it in another service, `reactions` answers what a year of LIVED people decided. What is behind
their backs is told in the document.
"""

import asyncio
import json
import shutil
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import NamedTuple

import aiohttp
import asyncpg

from bench import doors
from bench.children import Failed, module, run
from bench.machine import describe
from bench.people import Loading, people, units, write
from bench.servers import FOLDER, Servers, fetch
from bench.whole import Whole, running, spent_by
from contracts.catalogue import SERVICES
from contracts.topics import PARTITIONS, topic
from deploy.local import ports
from deploy.local.children import Children
from ministry.bookmark import Bookmark
from ministry.client import Client
from ministry.rows import load
from ministry.year import Year

REPLICAS = (1, 2, 4)
ROUNDS = 3
CALLERS, SECONDS = 64, 5
PEOPLE, LIVED = 120_000, 2_000
PATIENCE = 300.0
"""Seconds in which processes must be up, and in which they must have done it."""
FOLLOWING, REACTING = "monitoring", "rewards"
"""The services whose views and reactions are measured."""
RIVALS = ("pyeventsourcing", "Emmett")
"""Which take no part here."""


class Point(NamedTuple):
    """Done in a second, by all processes; seconds of their own processor time for each."""

    rate: float
    own: float


Curve = Mapping[int, Sequence[Point]]
"""By how many processes; a point for each round."""


class Members:
    """Processes of one role of a service, in the place of those that `make run` has."""

    def __init__(self, children: Children, listening: Sequence[int]) -> None:
        self._children, self.ports = children, listening

    def wait(self) -> None:
        """Until all are up. Raises Failed."""
        doors.wait(self._children, [f"http://{ports.HOST}:{port}/livez" for port in self.ports])

    def check(self, end: float) -> None:
        """Raises Failed if one has ended, or if it is too late."""
        if death := self._children.poll():
            raise Failed(f"{death.name} ended with {death.code} (log: {death.log})")
        if time.monotonic() > end:
            raise Failed(f"not done after {PATIENCE:g} s")

    def spent(self) -> float:
        return sum(map(spent_by, self._children.pids.values()))


@contextmanager
def members(whole: Whole, service: str, role: str, count: int, **more: str) -> Iterator[Members]:
    """`count` processes, with this in their environment beside what the service's have."""
    settings = whole.stack.settings(service) | {"ROLES": json.dumps([role])} | more
    children, listeners = Children(), [ports.listen() for _ in range(count)]
    try:
        for n, listener in enumerate(listeners):
            children.spawn(
                f"{service}-{role}-{n}",
                [sys.executable, "-m", f"services.{service}"],
                settings | {"LISTEN_FD": str(listener.fileno())},
                FOLDER / "log",
                [listener.fileno()],
            )
        yield Members(children, [listener.getsockname()[1] for listener in listeners])
    finally:
        children.stop()
        for listener in listeners:
            listener.close()


def answering(whole: Whole, count: int, token: str) -> Point:
    """Commands: one registers a unit."""
    with members(whole, "planning", "api", count) as those, ExitStack() as calling:
        those.wait()
        clients = [calling.enter_context(module("caller", p, token)) for p in those.ports]
        before = those.spent()
        for client in clients:
            client.tell(f"{CALLERS // count} {SECONDS}")
        answers = [client.answer() for client in clients]
        own = (those.spent() - before) / sum(given for _, given in answers)
        return Point(sum(rate for rate, _ in answers), own)


def relaying(servers: Servers, whole: Whole, count: int) -> Point:
    """Events of planning's log, to its topic made anew."""
    servers.topic(topic("planning"))
    dsn = whole.stack.databases["planning"]
    anew = "update relay set position = 0, last = array_fill(0::bigint, array[cardinality(last)])"
    asyncio.run(fetch(dsn, anew))
    done = "select position from relay"
    with members(whole, "planning", "relay", count) as those:
        return asyncio.run(_follow(those, dsn, done, _read(whole)))


def following(servers: Servers, whole: Whole, count: int, round_: int) -> Point:
    """Events of planning's topic, for the views of a service that has none yet."""
    dsn = servers.service(f"following_{count}_{round_}")
    query, until = _place(FOLLOWING), _read(whole)
    with members(whole, FOLLOWING, "views", count, DATABASE_URL=dsn) as those:
        return asyncio.run(_follow(those, dsn, query, until))


def reacting(servers: Servers, whole: Whole, count: int, round_: int) -> Point:
    """Events in answer to those of appraisal, by a service that has answered none."""
    dsn, answers = servers.service(f"reacting_{count}_{round_}"), "select position from head"
    given = f"select count(*) from event where command like 'r:{REACTING}\\_followup:%'"
    all_of_them = asyncio.run(fetch(whole.stack.databases[REACTING], given))
    # They wait for the tables of its views, and read the settings there.
    query, until = _place(REACTING), _read(whole)
    with members(whole, REACTING, "views", 1, DATABASE_URL=dsn) as those:
        asyncio.run(_wait(those, dsn, query, until))
    with members(whole, REACTING, "reactions", count, DATABASE_URL=dsn) as those:
        return asyncio.run(_follow(those, dsn, answers, all_of_them, all_up=False))


def _place(service: str) -> str:
    """How much of planning's topic a service has behind it."""
    return (
        "select coalesce(sum(next_offset), 0)::bigint from place"
        f" where subscription = '{service}_standing' and topic = '{topic('planning')}'"
    )


def _read(whole: Whole) -> int:
    """How many events there are to read of planning."""
    dsn = whole.stack.databases["planning"]
    return int(asyncio.run(fetch(dsn, "select position from head")))


async def _progress(those: Members, dsn: str, query: str, until: int) -> AsyncIterator[int]:
    """How much is done, again and again, while it is less than this. Raises Failed."""
    connection, end = await asyncpg.connect(dsn), time.monotonic() + PATIENCE
    try:
        while (done := await connection.fetchval(query) or 0) < until:
            those.check(end)
            yield done
            await asyncio.sleep(0.01)
    finally:
        await connection.close()


async def _wait(those: Members, dsn: str, query: str, until: int) -> None:
    async for _ in _progress(those, dsn, query, until):
        pass


async def _follow(
    those: Members, dsn: str, query: str, until: int, *, all_up: bool = True
) -> Point:
    """From when something is done, and all are up if they must be, until all is done. Raises Failed."""
    if all_up:
        await asyncio.to_thread(those.wait)
    begun, start, spent = 0, 0.0, 0.0
    async for done in _progress(those, dsn, query, until):
        if done and not begun:
            begun, start, spent = done, time.perf_counter(), those.spent()
    if not begun:
        raise Failed("all was done before it was looked at")
    count, seconds = until - begun, time.perf_counter() - start
    return Point(count / seconds, (those.spent() - spent) / count)


async def _load(whole: Whole, count: int) -> None:
    """A directory of so many people. Raises Failed."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=120)) as http:
        loading = Loading(whole, http, say)
        for kind, lines in (("units", units(count)), ("people", people(count))):
            if not await loading.load(kind, write(FOLDER / f"{kind}.xlsx", lines)):
                raise Failed(f"{kind} cannot be loaded")


async def _live(whole: Whole, count: int) -> None:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60)) as http:
        with tempfile.TemporaryDirectory() as folder:
            client, bookmark = Client(whole.stack.addresses, http), Bookmark(Path(folder) / "year")
            year = Year(client, load(), count, 1, 2026, bookmark)
            await year.live(lambda stage, done, of: None)


def _in_turns(role: str, once: Callable[[int, int], Point]) -> Curve:
    found: dict[int, list[Point]] = {count: [] for count in REPLICAS}
    for number in range(1, ROUNDS + 1):
        for count in REPLICAS:
            found[count].append(once(count, number))
            rate, own = found[count][-1]
            say(
                f"{role}, round {number} of {ROUNDS}, {count}: {rate:,.0f}/s, {own * 1e6:,.0f} µs each"
            )
    return found


def measure(servers: Servers) -> dict[str, Curve]:
    found: dict[str, Curve] = {}
    with running(servers) as whole:
        asyncio.run(_load(whole, PEOPLE))
        whole.rest()
        # Nobody else takes the processor, and nobody follows the topic that is made anew.
        whole.stack.children.stop(*SERVICES, "console", "notifier")
        found["relay"] = _in_turns("relay", lambda n, _: relaying(servers, whole, n))
        found["views"] = _in_turns("views", lambda n, r: following(servers, whole, n, r))
        token = whole.token()
        found["api"] = _in_turns("api", lambda n, _: answering(whole, n, token))
    return found


def measure_reactions(servers: Servers) -> Curve:
    with running(servers) as whole:
        asyncio.run(_live(whole, LIVED))
        whole.rest()
        whole.stack.children.stop(*SERVICES, "console", "notifier")
        return _in_turns("reactions", lambda n, r: reacting(servers, whole, n, r))


WHAT = {
    "api": "commands",
    "relay": "events carried",
    "views": "events applied",
    "reactions": "events in answer",
}


def document(found: Mapping[str, Curve], machine: Mapping[str, str]) -> str:
    lines = []
    for role, what in WHAT.items():
        one = median(point.rate for point in found[role][1])
        for count, points in found[role].items():
            rate, own = (median(each) for each in zip(*points, strict=True))
            alone = (1 if role == "relay" else count) / own
            lines.append(
                f"| `{role}`, {what} | {count} | {rate:,.0f} | {rate / one:.2f} × | {own * 1e6:,.0f} µs"
                f" | {alone:,.0f} |"
            )
    told = "\n".join(f"- {name}: {value}" for name, value in machine.items() if name not in RIVALS)
    return PAGE.format(
        table="\n".join(lines), machine=told, rounds=ROUNDS, callers=CALLERS, people=PEOPLE, lived=LIVED,
        following=FOLLOWING, reacting=REACTING, partitions=PARTITIONS,
    )  # fmt: skip


PAGE = """# What more processes of a role do

Written by `python -m bench.replicas > docs/replicas.md`; not edited by hand. Processes of one role of one service, 1, 2
and 4 of them, each role alone, beside PostgreSQL, Kafka and whoever asks, all on one machine: medians of {rounds}
rounds in turns. The last column is **computed, not measured**: what they would do if each had a core for itself
and the servers had cores enough, from the processor time that the processes took for each.

| role, what is counted | processes | a second | to one process | own processor time of each | computed: a second |
|---|---|---|---|---|---|
{table}

- `api`: planning's, `POST /directory` of one unit, {callers} callers spread over the processes; nothing is relayed
  meanwhile. What two cores show ends where PostgreSQL and the callers take the other core.
- `relay`: planning's log of a directory of {people:,} people, to its topic made anew. One leads and the others wait
  for it to fail, so more of them carry no more.
- `views`: {following}'s, of the same events, from the beginning, in a database that has none of them. At most
  {partitions} work, one for each partition.
- `reactions`: {reacting}'s, to the events of appraisal in a year of {lived:,} people, in a database that has
  answered none. At most {partitions} work. From the first answer on: one process is done with all of them before
  the last of four has started, so that more of them show little here.
- What two cores cannot show is where a service's one PostgreSQL ends: [benchmarks](benchmarks.md) has what it appends,
  [capacity](capacity.md) what installations need.

{machine}
"""

began = time.monotonic()


def say(line: str) -> None:
    print(f"{time.monotonic() - began:4.0f} s  {line}", file=sys.stderr, flush=True)


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(FOLDER / "log", ignore_errors=True)
    with Servers() as servers:
        machine, found = describe(servers), measure(servers)
    with Servers() as servers:
        found["reactions"] = measure_reactions(servers)
    print(document(found, machine), end="")


if __name__ == "__main__":
    run(main)

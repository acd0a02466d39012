"""The measurements. What is compared takes turns; each turn's figure is kept."""

import json
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

from bench.children import Child, Failed, child, module
from bench.samples import feedback
from bench.servers import Servers
from bench.whole import Spent, Whole, running
from contracts.topics import CHECKPOINTS
from deploy import assets
from deploy.local import ROOT
from services.monitoring.app import SERVICE

ROUNDS = 5
CALLERS = (1, 8, 64, 1000)
SECONDS = 3
"""Of appending, a turn."""

RATE = 1000
WARM_UP = 3
LATENCY_SECONDS = 10
"""A turn; there are two."""

COMMANDING = (1, 8, 64)
REST = 10
"""Seconds."""

EVENTS = 500_000
PEOPLE = 50_000

LENGTHS = (50_000, 500_000)
"""Events in the log that is verified; it grows from the one to the other."""

VERIFYING = 3
"""Rounds."""

PRINTING = 5
"""Seconds of making documents, a turn."""


class Verifying(NamedTuple):
    """Events/s by the clock, and by the second of processor time; the most memory at once (bytes)."""

    elapsed: float
    processor: float
    memory: int


Say = Callable[[str], None]
Commands = Mapping[str, list[str | Path]]


def appends(servers: Servers, rivals: Commands, say: Say) -> dict[str, dict[int, list[float]]]:
    """Appends/s of each store at each number of callers, a figure for each round."""
    found: dict[str, dict[int, list[float]]] = defaultdict(lambda: defaultdict(list))
    data = feedback(1).model_dump_json()
    with ExitStack() as running:
        kinerja = module("appender", servers.service("kinerja_bench"))
        stores = {"Kinerja": running.enter_context(kinerja)}
        for name, command in rivals.items():
            appender = child(*command, servers.database(name.lower()), data)
            stores[name] = running.enter_context(appender)
        for number in range(1, ROUNDS + 1):
            for callers in CALLERS:
                for name, store in stores.items():
                    servers.settle()
                    store.tell(f"{callers} {SECONDS}")
                    found[name][callers].append(float(store.line()))
                figures = ", ".join(f"{s} {found[s][callers][-1]:,.0f}/s" for s in stores)
                say(f"appends, round {number} of {ROUNDS}, callers {callers:,}: {figures}")
    return found


def commands(servers: Servers, say: Say) -> dict[str, Any]:
    """Of everything of `make run`: commands/s over HTTP at each number of callers, and `echo`, what FastAPI
    alone does, a figure for each round; seconds of processor time by process, for a command (`spent`)
    and, `at_rest`, for a second."""
    found: dict[str, Any] = {
        name: {callers: [] for callers in COMMANDING} for name in ("commands", "echo", "spent")
    }
    with running(servers) as whole, module("echo") as echo:
        token, ports = (
            whole.token(),
            {"echo": echo.line(), "commands": whole.stack.port("planning")},
        )
        with ExitStack() as callings:
            clients = {
                name: callings.enter_context(module("caller", port, token))
                for name, port in ports.items()
            }
            for number in range(1, ROUNDS + 1):
                for callers in COMMANDING:
                    servers.settle()
                    clients["echo"].tell(f"{callers} {SECONDS}")
                    rate, _ = clients["echo"].answer()
                    found["echo"][callers].append(rate)
                    rate, spent = _commands(whole, clients["commands"], callers)
                    found["commands"][callers].append(rate)
                    found["spent"][callers].append(spent)
                    say(
                        f"commands, round {number} of {ROUNDS}, callers {callers}: {rate:,.0f}/s,"
                        f" {sum(spent.values()) * 1000:.2f} ms each; echo"
                        f" {found['echo'][callers][-1]:,.0f}/s"
                    )
            # Last, for after a start a Java process compiles itself for a while.
            before = whole.spent()
            time.sleep(REST)
            found["at_rest"] = _each(before, whole.spent(), REST)
            say(f"everything at rest: {sum(found['at_rest'].values()):.3f} of a core")
    return found


def _commands(whole: Whole, client: Child, callers: int) -> tuple[float, Spent]:
    """Commands/s, and what each took of every process until all of it was done."""
    whole.rest()
    before = whole.spent()
    client.tell(f"{callers} {SECONDS}")
    rate, given = client.answer()
    whole.rest()
    return rate, _each(before, whole.spent(), given)


def _each(before: Spent, after: Spent, count: int) -> Spent:
    return {name: (after[name] - before[name]) / count for name in before}


def latency(servers: Servers, say: Say) -> dict[str, list[float]]:
    """Seconds of every event: `whole` from recorded to committed in another service's view, `bare`
    from send to receipt with aiokafka alone."""
    found: dict[str, list[float]] = {"bare": [], "whole": []}
    warm_up, events = WARM_UP * RATE, (WARM_UP + LATENCY_SECONDS) * RATE
    for turn in (1, 2):
        kafka, topic = servers.kafka, servers.topic(f"bare{turn}")
        with module("bare", "consume", kafka, topic, events) as consumer:
            consumer.line()
            with module("bare", "produce", kafka, topic, events, RATE) as producer:
                producer.wait()
            found["bare"] += consumer.answer()[warm_up:]
        found["whole"] += _whole_way(servers, f"latency{turn}", 2000, events, RATE)[warm_up:]
        say(f"latency at {RATE:,} events/s, turn {turn} of 2")
    return found


def rebuild(servers: Servers, say: Say) -> dict[str, Any]:
    """Events/s, each by the clock and by the second of the process's own processor time:
    `rebuild` of a view, `bare` polling of the same topic; `way`: how fast the events came there,
    appended, relayed and applied all at once."""
    say(f"{EVENTS:,} events on their way through log, relay, Kafka and view …")
    start = time.perf_counter()
    _whole_way(servers, "rebuild", PEOPLE, EVENTS, rate=0)
    found: dict[str, Any] = {
        "way": EVENTS / (time.perf_counter() - start),
        "bare": [],
        "rebuild": [],
    }
    sink = servers.service("rebuild_sink")
    for turn in range(1, ROUNDS + 1):
        servers.settle()
        with module("bare", "drain", servers.kafka, "rebuild", EVENTS) as drain:
            found["bare"].append(drain.answer())
        with module("rebuild", sink, servers.kafka, "rebuild") as replay:
            found["rebuild"].append(replay.answer())
        say(f"rebuild, round {turn} of {ROUNDS}: {found['rebuild'][-1][0]:,.0f} events/s")
    return found


def verify(servers: Servers, say: Say) -> dict[int, list[Verifying]]:
    """What `./kinerja verify monitoring` takes of a log of each length, a figure for each round: the log with
    its chain and checkpoints, its topic, and every view."""
    service = {"DATABASE_URL": servers.service("verify")}
    for each in (CHECKPOINTS, *SERVICE.topics):
        servers.topic(each)
    found: dict[int, list[Verifying]] = {}
    environment = servers.environment() | service
    for events in LENGTHS:
        say(f"{events:,} events on their way into log, topic and views …")
        with module("keeper", events, **environment) as keeper:
            keeper.wait()
        found[events] = []
        for number in range(1, VERIFYING + 1):
            servers.settle()
            command = ROOT / "kinerja", "verify", SERVICE.name, "--json"
            with module("spent", *command, **environment) as spent:
                said, elapsed, processor, memory = spent.answer()
            if json.loads(said)["events"] != events:
                raise Failed(f"not the log of {events} events: {said}")
            found[events].append(Verifying(events / elapsed, events / processor, memory))
            say(
                f"verify, {events:,} events, round {number} of {VERIFYING}: {events / elapsed:,.0f}/s,"
                f" {events / processor:,.0f}/s of processor time, {memory / 2**20:.0f} MiB"
            )
    return found


def documents(servers: Servers, say: Say) -> dict[str, list[list[float]]]:
    """PDFs/s, each by the clock and by the second of processor time, of the `console`'s way from an answer to the
    document, and of `typst` alone, for each round."""
    assets.prepare()
    found: dict[str, list[list[float]]] = {"console": [], "typst": []}
    with ExitStack() as running:
        ways = {way: running.enter_context(module("printing", way)) for way in found}
        for number in range(1, ROUNDS + 1):
            for way, process in ways.items():
                servers.settle()
                process.tell(str(PRINTING))
                found[way].append(process.answer())
            figures = ", ".join(f"{way} {found[way][-1][0]:.0f}/s" for way in ways)
            say(f"documents, round {number} of {ROUNDS}: {figures}")
    return found


def _whole_way(servers: Servers, name: str, people: int, events: int, rate: float) -> list[float]:
    """Send events from one service to a view of another; the latencies (s)."""
    kafka, topic = servers.kafka, servers.topic(name)
    source_database, sink_database = (
        servers.service(f"{name}_source"),
        servers.service(f"{name}_sink"),
    )
    with module("sink", sink_database, kafka, topic, events) as sink:
        sink.line()
        with module("source", source_database, kafka, topic, people, events, rate) as source:
            source.wait()
        latencies: list[float] = sink.answer()
    return latencies

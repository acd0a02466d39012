"""The figures as a table, held against the goals."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any


@dataclass(frozen=True, slots=True)
class Row:
    """One line: our figure, what it is compared with, and the goal if there is one."""

    what: str
    figure: str
    beside: str = ""
    ratio: str = ""
    goal: str = ""
    met: bool | None = None

    def cells(self) -> tuple[str, ...]:
        met = {True: "yes", False: "no", None: ""}[self.met]
        return self.what, self.figure, self.beside, self.ratio, self.goal, met


HEADINGS = ("measurement", "Kinerja", "beside it", "ratio", "goal", "met")

RATIO_GOALS = {("pyeventsourcing", 64): 30.0, ("Emmett", 64): 8.0, ("Emmett", 1): 0.8}
ECHO_GOALS = {1: 0.3, 64: 0.35}
SPENT_GOALS = {1: 0.008, 64: 0.0016}
REST_GOAL = 0.06
LATENCY_GOALS = {50: 0.015, 99: 0.050}
REBUILD_GOAL = 50_000
FLAT_GOAL = 1.1
DOCUMENTS_GOAL = 50


def appends(found: Mapping[str, Mapping[int, Sequence[float]]]) -> Iterator[Row]:
    """Medians over the rounds; a ratio is the median of the rounds' ratios."""
    ours = found["Kinerja"]
    for name, by_callers in found.items():
        if name == "Kinerja":
            continue
        for callers, theirs in by_callers.items():
            goal = RATIO_GOALS.get((name, callers))
            yield _beside(f"appends/s, {_callers(callers)}", ours[callers], name, theirs, goal)


def commands(found: Mapping[str, Any]) -> Iterator[Row]:
    """As `appends`; processor time is that of all processes together."""
    for callers, ours in found["commands"].items():
        echo, goal = found["echo"][callers], ECHO_GOALS.get(callers)
        yield _beside(
            f"commands/s over HTTP, {_callers(callers)}", ours, "FastAPI alone", echo, goal
        )
    for callers, rounds in found["spent"].items():
        spent, most = median(sum(each.values()) for each in rounds), SPENT_GOALS.get(callers)
        yield Row(
            f"processor time of a command, {_callers(callers)}",
            f"{spent * 1000:.2f} ms",
            goal=f"≤ {most * 1000:g} ms" if most else "",
            met=spent <= most if most else None,
        )
    rest = sum(found["at_rest"].values())
    yield Row("cores taken at rest", f"{rest:.3f}", goal=f"≤ {REST_GOAL:g}", met=rest <= REST_GOAL)


def _callers(count: int) -> str:
    return f"{count:,} caller{'s' * (count > 1)}"


def _beside(
    what: str, ours: Sequence[float], name: str, theirs: Sequence[float], goal: float | None
) -> Row:
    ratio = median(a / b for a, b in zip(ours, theirs, strict=True))
    return Row(
        what,
        f"{median(ours):,.0f}",
        f"{name} {median(theirs):,.0f}",
        f"{ratio:.2f} ×" if ratio < 1 else f"{ratio:.1f} ×",
        f"≥ {goal:g} ×" if goal else "",
        ratio >= goal if goal else None,
    )


def latency(found: Mapping[str, Sequence[float]]) -> Iterator[Row]:
    for percent in (50, 99):
        whole, bare = (percentile(found[way], percent) for way in ("whole", "bare"))
        goal = LATENCY_GOALS[percent]
        yield Row(
            f"event → another service's view, 1,000 events/s, p{percent}",
            f"{whole * 1000:.1f} ms",
            f"aiokafka alone {bare * 1000:.1f} ms",
            f"{whole / bare:.1f} ×",
            f"≤ {goal * 1000:g} ms",
            whole <= goal,
        )


def rebuild(found: Mapping[str, Any]) -> Iterator[Row]:
    yield Row("events/s all the way, as fast as they go", f"{found['way']:,.0f}")
    for nth, unit in enumerate(("", " of processor time")):
        ours, theirs = ([turn[nth] for turn in found[way]] for way in ("rebuild", "bare"))
        figure = median(ours)
        yield Row(
            f"view rebuild, events/s{unit}",
            f"{figure:,.0f}",
            f"aiokafka alone {median(theirs):,.0f}",
            f"{figure / median(theirs):.2f} ×",
            f"≥ {REBUILD_GOAL:,}" if unit else "",
            figure >= REBUILD_GOAL if unit else None,
        )


def verify(found: Mapping[int, Sequence[Sequence[float]]]) -> Iterator[Row]:
    """Medians over the rounds, of the longer log beside the shorter."""
    (short, before), (long, after) = (
        (length, [median(each) for each in zip(*rounds, strict=True)])
        for length, rounds in found.items()
    )
    for nth, unit in enumerate(("", " of processor time")):
        yield Row(
            f"verify, events/s{unit}, of {long:,} events",
            f"{after[nth]:,.0f}",
            f"of {short:,} {before[nth]:,.0f}",
            f"{after[nth] / before[nth]:.2f} ×",
        )
    ratio = after[2] / before[2]
    yield Row(
        f"verify, most memory, of {long:,} events",
        f"{after[2] / 2**20:.0f} MiB",
        f"of {short:,} {before[2] / 2**20:.0f} MiB",
        f"{ratio:.2f} ×",
        f"≤ {FLAT_GOAL:g} ×",
        ratio <= FLAT_GOAL,
    )


def documents(found: Mapping[str, Sequence[Sequence[float]]]) -> Iterator[Row]:
    """Medians over the rounds; the ratio is the median of the rounds' ratios."""
    for nth, (unit, cores) in enumerate((("", 1), (" of two cores' processor time", 2))):
        ours, alone = ([turn[nth] * cores for turn in found[way]] for way in ("console", "typst"))
        figure = median(ours)
        yield Row(
            f"SKPs as PDF/s{unit}",
            f"{figure:,.0f}",
            f"typst alone {median(alone):,.0f}",
            f"{median(a / b for a, b in zip(ours, alone, strict=True)):.2f} ×",
            f"≥ {DOCUMENTS_GOAL}" if unit else "",
            figure >= DOCUMENTS_GOAL if unit else None,
        )


ROWS: dict[str, Callable[[Any], Iterator[Row]]] = {
    "appends": appends,
    "commands": commands,
    "latency": latency,
    "rebuild": rebuild,
    "verify": verify,
    "documents": documents,
}
"""What is measured, in order, and how its figures are told."""


def percentile(values: Sequence[float], percent: int) -> float:
    """The nearest-rank percentile."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, len(ranked) * percent // 100)]


def table(found: Sequence[Row]) -> str:
    return _grid([HEADINGS, *(row.cells() for row in found)])


def processes(found: Mapping[str, Any]) -> str:
    """Where the processor time of a command went, in ms, and that of a second at rest."""
    spent = found["spent"]
    lines = [
        ("ms of processor time", *(f"a command, {_callers(n)}" for n in spent), "a second at rest")
    ]
    for name, rest in found["at_rest"].items():
        each = [median(turn[name] for turn in rounds) for rounds in spent.values()]
        lines.append((name, *(f"{seconds * 1000:.2f}" for seconds in (*each, rest))))
    return _grid(lines)


def _grid(lines: Sequence[Sequence[str]]) -> str:
    """A table that reads the same in a terminal and in Markdown; the first line heads it."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    text = ["| " + " | ".join(map(str.ljust, line, widths)) + " |" for line in lines]
    text.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(text)


PAGE = """\
# Benchmarks

Written by `{command}`; not edited by hand. Everything compared ran on the same servers in the
same run, in turns, so that the ratios hold where the machine's own speed does not.

{table}

- **Appends**: one event of {bytes} bytes (JSON) on a new stream each, expected version 0; each of
  the callers gives its next when the last is answered. The median of {rounds} rounds of {seconds} s
  for each store and number of callers, the stores in turns; the ratio is the median of the rounds'
  ratios. All three on one PostgreSQL, with its default durability; Kafka is not running yet.
  pyeventsourcing and Emmett run as they come, with their own connection pools. Kinerja's events are
  also numbered without gaps, hash-chained and found by command id, which the others' are
  not.{left_out}
- **Commands**: `POST /directory` with one new unit, each with a key of its own and one token; beside it,
  the same requests to a FastAPI application of one process that checks the body by the same model and gives it back. All
  of `make run` is up: servers, five services, console, issuer. Callers as above, each on a connection
  that stays open; medians as above, in turns. Processor time is that of every process but the client's, from
  the first command until all views have it; at rest, of {rest} s in which nobody asks anything:

{processes}

- **Event → view**: appended and relayed by one process, applied to a view in another database by a
  second one; from the record's `recordedtime` to the commit of the view. Beside it, the same
  events at the same rate from one aiokafka producer to one consumer, from send to receipt.
- **Rebuild**: {events:,} events about {people:,} people into two tables, by the clock and per second
  of the rebuilding process's processor time; beside it, polling the same topic and dropping the
  records.
- **Verify**: `./kinerja verify monitoring`, from start to end: the log with its chain, versions and
  checkpoints, its topic held against it, every view compared with a replay. Of one log that grows, streams
  and people with it; medians of {verifying} rounds. Memory and processor time are its own process's.
- **Documents**: from planning's answer to the PDF of an SKP of six results of three indicators, with its
  annexes and code, in the console's {workers} workers; beside it, the same texts through typst alone in as many
  processes. Medians of {rounds} rounds in turns.

{machine}
"""

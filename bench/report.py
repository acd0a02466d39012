"""The figures as a table, held against the goals."""

from collections.abc import Mapping, Sequence
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
LATENCY_GOALS = {50: 0.015, 99: 0.050}
REBUILD_GOAL = 50_000


def rows(
    appends: Mapping[str, Mapping[int, Sequence[float]]],
    latency: Mapping[str, Sequence[float]],
    rebuild: Mapping[str, Any],
) -> list[Row]:
    """Medians over the rounds; a ratio is the median of the rounds' ratios."""
    found = []
    ours = appends["Kinerja"]
    for name, by_callers in appends.items():
        if name == "Kinerja":
            continue
        for callers, theirs in by_callers.items():
            ratio = median(a / b for a, b in zip(ours[callers], theirs, strict=True))
            goal = RATIO_GOALS.get((name, callers))
            found.append(
                Row(
                    f"appends/s, {callers:,} caller{'s' * (callers > 1)}",
                    f"{median(ours[callers]):,.0f}",
                    f"{name} {median(theirs):,.0f}",
                    f"{ratio:.1f} ×",
                    f"≥ {goal:g} ×" if goal else "",
                    ratio >= goal if goal else None,
                )
            )
    for percent in (50, 99):
        whole, bare = (percentile(latency[way], percent) for way in ("whole", "bare"))
        goal = LATENCY_GOALS[percent]
        found.append(
            Row(
                f"event → another service's view, 1,000 events/s, p{percent}",
                f"{whole * 1000:.1f} ms",
                f"aiokafka alone {bare * 1000:.1f} ms",
                f"{whole / bare:.1f} ×",
                f"≤ {goal * 1000:g} ms",
                whole <= goal,
            )
        )
    way = rebuild["way"]
    found.append(Row("events/s all the way, as fast as they go", f"{way:,.0f}"))
    for nth, unit in enumerate(("", " of processor time")):
        ours_, theirs_ = ([turn[nth] for turn in rebuild[way]] for way in ("rebuild", "bare"))
        figure = median(ours_)
        found.append(
            Row(
                f"view rebuild, events/s{unit}",
                f"{figure:,.0f}",
                f"aiokafka alone {median(theirs_):,.0f}",
                f"{figure / median(theirs_):.2f} ×",
                f"≥ {REBUILD_GOAL:,}" if unit else "",
                figure >= REBUILD_GOAL if unit else None,
            )
        )
    return found


def percentile(values: Sequence[float], percent: int) -> float:
    """The nearest-rank percentile."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, len(ranked) * percent // 100)]


def table(found: Sequence[Row]) -> str:
    """A table that reads the same in a terminal and in Markdown."""
    lines = [HEADINGS, *(row.cells() for row in found)]
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
- **Event → view**: appended and relayed by one process, applied to a view in another database by a
  second one; from the record's `recordedtime` to the commit of the view. Beside it, the same
  events at the same rate from one aiokafka producer to one consumer, from send to receipt.
- **Rebuild**: {events:,} events about {people:,} people into two tables, by the clock and per second
  of the rebuilding process's processor time; beside it, polling the same topic and dropping the
  records.

{machine}
"""

"""`python -m bench.capacity`: what installations need, computed from what was measured on two cores.

    python -m bench.capacity > docs/capacity.md

Nothing here is measured: costs of one command and of one page, on this machine, are multiplied by how much an
agency is taken to do. What is measured comes from .local/bench.json (`make bench`) and from the constants below,
each with its command; what is taken for granted is told in the document.
"""

import json
import math
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any

from contracts.catalogue import SERVICES
from contracts.topics import PARTITIONS
from deploy.local import LOCAL

FIGURES = LOCAL / "bench.json"
SIZES = (80_000, 240_000, 5_600_000)

# A year of 1,500 people at 5abf6c0: `python -m deploy.local run --people 1500 --once`.
COMMANDS, EVENTS = 20_764 / 1500, 28_928 / 1500
"""Of a person in a year."""
# A year of 240,000 people at d7d702e: `make run PEOPLE=240000`, and du of its folder.
DISK = 21e9 / 240_000
"""Bytes of a person's year in databases, topics and logs, one copy of each."""
# `python -m bench.home 240000` at 5abf6c0: 53 ms of a superior's home, eight at a time on two cores.
PAGE = 0.053 * 2 / 8
"""Seconds of processor time of a page's questions, in services, databases and caller; that of the console comes on
top."""

ACTING, PAGES, GIVEN = 0.10, 10, 3
"""In the busiest hour, the last of January: which part of the people is there, and what each of them opens and
gives. Taken for granted: no agency has told."""
FULL = 0.6
"""How much of a core a pod is to use at its busiest: what is left is for a pod that fails, and for growth."""
COPIES = 3
"""Of what is kept: a primary with two standbys, a topic with three replicas."""


@dataclass(frozen=True, slots=True)
class Costs:
    """Seconds of processor time of a command, by process, and cores taken at rest; events a second of one
    core that verifies."""

    command: Mapping[str, float]
    rest: Mapping[str, float]
    verified: float

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> "Costs":
        spent = found["commands"]["spent"]["64"]
        verified = max(found["verify"].items(), key=lambda each: int(each[0]))[1]
        return cls(
            {name: median(each[name] for each in spent) for name in spent[0]},
            found["commands"]["at_rest"],
            median(each[1] for each in verified),
        )


@dataclass(frozen=True, slots=True)
class Need:
    people: int
    costs: Costs

    @property
    def commands(self) -> float:
        """A second, in the busiest hour."""
        return self.people * ACTING * GIVEN / 3600

    @property
    def pages(self) -> float:
        return self.people * ACTING * PAGES / 3600

    def cores(self, process: str) -> float:
        """In the busiest hour, without the pages."""
        return self.commands * self.costs.command.get(process, 0) + self.costs.rest.get(process, 0)

    @property
    def of_pages(self) -> float:
        return self.pages * PAGE

    @property
    def of_services(self) -> float:
        return sum(self.cores(service) for service in SERVICES) + self.of_pages

    @property
    def pods(self) -> int:
        """That answer (`api`), of all services; at least two of each."""
        return max(2 * len(SERVICES), math.ceil(self.of_services / FULL))

    @property
    def most(self) -> str:
        parts = {name: self.cores(name) for name in ("PostgreSQL", "Kafka", *SERVICES)}
        parts["pages"] = self.of_pages
        return max(parts, key=lambda name: parts[name])


def rows(costs: Costs) -> Iterator[tuple[str, ...]]:
    needs = [Need(people, costs) for people in SIZES]
    yield ("commands a year", *(_round(n.people * COMMANDS) for n in needs))
    yield ("events a year", *(_round(n.people * EVENTS) for n in needs))
    yield ("commands a second, busiest hour", *(_round(n.commands) for n in needs))
    yield ("pages a second, busiest hour", *(_round(n.pages) for n in needs))
    yield ("cores: services", *(_cores(n.of_services) for n in needs))
    yield ("cores: PostgreSQL", *(_cores(n.cores("PostgreSQL")) for n in needs))
    yield ("cores: Kafka", *(_cores(n.cores("Kafka")) for n in needs))
    yield ("pods that answer, all services", *(f"{n.pods:,}" for n in needs))
    yield ("disk a year, one copy", *(_bytes(n.people * DISK) for n in needs))
    yield (f"disk a year, {COPIES} copies", *(_bytes(n.people * DISK * COPIES) for n in needs))
    yield (
        "verify a year, one core",
        *(_minutes(n.people * EVENTS / n.costs.verified) for n in needs),
    )
    yield ("what costs most", *(n.most for n in needs))


def _round(number: float) -> str:
    if number < 10:
        return f"{number:.1f}"
    digits = max(0, int(math.log10(number)) - 1)
    return f"{round(number, -digits):,.0f}"


def _cores(cores: float) -> str:
    return f"{cores:.1f}"


def _bytes(size: float) -> str:
    return f"{size / 1e9:,.0f} GB"


def _minutes(seconds: float) -> str:
    return f"{seconds / 60:,.0f} min"


def document(found: Mapping[str, Any]) -> str:
    costs = Costs.of(found)
    head = ("", *(f"{people:,} people" for people in SIZES))
    lines = [head, tuple("---" for _ in head), *rows(costs)]
    table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    spent = ", ".join(
        f"{name} {seconds * 1000:.2f}"
        for name, seconds in costs.command.items()
        if seconds >= 0.000005
    )
    machine = found["machine"]
    return f"""# How much an installation needs

Computed by `python -m bench.capacity > docs/capacity.md` from figures of one machine with two cores; nothing in
the table is measured. Multiply before you buy: measure your own with `make bench`.

{table}

**Measured.** Milliseconds of processor time of a command at 64 callers: {spent}
(`make bench` at {machine["commit"]}, {machine["processor"]}). Of a page's questions: {PAGE * 1000:.0f} ms in services, databases
and caller together (`python -m bench.home 240000`). Of a person in a year: {COMMANDS:.1f} commands, {EVENTS:.1f} events
(`python -m deploy.local run --people 1500 --once`), {DISK / 1000:.0f} kB of disk
(`make run PEOPLE=240000`, at d7d702e and not since).

**Taken for granted.** In the busiest hour, the last of January, {ACTING:.0%} of the people are there, and each opens
{PAGES} pages and gives {GIVEN} commands. A pod uses {FULL:.0%} of a core at most. All grows in proportion: the plans of the
database's queries read no table of people from end to end (tests/services/planning/test_plans.py), but nothing was run
with more than 240,000.

**What does not grow with pods.** A log takes its events one group after another, however many pods answer: what one
PostgreSQL appends is the bound of one service (docs/benchmarks.md). A topic has {PARTITIONS} partitions, so at most
{PARTITIONS} processes with `views` of one service work at once, for good
([partitions](runbooks/partitions.md)). So a nation is many installations, one for each ministry, agency and region:
the table's last column is their sum, not one database.
"""


def main() -> None:
    if not FIGURES.exists():
        sys.exit(f"no {FIGURES}: run make bench first")
    print(document(json.loads(FIGURES.read_text())), end="")


if __name__ == "__main__":
    main()

"""`python -m bench`: measure, print the table, write docs/benchmarks.md and .local/bench.json; with the
names of some parts, only those, and write nothing.

Exit status 1 if something could not be measured; a goal missed is a figure, not a failure.
"""

import argparse
import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bench import measure, report, rivals
from bench.children import run
from bench.machine import describe
from bench.samples import feedback
from bench.servers import FOLDER, Servers
from console.forms.renderer import WORKERS
from deploy.local import LOCAL, ROOT

DOCUMENT = ROOT / "docs" / "benchmarks.md"
FIGURES = LOCAL / "bench.json"
COMMAND = "make bench"
NO_EMMETT = "Emmett is left out: it needs Node.js and npm."

started = time.monotonic()


def say(line: str) -> None:
    print(f"{time.monotonic() - started:4.0f} s  {line}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("parts", nargs="*", choices=[[], *report.ROWS])
    parts = parser.parse_args().parts or [*report.ROWS]
    FOLDER.mkdir(parents=True, exist_ok=True)
    others = _rivals() if "appends" in parts else {}
    measures: dict[str, Callable[[Servers], Any]] = {
        "appends": lambda running: measure.appends(running, others, say),
        "commands": lambda running: measure.commands(running, say),
        "latency": lambda running: measure.latency(running, say),
        "rebuild": lambda running: measure.rebuild(running, say),
        "verify": lambda running: measure.verify(running, say),
        "documents": lambda running: measure.documents(running, say),
    }
    with Servers() as running:
        machine = describe(running)
        found = {part: measures[part](running) for part in parts}
    rows = [row for part, figures in found.items() for row in report.ROWS[part](figures)]
    print(f"\n{report.table(rows)}\n")
    if "commands" in found:
        print(f"{report.processes(found['commands'])}\n")
    if len(found) == len(report.ROWS):
        _write(machine, found, rows)
        say(f"written to {DOCUMENT.relative_to(ROOT)} and {FIGURES.relative_to(ROOT)}")


def _rivals() -> dict[str, list[str | Path]]:
    others = {"pyeventsourcing": rivals.pyeventsourcing()}
    if emmett := rivals.emmett():
        others["Emmett"] = emmett
    else:
        say(NO_EMMETT)
    return others


def _write(machine: dict[str, str], found: dict[str, Any], rows: Sequence[report.Row]) -> None:
    latency = {
        way: {f"p{p}": report.percentile(seconds, p) for p in (50, 90, 99, 100)}
        for way, seconds in found["latency"].items()
    }
    goals = [
        {"what": row.what, "figure": row.figure, "ratio": row.ratio, "goal": row.goal,
         "met": row.met} for row in rows if row.goal
    ]  # fmt: skip
    figures = {"machine": machine, **found, "latency": latency, "goals": goals}
    FIGURES.write_text(json.dumps(figures, indent=1))
    DOCUMENT.parent.mkdir(exist_ok=True)
    DOCUMENT.write_text(
        report.PAGE.format(
            command=COMMAND,
            table=report.table(rows),
            bytes=len(feedback(1).model_dump_json()),
            rounds=measure.ROUNDS,
            seconds=measure.SECONDS,
            left_out="" if "Emmett" in found["appends"] else " " + NO_EMMETT,
            processes=report.processes(found["commands"]),
            rest=measure.REST,
            events=measure.EVENTS,
            people=measure.PEOPLE,
            verifying=measure.VERIFYING,
            workers=WORKERS,
            machine="\n".join(f"- {name}: {value}" for name, value in machine.items()),
        )
    )


if __name__ == "__main__":
    run(main)

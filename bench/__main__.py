"""`python -m bench`: measure, print the table, write docs/benchmarks.md and .local/bench.json.

Exit status 1 if something could not be measured; a goal missed is a figure, not a failure.
"""

import json
import signal
import sys
import time

from bench import measure, report, rivals
from bench.children import Failed
from bench.machine import describe
from bench.samples import feedback
from bench.servers import FOLDER, Servers
from deploy.local import LOCAL, ROOT, CannotStart

DOCUMENT = ROOT / "docs" / "benchmarks.md"
FIGURES = LOCAL / "bench.json"
COMMAND = "make bench"
NO_EMMETT = "Emmett is left out: it needs Node.js and npm."

started = time.monotonic()


def say(line: str) -> None:
    print(f"{time.monotonic() - started:4.0f} s  {line}", flush=True)


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    others = {"pyeventsourcing": rivals.pyeventsourcing()}
    if emmett := rivals.emmett():
        others["Emmett"] = emmett
    else:
        say(NO_EMMETT)
    with Servers() as running:
        machine = describe(running)
        appends = measure.appends(running, others, say)
        latency = measure.latency(running, say)
        rebuild = measure.rebuild(running, say)
    rows = report.rows(appends, latency, rebuild)
    FIGURES.write_text(
        json.dumps(
            {
                "machine": machine,
                "appends": appends,
                "latency": {
                    way: {f"p{p}": report.percentile(seconds, p) for p in (50, 90, 99, 100)}
                    for way, seconds in latency.items()
                },
                "rebuild": rebuild,
                "goals": [
                    {"what": row.what, "figure": row.figure, "ratio": row.ratio, "goal": row.goal,
                     "met": row.met} for row in rows if row.goal
                ],
            },
            indent=1,
        )
    )  # fmt: skip
    DOCUMENT.parent.mkdir(exist_ok=True)
    DOCUMENT.write_text(
        report.PAGE.format(
            command=COMMAND,
            table=report.table(rows),
            bytes=len(feedback(1).model_dump_json()),
            rounds=measure.ROUNDS,
            seconds=measure.SECONDS,
            left_out="" if emmett else " " + NO_EMMETT,
            events=measure.EVENTS,
            people=measure.PEOPLE,
            machine="\n".join(f"- {name}: {value}" for name, value in machine.items()),
        )
    )
    print(f"\n{report.table(rows)}\n")
    say(f"written to {DOCUMENT.relative_to(ROOT)} and {FIGURES.relative_to(ROOT)}")


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the children end too
    try:
        main()
    except (CannotStart, Failed) as error:
        sys.exit(f"Kinerja: {error}")
    except KeyboardInterrupt:
        sys.exit(130)

"""Run the console in this process until SIGTERM, or its notifier: `python -m console [notify]`."""

import sys

from chassis import logs, metrics, server, tracing
from chassis.door import Door
from console.settings import ConsoleSettings, NotifierSettings


def main() -> None:
    match sys.argv[1:]:
        case []:
            from console.app import build, too_large

            logs.configure("console")
            chosen = ConsoleSettings()
            tracing.begin(chosen, "console")
            server.run(
                tracing.Traced(metrics.Measured(Door(build(chosen), too_large=too_large(chosen)))),
                chosen,
            )
        case ["notify"]:
            from console.notify import worker

            logs.configure("notifier")
            worker.run(NotifierSettings())
        case _:
            sys.exit("usage: python -m console [notify]")


if __name__ == "__main__":
    main()

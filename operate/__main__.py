"""`./kinerja COMMAND`: what operators and auditors ask of the services, and tell them.

Exit status 0: all is well; 1: something does not hold, or is stopped; 2: it could not be asked, or not in
this way; 130: interrupted. A terminal gets tables, anything else lines of JSON, as a terminal does by
`--json`. What takes long shows on a terminal's standard error that it goes on.
"""

import argparse
import signal
import sys
from collections.abc import Callable, Collection
from importlib import import_module
from pathlib import Path

from audit.runs import NotFound
from chassis.process import end_as_by_ctrl_c
from contracts.catalogue import SERVICES
from operate import CONSOLE, CannotAsk, ask, imports, stopped

Run = Callable[[argparse.Namespace], int]


def main() -> int:
    options = _parser().parse_args()
    # Whatever ends it: what it asks of a database is called off, and no lock is left there.
    end_as_by_ctrl_c(signal.SIGTERM)
    try:
        status: int = options.run(options)
    except (CannotAsk, NotFound) as reason:
        print(reason, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return status


def _loaded(name: str) -> Run:
    """The command of a module that is loaded once it is given: of those that need the services' code, for most do
    not and answer sooner without it."""

    def run(options: argparse.Namespace) -> int:
        command: Run = import_module(f"operate.{name}").run
        return command(options)

    return run


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="kinerja", description="For operators and auditors.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, run, told in (
        ("status", ask.status, "whether all keeps up"),
        ("keys", ask.keys, "the keys that sign the logs"),
        ("checkpoint", ask.checkpoint, "the last signed checkpoints"),
        ("verify", _loaded("verify"), "hold logs, topics and views against each other"),
    ):
        _of_a_run(_add(commands, name, run, told, nargs="?"))
    again = _of_a_run(_add(commands, "rebuild", _loaded("rebuild"), "replace a view by a replay"))
    again.add_argument("view", metavar="VIEW", help="that verify found to differ")
    made = "make what a service finds, before it starts"
    _add(commands, "prepare", _loaded("prepare"), made, among=(*SERVICES, CONSOLE))
    back = _add(
        commands, "take-back", _loaded("take_back"), "append from the topic what a backup lacks"
    )
    back.add_argument("--by", required=True, help="who decides; goes on the record")
    back.add_argument("--why", required=True, help="goes on the record")
    told = "send a file, and load it unless there is a problem in it"
    loading = commands.add_parser("import", help=told, description=told)
    imports.add(loading)
    _of_a_run(loading)
    cures = commands.add_parser("stopped", help="partitions that stand, and their cures")
    each = cures.add_subparsers(required=True, metavar="COMMAND")
    _of_a_run(_add(each, "list", stopped.list_all, "all that stand", nargs="?"))
    for name, run, told in (
        ("show", stopped.show, "what one stands before; never what is in it"),
        ("retry", stopped.retry, "have it tried again, and see whether it goes on"),
        ("pass-over", stopped.pass_over, "let it go on behind the record; this is on the record"),
    ):
        one = _of_a_run(_add(each, name, run, told))
        one.add_argument("subscription", metavar="SUBSCRIPTION", help="a view or reaction")
        one.add_argument("partition", type=stopped.partition, metavar="TOPIC/PARTITION")
    one.add_argument("--offset", type=int, required=True, help="that it is seen to stand before")
    one.add_argument("--why", required=True, help="goes on the record")
    return parser


def _add(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    run: Run,
    told: str,
    nargs: str | None = None,
    among: Collection[str] = SERVICES,
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=told, description=told)
    parser.set_defaults(run=run)
    parser.add_argument(
        "service", choices=among, metavar="SERVICE", help=", ".join(among), nargs=nargs
    )
    parser.add_argument("--json", action="store_true", help="lines of JSON, also to a terminal")
    return parser


def _of_a_run(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument(
        "--folder", type=Path, help="the data folder of the local run, if several are at work"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())

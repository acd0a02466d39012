"""The processes that are measured: they print what they found on standard output."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

from deploy.local import LOCAL, ROOT, CannotStart

LOG = LOCAL / "bench" / "children.log"


class Failed(Exception):
    """A child ended without its answer. The message says where it wrote why."""


class Child:
    """A process that answers in lines."""

    def __init__(self, command: Sequence[str | Path], environment: Mapping[str, str]) -> None:
        self.command = [str(word) for word in command]
        with LOG.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, cwd=ROOT, env=os.environ | environment, text=True, bufsize=1,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log,
            )  # fmt: skip

    def tell(self, line: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(line + "\n")

    def line(self) -> str:
        """Its next line. Raises Failed."""
        assert self.process.stdout
        line = self.process.stdout.readline()
        if not line:
            name = " ".join(word for word in self.command[:4] if "://" not in word)
            raise Failed(f"{name} ended with status {self.process.wait()} (log: {LOG})")
        return line.strip()

    def answer(self) -> Any:
        """Its next line, which is JSON. Raises Failed."""
        return json.loads(self.line())

    def wait(self) -> None:
        """Until it has ended well. Raises Failed."""
        if self.process.wait():
            raise Failed(f"{' '.join(self.command[:3])} failed (log: {LOG})")


@contextmanager
def child(*command: str | Path, **environment: str) -> Iterator[Child]:
    """A child that is ended with the block; the environment is what it has beside ours."""
    started = Child(command, environment)
    try:
        yield started
    finally:
        started.process.terminate()
        started.process.communicate()


@contextmanager
def module(name: str, *arguments: object, **environment: str) -> Iterator[Child]:
    """`python -m bench.NAME ARGUMENTS`."""
    command = sys.executable, "-m", f"bench.{name}", *map(str, arguments)
    with child(*command, **environment) as started:
        yield started


def run(main: Callable[[], int | None]) -> NoReturn:
    """A benchmark as a command: told to end, it ends its children too; what has failed is told in a line."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        sys.exit(main())
    except (CannotStart, Failed) as error:
        sys.exit(f"Kinerja: {error}")
    except KeyboardInterrupt:
        sys.exit(130)

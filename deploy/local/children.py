"""The services of a local run: started, watched and stopped together."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.local import process

WITHHELD = (
    "DATABASE_URL",
    "ISSUER_SECRET",
    "SIGNING_KEY",
    "KAFKA_USERNAME",
    "KAFKA_PASSWORD",
    "SMTP_PASSWORD",
)
"""Of our own environment: a child has these only if it is given them."""


@dataclass(frozen=True)
class Death:
    """A child that ended by itself."""

    name: str
    code: int
    """Exit status; negative: the signal that ended it."""
    last_lines: list[str]
    log: Path


@dataclass(frozen=True)
class _Child:
    name: str
    process: subprocess.Popen[bytes]
    log: Path


class Children:
    def __init__(self) -> None:
        self._children: list[_Child] = []

    def spawn(
        self,
        name: str,
        argv: Sequence[str],
        env: Mapping[str, str],
        log_folder: Path,
        inherited: Sequence[int] = (),
    ) -> subprocess.Popen[bytes]:
        """Start a child with `env` over our own environment, less what is withheld. Its output goes to NAME.log.

        From the main thread.
        """
        log = log_folder / f"{name}.log"
        ours = {name: value for name, value in os.environ.items() if name not in WITHHELD}
        child = process.start(
            argv, log=log, on_parent_death=signal.SIGTERM, env=ours | dict(env),
            inherited=inherited,
        )  # fmt: skip
        self._children.append(_Child(name, child, log))
        return child

    @property
    def pids(self) -> dict[str, int]:
        """The process of each, by its name."""
        return {child.name: child.process.pid for child in self._children}

    def poll(self) -> Death | None:
        """The first child that has ended by itself, if any."""
        for child in self._children:
            code = child.process.poll()
            if code is not None:
                return Death(child.name, code, process.last_lines(child.log, 5), child.log)
        return None

    def stop(self, *names: str, patience: float = 15.0) -> None:
        """SIGTERM to all, or to those of these names, the youngest first; SIGKILL to those still there after
        `patience` s."""
        deadline = time.monotonic() + patience
        leaving = [child for child in self._children if not names or child.name in names]
        for child in reversed(leaving):
            if child.process.poll() is None:
                child.process.terminate()
        for child in reversed(leaving):
            try:
                child.process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill_tree(child.process.pid)
                child.process.wait()
            self._children.remove(child)

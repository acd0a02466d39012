"""Everything of `make run`, and the processor time that each of its processes takes."""

import json
import os
import shutil
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

import psutil

from bench.servers import FOLDER, Servers
from deploy.local.stack import Stack

QUIET, LOOK, LOOKS = 0.2, 0.5, 40
"""Cores that the whole takes at most when it has done what it was told; seconds between two looks; and how
many there are at most."""

Spent = Mapping[str, float]
"""Seconds of processor time, by process."""


class Whole:
    def __init__(self, stack: Stack, pids: Mapping[str, int]) -> None:
        self.stack = stack
        self._pids = pids

    def token(self) -> str:
        """Of somebody who may register units."""
        form = {"secret": self.stack.secret, "sub": "personnel-unit", "roles": "personnel"}
        sent = urllib.parse.urlencode(form).encode()
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with direct.open(f"{self.stack.url('issuer')}/anybody", sent, timeout=10) as answer:
            return str(json.load(answer)["access_token"])

    def spent(self) -> Spent:
        """Since it began, with children, also those that have ended."""
        return {name: spent_by(pid) for name, pid in self._pids.items()}

    def rest(self) -> None:
        """Wait until what has been begun is done: the views come behind the answers."""
        for _ in range(LOOKS):
            before = sum(self.spent().values())
            time.sleep(LOOK)
            if sum(self.spent().values()) - before < QUIET * LOOK:
                return


def spent_by(pid: int) -> float:
    """Seconds of processor time, with children; 0 of one that has been stopped."""
    try:
        process, found = psutil.Process(pid), 0.0
    except psutil.NoSuchProcess:
        return 0.0
    for each in (process, *process.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):  # a backend whose client has gone
            found += sum(each.cpu_times()[:4])  # the last two of children that have ended
    return found


@contextmanager
def running(servers: Servers) -> Iterator[Whole]:
    """The whole on these servers. Raises CannotStart."""
    os.environ |= servers.environment()
    folder = FOLDER / "stack"
    shutil.rmtree(folder, ignore_errors=True)
    stack = Stack(folder, cycle="bench")
    try:
        stack.start()
        yield Whole(stack, servers.pids() | stack.children.pids)
    finally:
        stack.stop()

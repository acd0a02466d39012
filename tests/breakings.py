"""`python -m tests.breakings [WORDS]`: break each promise once, and see its tests fail.

In copies of the tree, one breaking of tests/breakings.toml at a time in each: its tests must pass on the
whole code and fail on the broken one. WORDS: only breakings that hold them in what they break, their file
or their tests. Prints a line for each test; exit status 1 if one does not do both. COPIES: how many are
at work at once (2).
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from queue import SimpleQueue
from typing import TypeVar

from console.show.assets import BUILT
from deploy import assets
from deploy.assets.npm import MODULES

ROOT = Path(__file__).parents[1]
SECONDS = 400
"""That one test may take."""

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Breaking:
    """`old` stands once in `file`; with `new` in its place each of `tests` fails."""

    what: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]

    def __contains__(self, words: str) -> bool:
        return any(words in each for each in (self.what, self.file, *self.tests))


class Unsound(Exception):
    """A test neither passes nor fails."""


def read() -> list[Breaking]:
    listed = tomllib.loads((ROOT / "tests" / "breakings.toml").read_text())["breaking"]
    return [Breaking(**each | {"tests": tuple(each["tests"])}) for each in listed]


def main(words: str = "") -> int:
    breakings = [each for each in read() if words in each]
    named = sorted({test for each in breakings for test in each.tests})
    files = [list(tests) for _, tests in groupby(named, key=lambda test: test.partition("::")[0])]
    unseen = 0
    with _copies(int(os.environ.get("COPIES", "2"))) as at_work:
        unbroken = dict(pair for told in at_work(_whole, files) for pair in told.items())
        for breaking, told in zip(breakings, at_work(_broken, breakings), strict=True):
            print(f"{breaking.file}: {breaking.what}", flush=True)
            for test, (seen, says) in told.items():
                if wrong := unbroken[test]:
                    seen, says = False, wrong
                unseen += not seen
                print(f"    {test.partition('::')[2]} {says}", flush=True)
    return 1 if unseen else 0


class _Copies:
    """Copies of the tree, each lent to one at a time."""

    def __init__(self, folders: Iterable[Path]) -> None:
        self._free = SimpleQueue[Path]()
        for folder in folders:
            self._free.put(folder)
        self._threads = ThreadPoolExecutor(self._free.qsize())

    def __call__(self, act: Callable[[Path, T], R], items: Iterable[T]) -> Iterator[R]:
        """Act on each item in a copy; what came of them, in their order."""

        def once(item: T) -> R:
            folder = self._free.get()
            try:
                return act(folder, item)
            finally:
                self._free.put(folder)

        return self._threads.map(once, items)


@contextmanager
def _copies(count: int) -> Iterator[_Copies]:
    """So many copies of the tree as it stands, without what is ignored; but with the browser's files,
    which the console does not start without, and what they are made from."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    assets.prepare()
    with ExitStack() as stack:
        folders = [
            Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="breakings-")))
            for _ in range(count)
        ]
        for folder in folders:
            folder.chmod(0o755)  # PostgreSQL runs as another user when we are root
            for name in filter(None, names.split("\0")):
                if (ROOT / name).exists():  # else it is deleted, and not yet for git
                    (folder / name).parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy(ROOT / name, folder / name)
            for made in (BUILT, MODULES):
                shutil.copytree(made, folder / made.relative_to(ROOT))
        yield _Copies(folders)


def _whole(copy: Path, tests: list[str]) -> dict[str, str | None]:
    """What is wrong with these tests of one file on the whole code; None of those that pass."""
    try:
        failures = _failures(copy, tests)
    except Unsound as reason:
        return dict.fromkeys(tests, f"NEITHER PASSES NOR FAILS UNBROKEN: {reason}")
    return {
        test: f"FAILS UNBROKEN: {failures[test]}" if test in failures else None for test in tests
    }


def _broken(copy: Path, breaking: Breaking) -> dict[str, tuple[bool, str]]:
    """Whether the breaking makes each of its tests fail, and how it does."""
    file = copy / breaking.file
    whole = file.read_text()
    file.write_text(whole.replace(breaking.old, breaking.new))
    try:
        return {test: _fails(copy, test) for test in breaking.tests}
    finally:
        file.write_text(whole)


def _fails(copy: Path, test: str) -> tuple[bool, str]:
    try:
        failures = _failures(copy, [test], "-x")  # each of its cases may wait a minute in vain
    except Unsound as reason:
        return False, f"NEITHER PASSES NOR FAILS: {reason}"
    return (True, f"fails: {failures[test]}") if failures else (False, "PASSES BROKEN")


def _failures(copy: Path, tests: list[str], *options: str) -> dict[str, str]:
    """What tests fail with, of those that do. Raises Unsound."""
    command = [sys.executable, "-m", "pytest", "--tb=short", *options]
    try:
        ran = subprocess.run(
            [*command, *(f"tests/{test}" for test in tests)],
            cwd=copy, env=os.environ | {"COLUMNS": "300"}, capture_output=True, text=True,
            timeout=SECONDS * len(tests),
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise Unsound(f"longer than {SECONDS * len(tests)} s") from None
    # An error of a test is one in what it needs, such as the world that it finds; of a file, one in its text.
    told = re.findall(
        r"^(?:FAILED|ERROR) tests/(\S+?::\S+?)(?:\[.*)? - (.*)", ran.stdout, re.MULTILINE
    )
    if ran.returncode != (1 if told else 0):
        raise Unsound(f"pytest says\n{ran.stdout}{ran.stderr}")
    return dict(told)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

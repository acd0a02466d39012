"""`python -m tests.breakings [WORDS]`: break each promise once, and see its tests fail.

In a copy of the tree, one breaking of tests/breakings.toml at a time: each of its tests must pass
on the whole code and fail on the broken one. WORDS: only breakings that hold them in what they
break, their file or their tests. Prints a line for each test; exit status 1 if one does not do
both. An hour or more.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from console.show.assets import BUILT
from deploy import assets

ROOT = Path(__file__).parents[1]
SECONDS = 400


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
    unseen = 0
    with tempfile.TemporaryDirectory(prefix="breakings-") as folder:
        copy = Path(folder)
        _copy(copy)
        for breaking in read():
            if words in breaking:
                print(f"{breaking.file}: {breaking.what}", flush=True)
                for test in breaking.tests:
                    seen, told = _try(copy, breaking, test)
                    unseen += not seen
                    print(f"    {test.partition('::')[2]} {told}", flush=True)
    return 1 if unseen else 0


def _copy(to: Path) -> None:
    """The tree as it stands, without what is ignored; but with the browser's files, which the
    console does not start without."""
    to.chmod(0o755)  # PostgreSQL runs as another user when we are root
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    for name in filter(None, names.split("\0")):
        if (ROOT / name).exists():  # else it is deleted, and not yet for git
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            (to / name).write_bytes((ROOT / name).read_bytes())
    assets.prepare()
    shutil.copytree(BUILT, to / BUILT.relative_to(ROOT))


def _try(copy: Path, breaking: Breaking, test: str) -> tuple[bool, str]:
    """Whether the breaking makes the test fail, and how it does."""
    file = copy / breaking.file
    whole = file.read_text()
    try:
        if failure := _failure_unbroken(copy, test):
            return False, f"FAILS UNBROKEN: {failure}"
        file.write_text(whole.replace(breaking.old, breaking.new))
        failure = _failure(copy, test)
    except Unsound as reason:
        return False, f"NEITHER PASSES NOR FAILS: {reason}"
    finally:
        file.write_text(whole)
    return bool(failure), f"fails: {failure}" if failure else "PASSES BROKEN"


@cache
def _failure_unbroken(copy: Path, test: str) -> str | None:
    return _failure(copy, test)


def _failure(copy: Path, test: str) -> str | None:
    """What a test fails with; None if it passes. Raises Unsound."""
    try:
        ran = subprocess.run(
            [sys.executable, "-m", "pytest", "-x", "--tb=short", f"tests/{test}"],
            cwd=copy, env=os.environ | {"COLUMNS": "200"}, capture_output=True, text=True,
            timeout=SECONDS,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise Unsound(f"it takes longer than {SECONDS} s") from None
    if ran.returncode == 0:
        return None
    if not (said := re.search(r"^FAILED .*? - (.*)", ran.stdout, re.MULTILINE)):
        raise Unsound(f"pytest says\n{ran.stdout}{ran.stderr}")
    return said[1]


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

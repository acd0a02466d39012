"""How several processes share the suite (`make test`): each takes a whole group of tests at a time, and
does them in their order, on servers of its own."""

from pathlib import Path

from xdist.scheduler import LoadScopeScheduling

TESTS = Path(__file__).parent
FIRST = ("http", "whole", "console", "eventlog", "runbooks", "local")
"""What takes long begins first, else one process would end with it long after the others."""
TOGETHER = ("http", "whole", "console", "runbooks")
"""Packages with one stack for all of their tests. All but `console` change it, too, and each
rests on what the ones before it left. Of any other package each file is a group."""
APART = ("http/test_import_cut_short.py", "whole/test_run.py")
"""Files of those that leave the stack alone, or begin one anew."""


class Sharing(LoadScopeScheduling):  # type: ignore[misc]  # pytest-xdist tells no types
    """By group. (`--dist=loadgroup` knows none with this pytest: pytest-xdist 3.8, issue 1386.)"""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0].removeprefix(f"{TESTS.name}/")
        package = file.partition("/")[0]
        return package if package in TOGETHER and file not in APART else file


def rank(file: Path) -> int:
    """By which groups are begun."""
    package = file.relative_to(TESTS).parts[0]
    return FIRST.index(package) if package in FIRST else len(FIRST)

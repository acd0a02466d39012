"""Decisions are pure: they do no I/O, read no clock and draw nothing at random."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DECIDING = sorted(
    path
    for path in [*(ROOT / "services").glob("*/**/*.py"), *(ROOT / "law").glob("*.py")]
    if path.name
    not in {
        "app.py",
        "routes.py",
        "views.py",
        "reactions.py",
        "evidence.py",
        "imports.py",
        "__main__.py",
    }
)
CLOCKS = {"now", "today", "utcnow", "time", "fromtimestamp"}
RANDOM = {"random", "secrets", "uuid", "time", "os", "socket", "asyncio"}


def test_there_are_decisions() -> None:
    names = [path.name for path in DECIDING]
    assert names.count("decisions.py") == 16
    assert {"workdays.py", "standing.py", "credit.py", "content.py"} <= set(names)


@pytest.mark.parametrize("path", DECIDING, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_decides_is_pure(path: Path) -> None:
    """The import rules keep I/O away; this keeps away what the language itself offers."""
    for node in ast.walk(ast.parse(path.read_text())):
        assert not isinstance(node, ast.AsyncFunctionDef | ast.Await)
        if isinstance(node, ast.Import):
            assert not RANDOM & {alias.name for alias in node.names}, f"line {node.lineno}"
        if isinstance(node, ast.ImportFrom):
            assert node.module not in RANDOM, f"line {node.lineno}"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            assert node.func.attr not in CLOCKS, f"line {node.lineno}"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in {"open", "print", "input"}, f"line {node.lineno}"

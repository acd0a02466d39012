"""Decisions are pure: they do no I/O, read no clock and draw nothing at random."""

import ast
from pathlib import Path

import pytest

SERVICES = Path(__file__).parents[2] / "services"
DECIDING = sorted(
    path
    for path in SERVICES.glob("*/**/*.py")
    if path.name not in {"app.py", "routes.py", "views.py", "reactions.py", "__main__.py"}
)
MODULES = {
    "calendar", "collections", "contracts", "chassis", "dataclasses", "datetime", "eventlog",
    "fractions", "functools", "importlib", "json", "services", "typing",
}  # fmt: skip
"""What they may import; `importlib` and `json` to read a table that lies beside the code."""
OURS = {"chassis.assignments", "chassis.identity", "chassis.policies", "chassis.problems", "eventlog.commands"}  # fmt: skip
CLOCKS = {"now", "today", "utcnow", "time", "fromtimestamp"}


def imported(tree: ast.AST) -> set[str]:
    return {
        name
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }


def test_there_are_decisions() -> None:
    names = [path.name for path in DECIDING]
    assert names.count("decisions.py") == 9
    assert "calendar.py" in names


@pytest.mark.parametrize("path", DECIDING, ids=lambda path: str(path.relative_to(SERVICES)))
def test_what_decides_is_pure(path: Path) -> None:
    tree = ast.parse(path.read_text())
    modules = imported(tree)
    assert {module.partition(".")[0] for module in modules} <= MODULES
    assert {m for m in modules if m.startswith(("chassis", "eventlog"))} <= OURS
    for node in ast.walk(tree):
        assert not isinstance(node, ast.AsyncFunctionDef | ast.Await)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            assert node.func.attr not in CLOCKS, f"line {node.lineno}"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in {"open", "print", "input"}, f"line {node.lineno}"

"""docs/operations.md has a row for each log event and each trouble in the code, and no other."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.breakings import ROOT

PAGE = (ROOT / "docs" / "operations.md").read_text()
TREES = [
    ast.parse(file.read_text())
    for package in (
        "eventlog",
        "chassis",
        "services",
        "console",
        "audit",
        "operate",
        "ministry",
        "deploy",
    )
    for file in sorted((ROOT / package).rglob("*.py"))
]
LEVELS = ("debug", "info", "warning", "error", "exception", "critical")


def rows(heading: str) -> list[list[str]]:
    """The cells of each row of the table under the heading."""
    part = PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in part.splitlines() if line.startswith("| `")]
    return [[cell.strip().strip("`") for cell in line.split("|")[1:-1]] for line in lines]


def logged() -> Iterator[tuple[str, str]]:
    """(event, level) of every line that the code can log."""
    for tree in TREES:
        loggers = {
            target.id
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign) and "get_logger" in ast.unparse(node.value)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(tree):
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=level)) if (
                    name in loggers and level in LEVELS
                ):
                    event = node.args[0]
                    assert isinstance(event, ast.Constant), ast.unparse(node)
                    yield str(event.value), level


def told(node: ast.expr) -> Iterator[str]:
    """The texts of an expression, … for what is filled in."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=parts):
            yield "".join(
                str(part.value) if isinstance(part, ast.Constant) else "…" for part in parts
            )
        case ast.List(elts=elements):
            for element in elements:
                yield from told(element)
        case ast.ListComp(elt=element):
            yield from told(element)


def troubles(teller: str) -> Iterator[str]:
    """What functions of this name can say."""
    functions = [
        node
        for tree in TREES
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    for node in (node for each in functions if each.name == teller for node in ast.walk(each)):
        match node:
            case ast.Assign(targets=[ast.Subscript(slice=ast.Constant(value=str(name)))]):
                yield f"{name}: …"
            case ast.Call(func=ast.Attribute(attr="append"), args=[reason]):
                yield from told(reason)
            case ast.Assign(value=value) | ast.AugAssign(value=value):
                yield from told(value)
            case ast.Return(value=ast.List() as value):
                yield from told(value)


def test_every_log_event_has_its_row_and_every_row_its_event() -> None:
    found = sorted(set(logged()))
    assert len(found) > 10
    assert sorted((event, level) for event, level, *_ in rows("Log events")) == found


@pytest.mark.parametrize(
    ("teller", "heading"),
    [("trouble", "Troubles that `/status` tells"), ("readyz", "Reasons of `/readyz`")],
)
def test_every_trouble_has_its_row_and_every_row_its_trouble(teller: str, heading: str) -> None:
    found = sorted(set(troubles(teller)))
    assert found
    assert sorted(re.sub(r"\b[A-Z]+\b", "…", row[0]) for row in rows(heading)) == found


def test_every_row_says_what_it_means_and_what_to_do() -> None:
    for heading, width in (
        ("Log events", 4), ("Troubles that `/status` tells", 3), ("Reasons of `/readyz`", 3)
    ):  # fmt: skip
        for row in rows(heading):
            assert len(row) == width, row
            assert all(row), row

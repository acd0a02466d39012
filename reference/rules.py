"""docs/rules.md: which function rests on which article, how it refuses, and what tests it."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from reference import ROOT

HEAD = """# Which rule stands where

Made by `make contracts` from the code's docstrings and refusals; do not edit. A citation leads to the
functions that name it, those to the codes that they refuse with (also through what they call), and to
the tests that call them.

| citation | function | refuses with | tests |
|---|---|---|---|
"""
DECIDING = ("services/**/decisions.py", "services/*/rules/*.py", "services/*/*.py",
            "services/planning/skp/content.py", "services/rewards/discipline/scale.py", "law/*.py")  # fmt: skip
WIRING = {"app.py", "__main__.py", "__init__.py", "evidence.py"}
NAME = r"(?:PermenPANRB|PerBKN|PerLAN|SE MenPANRB|PP|UU|Keppres|Bakamla)"
ARTICLE = r"\d+(?:\(\w\))*"
CITATION = re.compile(rf"{NAME}\s\d+/\d{{4}}(?:,?\sArts?\s{ARTICLE}(?:(?:–|,\s){ARTICLE})*)?")


class Function(NamedTuple):
    """What one function, or class, says by itself. `calls` maps the names that it calls to the modules
    that these come from."""

    module: str
    name: str
    citations: frozenset[str]
    codes: frozenset[str]
    calls: dict[str, str]


def render() -> str:
    rows = defaultdict(list)
    for function in functions().values():
        if not function.name.startswith("_"):
            private = [f for f in reached(function) if f.name.startswith("_")]
            for citation in frozenset().union(*(f.citations for f in (function, *private))):
                codes = frozenset[str]().union(*(f.codes for f in reached(function)))
                rows[citation].append((function, codes))
    lines = [
        f"| {citation} | `{f.module}` {f.name} | {_listed(codes)} | {_listed(tests(f))} |"
        for citation in sorted(rows)
        for f, codes in rows[citation]
    ]
    return HEAD + "\n".join(lines) + "\n"


@cache
def functions() -> dict[tuple[str, str], Function]:
    paths = sorted({path for pattern in DECIDING for path in ROOT.glob(pattern)})
    found = [each for path in paths if path.name not in WIRING for each in _of(path)]
    return {(each.module, each.name): each for each in found}


def _of(path: Path) -> Iterator[Function]:
    tree = ast.parse(path.read_text())
    module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    constants = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    imported = dict(_imported(tree))
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            inside = list(ast.walk(node))
            told = [n.value for n in inside if isinstance(n, ast.Constant)]
            told += [constants.get(n.id) for n in inside if isinstance(n, ast.Name)]
            calls = {
                n.func.id
                for n in inside
                if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)
            }
            yield Function(
                module,
                node.name,
                citations("\n".join(text for text in told if isinstance(text, str))),
                frozenset(_codes(inside)),
                {name: imported.get(name, module) for name in calls},
            )


def _imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                yield alias.asname or alias.name, node.module


def citations(text: str) -> frozenset[str]:
    """`PP 94/2021 Art 26` and the like; also as `PP 94/2021, Art 26`, and over a line's end."""
    return frozenset(
        " ".join(found[0].replace(", Art", " Art").split()) for found in CITATION.finditer(text)
    )


def _codes(inside: Iterable[ast.AST]) -> Iterator[str]:
    for call in inside:
        if (
            isinstance(call, ast.Call)
            and isinstance(call.func, ast.Name)
            and call.func.id == "Refused"
            and isinstance(call.args[0], ast.Constant)
        ):
            yield str(call.args[0].value)


def reached(function: Function) -> list[Function]:
    """The function, and those that it calls, directly or not."""
    found: dict[tuple[str, str], Function] = {}
    left = [function]
    while left:
        each = left.pop()
        found[each.module, each.name] = each
        called = (functions().get((module, name)) for name, module in each.calls.items())
        left += [f for f in called if f and (f.module, f.name) not in found]
    return list(found.values())


@cache
def _tested() -> dict[tuple[str, str], set[str]]:
    """The test modules that import a function, by its module and name."""
    found = defaultdict(set)
    for path in sorted((ROOT / "tests").glob("**/test_*.py")):
        for name, module in _imported(ast.parse(path.read_text())):
            found[module, name].add(f"`{path.relative_to(ROOT / 'tests').as_posix()}`")
    return found


def tests(function: Function) -> set[str]:
    return _tested().get((function.module, function.name), set())


def _listed(items: Iterable[str]) -> str:
    return ", ".join(sorted(items))

"""Sizes that keep the tree readable, and documents that lead somewhere."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.breakings import ROOT

FUNCTION, FILE = 70, 400
"""Lines at most."""
FORMAT_SKIPS = 47
"""Outside tests: it may only fall."""

OURS = sorted(
    file
    for package in sorted(ROOT.glob("*/__init__.py"))
    for file in package.parent.rglob("*")
    if "built" not in file.parts  # comes and goes while others run
    if file.is_file() and not {"node_modules", "__pycache__"} & set(file.parts)
)
PYTHON = [file for file in OURS if file.suffix == ".py"]
WRITTEN = (".py", ".sql", ".sh", ".html", ".css", ".js", ".mjs")
MARKDOWN = [
    *ROOT.glob("*.md"),
    *(ROOT / "docs").rglob("*.md"),
    *(f for f in OURS if f.suffix == ".md"),
]
ADRS = sorted((ROOT / "docs" / "adr").glob("0*.md"))


def name(file: Path) -> str:
    return str(file.relative_to(ROOT))


def in_tests(file: Path) -> bool:
    return name(file).startswith("tests/")


def test_no_function_is_too_long() -> None:
    long = [
        f"{name(file)}::{node.name}"
        for file in PYTHON
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= FUNCTION
    ]
    assert not long


def test_no_file_is_too_long() -> None:
    long = {
        name(file): lines
        for file in OURS
        if file.suffix in WRITTEN and not in_tests(file)
        if (lines := len(file.read_text().splitlines())) > FILE
    }
    assert not long


def test_formatting_is_left_to_the_formatter() -> None:
    skips = sum(file.read_text().count("# fmt: skip") for file in PYTHON if not in_tests(file))
    assert skips <= FORMAT_SKIPS


def anchor(heading: str) -> str:
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def links(file: Path) -> Iterator[tuple[str, str]]:
    """(path, anchor) of each relative link."""
    for target in re.findall(r"\]\(([^)\s]+)\)", file.read_text()):
        if not re.match(r"[a-z]+:", target):
            path, _, part = target.partition("#")
            yield path, part


@pytest.mark.parametrize("file", MARKDOWN, ids=name)
def test_links_lead_somewhere(file: Path) -> None:
    for path, part in links(file):
        target = file.parent / path if path else file
        assert target.exists(), path
        if part:
            headings = re.findall(r"^#+ (.+)$", target.read_text(), re.MULTILINE)
            assert part in map(anchor, headings), (path, part)


def test_every_adr_has_its_row_with_title_status_and_date() -> None:
    rows = []
    for file in ADRS:
        title, _, standing = file.read_text().splitlines()[:3]
        number, _, words = title.removeprefix("# ").partition(". ")
        assert int(number) == int(file.name[:4])
        stood = re.fullmatch(r"(Accepted|Replaced by ADR \d+), (\d{4}-\d\d-\d\d)\.", standing)
        assert stood, (file.name, standing)
        rows.append(f"| {number} | [{words}]({file.name}) | {stood[1].lower()} | {stood[2]} |")
    index = (ROOT / "docs" / "adr" / "README.md").read_text().splitlines()
    assert [line for line in index if line.startswith("| ") and "[" in line] == rows

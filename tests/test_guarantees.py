"""Every test that docs/guarantees.md names is there."""

import re
from pathlib import Path

HERE = Path(__file__).parent
GUARANTEES = HERE.parent / "docs" / "guarantees.md"


def test_every_guarantee_names_tests_that_exist() -> None:
    named = re.findall(r"`([\w/]+\.py)::(\w+)`", GUARANTEES.read_text())
    assert len(named) > 30
    missing = [
        f"{file}::{name}"
        for file, name in named
        if not (HERE / file).exists() or f"def {name}(" not in (HERE / file).read_text()
    ]
    assert not missing


def test_every_row_names_a_test() -> None:
    rows = [row for row in GUARANTEES.read_text().splitlines() if row.startswith("| ")]
    bare = [row for row in rows if "::" not in row and row != "| promise | test |"]
    assert not bare

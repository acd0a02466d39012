"""Every promise of docs/guarantees.md names tests that exist, and each of these has its breaking."""

import re

from tests.breakings import ROOT, read

GUARANTEES = (ROOT / "docs" / "guarantees.md").read_text()
NAMED = {f"{file}::{name}" for file, name in re.findall(r"`([\w/]+\.py)::(\w+)`", GUARANTEES)}


def test_every_guarantee_names_tests_that_exist() -> None:
    assert len(NAMED) > 30
    missing = []
    for test in sorted(NAMED):
        name, _, function = test.partition("::")
        file = ROOT / "tests" / name
        if not file.exists() or f"def {function}(" not in file.read_text():
            missing.append(test)
    assert not missing


def test_every_row_names_a_test() -> None:
    rows = [row for row in GUARANTEES.splitlines() if row.startswith("| ")]
    bare = [row for row in rows if "::" not in row and row != "| promise | test |"]
    assert not bare


def test_every_named_test_has_a_breaking_and_no_other_has() -> None:
    assert {test for breaking in read() for test in breaking.tests} == NAMED


def test_what_a_breaking_replaces_stands_once_in_the_code() -> None:
    """Else `make break` would break something else, or nothing."""
    astray = [
        breaking.what
        for breaking in read()
        if (ROOT / breaking.file).read_text().count(breaking.old) != 1
        or breaking.old == breaking.new
    ]
    assert not astray

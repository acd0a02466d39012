"""Every command that a document shows as one that works is run by a test, and every test that it names is one."""

import os
import re
from pathlib import Path

import pytest

from deploy.local import ROOT
from tests import pages
from tests.pages import blocks

DOCUMENTS = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]


def test_blocks_are_found_as_they_stand_also_in_a_list() -> None:
    text = "1. So:\n\n   ```sh\n   a <<E\n     b\n   E\n   ```\n\n```\nno\n```\n\n```sh\nc\n```\n"
    assert blocks(text) == ["a <<E\n  b\nE\n", "c\n"]


def test_what_a_block_sets_the_next_one_has_and_a_failure_is_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "ROOT", tmp_path)
    text = "```sh\na='b c'\n```\n```sh\necho \"$a\"\n```\n```sh\nfalse; echo no\n```\n"
    (tmp_path / "x.md").write_text(text)
    with pages.page("x.md", os.environ) as opened:
        assert opened.run() == ""
        assert opened.run() == "b c\n"
        with pytest.raises(AssertionError):
            opened.run()
    with pytest.raises(AssertionError), pages.page("x.md", os.environ) as opened:
        opened.run()


def test_every_page_with_commands_has_a_test_that_runs_them() -> None:
    tests = "\n".join(file.read_text() for file in (ROOT / "tests").rglob("test_*.py"))
    run = set(re.findall(r'(?<!\.)page\(\s*"([^"]+\.md)"', tests))
    having = {str(f.relative_to(ROOT)) for f in DOCUMENTS if blocks(f.read_text())}
    assert having == run


def test_every_test_that_a_document_names_is_there() -> None:
    missing = []
    for document in DOCUMENTS:
        named = re.findall(r"`([\w/]+\.py)(?:::(\w+))?`", document.read_text())
        for file, name in ((file, name) for file, name in named if "/test_" in file):
            path = ROOT / "tests" / file.removeprefix("tests/")
            if not path.is_file() or f"def {name}" not in path.read_text():
                missing.append((document.name, file, name))
    assert not missing

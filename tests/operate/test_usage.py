"""What the command line answers where there is nobody to ask, and how it prints."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from contracts.catalogue import SERVICES
from tests.breakings import ROOT

NAMED = {"DATABASE_URL", "KAFKA_BOOTSTRAP_SERVERS", "KINERJA_TOKEN", *(f"{s.upper()}_URL" for s in SERVICES)}  # fmt: skip
NOWHERE = "http://127.0.0.1:1"
PLACE = ("planning", "planning_counts", "kinerja.planning.events/0")


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    without = {name: value for name, value in os.environ.items() if name not in NAMED}
    return subprocess.run(
        [sys.executable, "-m", "operate", *arguments],
        env={**without, **environment}, capture_output=True, text=True, timeout=60,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "environment", "told"),
    [
        (["verify", "--folder", "/nowhere"], {}, "No run is at work on /nowhere: "),
        (["verify", "planning", "--folder", "/nowhere"], {}, "No run is at work on /nowhere: "),
        (["verify", "planning"], {"DATABASE_URL": "x"},
         "DATABASE_URL and KAFKA_BOOTSTRAP_SERVERS are both"),
        (["verify"], {"DATABASE_URL": "x", "KAFKA_BOOTSTRAP_SERVERS": "x"},
         "DATABASE_URL is one service's: name it"),
        (["verify", "planning"],
         {"DATABASE_URL": "postgresql://127.0.0.1:1/x", "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1"},
         "planning could not be asked: "),
        (["rebuild", "planning", "no_view"], {}, "planning has no view no_view; it has planning_"),
        (["rebuild", "planning", "planning_people"],
         {"DATABASE_URL": "postgresql://127.0.0.1:1/x", "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1"},
         "planning could not be asked: "),
        (["status", "--folder", "/nowhere"], {}, "No run is at work on /nowhere: "),
        (["status"], {"PLANNING_URL": NOWHERE}, "planning could not be asked: "),
        (["status", "rewards"], {"PLANNING_URL": NOWHERE}, "REWARDS_URL is not set."),
        (["keys"], {"PLANNING_URL": NOWHERE}, "planning could not be asked: "),
        (["checkpoint"], {"PLANNING_URL": NOWHERE}, "planning could not be asked: "),
        (["import", "people", "/nowhere.csv"], {"PLANNING_URL": NOWHERE},
         "/nowhere.csv cannot be read: "),
        (["import", "people", __file__], {"PLANNING_URL": NOWHERE}, "KINERJA_TOKEN is not set"),
        (["stopped", "list"], {"PLANNING_URL": NOWHERE}, "KINERJA_TOKEN is not set"),
        (["stopped", "show", *PLACE], {"PLANNING_URL": NOWHERE}, "KINERJA_TOKEN is not set"),
        (["stopped", "retry", *PLACE], {"PLANNING_URL": NOWHERE, "KINERJA_TOKEN": "x"},
         "planning could not be asked: "),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_one_line(
    arguments: list[str], environment: dict[str, str], told: str
) -> None:
    done = run(*arguments, **environment)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(told)
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["unknown"],
        ["status", "nobody"],
        ["prepare"],
        ["stopped"],
        ["stopped", "show", "planning", "planning_counts", "0"],
        ["stopped", "pass-over", *PLACE],
        ["stopped", "pass-over", *PLACE, "--offset", "1"],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_told_as_such(arguments: list[str]) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("usage: kinerja")


def test_it_is_called_from_anywhere(tmp_path: Path) -> None:
    if not (ROOT / ".venv").exists():
        pytest.skip("not set up here")
    (tmp_path / "operate").mkdir()  # not what is meant
    (tmp_path / "kinerja").symlink_to(ROOT / "kinerja")
    done = subprocess.run(
        [tmp_path / "kinerja", "status", "--folder", "nowhere"],
        cwd=tmp_path, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.startswith("No run is at work on nowhere")


ROWS = [{"service": "planning", "reason": "\x1b[31mred[/]", "more": [1]}, {"service": "rewards"}]


def showing(*, as_json: bool) -> list[str]:
    program = (
        f"from operate.output import show; show({ROWS!r}, ['service', 'reason'], as_json={as_json})"
    )
    return [sys.executable, "-c", program]


def printed(*, as_json: bool) -> str:
    """What is printed to a terminal."""
    ours, theirs = pty.openpty()
    plain = os.environ | {"NO_COLOR": "1", "TERM": "dumb", "COLUMNS": "100"}
    subprocess.run(showing(as_json=as_json), cwd=ROOT, env=plain, stdout=theirs, check=True)
    os.close(theirs)
    told = os.read(ours, 4096).decode()
    os.close(ours)
    return told


def test_a_terminal_gets_a_table_that_does_nothing_to_it() -> None:
    lines = [line.split() for line in printed(as_json=False).splitlines()]
    assert lines == [["service", "reason"], ["planning", "�[31mred[/]"], ["rewards"]]


def test_anything_else_gets_lines_of_json_and_so_does_a_terminal_that_wants_them() -> None:
    piped = subprocess.run(
        showing(as_json=False), cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    for told in (piped, printed(as_json=True)):
        assert [json.loads(line) for line in told.splitlines()] == ROWS

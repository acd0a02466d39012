"""Services as children: watched, named when they die, stopped together."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.children import Children

pytestmark = pytest.mark.local

OBEYS = "import time; print('up', flush=True); time.sleep(600)"
IGNORES_SIGTERM = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {OBEYS}"


@pytest.fixture
def children() -> Iterator[Children]:
    family = Children()
    yield family
    family.stop(patience=0)


def wait_for(text: str, log: Path) -> None:
    deadline = time.monotonic() + 10
    while not (log.exists() and text in log.read_text()):
        assert time.monotonic() < deadline, f"{log} never said {text!r}"
        time.sleep(0.02)


def test_a_death_is_told_with_its_name_code_and_last_words(
    children: Children, tmp_path: Path
) -> None:
    children.spawn("planning", [sys.executable, "-c", OBEYS], {}, tmp_path)
    assert children.poll() is None

    failing = "import os; print(os.environ['WHY']); raise SystemExit(3)"
    children.spawn("rewards", [sys.executable, "-c", failing], {"WHY": "no database"}, tmp_path)
    deadline = time.monotonic() + 10
    while not (death := children.poll()):
        assert time.monotonic() < deadline
        time.sleep(0.02)

    assert (death.name, death.code, death.last_lines) == ("rewards", 3, ["no database"])
    assert death.log == tmp_path / "rewards.log"


def test_stop_ends_all_even_those_that_will_not(children: Children, tmp_path: Path) -> None:
    obeys = children.spawn("obeys", [sys.executable, "-c", OBEYS], {}, tmp_path)
    ignores = children.spawn("ignores", [sys.executable, "-c", IGNORES_SIGTERM], {}, tmp_path)
    wait_for("up", tmp_path / "obeys.log")
    wait_for("up", tmp_path / "ignores.log")

    children.stop(patience=1)

    assert obeys.returncode == -15
    assert ignores.returncode == -9
    assert children.poll() is None


def test_a_child_has_no_secret_that_it_is_not_given(
    children: Children, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://whole:server@x/y")
    monkeypatch.setenv("ISSUER_SECRET", "ours")
    told = "import os; print(os.environ.get('DATABASE_URL'), os.environ.get('ISSUER_SECRET'))"
    children.spawn("asks", [sys.executable, "-c", told], {"DATABASE_URL": "its own"}, tmp_path)
    wait_for("its own None", tmp_path / "asks.log")

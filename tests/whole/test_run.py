"""One command starts everything, lives the year, and loses nothing whatever ends it."""

import json
import os
import shutil
import signal
import socket
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from contracts.catalogue import SERVICES
from deploy.local import ROOT, ports
from deploy.local.stack import USUAL_PORTS
from tests.conftest import make_servers
from tests.pages import page
from tests.whole.conftest import HOLDS, Run, commands, events, gone

pytestmark = [pytest.mark.whole, pytest.mark.timeout(300)]


def test_the_year_is_lived_and_all_of_it_holds(year: Run) -> None:
    assert HOLDS in year.said
    for told in ("Predicates by unit", "SKPs: ", "Rewards: ", "Sanctions issued", "Findings of",
                 "Improvement actions", "End-to-end latency"):  # fmt: skip
        assert told in year.said


def test_it_ends_with_where_to_look_and_how_to_give_a_command(year: Run, folder: Path) -> None:
    told = year.until("addresses.json").partition("stays to be looked at: ")[2]
    addresses = json.loads((folder / "addresses.json").read_text())
    assert told.startswith(addresses["console"])
    for words in ("Sign in there", ", an employee: ", ", their superior: ", ", a personnel officer: ",
                  "./kinerja verify", '"Give a command"', str(folder / "addresses.json")):  # fmt: skip
        assert words in told
    every = next(line for line in year.said.splitlines() if line.startswith("At 127.0.0.1: "))
    for name in (*SERVICES, "console", "issuer"):
        assert f"{name} {addresses[name].rpartition(':')[2]}" in every


def test_the_readmes_command_is_given(year: Run, folder: Path) -> None:
    year.until("addresses.json")
    with page("README.md", {**os.environ, "folder": str(folder)}) as readme:
        (receipt,) = json.loads(readme.run())
    assert receipt["version"] == 1


def test_what_it_keeps_is_its_owners_alone(year: Run, folder: Path) -> None:
    assert year.process.poll() is None
    secret = (folder / "issuer.secret").read_bytes()
    there = [folder, *folder.rglob("*")]
    assert len(there) > 100
    for path in there:
        with suppress(FileNotFoundError):  # PostgreSQL's come and go
            assert path.stat().st_mode & 0o077 == 0, path
            if path.is_file() and path.name != "issuer.secret":
                assert secret not in path.read_bytes(), path


def test_only_the_issuer_has_its_secret(year: Run, folder: Path) -> None:
    secret = (folder / "issuer.secret").read_text()
    having = set()
    for process in year.family()[1:]:
        with suppress(psutil.NoSuchProcess):
            if secret in "".join(process.environ().values()):
                having.add(process.cmdline()[-1])
            assert secret not in " ".join(process.cmdline())
    assert having == {"deploy.local.issuer"}


def test_a_second_run_on_the_same_data_says_who_holds_it(year: Run, folder: Path) -> None:
    second = Run(folder, "--once")
    assert second.ended() == 1
    assert len(second.said.strip().splitlines()) == 1
    assert "in use by process" in second.said
    assert year.process.poll() is None


@pytest.mark.rehearsal
def test_two_runs_of_the_same_second_are_two(tmp_path: Path) -> None:
    """A stranger sits where the first would have been; nobody sends it anything. Ctrl-C, and a terminal that is
    closed, stop every child, and the next run finds everything."""
    tmp_path.parent.chmod(0o755)
    strangers = []
    for port in (*USUAL_PORTS.values(), 5432, 9092):
        with suppress(OSError):  # another has it, who will do as well
            strangers.append(socket.create_server((ports.HOST, port)))
    runs = [Run(tmp_path / name, people=12) for name in ("one", "two")]
    try:
        said = [run.until("addresses.json") for run in runs]
        told = [
            json.loads((tmp_path / name / "addresses.json").read_text()) for name in ("one", "two")
        ]
        assert not set(map(str, told[0].values())) & set(map(str, told[1].values()))
        assert all(HOLDS in each for each in said)
        assert events(said[0]) == events(said[1])
        for stranger in strangers:
            stranger.setblocking(False)
            with pytest.raises(BlockingIOError):
                stranger.accept()
    finally:
        families = [run.family() for run in runs]
        for run, ending in zip(runs, (signal.SIGINT, signal.SIGHUP), strict=True):
            run.process.send_signal(ending)
        assert [run.ended() for run in runs] == [0, 0]
        for stranger in strangers:
            stranger.close()
    assert all(len(family) > 8 and gone(family) for family in families)
    again = Run(tmp_path / "one", "--once", people=12)
    assert again.ended() == 0, again.said
    assert "has been lived before" in again.said
    assert HOLDS in again.said
    assert events(again.said) == events(said[0])


POLITE = {
    signal.SIGINT: "planning of",
    signal.SIGTERM: "monitoring of",
    signal.SIGHUP: "discipline of",
}


@pytest.mark.rehearsal
@pytest.mark.timeout(600)  # five runs
def test_whatever_ends_it_in_mid_year_the_next_run_goes_on(folder: Path, year: Run) -> None:
    """Asked to end, each time a little later, and killed at last: nothing is lost, nothing is doubled."""
    data = folder.parent / "cut-short"
    for ending, beginning in POLITE.items():
        run = Run(data)
        run.until(beginning)
        family = run.family()
        run.process.send_signal(ending)
        assert run.ended() == 0
        assert gone(family)
        assert run.said.endswith("Stopping.\n")
        assert "commands in" not in run.said  # the year was not over
        assert "Traceback" not in run.said
    run = Run(data)
    run.until("appraisal of")
    for process in run.family():
        with suppress(psutil.NoSuchProcess):  # PostgreSQL's go with the one before them
            process.kill()
    run.process.wait()
    again = Run(data, "--once")
    assert again.ended() == 0, again.said
    assert "has been lived before" not in again.said
    # It went on behind planning: three commands, at the least, of each of the 29 who are appraised.
    assert commands(again.said) <= commands(year.said) - 3 * 29
    assert HOLDS in again.said
    assert events(again.said) == events(year.said)


@pytest.mark.integration
@pytest.mark.rehearsal
def test_another_agencys_rows_are_lived_on_servers_that_the_environment_names(
    tmp_path: Path,
) -> None:
    """Whatever else the rows' folder holds."""
    tmp_path.parent.chmod(0o755)
    rows = tmp_path / "rows"
    shutil.copytree(ROOT / "ministry" / "data", rows)
    (rows / "forms").mkdir()
    postgres, kafka = make_servers(tmp_path)
    try:
        kafka.start()
        environment = {"DATABASE_URL": postgres.start(), **kafka.environment}
        run = Run(tmp_path / "data", "--once", "--data", str(rows), people=12, **environment)
        assert run.ended() == 0, run.said
        assert HOLDS in run.said
        assert not (tmp_path / "data" / "postgres").exists()
        assert not (tmp_path / "data" / "kafka").exists()
    finally:
        kafka.stop()
        postgres.stop()


def test_a_bad_row_is_named_and_nothing_is_loaded(tmp_path: Path) -> None:
    rows = tmp_path / "rows"
    shutil.copytree(ROOT / "ministry" / "data", rows)
    units = (rows / "org_units.csv").read_text().splitlines()
    units[3] = units[3].replace(",700000000000,", ",no-such-unit,", 1)
    (rows / "org_units.csv").write_text("\n".join(units) + "\n")
    run = Run(tmp_path / "data", "--once", "--data", str(rows))
    assert run.ended() == 2
    assert "org_units.csv:4: parent_code" in run.said
    assert "Traceback" not in run.said
    assert not (tmp_path / "data").exists()

"""An auditor finds the run at work by itself, and only one that is."""

import fcntl
import json
import os
from pathlib import Path

import pytest

from audit.runs import ADDRESSES, NotFound, Servers, find

ENVIRONMENT = {
    "DATABASE_URL": "postgresql://127.0.0.1:1/x",
    "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1",
    "KAFKA_SECURITY_PROTOCOL": "SASL_PLAINTEXT",
    "KAFKA_USERNAME": "planning",
    "KAFKA_PASSWORD": "secret",
}
SERVERS = {
    "planning": Servers(
        database_url=ENVIRONMENT["DATABASE_URL"],
        kafka_bootstrap_servers=ENVIRONMENT["KAFKA_BOOTSTRAP_SERVERS"],
        kafka_security_protocol="SASL_PLAINTEXT",
        kafka_username="planning",
        kafka_password="secret",
    )
}


def run_on(folder: Path, *, at_work: bool) -> int:
    """The file of a run; gives what holds it."""
    folder.mkdir()
    told = {"environment": {"planning": ENVIRONMENT}}
    (folder / ADDRESSES).write_text(json.dumps(told))
    held = os.open(folder / ADDRESSES, os.O_WRONLY)
    if at_work:
        fcntl.flock(held, fcntl.LOCK_EX)
    return held


def test_the_only_run_at_work_is_found(tmp_path: Path) -> None:
    run_on(tmp_path / "dead", at_work=False)
    run_on(tmp_path / "alive", at_work=True)
    assert find(among=tmp_path) == find(tmp_path / "alive") == SERVERS


def test_what_kill_9_left_is_nobodys_address(tmp_path: Path) -> None:
    held = run_on(tmp_path / "killed", at_work=True)
    assert find(among=tmp_path) == SERVERS
    os.close(held)
    for folder in (tmp_path / "killed", tmp_path / "never", None):
        with pytest.raises(NotFound, match=r"No run is at work on .*: start one with make run"):
            find(folder, among=tmp_path)


def test_of_several_one_must_be_named(tmp_path: Path) -> None:
    for name in ("a", "b"):
        run_on(tmp_path / name, at_work=True)
    with pytest.raises(NotFound, match=r"2 runs are at work: say --folder .*/a or --folder .*/b\."):
        find(among=tmp_path)

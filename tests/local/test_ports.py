"""Nobody but our own child answers on a port that has been told, whoever else wants it."""

import json
import socket
import sys
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from contracts.catalogue import SERVICES
from deploy.local import CannotStart, ports
from deploy.local.children import Children
from deploy.local.kafka import Kafka
from deploy.local.postgres import Postgres
from deploy.local.server import Server
from deploy.local.stack import USUAL_PORTS, Stack

pytestmark = [pytest.mark.rehearsal, pytest.mark.local]


class Stranger(threading.Thread):
    """Listens on a port as soon as the run has told it to anybody, and keeps what it is sent."""

    def __init__(self, stack: Stack) -> None:
        super().__init__(daemon=True)
        self.got: list[bytes] = []
        self.refused = 0
        self._stack = stack
        self._over = threading.Event()

    def run(self) -> None:
        mine: list[socket.socket] = []
        while not self._over.is_set():
            for name in USUAL_PORTS:
                try:
                    taken = socket.create_server((ports.HOST, self._stack.port(name)))
                except KeyError:  # not told yet
                    continue
                except OSError:
                    self.refused += 1
                    continue
                taken.setblocking(False)
                mine.append(taken)
            for each in mine:
                try:
                    guest, _ = each.accept()
                except BlockingIOError:
                    continue
                with guest:
                    guest.settimeout(1)
                    self.got.append(guest.recv(65536))
        for each in mine:
            each.close()

    def leave(self) -> None:
        self._over.set()
        self.join()


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    tmp_path.parent.chmod(0o755)
    made = Stack(tmp_path / "data", cycle="2026")
    yield made
    made.stop()


def test_a_stranger_gets_no_port_that_was_told(stack: Stack) -> None:
    stranger = Stranger(stack)
    stranger.start()
    try:
        stack.start()
        for service in USUAL_PORTS:
            with pytest.raises(OSError, match="in use"):
                socket.create_server((ports.HOST, stack.port(service)))
    finally:
        stranger.leave()
    assert stranger.refused
    assert stranger.got == []
    assert stack.told.startswith("At 127.0.0.1: console ")
    for name in USUAL_PORTS:
        assert f"{name} {stack.port(name)}" in stack.told
    assert f"PostgreSQL {stack.dsn.rpartition(':')[2].partition('/')[0]}" in stack.told
    assert f"Kafka {stack.bootstrap.rpartition(':')[2]}" in stack.told
    password = stack.dsn.split("@")[0].rpartition(":")[2]
    assert password not in stack.told
    assert stack.secret not in stack.told

    # What is told stands in a file for nobody else, as long as it is true.
    told = json.loads(stack.published.read_text())
    assert stack.published.stat().st_mode & 0o777 == 0o600
    assert {name: told[name] for name in USUAL_PORTS} == {n: stack.url(n) for n in USUAL_PORTS}
    assert told["kafka"] == stack.bootstrap
    assert told["environment"] == {each: stack.environment(each) for each in SERVICES}
    with urllib.request.urlopen(f"{told['planning']}/livez") as answer:
        assert answer.status == 200

    # A child that has died leaves its port to nobody.
    (planning,) = (c for c in stack.children._children if c.name == "planning")
    planning.process.kill()
    planning.process.wait()
    with pytest.raises(OSError, match="in use"):
        socket.create_server((ports.HOST, stack.port("planning")))
    with pytest.raises(CannotStart, match="planning ended"):
        stack.check()
    stack.stop()
    assert not stack.published.exists()


def test_a_usual_port_that_a_stranger_has_is_not_told() -> None:
    with socket.create_server((ports.HOST, 0)) as stranger:
        taken = stranger.getsockname()[1]
        with ports.listen(taken) as ours:
            assert ours.getsockname()[1] != taken
    with ports.listen(taken) as ours, ports.listen(taken) as another:
        assert ours.getsockname()[1] == taken
        assert another.getsockname()[1] != taken


@pytest.mark.parametrize("kind", [Postgres, Kafka])
def test_two_servers_that_were_told_the_same_free_port(
    kind: type[Postgres | Kafka], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As two runs in the same second are: the second finds the first's port free and is too late."""
    tmp_path.parent.chmod(0o755)
    first: Server = kind(tmp_path / "first", ports.choose())
    second: Server = kind(tmp_path / "second", first.port)
    is_free, seen_free = ports.is_free, iter([True, True])
    try:
        first.start()
        monkeypatch.setattr(ports, "is_free", lambda port: next(seen_free, False) or is_free(port))
        second.start()
        assert second.port != first.port
        for server in (first, second):
            assert server._process
            of = psutil.Process(server._process.pid)
            assert server.port in {each.laddr.port for each in of.net_connections("tcp")}
    finally:
        second.stop()
        first.stop()


def test_a_server_that_ended_by_itself_is_told(tmp_path: Path) -> None:
    tmp_path.parent.chmod(0o755)
    postgres = Postgres(tmp_path / "postgres", ports.choose())
    stack = Stack(tmp_path, "2026", servers=[postgres])
    try:
        postgres.start()
        stack.check()
        assert postgres._process
        postgres._process.kill()
        postgres._process.wait()
        with pytest.raises(CannotStart, match="PostgreSQL ended"):
            stack.check()
    finally:
        stack.stop()


def test_a_child_that_cannot_start_on_its_socket_fails(tmp_path: Path) -> None:
    children = Children()
    nowhere = {
        "OIDC_ISSUER": "http://127.0.0.1:1",
        "DATABASE_URL": "postgresql://127.0.0.1:1/x",
        "SIGNING_KEY": "no key",
    }
    with ports.listen() as listener:
        fd = listener.fileno()
        child = children.spawn(
            "planning", [sys.executable, "-m", "services.planning"],
            {**nowhere, "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1", "LISTEN_FD": str(fd)},
            tmp_path, [fd],
        )  # fmt: skip
        assert child.wait(60) == 3

"""The local servers keep what they were given, whatever ends them. On real ones."""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import psutil
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from deploy.local import ROOT, CannotStart, jars, ports
from deploy.local.kafka import Kafka
from deploy.local.postgres import Postgres
from eventlog.prepare import prepare

pytestmark = [pytest.mark.rehearsal, pytest.mark.local]

TOPIC = "kept"


async def insert(dsn: str, number: int) -> None:
    connection = await asyncpg.connect(dsn)
    await connection.execute("create table if not exists kept (number int)")
    await connection.execute("insert into kept values ($1)", number)
    await connection.close()


async def rows(dsn: str) -> list[int]:
    connection = await asyncpg.connect(dsn)
    numbers = await connection.fetch("select number from kept order by number")
    await connection.close()
    return [row["number"] for row in numbers]


async def setting(dsn: str, name: str) -> str:
    connection = await asyncpg.connect(dsn)
    value: str = await connection.fetchval("select current_setting($1)", name)
    await connection.close()
    return value


async def make_topic(kafka: Kafka) -> None:
    admin = AIOKafkaAdminClient(**kafka.admin)
    await admin.start()
    await admin.create_topics([NewTopic(TOPIC, num_partitions=1, replication_factor=1)])
    await admin.close()


async def send(kafka: Kafka, value: bytes) -> None:
    async with AIOKafkaProducer(**kafka.admin, acks="all") as producer:
        await producer.send_and_wait(TOPIC, value)


async def records(kafka: Kafka) -> list[bytes]:
    async with AIOKafkaConsumer(**kafka.admin) as consumer:
        partition = TopicPartition(TOPIC, 0)
        consumer.assign([partition])
        await consumer.seek_to_beginning(partition)
        end = (await consumer.end_offsets([partition]))[partition]
        values: list[bytes] = []
        while await consumer.position(partition) < end:
            batches = await consumer.getmany(partition, timeout_ms=500)
            values += [record.value for batch in batches.values() for record in batch]
        return values


def eventually_gone(pids: list[int], seconds: float) -> bool:
    def runs(pid: int) -> bool:
        try:
            return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
        except psutil.NoSuchProcess:
            return False

    deadline = time.monotonic() + seconds
    while any(runs(pid) for pid in pids):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


@pytest.fixture
def postgres(tmp_path: Path) -> Iterator[Postgres]:
    server = Postgres(tmp_path / "postgres", ports.choose())
    yield server
    server.stop()


@pytest.fixture
def kafka(tmp_path: Path) -> Iterator[Kafka]:
    server = Kafka(tmp_path / "kafka", ports.choose())
    yield server
    server.stop()


def test_postgres_keeps_what_was_committed(postgres: Postgres) -> None:
    # given a set-up that was killed half-way
    (postgres.folder / "data.new").mkdir(parents=True)
    (postgres.folder / "data.new" / "PG_VERSION").write_text("18")

    usual = postgres.port
    asyncio.run(insert(postgres.start(), 1))
    assert postgres.port == usual
    postgres.stop()
    asyncio.run(insert(postgres.start(), 2))
    postgres.kill()
    dsn = postgres.start()

    assert postgres.port == usual
    assert asyncio.run(rows(dsn)) == [1, 2]


@pytest.mark.parametrize("name", ["fsync", "synchronous_commit", "full_page_writes"])
def test_postgres_is_durable(running_postgres: str, name: str) -> None:
    assert asyncio.run(setting(running_postgres, name)) == "on"


@pytest.fixture(scope="module")
def running_postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    server = Postgres(tmp_path_factory.mktemp("postgres"), ports.choose())
    yield server.start()
    server.stop()


def test_postgres_asks_for_its_password(running_postgres: str) -> None:
    password = running_postgres.split("@")[0].rsplit(":")[-1]
    with pytest.raises(asyncpg.InvalidPasswordError):
        asyncio.run(setting(running_postgres.replace(password, "guess"), "fsync"))


def test_a_service_s_password_is_in_no_log(postgres: Postgres) -> None:
    owner = postgres.start()
    service = f"postgresql://planning:its-password@{owner.partition('@')[2]}"
    service = service.replace("/postgres", "/planning")

    asyncio.run(prepare(f"{owner}?log_statement=all", service))

    said = postgres._log.read_text()
    assert "create role planning" in said
    assert "its-password" not in said
    assert asyncio.run(setting(service, "fsync")) == "on"  # it is let in


def test_a_folder_in_use_is_refused_in_one_line(postgres: Postgres) -> None:
    dsn = postgres.start()
    second = Postgres(postgres.folder, ports.choose())

    with pytest.raises(CannotStart, match=f"in use by process {os.getpid()}") as refusal:
        second.start()

    assert "\n" not in str(refusal.value)
    asyncio.run(insert(dsn, 1))  # the first is unharmed


def test_data_that_cannot_be_read_is_told_in_the_server_s_own_words(postgres: Postgres) -> None:
    postgres.start()
    postgres.stop()
    (postgres.folder / "data" / "PG_VERSION").write_text("17\n")

    with pytest.raises(CannotStart, match=r"did not start: .*incompatible with server") as refusal:
        postgres.start()

    assert "\n" not in str(refusal.value)


def test_kafka_keeps_what_it_acknowledged_and_moves_when_its_port_is_taken(kafka: Kafka) -> None:
    bootstrap = kafka.start()
    asyncio.run(make_topic(kafka))
    asyncio.run(send(kafka, b"1"))
    kafka.stop()

    with socket.create_server((ports.HOST, kafka.port)):
        moved = kafka.start()
        assert moved != bootstrap
        asyncio.run(send(kafka, b"2"))
        kafka.kill()
        assert kafka.start() == moved
        assert asyncio.run(records(kafka)) == [b"1", b"2"]

        kafka.suspend()
        with pytest.raises(TimeoutError):
            asyncio.run(asyncio.wait_for(send(kafka, b"3"), 1))
        kafka.resume()
        asyncio.run(send(kafka, b"4"))


def test_postgres_moves_when_its_port_is_taken(tmp_path: Path) -> None:
    with socket.create_server((ports.HOST, 0)) as taken:
        port = taken.getsockname()[1]
        server = Postgres(tmp_path / "postgres", port)
        asyncio.run(insert(server.start(), 1))
        assert server.port != port
        server.stop()


PARENT = """
import sys, time
from pathlib import Path
from deploy.local import ports
from deploy.local.children import Children
from deploy.local.kafka import Kafka
from deploy.local.postgres import Postgres

folder = Path(sys.argv[1])
postgres = Postgres(folder / "postgres", ports.choose())
kafka = Kafka(folder / "kafka", ports.choose())
children = Children()
addresses = postgres.start(), kafka.start()
child = children.spawn("child", [sys.executable, "-c", "import time; time.sleep(600)"], {}, folder)
print(*addresses, postgres._process.pid, kafka._process.pid, child.pid, flush=True)
time.sleep(600)
"""


@pytest.fixture
def parent(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
        process.kill()


def test_kill_9_of_the_parent_takes_all_down_and_loses_nothing(
    parent: subprocess.Popen[str], tmp_path: Path
) -> None:
    assert parent.stdout
    dsn, bootstrap, *numbers = parent.stdout.readline().split()
    pids = [int(number) for number in numbers]
    kafka = Kafka(tmp_path / "kafka", int(bootstrap.rpartition(":")[2]))
    asyncio.run(insert(dsn, 1))
    asyncio.run(make_topic(kafka))
    asyncio.run(send(kafka, b"1"))

    # Hung when it dies, PostgreSQL can't act on its parent's death, and stays behind.
    left_behind = pids[0]
    os.kill(left_behind, signal.SIGSTOP)
    parent.kill()
    parent.wait()
    assert eventually_gone(pids[1:], 60)
    assert not eventually_gone([left_behind], 0.1)

    postgres = Postgres(tmp_path / "postgres", ports.choose())
    try:
        assert asyncio.run(rows(postgres.start())) == [1]
        kafka.start()
        assert asyncio.run(records(kafka)) == [b"1"]
    finally:
        postgres.stop()
        kafka.stop()
    assert eventually_gone([left_behind], 0)


def test_a_jar_that_cannot_be_downloaded_is_one_clear_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://{ports.HOST}:{ports.choose()}")
    with pytest.raises(CannotStart, match=r"could not be downloaded.*check the network") as refusal:
        jars.fetch(tmp_path)
    assert "\n" not in str(refusal.value)


def test_a_jar_that_was_changed_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(jars.CACHE, tmp_path, dirs_exist_ok=True)
    class_path = jars.fetch(tmp_path)
    with class_path[0].open("ab") as jar:
        jar.write(b"changed")
    monkeypatch.setenv("HTTPS_PROXY", f"http://{ports.HOST}:{ports.choose()}")
    with pytest.raises(CannotStart, match="could not be downloaded"):
        jars.fetch(tmp_path)


@pytest.mark.parametrize("kind", [Postgres, Kafka])
def test_a_folder_of_any_name_in_the_plainest_locale(
    kind: type[Postgres | Kafka], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The jars too lie below a checkout of any name."""
    monkeypatch.setenv("LC_ALL", "C")
    folder = tmp_path / "Kinérja, satu"
    shutil.copytree(jars.CACHE, folder / "jars")
    monkeypatch.setattr(jars, "CACHE", folder / "jars")
    server = kind(folder / "server", ports.choose())
    try:
        server.start()
        server.stop()
        server.start()
    finally:
        server.stop()

"""A service is prepared by a command, with credentials that the service never has."""

import os
import subprocess
import sys
from urllib.parse import urlsplit, urlunsplit

import pytest

from deploy.local import ports
from deploy.local.kafka import Kafka
from deploy.local.postgres import Postgres
from eventlog.broker import check_topics
from eventlog.database import create_pool
from eventlog.log import EventLog
from services.catalogue import SERVICES
from tests.eventlog.harness import until_known

pytestmark = pytest.mark.integration


def ran(service: str, dsn: str, postgres: Postgres, kafka: Kafka, **more: str) -> tuple[int, str]:
    """Its exit status, and what it says of what went wrong."""
    admin = kafka.environment
    environment = {
        **os.environ,
        "OWNER_DATABASE_URL": postgres.dsn,
        "DATABASE_URL": dsn,
        "KAFKA_BOOTSTRAP_SERVERS": admin["KAFKA_BOOTSTRAP_SERVERS"],
        "KAFKA_SECURITY_PROTOCOL": admin["KAFKA_SECURITY_PROTOCOL"],
        "KAFKA_USERNAME": "prepared",
        "KAFKA_PASSWORD": "secret",
        "KAFKA_ADMIN_USERNAME": admin["KAFKA_USERNAME"],
        "KAFKA_ADMIN_PASSWORD": admin["KAFKA_PASSWORD"],
        "KAFKA_ADMIN_SASL_MECHANISM": admin["KAFKA_SASL_MECHANISM"],
        **more,
    }
    done = subprocess.run(
        [sys.executable, "-m", "operate", "prepare", service],
        env=environment, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    return done.returncode, done.stderr


def own(postgres: Postgres, role: str) -> str:
    """The DSN of a service whose role and database are called so."""
    server = urlsplit(postgres.dsn)
    netloc = f"{role}:secret@{server.hostname}:{server.port}"
    return urlunsplit(server._replace(netloc=netloc, path=f"/{role}"))


async def test_it_makes_what_the_service_then_finds(postgres: Postgres, kafka: Kafka) -> None:
    dsn = own(postgres, "prepared")
    for _ in range(2):
        status, said = ran("rewards", dsn, postgres, kafka)
        assert status == 0, said
    async with create_pool(dsn, size=1) as pool:
        await EventLog.open(pool, {})
    user = await until_known(kafka.admin, "prepared", "secret")
    await check_topics(user, SERVICES["rewards"].topics)


async def test_where_an_operator_makes_topics_and_users_it_makes_the_database_alone(
    postgres: Postgres, kafka: Kafka
) -> None:
    dsn, nowhere = own(postgres, "prepared_alone"), f"{ports.HOST}:1"
    alone = {"KAFKA_PREPARED": "true", "KAFKA_BOOTSTRAP_SERVERS": nowhere}
    status, said = ran("rewards", dsn, postgres, kafka, **alone)
    assert status == 0, said
    async with create_pool(dsn, size=1) as pool:
        await EventLog.open(pool, {})


def test_what_it_cannot_do_is_one_line(postgres: Postgres, kafka: Kafka) -> None:
    status, said = ran("rewards", postgres.dsn, postgres, kafka)
    assert status == 2
    assert said.startswith("rewards was not prepared: kinerja may do more")
    assert said.count("\n") == 1

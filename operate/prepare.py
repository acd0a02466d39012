"""`./kinerja prepare SERVICE`: make what a service finds, with credentials that it never has.

Its database and its role there, its topics and its user there; of the console, which has no part in Kafka,
the former. To be run before a service of a new
version starts, for instance in an init container. It may be run again, and by several at once.
"""

import argparse
import asyncio
import sys

import structlog
from pydantic_settings import BaseSettings

from chassis.prepare import prepare_kafka
from chassis.settings import KafkaClient
from console.keep import database as console
from eventlog.broker import KafkaError
from eventlog.database import DatabaseError, InterfaceError
from eventlog.prepare import Unfit, prepare
from eventlog.schema import SchemaIsNewer
from operate import CONSOLE, CannotAsk
from operate.output import show, working
from services.catalogue import SERVICES

COLUMNS = ("service", "prepared")


class PreparingDatabase(BaseSettings):
    """
    database_url        the service's own
    owner_database_url  DSN, on the same server, of whoever may create databases and roles
    """

    database_url: str
    owner_database_url: str


class Preparing(KafkaClient, PreparingDatabase):
    """The service's own settings, and what is to be had only here:

    kafka_admin_username  who may create topics, users and rules
    kafka_admin_password  of this user
    kafka_admin_sasl_mechanism
    kafka_replicas        of the topics that are not there yet
    kafka_prepared        topics and users are another's business, such as an operator's in Kubernetes: only
                          the database is prepared
    """

    kafka_admin_username: str = ""
    kafka_admin_password: str = ""
    kafka_admin_sasl_mechanism: str = "SCRAM-SHA-512"
    kafka_replicas: int = 1
    kafka_prepared: bool = False

    @property
    def kafka_admin(self) -> dict[str, object]:
        return self.kafka | {
            "sasl_mechanism": self.kafka_admin_sasl_mechanism,
            "sasl_plain_username": self.kafka_admin_username,
            "sasl_plain_password": self.kafka_admin_password,
        }


async def _prepare(name: str) -> None:
    if name == CONSOLE:
        database = PreparingDatabase()
        return await prepare(
            database.owner_database_url, database.database_url, console.make_tables
        )
    settings = Preparing()
    await prepare(settings.owner_database_url, settings.database_url)
    if settings.kafka_prepared:
        return
    await prepare_kafka(
        SERVICES[name],
        settings.kafka_admin,
        settings.kafka_username,
        settings.kafka_password,
        settings.kafka_replicas,
    )


def run(options: argparse.Namespace) -> int:
    structlog.configure(logger_factory=structlog.WriteLoggerFactory(sys.stderr))
    try:
        with working(f"Preparing {options.service} …"):
            asyncio.run(_prepare(options.service))
    except (
        Unfit, SchemaIsNewer, OSError, ValueError, DatabaseError, InterfaceError, KafkaError
    ) as error:  # fmt: skip
        told = str(error).partition("\n")[0]  # PostgreSQL has details
        raise CannotAsk(f"{options.service} was not prepared: {told}") from error
    show([{"service": options.service, "prepared": True}], COLUMNS, as_json=options.json)
    return 0

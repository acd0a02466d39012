"""Tables, made and changed by numbered migrations: the kernel's, and of whoever has others.

`migrations/0001_log.sql`, `0002_…`: each is applied once, in order. A file that has been applied
anywhere is never edited; what changes a table is a new file.
"""

import re
from collections.abc import Sequence
from importlib.resources import files
from typing import NamedTuple

import structlog

from eventlog.database import Connection, Pool, lock_schema

logger = structlog.get_logger(__name__)


class SchemaIsNewer(Exception):
    """The database has been migrated by a newer program, whose tables this one does not know."""


class SchemaIsOlder(Exception):
    """The database has not been prepared for this program."""


class Migration(NamedTuple):
    name: str
    sql: str


def read(package: str) -> tuple[Migration, ...]:
    """All migrations of a package, in order: the nth makes version n. Raises ValueError if a number is
    missing."""
    found = sorted(
        (each for each in files(package).joinpath("migrations").iterdir()
         if each.name.endswith(".sql")),
        key=lambda each: each.name,
    )  # fmt: skip
    for number, each in enumerate(found, start=1):
        if not re.match(rf"{number:04}_\w+\.sql$", each.name):
            raise ValueError(f"{each.name} is not migration number {number}")
    return tuple(Migration(each.name.removesuffix(".sql"), each.read_text()) for each in found)


MIGRATIONS = read("eventlog")


async def migrate(connection: Connection, migrations: Sequence[Migration] = MIGRATIONS) -> None:
    """Bring a database's tables to the newest version, all or nothing, as their owner. Raises
    SchemaIsNewer.

    Those who do so at once take turns, and find it done.
    """
    async with connection.transaction():
        await lock_schema(connection)
        await connection.execute(
            "create table if not exists schema_version ("
            "version integer primary key, name text not null,"
            " applied timestamptz not null default now())"
        )
        at = await _version(connection)
        _refuse_newer(at, migrations)
        for version, migration in enumerate(migrations[at:], start=at + 1):
            await connection.execute(migration.sql)
            await connection.execute(
                "insert into schema_version values ($1, $2)", version, migration.name
            )
            logger.info("migrated", version=version, migration=migration.name)


async def check(pool: Pool, migrations: Sequence[Migration] = MIGRATIONS) -> None:
    """See that the tables are those that this program knows. Raises SchemaIsOlder, SchemaIsNewer."""
    made = await pool.fetchval("select to_regclass('schema_version') is not null")
    at = await _version(pool) if made else 0
    _refuse_newer(at, migrations)
    if at < len(migrations):
        raise SchemaIsOlder(
            f"the database's tables are at version {at}; this program needs version"
            f" {len(migrations)}: prepare the database first (./kinerja prepare)"
        )


async def _version(database: Pool | Connection) -> int:
    return int(await database.fetchval("select coalesce(max(version), 0) from schema_version"))


def _refuse_newer(at: int, migrations: Sequence[Migration]) -> None:
    if at > len(migrations):
        raise SchemaIsNewer(
            f"the database's tables are at version {at}; this program knows versions up to"
            f" {len(migrations)}: run a newer program"
        )

"""The database of what the console keeps, made and changed like a service's."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from chassis.start import await_found
from eventlog.database import OUTAGE, Connection, Pool, Record, create_pool
from eventlog.schema import SchemaIsOlder, check, migrate, read

__all__ = ["MIGRATIONS", "OUTAGE", "Connection", "Pool", "Record", "connected", "make_tables"]

MIGRATIONS = read("console.keep")


@asynccontextmanager
async def connected(dsn: str) -> AsyncIterator[Pool]:
    """Waits until the database is there and prepared for this program. Raises SchemaIsNewer."""

    async def look() -> None:
        async with create_pool(dsn, size=1) as pool:
            await check(pool, MIGRATIONS)

    await await_found(look, (*OUTAGE, SchemaIsOlder))
    async with create_pool(dsn) as pool:
        yield pool


async def make_tables(connection: Connection, role: str) -> None:
    """Bring an owner's tables to the newest version and let the role use them, all or nothing.
    Raises SchemaIsNewer."""
    async with connection.transaction():
        await migrate(connection, MIGRATIONS)
        quoted = await connection.fetchval("select quote_ident($1)", role)
        await connection.execute(
            "revoke all on schema public from public;"
            f"grant usage on schema public to {quoted};"
            f"grant select, insert, update, delete on all tables in schema public to {quoted};"
            f"revoke insert, update, delete on schema_version from {quoted}"
        )

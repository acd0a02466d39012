"""Connections to PostgreSQL, and the errors that mean an outage."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, TypeAlias

import asyncpg
from asyncpg.pool import PoolConnectionProxy

Record: TypeAlias = asyncpg.Record
DatabaseError = asyncpg.PostgresError
InterfaceError = asyncpg.InterfaceError

if TYPE_CHECKING:  # asyncpg's classes take no parameters when it runs
    Pool: TypeAlias = asyncpg.Pool[asyncpg.Record]
    Connection: TypeAlias = asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]
else:
    Pool, Connection = asyncpg.Pool, asyncpg.Connection | PoolConnectionProxy

OUTAGE = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    # What a statement meets on a connection that is just reading the server's farewell.
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,  # it shuts down or starts, or somebody cancelled
    asyncpg.IdleInTransactionSessionTimeoutError,  # we were suspended, and it gave up on us
    asyncpg.InvalidAuthorizationSpecificationError,  # coming back, it knows us not yet
    asyncpg.InvalidCatalogNameError,
    asyncpg.PostgresSystemError,
    asyncpg.InsufficientResourcesError,  # no disk, no memory, no connection left
    asyncpg.ReadOnlySQLTransactionError,  # the standby of a failover that is not over
)
"""Errors that asyncpg raises when the server is away or not able; every other one is about the
statement itself."""


SESSION = {
    "enable_seqscan": "off",
    "jit": "off",
    # Seconds or milliseconds after which the server ends the session of a process that is gone or
    # hangs, and with it the locks that keep another from going on in its place.
    "tcp_keepalives_idle": "30",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "60000",
    "idle_in_transaction_session_timeout": "120000",
}


def create_pool(dsn: str, *, size: int = 12) -> Pool:
    """A pool whose connections go back as they are, and whose plans use indexes.

    asyncpg would reset the session at every release, a round trip for each query; nothing here
    leaves session state behind but the relay's LISTEN, which ends it itself. A plan made while a
    table was empty reads all of it, and is kept until PostgreSQL first analyzes the table, by
    when that may be thousands of rows: so where an index serves, it is used from the first day.
    (Without one, older PostgreSQL versions overestimate a full scan and JIT-compile the query; hence
    jit = off.) `size` is the most connections: beyond a dozen they answer more requests side by side,
    each later, and keep what takes events waiting longest.
    """
    return asyncpg.create_pool(
        dsn, min_size=1, max_size=size, command_timeout=30, init=_learn_types, reset=_keep,
        server_settings=SESSION,
    )  # fmt: skip


@asynccontextmanager
async def reading_all(pool: Pool) -> AsyncIterator[Connection]:
    """A transaction for what reads tables from end to end, which no index serves.

    Where a full scan is off and cannot be avoided, PostgreSQL before 18 adds ten thousand million to its
    cost: beside that all ways of joining cost the same to it, and it takes any of them.
    """
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("set local enable_seqscan = on")
        yield connection


async def lock_schema(connection: Connection) -> None:
    """Keep other processes from changing tables until the transaction ends: several may start at
    once, and even `create … if not exists` can collide."""
    await connection.execute("select pg_advisory_xact_lock(hashtext('kinerja schema'))")


async def _learn_types(connection: Connection) -> None:
    """Learn the array types at once: asyncpg asks the server about each where it first meets it, in
    every connection, and that takes longer than most queries."""
    await connection.fetch(
        "select '{}'::int[], '{}'::bigint[], '{}'::bool[], '{}'::date[], '{}'::timestamptz[],"
        " '{}'::bytea[], array(select row(1) where false)"
    )


async def _keep(connection: Connection) -> None:
    pass

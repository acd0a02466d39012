"""What the rest of the kernel calls a connection, and an outage."""

from typing import TYPE_CHECKING, TypeAlias

import asyncpg
from asyncpg.pool import PoolConnectionProxy

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
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
)
"""What asyncpg raises when the server is away; everything else is about the statement itself."""


def create_pool(dsn: str, *, size: int = 24) -> Pool:
    """A pool whose connections go back as they are.

    asyncpg would reset the session at every release, a round trip for each query; nothing here
    leaves session state behind but the relay's LISTEN, which ends it itself.
    """
    return asyncpg.create_pool(dsn, min_size=1, max_size=size, command_timeout=30, reset=_keep)


async def _keep(connection: Connection) -> None:
    pass

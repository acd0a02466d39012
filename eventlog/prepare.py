"""Make what a service's process finds: its database, its tables, and the role that it is there.

All of it may be done again, and by several at once. The owner is whoever may create roles and
databases; what it owns, the service's role can only use as `privileges` has it.
"""

import hashlib
import hmac
import secrets
from base64 import b64encode
from collections.abc import Awaitable, Callable
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

import asyncpg

from eventlog.database import Connection
from eventlog.privileges import grant
from eventlog.schema import migrate


class Unfit(Exception):
    """What is to be prepared cannot be a service's. The message says why."""


MakeTables = Callable[[Connection, str], Awaitable[None]]
"""Brings the tables to the newest version and lets the role use them."""


class Login(NamedTuple):
    role: str
    password: str
    database: str


def login(dsn: str) -> Login:
    """What a service's DSN names. Raises Unfit."""
    found = urlsplit(dsn)
    named = Login(
        *(unquote(each or "") for each in (found.username, found.password, found.path[1:]))
    )
    if not all(named):
        raise Unfit("the service's DSN must name its role, its password and its database")
    return named


async def make_tables(connection: Connection, role: str) -> None:
    """Bring an owner's tables to the newest version and let the role use them, all or nothing.
    Raises SchemaIsNewer."""
    async with connection.transaction():
        await migrate(connection)
        await grant(connection, role)


async def prepare(owner: str, service: str, make: MakeTables = make_tables) -> None:
    """Make the database that the DSN `service` names, with the tables that `make` makes, for the role
    that it names, with the DSN `owner` of the same server. Raises Unfit, SchemaIsNewer."""
    role, password, database = login(service)
    server = await asyncpg.connect(owner)
    try:
        await server.execute("select pg_advisory_lock(hashtext('kinerja roles'))")
        await _make_role(server, role, password)
        if not await server.fetchval("select true from pg_database where datname = $1", database):
            await _execute(server, "create database %I", database)
    finally:
        await server.close()
    connection = await asyncpg.connect(owner, database=database)
    try:
        await make(connection, role)
    finally:
        await connection.close()


async def databases(owner: str) -> set[str]:
    """Those that the server has."""
    server = await asyncpg.connect(owner)
    try:
        return {row["datname"] for row in await server.fetch("select datname from pg_database")}
    finally:
        await server.close()


async def close_to_others(owner: str, *databases: str) -> None:
    """Let no service into these, which PostgreSQL comes with and lets everybody into."""
    server = await asyncpg.connect(owner)
    try:
        await _execute(server, f"revoke connect on database {', '.join(databases)} from public")
    finally:
        await server.close()


async def _make_role(server: Connection, role: str, password: str) -> None:
    found = await server.fetchrow(
        "select rolname = current_user as owner, rolsuper or rolcreaterole or rolcreatedb"
        " or rolreplication or rolbypassrls"
        " or exists (select from pg_auth_members where member = r.oid) as mighty"
        " from pg_roles r where rolname = $1",
        role,
    )
    if found and (found["owner"] or found["mighty"]):
        raise Unfit(f"{role} may do more than a service's role: name another in the service's DSN")
    if not found:
        await _execute(server, "create role %I login", role)
        # Without it an owner that is no superuser could not make the role an owner of views.
        await _execute(server, "grant %I to current_user", role)
    await _execute(server, "alter role %I password %L", role, _verifier(password))


def _verifier(password: str) -> str:
    """What PostgreSQL keeps of a password, which itself might stand in the server's log (RFC 5803)."""
    salt, iterations = secrets.token_bytes(16), 4096
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, iterations)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    kept, *keys = (b64encode(each).decode() for each in (salt, stored, server))
    return f"SCRAM-SHA-256${iterations}:{kept}${':'.join(keys)}"


async def _execute(connection: Connection, statement: str, *given: str) -> None:
    """Run a statement that takes no parameters, with these in the places of %I and %L."""
    filled = "select format($1, variadic $2::text[])"
    await connection.execute(await connection.fetchval(filled, statement, given))

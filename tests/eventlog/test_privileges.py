"""The role of a service appends by `append` alone; of the log it may read everything and change nothing."""

import asyncpg
import pytest

from eventlog.database import Pool, create_pool
from eventlog.log import EventLog
from eventlog.verify import verify
from tests.eventlog.harness import Database
from tests.eventlog.ledger import MODELS, Opened, append, fill

pytestmark = pytest.mark.integration

REFUSED = {
    "insert an event": "insert into event select * from event",
    "update an event": "update event set record = ''",
    "delete an event": "delete from event",
    "truncate the log": "truncate event",
    "lock an event": "select from event for update",
    "insert a head": "insert into head select * from head",
    "move the head": "update head set position = 0",
    "delete the head": "delete from head",
    "truncate the head": "truncate head",
    "hold the head": "select from head for update",
    "say that the tables are newer": "insert into schema_version values (99, '')",
    "alter a table": "alter table event disable trigger all",
    "drop a table": "drop table event",
    "put a trigger on a table": "create trigger t before insert on event execute function f()",
    "put a rule on a table": "create rule r as on insert to head do instead nothing",
    "add a table beside the log": "create table public.mine ()",
    "make a temporary table": "create temporary table head (position bigint)",
    "alter append": "alter function append security invoker",
    "replace append": (
        "create or replace function public.append(text[]) returns void language sql as ''"
    ),
    "drop append": "drop function append",
    "free a relay of its place": "delete from relay",
    "empty the places": "truncate place, stopped, view_version",
    "become the owner": "do $$ begin execute format('set role %I', current_database() || '_owner'); end $$",
    "become somebody": "set session authorization kinerja",
    "make a role": "create role mine",
    "make itself a superuser": "alter role current_user superuser",
    "make a database": "create database mine",
    "alter the database": (
        "do $$ begin execute format('alter database %I set search_path = x', current_database()); end $$"
    ),
    "let others in": (
        "do $$ begin execute format('alter database %I owner to %I', current_database(),"
        " current_user); end $$"
    ),
    "run a program": "copy event to program 'true'",
    "write a file": "copy event to '/tmp/event'",
    "read a file": "select pg_read_file('PG_VERSION')",
    "read the passwords": "select * from pg_authid",
    "make an extension": "create extension postgres_fdw",
    "call into a library": "create function view.f() returns int language c as 'libc', 'getpid'",
    "set what only the server's owner may": "set session_replication_role = replica",
    "alter the server": "alter system set fsync = off",
    "end another's session": "select pg_reload_conf()",
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
async def test_a_service_s_role_may_not(pool: Pool, log: EventLog, what: str) -> None:
    events = await fill(log, "ab", credits=1)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await pool.execute(REFUSED[what])
    assert (await verify(pool, MODELS)).events == events


async def test_a_service_s_role_enters_no_other_service_s_database(
    databases: tuple[Database, Database], database: str, other_database: str
) -> None:
    name = other_database.rpartition("/")[2]
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="permission denied for database"):
        await asyncpg.connect(database, database=name)


async def test_a_caller_s_own_tables_take_nothing_of_an_append(
    database: str, pool: Pool, owner: Pool
) -> None:
    """Else whoever calls it would have it write elsewhere, with its owner's rights."""
    await pool.execute(
        "create schema mine; create table mine.head as table head;"
        "create table mine.event as table event;"
        "create function mine.sha256(bytea) returns bytea language sql as $$ select ''::bytea $$"
    )
    try:
        async with create_pool(f"{database}?search_path=mine,public,pg_catalog") as led_astray:
            log = EventLog(led_astray, MODELS)
            await append(log, "a", 0, Opened(owner="o"))
            await log.close()
        assert await owner.fetchval("select count(*) from mine.event") == 0
        assert (await verify(pool, MODELS)).events == 1
    finally:
        await pool.execute("drop schema mine cascade")

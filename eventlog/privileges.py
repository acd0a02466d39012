"""What the role of a service may do in its database, and nothing else (docs/adr/0014)."""

from eventlog.database import Connection
from eventlog.views import LIVE

_TABLES = {
    "schema_version, event, head, taken_back": "select",
    # Nothing that has been signed is taken back, and who withdraws a key is the owner.
    "checkpoint, subtree, signing_key": "select, insert",
    "passed_over": "select, insert",
    "relay, place, view_version, publication": "select, insert, update",
    "stopped, known_key, upload, upload_problem": "select, insert, update, delete",
}

_GRANTS = """
revoke all on database {database} from public;
revoke all on schema public from public;
revoke all on all tables in schema public from public, {role};
grant connect, create on database {database} to {role};
grant usage on schema public to {role};

-- Its path is its own: a caller's could put another table, or another function, before these.
alter function append security definer set search_path = pg_catalog, public, pg_temp;
revoke all on function append from public;
grant execute on function append to {role};
"""

# Also what an older program has left to whoever ran it; what is the role's already is not locked.
_FOREIGN = """
select format('alter %s owner to %I', thing, $1::text) from (
    select format('schema %I', nspname), nspowner, nspname from pg_namespace
    union all
    select format('table %I.%I', nspname, relname), relowner, nspname
    from pg_class join pg_namespace n on n.oid = relnamespace where relkind = 'r'
) made (thing, owner, schema)
where (schema = $2 or starts_with(schema, 'replay_')) and owner <> $1::text::regrole
"""


async def grant(connection: Connection, role: str) -> None:
    """Give the role what it may have, in the owner's transaction; the views are its own."""
    names = await connection.fetchrow(
        "select quote_ident($1) as role, quote_ident(current_database()) as database", role
    )
    assert names
    tables = "".join(
        f"grant {may} on {which} to {names['role']};" for which, may in _TABLES.items()
    )
    await connection.execute(_GRANTS.format(**names) + tables)
    for (statement,) in await connection.fetch(_FOREIGN, role, LIVE):
        await connection.execute(statement)

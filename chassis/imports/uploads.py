"""Uploads in the service's database: each waits, is worked on under a lease, and comes to an end."""

import json
from collections.abc import Sequence
from datetime import datetime
from hashlib import blake2b, sha256
from typing import Literal, NamedTuple, TypeAlias

from chassis.lists import Listing
from eventlog.database import Pool
from eventlog.log import CommandReused
from eventlog.views import Row, Table
from sheets.problems import Problem

State: TypeAlias = Literal["received", "checked", "loading", "loaded", "cancelled"]

LEASE = 20
"""Seconds that a worker which says nothing keeps others from its upload."""
BEGUN = -1
MAX_TRIES = 3
"""Processes that may end in the middle of one upload's work before it is told as a problem."""


class Upload(NamedTuple):
    """
    command      the one that sent it, `by` whom
    actor        who has it checked or loaded: as the personnel unit (`personnel`), or as an officer with
                 a mandate; `at` which business time
    rows         in the file; `done` have been gone through, with so many `events` to come of them or,
                 once they are loading, written
    wrong        problems in all, of which some are kept
    head         the log's last position when it was found to be right, null as long as it is not; BEGUN
                 once something of it may have been loaded
    tries        processes that have begun with what is to be done now
    """

    id: str
    kind: str
    name: str
    size: int
    sha256: str
    command: str
    by: str
    actor: str
    personnel: bool
    at: datetime
    correlation: str
    received: datetime
    state: State
    rows: int
    done: int
    events: int
    wrong: int
    head: int | None
    tries: int


class UploadRow(Row):
    """What is told of an upload."""

    id: str
    kind: str
    name: str
    size: int
    sha256: str
    by: str
    received: datetime
    state: State
    rows: int
    done: int
    events: int
    wrong: int


UPLOAD = Table("upload", UploadRow)
_SIZE = "octet_length(content) as size"
_TOLD = f"(select {', '.join(_SIZE if c == 'size' else c for c in UPLOAD.columns)} from upload)"
_COLUMNS = ", ".join(_SIZE if c == "size" else c for c in Upload._fields)


async def keep(
    pool: Pool,
    *,
    kind: str,
    name: str,
    content: bytes,
    command: str,
    actor: str,
    personnel: bool,
    at: datetime,
    correlation: str,
) -> Upload:
    """Keep a file until it is loaded; the same command again changes nothing. Raises CommandReused."""
    id = blake2b(command.encode(), digest_size=16).hexdigest()
    digest = sha256(content).hexdigest()
    await pool.execute(
        "insert into upload (id, kind, name, content, sha256, command, by, actor, personnel, at, correlation)"
        " values ($1, $2, $3, $4, $5, $6, $7, $7, $8, $9, $10) on conflict do nothing",
        *(id, kind, name, content, digest),
        *(command, actor, personnel, at, correlation),
    )
    kept = await _must_find(pool, id)
    if (kept.kind, kept.name, kept.sha256) != (kind, name, digest):
        raise CommandReused(command)
    return kept


async def _must_find(pool: Pool, id: str) -> Upload:
    found = await find(pool, id)
    assert found
    return found


async def find(pool: Pool, id: str) -> Upload | None:
    row = await pool.fetchrow(f"select {_COLUMNS} from upload where id = $1", id)
    return Upload(*row) if row else None


def listing(by: str | None, kind: str | None, state: State | None, name: str, sort: str) -> Listing:
    """Whosever, or one person's; of a kind, in a state, and in whose files' names `name` stands."""
    wanted = {
        "t.by = ${}": by,
        "t.kind = ${}": kind,
        "t.state = ${}": state,
        "strpos(lower(t.name), lower(${})) > 0": name,
    }
    said = {condition: value.replace("\0", "") for condition, value in wanted.items() if value}
    where = [condition.format(n) for n, condition in enumerate(said, start=1)]
    return Listing(UPLOAD, where, [*said.values()], sort, source=_TOLD)


async def problems(pool: Pool, id: str, after: int, limit: int) -> list[tuple[int, Problem]]:
    """By their numbers, in the order of the file."""
    rows = await pool.fetch(
        "select number, at_row, at_column, heading, code, found, facts from upload_problem"
        " where upload = $1 and number > $2 order by number limit $3",
        *(id, after, limit),
    )
    return [
        (
            row["number"],
            Problem(
                row["at_row"],
                row["at_column"],
                row["heading"],
                row["code"],
                row["found"],
                json.loads(row["facts"]),
            ),
        )
        for row in rows
    ]


async def load(pool: Pool, id: str, actor: str, personnel: bool, at: datetime) -> Upload:
    """Have it loaded, by whom and when, if it is checked and has no problem."""
    await pool.execute(
        "update upload set state = 'loading', actor = $2, personnel = $3, at = $4, done = 0, events = 0,"
        " tries = 0 where id = $1 and state = 'checked' and wrong = 0",
        *(id, actor, personnel, at),
    )
    return await _must_find(pool, id)


async def check(pool: Pool, id: str, actor: str, personnel: bool, at: datetime) -> Upload:
    """Have it checked again, against what has changed."""
    await pool.execute(
        "update upload set state = 'received', actor = $2, personnel = $3, at = $4, done = 0,"
        " events = 0, tries = 0, head = null where id = $1 and state = 'checked'",
        *(id, actor, personnel, at),
    )
    return await _must_find(pool, id)


async def cancel(pool: Pool, id: str) -> Upload:
    """Give it up, unless it is being loaded or has been; the file is not kept."""
    await pool.execute(
        "update upload set state = 'cancelled', content = '' where id = $1"
        " and state in ('received', 'checked')",
        id,
    )
    return await _must_find(pool, id)


# --- by whoever works on it ---------------------------------------------------------------------


class Lost(Exception):
    """The upload is another worker's by now, or was cancelled."""


async def due(pool: Pool) -> str | None:
    """The first upload that waits for work and is nobody's."""
    found = await pool.fetchval(
        "select id from upload where state in ('received', 'loading') and lease_until < now()"
        " order by received limit 1"
    )
    return None if found is None else str(found)


async def claim(pool: Pool, id: str, worker: str) -> Upload | None:
    """Take it for a time, with one more try; None if somebody else has."""
    row = await pool.fetchrow(
        "update upload set worker = $2, lease_until = now() + make_interval(secs => $3), tries = tries + 1"
        " where id = $1 and state in ('received', 'loading') and lease_until < now()"
        f" returning {_COLUMNS}",
        *(id, worker, LEASE),
    )
    return Upload(*row) if row else None


async def content_of(pool: Pool, id: str) -> bytes:
    return bytes(await pool.fetchval("select content from upload where id = $1", id))


async def renew(pool: Pool, upload: Upload, worker: str, rows: int, done: int, events: int) -> None:
    """Tell how far it is, and keep it for longer. Raises Lost."""
    kept = await pool.fetchval(
        "update upload set rows = $4, done = $5, events = $6,"
        " lease_until = now() + make_interval(secs => $7)"
        " where id = $1 and worker = $2 and state = $3 returning true",
        *(upload.id, worker, upload.state, rows, done, events, LEASE),
    )
    if not kept:
        raise Lost


async def begin(pool: Pool, upload: Upload, worker: str) -> None:
    """From now on something of it may be in the log. Raises Lost."""
    kept = await pool.fetchval(
        "update upload set head = $4 where id = $1 and worker = $2 and state = $3 returning true",
        *(upload.id, worker, upload.state, BEGUN),
    )
    if not kept:
        raise Lost


async def settle(
    pool: Pool,
    upload: Upload,
    worker: str,
    state: State,
    head: int | None,
    wrong: int,
    found: Sequence[Problem],
) -> None:
    """Bring it to its next state, with its problems. Raises Lost."""
    rows = [
        (upload.id, n, *problem[:5], json.dumps(problem.facts))
        for n, problem in enumerate(found, start=1)
    ]
    async with pool.acquire() as connection, connection.transaction():
        kept = await connection.fetchval(
            "update upload set state = $4, head = $5, wrong = $6, tries = 0, lease_until = 'epoch'"
            " where id = $1 and worker = $2 and state = $3 returning true",
            *(upload.id, worker, upload.state, state, head, wrong),
        )
        if not kept:
            raise Lost
        await connection.execute("delete from upload_problem where upload = $1", upload.id)
        await connection.executemany(
            "insert into upload_problem values ($1, $2, $3, $4, $5, $6, $7, $8)", rows
        )

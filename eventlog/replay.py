"""Fill a view anew from the topics, beside the live one, up to exactly the live one's place.

`rebuild` then swaps it in; `compare` holds it against the live tables. Neither stops reads; the
live subscription stands still only for the last few records and the swap or comparison itself.
Replays of one view, by whatever process, take turns: they fill one schema.
"""

import asyncio
from bisect import bisect_right
from collections.abc import AsyncIterator, Mapping, Set
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import asyncpg
import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import OffsetOutOfRangeError

from contracts.event import Event, Recorded
from contracts.topics import PARTITIONS
from eventlog.broker import reading
from eventlog.cures import left_out
from eventlog.database import Connection, Pool, lock_schema
from eventlog.follow import Proven
from eventlog.places import Place, lock_places, read_places
from eventlog.prover import Account, Prover
from eventlog.trust import Patient, Trust
from eventlog.views import LIVE, Merged, Table, View, merge, write

BATCH = 500
"""Records polled at once: few, so that what is made of them is still in the processor's cache when it
is used."""

ROWS = 10_000
"""Changed rows that are held and written at once: events of one row that lie close together cost one
write."""

COMPARING = 3600.0
"""Seconds that a comparison of one table may take, longer than what serves a request."""

KEYS = 10
"""Rows that differ of which the keys are told, of one table."""

TURN = 0.2
"""Seconds between two looks whether another replay of the view is over."""

logger = structlog.get_logger(__name__)


class TopicIncomplete(Exception):
    """A topic no longer holds what a view has applied of it."""


class OtherVersion(Exception):
    """The view's live tables are of another version than this program's."""


class Differing(NamedTuple):
    """How many rows of a table differ, and the keys of the first of them, KEYS at most."""

    rows: int
    keys: tuple[str, ...]

    def __str__(self) -> str:
        more = ["…"] if self.rows > len(self.keys) else []
        return ", ".join([*self.keys, *more])


class Replay:
    """One filling of `view` into a schema of its own, from the first record of its topics."""

    def __init__(
        self,
        view: View,
        pool: Pool,
        kafka: Mapping[str, Any],
        models: dict[str, type[Event]],
        trust: Trust,
    ) -> None:
        self.view = view
        self.pool = pool
        self.kafka = kafka
        self.models = models
        self.trust = trust
        self.schema = f"replay_{view.name}"
        self.events = 0
        self._prover = Prover(Patient(trust), Account(self.schema))
        self._proven: dict[TopicPartition, list[Proven]] = {}
        """Read and proven, but behind the place that is filled up to."""
        self._reached: dict[TopicPartition, Place] = {}
        self._left_out: Mapping[TopicPartition, Set[int]] = {}
        """What the live view has been let go on behind."""

    async def prepare(self) -> None:
        """Make the live tables, or build them anew if the view's definition is newer than theirs.
        Raises OtherVersion if it is older."""
        await self.pool.execute(
            "insert into view_version values ($1, $2) on conflict do nothing",
            self.view.name,
            self.view.version,
        )
        if await self._is_newer(self.pool):
            async with self._turn() as connection:
                while await self._is_newer(connection):  # nobody has built it by now
                    logger.info("rebuilding view", view=self.view.name, version=self.view.version)
                    try:
                        await self._rebuild(connection)
                    except TopicIncomplete as reason:  # its relay sends again what a topic lacks
                        logger.error("rebuild waits", view=self.view.name, reason=str(reason))
                        await asyncio.sleep(1)
        await self._must_be_ours(self.pool)
        async with self.pool.acquire() as connection, connection.transaction():
            await lock_schema(connection)
            await self.view.create(connection)

    async def wait(self) -> None:
        """Wait until another process has prepared the live tables. Raises OtherVersion if they are of a
        newer version."""
        told = False
        while await self.view.kept(self.pool) is None or not await self._is_prepared():
            if not told:
                logger.info("view is awaited", view=self.view.name, version=self.view.version)
            told = True
            await asyncio.sleep(TURN)
        await self._must_be_ours(self.pool)

    async def _is_prepared(self) -> bool:
        there = await self.pool.fetchval(
            "select bool_and(to_regclass(t) is not null) from unnest($1::text[]) as t",
            [f"{LIVE}.{table.name}" for table in self.view.tables],
        )
        return bool(there) and not await self._is_newer(self.pool)

    async def _is_newer(self, database: Pool | Connection) -> bool:
        kept = await self.view.kept(database)
        return kept is not None and kept < self.view.version

    async def _must_be_ours(self, database: Pool | Connection) -> None:
        kept = await self.view.kept(database)
        if kept not in (None, self.view.version):
            raise OtherVersion(
                f"view {self.view.name} is at version {kept}; this program has {self.view.version}"
            )

    async def rebuild(self) -> int:
        """Replace the live tables. Returns the number of events replayed. Raises OtherVersion,
        TopicIncomplete."""
        async with self._turn() as connection:
            await self._must_be_ours(connection)
            await self._rebuild(connection)
        return self.events

    async def _rebuild(self, connection: Connection) -> None:
        async with self._at_live_place(connection):
            await self._keep_readers_out(connection)
            for table in self.view.tables:
                await connection.execute(f"drop table if exists {LIVE}.{table.name}")
                await connection.execute(
                    f"alter table {self.schema}.{table.name} set schema {LIVE}"
                )
            await connection.execute(
                "update view_version set version = $2 where view = $1",
                self.view.name,
                self.view.version,
            )

    async def _keep_readers_out(self, connection: Connection) -> None:
        """Lock the live tables until the transaction ends. Others would queue behind this while it waits
        for a long reader: so it waits a moment at a time, and lets them through in between."""
        there = await connection.fetchval(
            "select string_agg(format('%I.%I', schemaname, tablename), ', ' order by n)"
            " from unnest($2::text[]) with ordinality as t (tablename, n) join pg_tables using (tablename)"
            " where schemaname = $1",
            LIVE,
            [table.name for table in self.view.tables],
        )
        while there:
            try:
                async with connection.transaction():  # a savepoint
                    await connection.execute(
                        f"set local lock_timeout = '{TURN}s';"
                        f" lock table {there} in access exclusive mode;"
                        " set local lock_timeout = default"
                    )
                return
            except (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError):
                logger.info("the swap waits for readers", view=self.view.name)
                await asyncio.sleep(5 * TURN)

    async def compare(self) -> dict[str, Differing]:
        """The rows that differ between the live tables and the replay, by table; empty if none do. Raises
        OtherVersion, TopicIncomplete."""
        different = {}
        async with self._turn() as connection, self._at_live_place(connection):
            await self._must_be_ours(connection)
            # All of both tables is read and sorted: no work for an index.
            await connection.execute("set local enable_seqscan = on; set local work_mem = '64MB'")
            for table in self.view.tables:
                rows = await connection.fetch(self._differing(table), KEYS, timeout=COMPARING)
                if rows:
                    keys = tuple("/".join(map(str, row[:-1])) for row in map(tuple, rows))
                    different[table.name] = Differing(rows[0]["rows"], keys)
        return different

    def _differing(self, table: Table[Any]) -> str:
        live, replayed = f"{LIVE}.{table.name}", f"{self.schema}.{table.name}"
        columns = ", ".join(f'"{column}"' for column in table.columns)
        keys = ", ".join(f'"{column}"' for column in table.key_columns)
        return (
            f"select {keys}, count(*) over () as rows from ("
            f"(select {columns} from {live} except all select {columns} from {replayed})"
            f" union all "
            f"(select {columns} from {replayed} except all select {columns} from {live})) d"
            f" group by {keys} order by {keys} limit $1"
        )

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[Connection]:
        """The connection that holds the view's replays for us. All is done on it: if it is lost,
        so are its turn and whatever it would still have written."""
        async with self.pool.acquire() as connection:
            ours = "select pg_try_advisory_lock(hashtext($1))"
            if not await connection.fetchval(ours, self.schema):
                logger.info("another replay of the view is at work", view=self.view.name)
                while not await connection.fetchval(ours, self.schema):
                    await asyncio.sleep(TURN)
            try:
                yield connection
            finally:
                if not connection.is_closed():
                    await connection.execute(f"drop schema if exists {self.schema} cascade")
                    await connection.execute("select pg_advisory_unlock(hashtext($1))", self.schema)

    @asynccontextmanager
    async def _at_live_place(self, connection: Connection) -> AsyncIterator[None]:
        """A transaction in which the live places stand still and the replay has reached them."""
        self.events = 0
        self._reached.clear()
        await connection.execute(
            f"drop schema if exists {self.schema} cascade; create schema {self.schema}"
        )
        # A beginning that is gone is not passed over.
        async with reading(self.kafka, auto_offset_reset="none") as consumer:
            consumer.assign(
                [TopicPartition(t, p) for t in self.view.topics for p in range(PARTITIONS)]
            )
            for tp in consumer.assignment():
                consumer.seek(tp, 0)
                self._prover.begin(tp, Place(0, 0))
                self._proven[tp] = []
            await self.view.create(connection, self.schema)
            places = await read_places(connection, self.view.name)
            # Of the topics that feed it now.
            await self._fill(
                connection,
                consumer,
                {tp: places[tp] for tp in places.keys() & consumer.assignment()},
            )
            async with connection.transaction():
                # Also where there is none yet: a first event there would else find nothing to wait
                # for, and slip between the filling and the swap.
                keys = [(self.view.name, tp) for tp in consumer.assignment()]
                places = {tp: at for (_, tp), at in (await lock_places(connection, keys)).items()}
                await self._fill(connection, consumer, places)
                yield

    async def _fill(
        self,
        connection: Connection,
        consumer: AIOKafkaConsumer,
        places: Mapping[TopicPartition, Place],
    ) -> None:
        """Apply records up to the given places. Raises TopicIncomplete."""
        merged: Merged = {}
        # After the places: whatever lies in front of them and was passed over has been by now.
        self._left_out = await left_out(connection, self.view.name)
        left = {tp for tp, place in places.items() if not self._take(tp, place, merged)}
        ends = await consumer.end_offsets(left) if left else {}
        # Not getmany(*left): aiokafka fetches no more from a broker while it holds records of a
        # partition that nobody asks for.
        consumer.pause(*(consumer.assignment() - left))
        consumer.resume(*left)
        while left:
            for tp in [tp for tp in left if await consumer.position(tp) >= ends[tp]]:
                raise _incomplete(tp, self._prover.why_not(tp))
            try:
                polled = await consumer.getmany(timeout_ms=1000, max_records=BATCH)
            except OffsetOutOfRangeError as error:
                ((tp, offset),) = error.args[0].items()
                raise _incomplete(tp, f"it has no record at offset {offset}") from None
            for tp, records in polled.items():
                self._proven[tp] += await self._prover.prove(tp, records)
                if tp in left and self._take(tp, places[tp], merged):
                    left.discard(tp)
                    consumer.pause(tp)
                    # What is fetched of it would be held, and nothing else be fetched; proven again, it is
                    # dropped.
                    consumer.seek(tp, places[tp].next_offset)
            if not left or sum(map(len, merged.values())) >= ROWS:
                await self._write(connection, merged)
        await self._write(connection, merged)

    async def _write(self, connection: Connection, merged: Merged) -> None:
        if merged:
            async with connection.transaction():
                await write(connection, merged, self.schema)
            merged.clear()

    def _take(self, tp: TopicPartition, upto: Place, merged: Merged) -> bool:
        """Merge the changes of what has been proven up to a place; True when that is reached."""
        proven = self._proven[tp]
        count = bisect_right(proven, upto.position, key=lambda each: each.position)
        without = self._left_out.get(tp, ())
        for each in (each for each in proven[:count] if each.position not in without):
            merge(self.view.changes(Recorded(each.record, each.position, self.models)), merged)
        if count:
            last = proven[count - 1]
            self._reached[tp] = Place(last.offset + 1, last.position, last.link)
            self.events += count
            del proven[:count]
        at = self._reached.get(tp, Place(0, 0))
        if at.position == upto.position and upto.link not in (None, at.link):
            raise _incomplete(tp, f"position {at.position} is another there")
        return at.position >= upto.position


def _incomplete(tp: TopicPartition, why: str) -> TopicIncomplete:
    return TopicIncomplete(f"{tp.topic}/{tp.partition} lacks what has been applied of it: {why}")

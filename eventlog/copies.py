"""Holds what lies where checkpoints are published against those that the log keeps: whoever takes one away,
here or there, or puts them in another order, is found.

A note that is published and that the log does not keep, word for word, is a *stray*: whether it holds, a
`Monitor` tells. Places are told in words, MOST at most.
"""

import asyncio
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from contracts.topics import CHECKPOINTS
from eventlog.database import Pool
from eventlog.notes import Checkpoint, Malformed, Note
from eventlog.published import Copy, Folder, Topic, file_name, read_folder, read_topic

MOST = 100
"""Faults that are told of one place; and those that are looked for further on."""

MAX_STRAYS = 10_000
"""Held at once."""

BATCH = 1000
"""Checkpoints that are asked for at once."""


class Held(NamedTuple):
    """The strays, and what else is wrong, in sentences."""

    strays: list[str]
    faults: list[str]


async def hold_copies(
    pool: Pool, kafka: Mapping[str, Any], folder: Path | None, origin: str
) -> Held:
    """Hold what lies in the topic and the folder, if there is one. Raises KafkaError, OSError."""
    strays, topic = Strays(pool), InTopic(pool)
    published = await published_to(pool, Topic.name)
    async for some in read_topic(kafka, origin):
        await strays.take(some)
        await topic.take(some)
    faults = await topic.end(published)
    if folder:
        faults += await wrong_in_folder(pool, folder, origin)
        for some in read_folder(folder, origin):
            await strays.take(some)
    return Held(strays.notes, faults)


class Strays:
    """Is given all copies of all places; `notes` are the strays among them, by position; the lowest, if
    there are very many."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self._found: set[tuple[int, str]] = set()

    @property
    def notes(self) -> list[str]:
        return [note for _, note in sorted(self._found)]

    async def take(self, copies: Sequence[Copy]) -> None:
        sizes = {copy.note: _size(copy.note) for copy in copies}
        kept = await _kept(self.pool, [*sizes.values()])
        new = {(size, note) for note, size in sizes.items() if kept.get(size) != note}
        if new:
            self._found = set(sorted(self._found | new)[:MAX_STRAYS])


class InTopic:
    """Is given the copies that lie in the topic, in their order: all that the log keeps and has noted as
    published must be there, each behind the one before it. Any may come again, and those behind it with it;
    so what has been lost is mended by publishing all of it anew."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self._reached = self._last = 0
        self._missing: dict[int, str] = {}
        """Positions, and in front of what each should stand."""

    async def take(self, copies: Sequence[Copy]) -> None:
        sized = [(_size(copy.note), copy) for copy in copies]
        kept = await _kept(self.pool, [size for size, _ in sized])
        found = [(size, copy) for size, copy in sized if kept.get(size) == copy.note]
        if not found or len(self._missing) >= MOST:
            return
        line = await _line(
            self.pool, self._reached, max(size for size, _ in found), len(found) + MOST
        )
        for size, copy in found:
            if size > self._reached:
                lacking = line[bisect_right(line, self._reached) : bisect_left(line, size)]
                self._missing |= dict.fromkeys(lacking, copy.where)
                self._reached = size
            elif self._missing.keys() & {size, self._last} and await self._follow(size):
                self._missing.pop(size, None)
                self._missing.pop(self._last, None)
            self._last = size

    async def _follow(self, size: int) -> bool:
        """Whether it is the next that the log keeps behind the last one given."""
        before = await self.pool.fetchval(
            "select max(position) from checkpoint where position < $1", size
        )
        return bool(before == self._last)

    async def end(self, published: int) -> list[str]:
        """What is wrong there; `published` was asked for before the copies were read."""
        lacks = f"{CHECKPOINTS} lacks the checkpoint of position"
        faults = [f"{lacks} {at} in front of {where}" for at, where in self._missing.items()]
        faults += [f"{lacks} {at}" for at in await _line(self.pool, self._reached, published, MOST)]
        return faults[:MOST]


async def wrong_in_folder(pool: Pool, folder: Path, origin: str) -> list[str]:
    """Which files are missing, or are not what the log keeps: all that it has noted as published there must
    be in the file that bears its position. Raises OSError."""
    faults, reached = list[str](), 0
    published = await published_to(pool, Folder(folder).name)
    while len(faults) < MOST:
        rows = await pool.fetch(
            f"select position, note {_KEPT} position > $1 and position <= $2 order by position limit $3",
            reached,
            published,
            BATCH,
        )
        if not rows:
            break
        notes = {folder / file_name(origin, row["position"]): row["note"] for row in rows}
        faults += await asyncio.to_thread(lambda: [*_wrong(notes)])  # noqa: B023  awaited here
        reached = rows[-1]["position"]
    return faults[:MOST]


def _wrong(notes: Mapping[Path, str]) -> Iterator[str]:
    for file, note in notes.items():
        try:
            if file.read_bytes() != note.encode():
                yield f"{file} is not the checkpoint that the log keeps"
        except FileNotFoundError:
            yield f"{file} is missing"


async def published_to(pool: Pool, publisher: str) -> int:
    """The position of the last checkpoint that the log has noted as published there, or 0."""
    return int(
        await pool.fetchval(
            "select coalesce((select position from publication where publisher = $1), 0)", publisher
        )
    )


async def _kept(pool: Pool, positions: Sequence[int]) -> dict[int, str]:
    rows = await pool.fetch(
        "select position, note from checkpoint where position = any($1)", positions
    )
    return {row["position"]: row["note"] for row in rows}


async def _line(pool: Pool, after: int, upto: int, most: int) -> list[int]:
    """The positions of the checkpoints that the log keeps, in order."""
    rows = await pool.fetch(
        f"select position {_KEPT} position > $1 and position <= $2 order by position limit $3",
        after,
        upto,
        most,
    )
    return [row["position"] for row in rows]


# In what was taken back, a checkpoint may have been published by the log that was lost, in another order.
_KEPT = """
from checkpoint c where not exists (
    select from taken_back t where c.position between t.after and t.after + t.events) and"""


def _size(note: str) -> int:
    try:
        return Checkpoint.read(Note.read(note).text).size
    except Malformed:
        return 0

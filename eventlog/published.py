"""Where checkpoints go to be out of reach of who keeps the log: a folder (another's disk, or one that
can only be added to) and a topic that everybody reads. And how a verifier reads them there.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote
from uuid import uuid4

from aiokafka import AIOKafkaProducer, TopicPartition

from contracts.topics import CHECKPOINTS, partition
from eventlog.broker import reading, until_end
from eventlog.notes import Checkpoint, Note

BATCH = 1000
"""Notes that are read at once."""


class AlreadyThere(Exception):
    """Another checkpoint of the same log and size has been published: one of them is not the log's."""


class Folder:
    """One file a checkpoint, ORIGIN-SIZE.note, written whole or not at all and never again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.name = f"folder {folder}"

    async def publish(self, notes: Sequence[str]) -> None:
        """Raises AlreadyThere, OSError."""
        await asyncio.to_thread(self._write_all, notes)

    def _write_all(self, notes: Sequence[str]) -> None:
        for note in notes:
            checkpoint = Checkpoint.read(Note.read(note).text)
            self._write(self.folder / file_name(checkpoint.origin, checkpoint.size), note.encode())
        folder = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _write(self, file: Path, note: bytes) -> None:
        written = file.with_name(f".{uuid4().hex}")
        try:
            with written.open("xb") as new:
                new.write(note)
                new.flush()
                os.fsync(new.fileno())
            os.link(written, file)  # which, unlike a rename, replaces nothing
        except FileExistsError:
            if file.read_bytes() != note:
                raise AlreadyThere(f"{file} holds another checkpoint") from None
        finally:
            written.unlink(missing_ok=True)


class Topic:
    """A record a checkpoint: key the origin, value the note. One may be there more than once."""

    name = CHECKPOINTS

    def __init__(self, kafka: Mapping[str, Any]) -> None:
        self.kafka = kafka

    async def publish(self, notes: Sequence[str]) -> None:
        """Raises KafkaError."""
        async with AIOKafkaProducer(**self.kafka, enable_idempotence=True, acks="all") as producer:
            sent = []
            for note in notes:
                origin = Checkpoint.read(Note.read(note).text).origin
                sent.append(
                    await producer.send(
                        self.name,
                        note.encode(),
                        key=origin.encode(),
                        partition=partition(origin),
                    )
                )
            await asyncio.gather(*sent)  # each says whether Kafka has taken it


class Copy(NamedTuple):
    """A note as it lies there, and where: a file, or a record. What is no text has marks in its place."""

    where: str
    note: str


def read_folder(folder: Path, origin: str) -> Iterator[list[Copy]]:
    """The copies of a log's checkpoints that are there, some at a time, in any order."""
    if not folder.is_dir():
        return
    with os.scandir(folder) as files:
        ours = (
            file.path
            for file in files
            if file.name.startswith(file_name(origin, None)) and file.name.endswith(".note")
        )
        while some := [*islice(ours, BATCH)]:
            yield [Copy(path, Path(path).read_text(errors="replace")) for path in some]


async def read_topic(kafka: Mapping[str, Any], origin: str) -> AsyncIterator[list[Copy]]:
    """The copies of a log's checkpoints that are there now, some at a time, as they came."""
    async with reading(kafka) as consumer:
        consumer.assign([TopicPartition(CHECKPOINTS, partition(origin))])
        await consumer.seek_to_beginning()
        async for _, records in until_end(consumer, BATCH):
            yield [
                Copy(
                    f"{record.topic}/{record.partition} offset {record.offset}",
                    record.value.decode(errors="replace"),
                )
                for record in records
                if record.key == origin.encode() and record.value is not None
            ]


def file_name(origin: str, size: int | None) -> str:
    """Sizes have leading zeros, so that names stand in their order."""
    return f"{quote(origin, safe='')}-{'' if size is None else f'{size:018}.note'}"

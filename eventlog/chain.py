"""The chain that a log's records make in each partition of its topic.

A record's *link* is the hash of the link before it and of all that the record is: so a link stands for
everything in front of it. The relay signs the last link of each batch; whoever has that signature and
the records knows them for the log's, whoever may have written to the topic.
"""

from collections.abc import Mapping
from hashlib import sha256
from struct import Struct
from typing import NamedTuple

from eventlog.keys import SigningKey

_HEAD = Struct(">QI")

LINK = 32
"""Bytes of a link (SHA-256)."""


def genesis(topic: str, partition: int) -> bytes:
    """What the first record of a partition follows."""
    return sha256(b"kinerja partition\0" + _name(topic, partition)).digest()


def link(after: bytes, position: int, key: bytes, record: bytes) -> bytes:
    """The link of a record, behind the link `after`."""
    # The lengths are fixed or told, so that no two records give the same bytes.
    return sha256(after + _HEAD.pack(position, len(key)) + key + record).digest()


def message(topic: str, partition: int, of: bytes) -> bytes:
    """What is signed of a link. The prefix keeps it apart from all else that the key signs."""
    return b"kinerja link\0" + of + _name(topic, partition)


def _name(topic: str, partition: int) -> bytes:
    return b"%s/%d" % (topic.encode(), partition)


Headers = list[tuple[str, bytes]]


def headers(type_: str, position: int, after: bytes) -> Headers:
    """Those of every record. `type` is a copy, for filters, that nothing proves."""
    return [("type", type_.encode()), ("position", b"%d" % position), ("after", after)]


def signature(key: SigningKey, topic: str, partition: int, of: bytes) -> Headers:
    """Those that the last record of a batch has besides."""
    signed = key.sign(message(topic, partition, of))
    return [("key", key.id.encode()), ("signature", signed)]


class Claim(NamedTuple):
    """By which key a record says to be signed, and the signature; nothing of it is proved."""

    key: str
    signature: bytes


def position_of(headers: Mapping[str, bytes | None]) -> int | None:
    """The position that a record claims: digits alone, as a relay writes them, and no more than a log can
    have."""
    position = headers.get("position") or b""  # Kafka's headers may be null
    return int(position) if position.isdigit() and len(position) <= 18 else None


def placed(headers: Mapping[str, bytes | None]) -> tuple[int, bytes] | None:
    """The position that a record claims and the link before it, or None: then no relay wrote it."""
    position, after = position_of(headers), headers.get("after") or b""
    return None if position is None or len(after) != LINK else (position, after)


def claimed(headers: Mapping[str, bytes | None]) -> Claim:
    key = (headers.get("key") or b"").decode("ascii", "replace")
    return Claim(key, headers.get("signature") or b"")

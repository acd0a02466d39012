"""Topics and keys: one topic a service, partitioned by subject.

The number of partitions is part of the contract: another number would send an employee's later
events to another partition than the earlier ones, and their order would be gone.
"""

from zlib import crc32

PARTITIONS = 6

CHECKPOINTS = "kinerja.checkpoints"
"""The topic of all logs' signed checkpoints; the key is the log's origin."""


def topic(service: str) -> str:
    """The internal topic of a service's log."""
    return f"kinerja.{service}.events"


def service_of(topic: str) -> str:
    """The service whose log a topic carries."""
    return topic.removeprefix("kinerja.").removesuffix(".events")


def partition(subject: str) -> int:
    """The partition of everything about one employee or unit (CRC-32 of the key)."""
    return crc32(subject.encode()) % PARTITIONS

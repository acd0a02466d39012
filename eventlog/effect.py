"""The effect of a subscription, and which of its failures pass by themselves."""

from collections.abc import Sequence
from typing import Protocol

import asyncpg

from contracts.event import Recorded
from eventlog.database import OUTAGE, Connection
from eventlog.log import LogUnavailable, StaleVersion


class Effect(Protocol):
    """Takes the events of a subscription.

    name     of the subscription and its consumer group; no other has it
    topics   where the events come from
    version  of the tables that it keeps, if it keeps any: it waits while they are of another, for
             programs of two versions are at work while one takes the other's place
    apply    in the transaction that moves the place
    shows    whether an event, once applied, is seen in what it keeps
    """

    @property
    def name(self) -> str: ...
    @property
    def topics(self) -> tuple[str, ...]: ...
    @property
    def version(self) -> int | None: ...
    async def apply(self, connection: Connection, events: Sequence[Recorded]) -> None: ...
    def shows(self, event: Recorded) -> bool: ...


class NotYet(Exception):
    """An effect needs something that is not here yet; it is tried again, and the subscription waits
    meanwhile: so it must not be something that the same subscription brings."""


TRANSIENT = (*OUTAGE, asyncpg.TransactionRollbackError, LogUnavailable, StaleVersion, NotYet)
"""Failures that are not the event's fault: an outage, a deadlock that PostgreSQL broke, a stream
that kept moving under a reaction, something that has not arrived."""

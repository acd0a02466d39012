"""What an operator may do about a partition that is stopped: look at it, have it tried again, or let its
subscription go on behind the record.

Passing over is on the record, and written before it is done: whoever dies in between gives the command
again. Nobody is shown what stands in a record, only what it is.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import structlog
from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field

from chassis.access import asked_by, given_by
from chassis.fields import Body, Text
from chassis.requests import Accepted, Caller, Commander
from contracts.catalogue import PASSED_OVER
from contracts.event import Event
from eventlog import cures
from eventlog.aggregate import Aggregate
from eventlog.database import Record
from eventlog.health import kind
from eventlog.places import Key, read_stopped
from law.standing import Decider, Who

logger = structlog.get_logger(__name__)
router = APIRouter()

PARTITION = "/stopped/{subscription}/{topic}/{partition}"
PathSubscription = Annotated[str, Path(pattern=r"^[a-z][a-z0-9_]{0,99}$")]
PathTopic = Annotated[str, Path(pattern=r"^[a-z][a-z0-9._-]{0,199}$")]
PathPartition = Annotated[int, Path(ge=0, lt=2**31)]


class StoppedPartition(BaseModel):
    """A partition that a view or reaction (`subscription`) stands in, before the record at `offset`, since
    it last failed, and with what (`reason`)."""

    subscription: str
    topic: str
    partition: int
    offset: int
    since: datetime
    reason: str


class StoppedRecord(StoppedPartition):
    """The same, and what the record is; null is what cannot be read of it. `size` in bytes."""

    position: int
    size: int
    type: str | None
    stream: str | None
    version: int | None
    subject: str | None


class PassOver(Body):
    """The record at this offset; `why` goes on the record."""

    offset: Annotated[int, Field(ge=0, lt=2**63)]
    why: Text


class Given(BaseModel):
    """The command to pass over a record, as it stands in the log."""

    model_config = ConfigDict(from_attributes=True)

    by: str
    why: str


CURE = Aggregate[Given]("cure", lambda _, event: Given.model_validate(event))


@router.get("/stopped")
async def stopped(by: Annotated[Caller, asked_by(Who.OPERATOR)]) -> list[StoppedPartition]:
    """Every partition that stands before a record that could not be applied."""
    return [_told(row) for row in await read_stopped(by.pool)]


@router.get(PARTITION)
async def show(
    subscription: PathSubscription,
    topic: PathTopic,
    partition: PathPartition,
    by: Annotated[Caller, asked_by(Who.OPERATOR)],
) -> StoppedRecord:
    """What a partition is stopped before."""
    stop = await _find(by, cures.key_of(subscription, topic, partition))
    return StoppedRecord(
        subscription=subscription,
        topic=topic,
        partition=partition,
        since=stop.since,
        reason=stop.reason,
        offset=stop.record.offset,
        position=stop.record.position,
        size=stop.record.size,
        type=stop.record.type,
        stream=stop.record.stream,
        version=stop.record.version,
        subject=stop.record.subject,
    )


@router.post(PARTITION + "/retry")
async def retry(
    subscription: PathSubscription,
    topic: PathTopic,
    partition: PathPartition,
    command: Annotated[Commander, given_by(Who.OPERATOR)],
) -> StoppedPartition:
    """Have the partition tried again, within about a second, by whichever process has it; the stop that
    this is about. If it fails again it is stopped anew, `since` then."""
    row = await cures.retry(command.pool, cures.key_of(subscription, topic, partition))
    of = {"subscription": subscription, "topic": topic, "partition": partition}
    logger.info("partition is to be tried again", **of)
    return _told(row)


@router.post(PARTITION + "/pass-over")
async def pass_over(
    subscription: PathSubscription,
    topic: PathTopic,
    partition: PathPartition,
    body: PassOver,
    command: Annotated[Commander, given_by(Who.OPERATOR)],
) -> Accepted:
    """Let the view or reaction go on behind the record that it is stopped before: what the record says is
    missing in it from then on, also when it is built anew. Refused if it has moved on."""
    key = cures.key_of(subscription, topic, partition)
    stop, position = await _stands(command, key, body.offset)
    cure = f"{subscription}/{topic}/{partition}@{position}"
    accepted = await command.administer(
        CURE, cure, _decide, stop, command.runtime.service.name, body.why
    )
    if stop:
        given = (await command.look_up(CURE, cure)).state
        assert given
        await cures.pass_over(command.pool, stop, kind(stop.reason), given.by, given.why)
    return accepted


def _decide(
    given: Given | None, by: Decider, stop: cures.Stop | None, service: str, why: str
) -> Event | Sequence[Event]:
    """What has been given before, and not been done, is only to be done."""
    if stop is None:
        raise cures.MovedOn("the record has been passed over")
    if given:
        return ()
    return PASSED_OVER[service].model_validate(
        {
            "subscription": stop.subscription,
            "topic": stop.tp.topic,
            "partition": stop.tp.partition,
            "position": stop.record.position,
            "offset": stop.record.offset,
            "type": stop.record.type,
            "error": kind(stop.reason),
            "why": why,
            "by": by.id,
        }
    )


async def _stands(by: Caller, key: Key, offset: int) -> tuple[cures.Stop | None, int]:
    """The stop before the record at this offset, none if it has been passed over; and the record's
    position. Raises NotStopped, MovedOn, NotProven."""
    refused: Exception
    try:
        stop = await _find(by, key)
        if stop.record.offset == offset:
            return stop, stop.record.position
        refused = cures.MovedOn(f"it stands before offset {stop.record.offset} now")
    except cures.NotStopped as error:
        refused = error
    for done in reversed(await cures.read_passed_over(by.pool, key)):
        if done.offset == offset:
            return None, done.position
    raise refused


async def _find(by: Caller, key: Key) -> cures.Stop:
    return await cures.find(by.pool, by.runtime.settings.kafka, by.runtime.trust, key)


def _told(row: Record) -> StoppedPartition:
    return StoppedPartition(**{**row, "offset": row["at_offset"]})

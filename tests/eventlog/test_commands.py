"""The one way a command runs: read, decide, append."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest

from contracts.event import Event
from eventlog.aggregate import Aggregate
from eventlog.commands import Decided, execute
from eventlog.log import CommandReused, EventLog, Recalled, Receipt, StaleVersion
from tests.eventlog.ledger import Credited, Opened, append, origin

pytestmark = pytest.mark.integration


class Refused(Exception):
    pass


ACCOUNT: Aggregate[int] = Aggregate(
    "account", lambda total, event: (total or 0) + getattr(event, "amount", 0)
)


def credit_up_to_three(total: int | None) -> Credited:
    if (total or 0) >= 3:
        raise Refused
    return Credited(amount=1)


def about_a(decide: Callable[[int | None], Event | Sequence[Event]]) -> Any:
    """A decision about account `a` that needs no facts."""

    async def decided(total: int | None, version: int) -> Decided:
        return Decided(decide(total), "a", ["facts:fact/1@3"])

    return decided


async def credit(log: EventLog, command: str | None = None) -> Receipt:
    return await execute(log, ACCOUNT, "a", about_a(credit_up_to_three), origin(command))


async def test_a_decision_sees_what_its_stream_has_become(log: EventLog) -> None:
    for version in (1, 2, 3):
        assert await credit(log) == Receipt("account/a", version, version, subject="a")
    with pytest.raises(Refused):
        await credit(log)
    assert ACCOUNT.fold(await log.read_stream("account/a")) == (3, 3)
    assert ACCOUNT.fold(await log.read_stream("account/another")) == (None, 0)


async def test_an_event_names_the_facts_that_its_decider_saw(log: EventLog) -> None:
    first = origin("c")._replace(basis=("facts:cause/1@1",))
    await execute(log, ACCOUNT, "a", about_a(credit_up_to_three), first)
    (event,) = await log.read_stream("account/a")
    assert event.document["basis"] == "facts:cause/1@1 facts:fact/1@3"


async def test_decisions_taken_at_once_never_rest_on_what_is_no_longer_so(log: EventLog) -> None:
    """Each is taken again on what the stream has become: no more than three are ever accepted."""
    answers = await asyncio.gather(*(credit(log) for _ in range(20)), return_exceptions=True)
    assert sum(isinstance(answer, Receipt) for answer in answers) == 3
    assert all(isinstance(answer, Receipt | Refused) for answer in answers)
    assert await log.head() == 3


async def test_a_command_is_read_once(log: EventLog) -> None:
    class Counting(EventLog):
        reads = 0

        async def recall(self, stream: str, command: str, fingerprint: bytes = b"") -> Recalled:
            self.reads += 1
            return await super().recall(stream, command, fingerprint)

    counting = Counting(log.pool, log.models)
    await credit(counting)
    assert counting.reads == 1
    await counting.close()


async def test_a_repeated_command_is_not_decided_anew(log: EventLog) -> None:
    await credit(log, "c")
    await credit(log)
    await credit(log)
    # It would be refused by now; but it has been given, and accepted.
    assert await credit(log, "c") == Receipt("account/a", 1, 1, repeated=True, subject="a")
    with pytest.raises(CommandReused):
        await execute(log, ACCOUNT, "b", about_a(credit_up_to_three), origin("c"))


async def test_a_decision_never_meets_its_own_effect(log: EventLog) -> None:
    """Another gives the same command between any two queries of this one."""

    async def first_of_all(log: EventLog) -> Receipt:
        def decide(total: int | None) -> Opened:
            if total is not None:
                raise Refused
            return Opened(owner="o")

        return await execute(log, ACCOUNT, "a", about_a(decide), origin("c"))

    class Between:
        """The log's pool, with the other at work behind each query."""

        async def fetch(self, query: str, *arguments: Any, **how: Any) -> Any:
            rows = await log.pool.fetch(query, *arguments, **how)
            await first_of_all(log)
            return rows

        @asynccontextmanager
        async def acquire(self, **_: Any) -> AsyncIterator["Between"]:
            yield self

    slow = EventLog(Between(), log.models)  # type: ignore[arg-type]
    assert await first_of_all(slow) == Receipt("account/a", 1, 1, repeated=True, subject="a")
    await slow.close()


async def test_a_decider_sees_the_version_and_may_refuse_another(log: EventLog) -> None:
    async def only_the_first(total: int | None, version: int) -> Decided:
        if version:
            raise StaleVersion("account/a", 0, version)
        return Decided(Credited(amount=1), "a")

    assert (await execute(log, ACCOUNT, "a", only_the_first, origin())).version == 1
    with pytest.raises(StaleVersion) as refusal:
        await execute(log, ACCOUNT, "a", only_the_first, origin())
    assert (refusal.value.expected, refusal.value.actual) == (0, 1)


async def test_a_stream_that_moves_between_reading_and_appending_is_read_again(
    log: EventLog,
) -> None:
    await append(log, "a", 0, Opened(owner="o"))

    class Moving(EventLog):
        """A log on whose stream another always writes just after it has been read."""

        moves = 1

        async def recall(self, stream: str, command: str, fingerprint: bytes = b"") -> Recalled:
            recalled = await super().recall(stream, command, fingerprint)
            if self.moves:
                self.moves -= 1
                await append(log, "a", len(recalled.history), Credited(amount=0))
            return recalled

    moving = Moving(log.pool, log.models)
    assert (await credit(moving)).version == 3
    moving.moves = 99  # it gives up in the end
    with pytest.raises(StaleVersion):
        await credit(moving)
    await moving.close()


async def test_a_decision_of_nothing_appends_nothing(log: EventLog) -> None:
    await credit(log)
    answer = await execute(log, ACCOUNT, "a", about_a(lambda _: []), origin())
    assert answer == Receipt("account/a", 1, 1, subject="a")
    assert await log.head() == 1

"""The one way a command runs: read, decide, append."""

import asyncio
from typing import Any

import pytest

from eventlog.commands import Aggregate, execute
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


async def credit(log: EventLog, command: str | None = None, expected: int | None = None) -> Receipt:
    return await execute(
        log, ACCOUNT, "a", credit_up_to_three, origin(command), subject="a", expected=expected
    )


async def test_a_decision_sees_what_its_stream_has_become(log: EventLog) -> None:
    for version in (1, 2, 3):
        assert await credit(log) == Receipt("account/a", version, version)
    with pytest.raises(Refused):
        await credit(log)
    assert await ACCOUNT.load(log, "a") == (3, 3)
    assert await ACCOUNT.load(log, "another") == (None, 0)


async def test_decisions_taken_at_once_never_rest_on_what_is_no_longer_so(log: EventLog) -> None:
    """Each is taken again on what the stream has become: no more than three are ever accepted."""
    answers = await asyncio.gather(*(credit(log) for _ in range(20)), return_exceptions=True)
    assert sum(isinstance(answer, Receipt) for answer in answers) == 3
    assert all(isinstance(answer, Receipt | Refused) for answer in answers)
    assert await log.head() == 3


async def test_what_the_caller_has_recalled_serves_one_attempt(log: EventLog) -> None:
    """It is read no second time; and what has happened since is met nevertheless."""

    class Counting(EventLog):
        reads = 0

        async def recall(self, stream: str, command: str) -> Recalled:
            self.reads += 1
            return await super().recall(stream, command)

    counting = Counting(log.pool, log.models)
    await credit(log)

    async def credit_from(command: str, recalled: Recalled) -> Receipt:
        return await execute(
            counting, ACCOUNT, "a", credit_up_to_three, origin(command), subject="a",
            recalled=recalled,
        )  # fmt: skip

    assert (await credit_from("b", await log.recall("account/a", "b"))).version == 2
    assert counting.reads == 0

    recalled = await log.recall("account/a", "c")
    await credit(log)
    with pytest.raises(Refused):  # the third has been, though not in what was recalled
        await credit_from("c", recalled)
    assert counting.reads == 1

    early = Recalled(recalled.history, None)
    assert await credit_from("b", early) == Receipt("account/a", 2, 2, repeated=True)
    await counting.close()


async def test_a_repeated_command_is_not_decided_anew(log: EventLog) -> None:
    await credit(log, "c")
    await credit(log)
    await credit(log)
    # It would be refused by now; but it has been given, and accepted.
    assert await credit(log, "c") == Receipt("account/a", 1, 1, repeated=True)
    with pytest.raises(CommandReused):
        await execute(log, ACCOUNT, "b", credit_up_to_three, origin("c"), subject="b")


async def test_a_decision_never_meets_its_own_effect(log: EventLog) -> None:
    """Another gives the same command between any two queries of this one."""

    async def first_of_all(log: EventLog) -> Receipt:
        def decide(total: int | None) -> Opened:
            if total is not None:
                raise Refused
            return Opened(owner="o")

        return await execute(log, ACCOUNT, "a", decide, origin("c"), subject="a")

    class Between:
        """The log's pool, with the other at work behind each query."""

        async def fetch(self, query: str, *arguments: Any, **how: Any) -> Any:
            rows = await log.pool.fetch(query, *arguments, **how)
            await first_of_all(log)
            return rows

    slow = EventLog(Between(), log.models)  # type: ignore[arg-type]
    assert await first_of_all(slow) == Receipt("account/a", 1, 1, repeated=True)
    await slow.close()


async def test_with_an_expected_version_a_moved_stream_is_refused(log: EventLog) -> None:
    assert (await credit(log, expected=0)).version == 1
    with pytest.raises(StaleVersion) as refusal:
        await credit(log, expected=0)
    assert (refusal.value.expected, refusal.value.actual) == (0, 1)
    assert (await credit(log, expected=1)).version == 2


async def test_a_stream_that_moves_between_reading_and_appending_is_refused_or_read_again(
    log: EventLog,
) -> None:
    await append(log, "a", 0, Opened(owner="o"))

    class Moving(EventLog):
        """A log on whose stream another always writes just after it has been read."""

        moves = 1

        async def recall(self, stream: str, command: str) -> Recalled:
            recalled = await super().recall(stream, command)
            if self.moves:
                self.moves -= 1
                await append(log, "a", len(recalled.history), Credited(amount=0))
            return recalled

    moving = Moving(log.pool, log.models)
    assert (await credit(moving)).version == 3
    moving.moves = 1
    with pytest.raises(StaleVersion):
        await credit(moving, expected=3)
    moving.moves = 99  # it gives up in the end
    with pytest.raises(StaleVersion):
        await credit(moving)
    await moving.close()


async def test_a_decision_of_nothing_appends_nothing(log: EventLog) -> None:
    await credit(log)
    answer = await execute(log, ACCOUNT, "a", lambda _: [], origin(), subject="a")
    assert answer == Receipt("account/a", 1, 0)
    assert await log.head() == 1

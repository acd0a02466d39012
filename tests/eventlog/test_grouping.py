"""Calls are passed on in groups, two in flight at most. No server: what takes a group is a test's."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from itertools import count

import pytest

from eventlog.grouping import LEAST_GROUP, MAX_GROUP, Grouping, gathered

Flush = Callable[[Sequence[str]], Awaitable[Sequence[str | Exception]]]


class Unavailable(Exception):
    """Whoever takes the groups is away."""


class Taker:
    """Takes groups, and answers each when a test lets it; a call's answer is its name doubled."""

    def __init__(self) -> None:
        self.taken: list[list[str]] = []
        self.grouping = Grouping(self._take, for_all=Unavailable)
        self._answers: list[asyncio.Future[None]] = []

    async def _take(self, group: Sequence[str]) -> Sequence[str | Exception]:
        self.taken.append(list(group))
        self._answers.append(asyncio.get_running_loop().create_future())
        await self._answers[-1]
        return [call * 2 for call in group]

    def give(self, *calls: str) -> "list[asyncio.Task[str]]":
        """Give calls, each with its own key; a call `x/1` has the key `x`."""
        return [
            asyncio.create_task(self.grouping.give(call, call.partition("/")[0])) for call in calls
        ]

    def answer(self, number: int) -> None:
        self._answers[number].set_result(None)


async def turns() -> None:
    """Let everything happen that can happen without another answer."""
    for _ in range(10):
        await asyncio.sleep(0)


def names(prefix: str, number: int) -> list[str]:
    return [f"{prefix}{n}" for n in range(number)]


async def test_calls_given_in_one_turn_are_one_group() -> None:
    taker = Taker()
    given = taker.give("a", "b", "c")
    await turns()
    assert taker.taken == [["a", "b", "c"]]
    taker.answer(0)
    assert await asyncio.gather(*given) == ["aa", "bb", "cc"]


async def test_two_groups_are_in_flight_at_most() -> None:
    taker = Taker()
    for n in range(4):
        taker.give(str(n))
        await turns()
    assert taker.taken == [["0"], ["1"]]
    taker.answer(1)
    await turns()
    assert taker.taken == [["0"], ["1"], ["2", "3"]]


async def test_a_second_group_less_than_half_as_large_waits() -> None:
    taker = Taker()
    taker.give(*names("a", 10))
    await turns()
    taker.give(*names("b", 4))
    await turns()
    assert [len(group) for group in taker.taken] == [10]
    taker.give("b4")
    await turns()
    assert taker.taken[1:] == [names("b", 5)]


async def test_a_small_second_group_goes_when_the_first_is_answered() -> None:
    taker = Taker()
    taker.give(*names("a", 10))
    await turns()
    taker.give("b")
    await turns()
    taker.answer(0)
    await turns()
    assert taker.taken[1:] == [["b"]]


async def test_many_calls_are_halved_into_two_groups() -> None:
    taker = Taker()
    taker.give(*names("a", 100))
    await turns()
    assert [len(group) for group in taker.taken] == [50, 50]
    assert [call for group in taker.taken for call in group] == names("a", 100)


async def test_few_calls_are_not_halved_and_a_group_has_a_most() -> None:
    few, many = Taker(), Taker()
    few.give(*names("a", LEAST_GROUP))
    many.give(*names("a", 3 * MAX_GROUP))
    await turns()
    assert [len(group) for group in few.taken] == [LEAST_GROUP]
    assert [len(group) for group in many.taken] == [MAX_GROUP, MAX_GROUP]


async def test_a_call_waits_for_the_one_before_it_with_its_key() -> None:
    """Else it would come first if the other is slow on its way. Those behind it wait too."""
    taker = Taker()
    first = taker.give("a/1")
    await turns()
    given = taker.give("b", "a/2", "c")
    await turns()
    assert taker.taken == [["a/1"], ["b"]]
    taker.answer(1)
    await turns()
    assert taker.taken == [["a/1"], ["b"]]
    taker.answer(0)
    await turns()
    assert taker.taken[2:] == [["a/2", "c"]]
    taker.answer(2)
    assert await asyncio.gather(*first, *given) == ["a/1a/1", "bb", "a/2a/2", "cc"]


async def test_no_two_calls_of_a_group_share_a_key() -> None:
    taker = Taker()
    taker.give("a/1", "b", "a/2")
    await turns()
    assert taker.taken == [["a/1", "b"]]


def grouping_on(flush: Flush) -> Grouping[str, str]:
    return Grouping(flush, for_all=Unavailable)


async def given_together(grouping: Grouping[str, str], *calls: str) -> list[str | BaseException]:
    given = (grouping.give(call, call) for call in calls)
    return await asyncio.gather(*given, return_exceptions=True)


async def test_each_caller_gets_its_own_answer_or_exception() -> None:
    refusal = KeyError("b")

    async def flush(group: Sequence[str]) -> Sequence[str | Exception]:
        return [refusal if call == "b" else call * 2 for call in group]

    assert await given_together(grouping_on(flush), "a", "b", "c") == ["aa", refusal, "cc"]


async def test_a_call_that_cannot_be_taken_fails_by_itself() -> None:
    taken: list[list[str]] = []

    async def flush(group: Sequence[str]) -> Sequence[str | Exception]:
        taken.append(list(group))
        if "b" in group:
            raise ValueError("cannot be taken")
        return [call * 2 for call in group]

    first, failed, last = await given_together(grouping_on(flush), "a", "b", "c")
    assert (first, last) == ("aa", "cc")
    assert isinstance(failed, ValueError)
    assert taken == [["a", "b", "c"], ["a"], ["b"], ["c"]]


async def test_what_concerns_all_is_told_to_all_and_not_tried_again() -> None:
    tries = count()

    async def flush(group: Sequence[str]) -> Sequence[str | Exception]:
        next(tries)
        raise Unavailable

    answers = await given_together(grouping_on(flush), "a", "b", "c")
    assert [type(answer) for answer in answers] == [Unavailable] * 3
    assert next(tries) == 1


async def test_what_concerns_all_ends_the_tries_of_each_alone() -> None:
    """An outage that begins behind a failed group is waited out once, not by each call in turn."""
    tries = count()

    async def flush(group: Sequence[str]) -> Sequence[str | Exception]:
        raise ValueError("cannot be taken") if next(tries) == 0 else Unavailable

    answers = await given_together(grouping_on(flush), "a", "b", "c")
    assert [type(answer) for answer in answers] == [Unavailable] * 3
    assert next(tries) == 2


@pytest.mark.parametrize("fails", [False, True])
async def test_the_grouping_goes_on_when_callers_go_away(fails: bool) -> None:
    taker = Taker()
    gone, stays = taker.give("a", "b")
    await turns()
    gone.cancel()
    await turns()
    if fails:
        taker._answers[0].set_exception(Unavailable())
        with pytest.raises(Unavailable):
            await stays
    else:
        taker.answer(0)
        assert await stays == "bb"
    again = taker.give("a/again")
    await turns()
    taker.answer(1)
    assert await asyncio.gather(*again) == ["a/againa/again"]


async def test_closing_finishes_what_waits_and_what_is_in_flight() -> None:
    taker = Taker()
    given = taker.give("a/1", "a/2")
    await turns()
    closing = asyncio.create_task(taker.grouping.close())
    await turns()
    taker.answer(0)
    await turns()
    assert not closing.done()
    taker.answer(1)
    await closing
    assert [call.result() for call in given] == ["a/1a/1", "a/2a/2"]


async def test_what_is_gathered_is_read_once_for_all_who_ask_at_once() -> None:
    asked: list[list[str]] = []

    async def read(keys: Sequence[str]) -> dict[str, str]:
        asked.append([*keys])
        return {key: key * 2 for key in keys if key != "none"}

    one = gathered(read)
    assert await asyncio.gather(*map(one, ("a", "none", "b", "a"))) == ["aa", None, "bb", "aa"]
    assert asked == [["a", "none", "b"]]
    assert await one("a") == "aa", "what has been read before is read again"
    assert asked[1:] == [["a"]]

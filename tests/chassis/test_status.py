"""One answer for all who ask at once."""

import asyncio

import pytest

from chassis.status import Shared


class Figures:
    """Counts how often it is asked; answers when it may."""

    def __init__(self) -> None:
        self.asked = 0
        self.may_answer = asyncio.Event()

    async def __call__(self) -> int:
        self.asked += 1
        await self.may_answer.wait()
        return self.asked


async def test_all_who_ask_at_once_share_one_question() -> None:
    figures = Figures()
    shared = Shared(figures, fresh=3600)
    asking = [asyncio.create_task(shared.answer()) for _ in range(100)]
    await asyncio.sleep(0)
    figures.may_answer.set()
    assert await asyncio.gather(*asking) == [1] * 100
    assert await shared.answer() == 1


async def test_what_is_no_longer_fresh_is_asked_for_again() -> None:
    figures = Figures()
    figures.may_answer.set()
    shared = Shared(figures, fresh=0)
    assert [await shared.answer() for _ in range(3)] == [1, 2, 3]


async def test_who_goes_away_takes_the_answer_from_nobody() -> None:
    figures = Figures()
    shared = Shared(figures, fresh=0)
    leaving, staying = (asyncio.create_task(shared.answer()) for _ in range(2))
    await asyncio.sleep(0)
    leaving.cancel()
    figures.may_answer.set()
    assert await staying == 1


async def test_a_failure_is_told_to_all_who_asked_and_kept_no_longer_than_an_answer() -> None:
    async def fails() -> int:
        raise ConnectionError

    shared = Shared(fails, fresh=0)
    asking = [shared.answer() for _ in range(3)]
    assert all(
        isinstance(each, ConnectionError)
        for each in await asyncio.gather(*asking, return_exceptions=True)
    )
    with pytest.raises(ConnectionError):
        await shared.answer()

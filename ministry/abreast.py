"""Things that are done side by side."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

Item = TypeVar("Item")

ABREAST = 32
"""Persons, units or positions whose commands are given at the same time."""


async def side_by_side(
    items: Iterable[Item], act: Callable[[Item], Awaitable[None]], most: int = ABREAST
) -> None:
    """Act on each item, at most so many at a time; items are drawn as there is room."""
    free = asyncio.Semaphore(most)

    async def one(item: Item) -> None:
        try:
            await act(item)
        finally:
            free.release()

    async with asyncio.TaskGroup() as group:
        for item in items:
            await free.acquire()
            group.create_task(one(item))

"""What a process does before it starts: wait for what it stands on."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

logger = structlog.get_logger(__name__)

LEAST_PAUSE, MOST_PAUSE = 0.5, 4.0
"""Seconds between two looks."""


async def await_found(
    look: Callable[[], Awaitable[None]], absent: tuple[type[Exception], ...]
) -> None:
    """Look again and again until `look` raises none of `absent`: what is installed or upgraded at once comes in
    any order. Raises whatever else `look` does."""
    pause = LEAST_PAUSE
    while True:
        try:
            return await look()
        except absent as error:
            logger.warning("start waits", error=repr(error))
            await asyncio.sleep(pause)
            pause = min(pause * 2, MOST_PAUSE)

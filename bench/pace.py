"""An open loop: the next event is due at its time, whatever became of those before."""

import asyncio
import time
from collections.abc import AsyncIterator


async def paced(count: int, rate: float) -> AsyncIterator[int]:
    """0, 1, 2 … count − 1 at `rate` a second."""
    start = time.perf_counter()
    for number in range(count):
        if (early := start + number / rate - time.perf_counter()) > 0:
            await asyncio.sleep(early)
        yield number

"""Has uploads worked on, one at a time, each by a process of its own (`desk`)."""

import asyncio
import sys

import structlog

from chassis.imports import uploads
from eventlog.database import OUTAGE, Pool

LOOK = 2.0
"""Seconds between two looks for work that nobody has told of: what another process took in, or was cut
short."""

logger = structlog.get_logger(__name__)


class Keeper:
    def __init__(self, service: str, pool: Pool) -> None:
        self._service, self._pool = service, pool
        self._told = asyncio.Event()

    def tell(self) -> None:
        """There is work."""
        self._told.set()

    async def run(self) -> None:
        """For ever."""
        while True:
            self._told.clear()
            try:
                while (id := await uploads.due(self._pool)) is not None:
                    await self._work(id)
            except OUTAGE as error:
                logger.warning("imports wait for the database", error=repr(error))
            try:
                await asyncio.wait_for(self._told.wait(), LOOK)
            except TimeoutError:
                pass

    async def _work(self, id: str) -> None:
        program = f"services.{self._service}"
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", program, "import", id),
            stdin=asyncio.subprocess.PIPE,  # which closes when this process ends, and it with that
        )
        try:
            status = await process.wait()
        except asyncio.CancelledError:
            process.kill()  # it may end anywhere
            await process.wait()
            raise
        if status:
            logger.error("import cut short", upload=id, status=status)
            await asyncio.sleep(LOOK)

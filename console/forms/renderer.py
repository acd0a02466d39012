"""Renders forms as PDF in processes of their own, kept warm: the event loop does not wait, a form that takes
too long or too much costs its own process, and what people have typed meets no secret.

    async with Renderer() as renderer:
        document = await renderer.pdf("skp.typ", form)
"""

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path
from types import TracebackType
from typing import Self, TypedDict

from console.forms.data import Form
from console.show.assets import FONTS

WORKERS = 2
"""Each renders some forty SKPs a second, and holds about 150 MB."""
DEADLINE = 10.0
"""Seconds from asking to the document. The largest SKP that planning takes needs two."""
PROGRAM = Path(__file__).with_name("worker.py")
ENVIRONMENT = {
    "PATH": os.defpath,
    # What threads reserve counts as memory, and grows with the machine's cores: a worker has one.
    "RAYON_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "2",
}
"""All that a worker has of it: nothing of this process's, which knows secrets."""


class Request(TypedDict):
    """What a worker is asked. `form` is JSON, `made` the document's date in seconds since 1970, `address` where
    its code leads."""

    template: str
    form: str
    address: str
    made: int


class Busy(Exception):
    """All workers have been busy until the deadline."""


class Unrendered(Exception):
    """There is no document: the worker died of it, took too long, or says why."""


class Renderer:
    """Its workers are started with it, and each again when it has died."""

    def __init__(self, workers: int = WORKERS, deadline: float = DEADLINE) -> None:
        self.deadline = deadline
        self.workers = [Worker() for _ in range(workers)]
        self._free: asyncio.LifoQueue[Worker] = asyncio.LifoQueue()

    async def __aenter__(self) -> Self:
        await asyncio.gather(*(worker.start() for worker in self.workers))
        for worker in self.workers:
            self._free.put_nowait(worker)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await asyncio.gather(*(worker.stop() for worker in self.workers))

    async def pdf(self, template: str, form: Form) -> bytes:
        """To the byte the same of the same form. Raises Busy, Unrendered."""
        asked: Request = {
            "template": template,
            "form": form.model_dump_json(exclude={"made"}),
            "address": form.proof.address,
            "made": int(form.made.timestamp()),
        }
        deadline = asyncio.get_running_loop().time() + self.deadline
        try:
            async with asyncio.timeout_at(deadline):
                worker = await self._free.get()
        except TimeoutError:
            raise Busy from None
        try:
            async with asyncio.timeout_at(deadline):
                return await worker.ask(asked)
        except TimeoutError:
            raise Unrendered(f"not within {self.deadline:g} s") from None
        finally:
            self._free.put_nowait(worker)


class Worker:
    """A process that answers one request at a time."""

    def __init__(self) -> None:
        self.process: Process | None = None

    async def start(self) -> Process:
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-I", PROGRAM, FONTS, stdin=PIPE, stdout=PIPE, env=ENVIRONMENT
        )
        return self.process

    async def ask(self, asked: Request) -> bytes:
        """The document. Raises Unrendered. Whoever stops waiting ends the process: what it would still answer is
        nobody's."""
        process = self.process
        if process is None or process.returncode is not None:
            process = await self.start()
        try:
            answer = await _exchange(process, json.dumps(asked).encode())
        except (OSError, asyncio.IncompleteReadError) as error:
            await process.wait()
            raise Unrendered("its worker has died") from error
        except asyncio.CancelledError:
            await self.stop()
            raise
        mark, content = answer[:1], answer[1:]
        if mark == b"-":
            raise Unrendered(content.decode(errors="replace"))
        if mark == b".":
            await process.wait()
        return content

    async def stop(self) -> None:
        process, self.process = self.process, None
        if process and process.returncode is None:
            process.kill()
            await process.wait()


async def _exchange(process: Process, request: bytes) -> bytes:
    assert process.stdin
    assert process.stdout
    process.stdin.write(len(request).to_bytes(4, "big") + request)
    await process.stdin.drain()
    length = int.from_bytes(await process.stdout.readexactly(4), "big")
    return await process.stdout.readexactly(length)

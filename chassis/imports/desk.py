"""The process in which one upload is checked or loaded: `python -m services.planning import ID`.

It is a process of its own because both take the processor for long, and because a file may be made to
take more memory than there is: then this process ends, and nothing else. It may end anywhere. What it
writes are commands whose ids are the upload's and the row's, decided on what has happened so far, so
that whoever goes on in its place does nothing twice.
"""

import asyncio
import os
import resource
import sys
import threading
import time
from collections.abc import Coroutine, Sequence
from hashlib import blake2b
from typing import Any
from uuid import uuid4

import structlog
import uvloop

from chassis import policies
from chassis.imports import uploads
from chassis.imports.kind import Course, Desk, Item, Kind, Step
from chassis.imports.uploads import Lost, Upload
from chassis.runtime import Service
from chassis.settings import Settings
from contracts import commands
from contracts.catalogue import IMPORTED, MODELS
from contracts.event import Event, Origin
from eventlog.aggregate import Aggregate
from eventlog.commands import Decided, execute
from eventlog.database import create_pool
from eventlog.log import Append, EventLog, StaleVersion
from law.standing import Actor, Decider, Who
from sheets import table
from sheets.problems import Problem
from sheets.table import Table

MEMORY = 4 * 1024**3
"""Bytes of addresses; 240,000 people take less than half."""
RETRIES = 5
TELL = 1.0
"""Seconds between two notes of how far it is."""

LOADED = Aggregate[Event]("import", lambda _, event: event)
logger = structlog.get_logger(__name__)


def work(service: Service, id: str) -> None:
    """Do what is to be done about an upload now, in this process."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    threading.Thread(target=_end_with_the_keeper, daemon=True).start()
    uvloop.run(_work(service, Settings(), id))


def _end_with_the_keeper() -> None:
    """Its end of the pipe closes however it ends."""
    os.read(sys.stdin.fileno(), 1)
    os._exit(1)


async def _work(service: Service, settings: Settings, id: str) -> None:
    worker = uuid4().hex
    async with create_pool(settings.database_url, size=4) as pool:
        log = await EventLog.open(pool, MODELS, settings.agency)
        upload = await uploads.claim(pool, id, worker)
        if upload is None:
            return
        kind = next(each for each in service.imports if each.name == upload.kind)
        on, zone = (await policies.zones_of_agency(pool)).day("", upload.at)
        roles = frozenset({Who.PERSONNEL.value}) if upload.personnel else frozenset[str]()
        desk = Desk(
            upload=upload.id,
            pool=pool,
            log=log,
            by=Decider(Actor(upload.actor, roles), on),
            personnel=upload.personnel,
            reason=f"Impor {upload.name}",
            service=service.name,
            basis=zone.basis,
        )
        try:
            await Clerk(desk, upload, kind, worker).work()
        except Lost:
            logger.info("import is somebody else's", upload=id)
        finally:
            await log.close()


class Clerk:
    """Works on one upload."""

    def __init__(self, desk: Desk, upload: Upload, kind: Kind, worker: str) -> None:
        self.desk, self.upload, self.kind, self.worker = desk, upload, kind, worker
        self.rows = self.done = self.events = 0
        self._told = 0.0
        self._fingerprint = blake2b(upload.sha256.encode(), digest_size=16).digest()

    async def work(self) -> None:
        """Raises Lost."""
        upload, log = self.upload, self.desk.log
        if upload.tries > uploads.MAX_TRIES:
            found = Table()
            code = "too-much" if upload.state == "received" else "cut-short"
            found.tell(Problem(0, "", "", code, "", {}))
            await self._settle("checked", None, found)
            return
        found = await self._read()
        head = await log.head()
        if upload.state == "loading" and upload.head in (head, uploads.BEGUN):
            # Found right, and nothing has happened since but what somebody loaded who went away.
            await self._load(found)
            return
        await self._go_through(found, load=False)
        if found.wrong:
            await self._settle("checked", None, found)
        elif upload.state == "loading":
            await self._load(await self._read())
        else:
            await self._settle("checked", head, found)

    async def _read(self) -> Table:
        content = await uploads.content_of(self.desk.pool, self.upload.id)
        reading = asyncio.to_thread(table.read, content, self.kind.columns)
        found = await self._telling(reading)
        self.rows = len(found.rows)
        return found

    async def _telling(self, reading: Coroutine[Any, Any, Table]) -> Table:
        """Keep the lease while a thread reads."""
        task = asyncio.create_task(reading)
        while not (await asyncio.wait([task], timeout=TELL))[0]:
            await self._tell()
        return task.result()

    async def _load(self, found: Table) -> None:
        await uploads.begin(self.desk.pool, self.upload, self.worker)
        await self._go_through(found, load=True)
        if found.wrong:  # something has happened in between that makes the rest of it wrong
            await self._settle("checked", None, found)
            return
        await self._record()
        await self._settle("loaded", None, found)

    async def _go_through(self, found: Table, *, load: bool) -> None:
        self.done = self.events = 0
        if found.wrong:
            return
        course = await self.kind.begin(self.desk, found)
        for group in course.groups:
            decided = await course.decide(group)
            if load and found.wrong:
                return
            if load:
                await self._append(course, found, group, decided)
            self.events += sum(len(step.events) for steps in decided for step in steps)
            self.done += sum(len(item.rows) for item in group)
            await self._tell()

    async def _append(
        self,
        course: Course,
        found: Table,
        group: Sequence[Item],
        decided: list[Sequence[Step]],
    ) -> None:
        """All of a group, each item's steps one after another. What has moved meanwhile is decided again."""
        left = [*zip(group, decided, strict=True)]
        for _ in range(RETRIES):
            stale: list[Item] = []
            for n in range(max((len(steps) for _, steps in left), default=0)):
                of = [
                    (item, steps[n]) for item, steps in left if n < len(steps) and item not in stale
                ]
                answers = await self.desk.log.append_all(
                    [self._named(item, step) for item, step in of]
                )
                for (item, step), answer in zip(of, answers, strict=True):
                    if isinstance(answer, StaleVersion):
                        stale.append(item)
                    elif isinstance(answer, BaseException):
                        raise answer
                    elif answer.version < step.version + len(step.events):
                        # An earlier load of this file wrote the row, and it has been changed since.
                        found.add(item.number, "", "changed-since")
            if found.wrong:
                return
            if not stale:
                return
            left = [*zip(stale, await course.decide(stale), strict=True)]
            if found.wrong:
                return
        raise StaleVersion("import", 0, 0)

    def _named(self, item: Item, step: Step) -> Append:
        """A step, by the command that it is."""
        upload = self.upload
        # By the stream: who goes on after somebody else may have fewer steps to do.
        command = commands.part(upload.command, f"row.{item.number}.{step.stream}")
        origin = Origin(
            command=command,
            actor=upload.actor,
            at=upload.at,
            correlation=upload.correlation,
            basis=tuple(fact for fact in (*step.basis, self.desk.basis) if fact),
            fingerprint=self._fingerprint,
        )
        return Append(step.stream, step.version, step.events, origin, step.subject, step.history)

    async def _record(self) -> None:
        """That it is loaded: once, whoever comes to its end."""
        upload, desk = self.upload, self.desk
        event = IMPORTED[desk.service].model_validate(
            {
                "upload": upload.id,
                "kind": upload.kind,
                "name": upload.name,
                "sha256": upload.sha256,
                "rows": self.rows,
                "by": upload.actor,
            }
        )

        async def decide(state: Event | None, version: int) -> Decided:
            return Decided([] if state else [event], event.subject)

        origin = Origin(
            command=commands.part(upload.command, "loaded"),
            actor=upload.actor,
            at=upload.at,
            correlation=upload.correlation,
        )
        await execute(desk.log, LOADED, upload.id, decide, origin)

    async def _tell(self) -> None:
        if time.monotonic() - self._told >= TELL:
            self._told = time.monotonic()
            await uploads.renew(
                self.desk.pool, self.upload, self.worker, self.rows, self.done, self.events
            )

    async def _settle(self, state: uploads.State, head: int | None, found: Table) -> None:
        await uploads.renew(
            self.desk.pool, self.upload, self.worker, self.rows, self.done, self.events
        )
        problems = sorted(found.problems, key=lambda each: each.row)
        await uploads.settle(
            self.desk.pool, self.upload, self.worker, state, head, found.wrong, problems
        )
        logger.info(
            "import settled",
            upload=self.upload.id,
            state=state,
            rows=self.rows,
            events=self.events,
            problems=found.wrong,
        )

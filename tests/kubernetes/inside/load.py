"""`python -m tests.kubernetes.inside.load RELEASE ISSUER PEOPLE`: commands to an installation where the year has been
lived, until standard input ends; then whether each was done, once.

A command that fails is given once more with the same key, after the second that a 503 asks for. A line says that it is
at work, another, a JSON object, what came of it.
"""

import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from typing import Any
from uuid import uuid4

import aiohttp

from contracts.catalogue import SERVICES
from ministry.bodies import assignment_of, posting
from ministry.client import OUTAGE
from ministry.people import Person
from tests.kubernetes.inside.client import Inside, addresses, agency, everybody, last_year

WORKERS, PAUSE, RETRY = 4, 0.1, 1.0
SETTLED = 180.0
"""Seconds for every relay and view to catch up."""
PERSONNEL = ("personnel-unit", "personnel")
AUDITOR = ("demonstration-auditor", "auditor")
HIRING = ("PersonRegistered", "AssignmentStarted")


@dataclass(frozen=True)
class Given:
    """A command and its answer."""

    service: str
    path: str
    body: Any
    key: str
    actor: tuple[str, str]
    answer: Any


@dataclass
class Account:
    """What came of it. `again` are commands whose first try failed, `failed` those whose second did, too."""

    given: list[Given] = field(default_factory=list)
    again: Counter[str] = field(default_factory=Counter)
    failed: list[str] = field(default_factory=list)
    unread: Counter[str] = field(default_factory=Counter)
    read: int = 0
    slowest: float = 0.0


class Failed(Exception):
    """No answer, or one that is none."""


class Load:
    def __init__(self, client: Inside, persons: list[Person]) -> None:
        self.client = client
        self.persons = persons
        self.appraised = [each for each in persons if each.appraiser]
        self.run = uuid4().hex[:8]
        self.account = Account()
        self.stop = asyncio.Event()

    async def ask(
        self, method: str, service: str, path: str, actor: tuple[str, str], **more: Any
    ) -> Any:
        """One try. Raises Failed."""
        headers = {"Authorization": f"Bearer {await self.client.token(*actor)}"} | more.pop(
            "headers", {}
        )
        url = self.client.addresses.services[service] + path
        try:
            async with self.client.http.request(method, url, headers=headers, **more) as answer:
                content = await answer.json(content_type=None)
                if answer.status >= 400:
                    raise Failed(f"{service}: {answer.status} {(content or {}).get('type')}")
                return content
        except OUTAGE as error:
            raise Failed(f"{service}: {type(error).__name__}") from error

    async def command(self, service: str, path: str, body: Any, actor: tuple[str, str]) -> Any:
        key, began = f"{self.run}-{uuid4().hex}", time.monotonic()
        give = {"json": body, "headers": {"Idempotency-Key": key}}
        try:
            answer = await self.ask("POST", service, path, actor, **give)
        except Failed as first:
            self.account.again[str(first)] += 1
            await asyncio.sleep(RETRY)
            try:
                answer = await self.ask("POST", service, path, actor, **give)
            except Failed as second:
                waited = time.monotonic() - began
                self.account.failed.append(
                    f"{time.strftime('%X')} {first}; after {waited:.1f} s {second}"
                )
                return None
        self.account.slowest = max(self.account.slowest, time.monotonic() - began)
        self.account.given.append(Given(service, path, body, key, actor, answer))
        return answer

    async def read(
        self, service: str, path: str, actor: tuple[str, str], at_least: str = ""
    ) -> None:
        try:
            await self.ask(
                "GET", service, path, actor, headers={"At-Least": at_least} if at_least else {}
            )
            self.account.read += 1
        except Failed as failed:
            self.account.unread[str(failed)] += 1

    async def work(self, worker: int) -> None:
        for n in count(worker, WORKERS):
            if self.stop.is_set():
                return
            await (self.comment if n % 2 else self.hire)(n)
            await asyncio.sleep(PAUSE)

    async def comment(self, n: int) -> None:
        """An appraiser on somebody's work, read again at once."""
        person = self.appraised[n % len(self.appraised)]
        assert person.appraiser
        skp = f"/skps/{assignment_of(person)}.{last_year()}0101"
        body = {"kind": "feedback", "text": f"Umpan balik {self.run} {n}"}
        answer = await self.command("monitoring", f"{skp}/feedback", body, (person.appraiser, ""))
        if answer:
            await self.read("monitoring", f"{skp}/execution", (person.id, ""), answer["at_least"])

    async def hire(self, n: int) -> None:
        """Somebody new, of whom every service hears; an auditor asks each for them, which it writes down."""
        like, id = self.appraised[n % len(self.appraised)], f"{self.run}-{n}"
        row = {"person": id, "nip": None, "name": f"{like.name} {n}", "status": "official"}
        assignment = posting(like, date.today()) | {"person": id, "leads": False}
        body = {"people": [row], "assignments": [assignment]}
        answer = await self.command("planning", "/directory", body, PERSONNEL)
        if answer:
            for service in SERVICES:
                await self.read(service, f"/people/{id}/history", AUDITOR, answer[-1]["at_least"])

    async def settle(self) -> list[str]:
        """Wait until all of it has been carried and shown; what is not by then."""
        deadline = time.monotonic() + SETTLED
        while True:
            found = [each for service in SERVICES async for each in self._behind(service)]
            if not found or time.monotonic() > deadline:
                return found
            await asyncio.sleep(1)

    async def _behind(self, service: str) -> AsyncIterator[str]:
        try:
            status = await self.ask("GET", service, "/status", PERSONNEL)
        except Failed as failed:
            yield str(failed)
            return
        if status["relayed"] != status["position"]:
            yield f"{service}: {status['relayed']} of {status['position']} carried"
        for name, figures in status["subscriptions"].items():
            if figures["lag"] != 0:
                yield f"{service}: {name} is {figures['lag']} behind"
        for kind in ("stopped", "trouble", "foreign"):
            if status[kind]:
                yield f"{service}: {kind}: {status[kind]}"

    async def lost(self) -> list[str]:
        """Commands that have another answer now than they had."""
        found = []
        for each in self.account.given:
            key = {"Idempotency-Key": each.key}
            again = await self.ask(
                "POST", each.service, each.path, each.actor, json=each.body, headers=key
            )
            if again != each.answer:
                found.append(f"{each.path}: {each.answer}, then {again}")
        return found

    async def doubled(self) -> list[str]:
        """What stands there more often, or less often, than it was given."""
        wanted, found = Counter[str](), Counter[str]()
        for each in self.account.given:
            if each.service == "monitoring":
                wanted[each.body["text"]] += 1
            else:
                wanted[each.body["people"][0]["person"]] += 2  # the person and the assignment
        for skp in sorted(
            {each.path for each in self.account.given if each.service == "monitoring"}
        ):
            shown = await self.ask(
                "GET", "monitoring", skp.replace("/feedback", "/execution"), AUDITOR
            )
            found.update(e["text"] for e in shown["feedback"] if f" {self.run} " in e["text"])
        for person in (each for each in wanted if each.startswith(f"{self.run}-")):
            history = await self.ask("GET", "planning", f"/people/{person}/history", PERSONNEL)
            found[person] = sum(1 for e in history["entries"] if e["type"] in HIRING)
        return [
            f"{each}: given {wanted[each]} times, found {found[each]}"
            for each in wanted.keys() | found.keys()
            if wanted[each] != found[each]
        ]


async def main(release: str, issuer: str, people: int) -> None:
    timeout = aiohttp.ClientTimeout(total=30)
    async with aiohttp.ClientSession(timeout=timeout) as http:
        persons = everybody(agency(), people)
        load = Load(Inside(addresses(release, issuer), http), persons)
        workers = [asyncio.create_task(load.work(n)) for n in range(WORKERS)]
        while len(load.account.given) < 10:
            await asyncio.sleep(PAUSE)
        print("at work", flush=True)
        await asyncio.to_thread(sys.stdin.read)
        load.stop.set()
        await asyncio.gather(*workers)
        account = load.account
        result = {
            "commands": len(account.given) + len(account.failed),
            "again": dict(account.again), "failed": account.failed,
            "read": account.read, "unread": dict(account.unread),
            "slowest": round(account.slowest, 1), "behind": await load.settle(),
            "lost": await load.lost(), "doubled": await load.doubled(),
        }  # fmt: skip
    print(json.dumps(result))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))

"""`python -m bench.home [PEOPLE]`: what people ask first in January, of all services' HTTP.

In an agency of PEOPLE (240,000), each with an SKP in some state (`bench.agency`), superiors ask for what is
due from them (a round of `GET /duties` in all services at once) and for their team's SKPs, heads for the
matrix of their unit, and employees for what an SKP's editor reads; each request is somebody else's. Prints
the median and the 95th percentile of each, and beside them what FastAPI alone takes in the same minute. Exit
status 1 if anything was refused; a goal missed is a figure, not a failure.
"""

import argparse
import asyncio
import json
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from statistics import median
from typing import Any

import aiohttp

from bench import agency
from bench.children import Failed, module, run
from bench.doors import SECRET, Doors, answering
from bench.people import BELOW, PER_UNIT
from bench.report import Row, percentile, table
from bench.servers import FOLDER, Servers
from contracts.catalogue import SERVICES
from deploy.local.ports import HOST

ON = "2026-01-20T09:00:00+07:00"
GOAL = 0.050
"""Seconds, of the 95th percentile with one caller."""
CALLERS = (1, 8)
EACH, WARM_UP = 400, 40
"""Requests that are measured, and those before."""

Ask = Callable[[int], Awaitable[None]]
"""A request of somebody, who is drawn anew for each."""


class Asking:
    def __init__(self, doors: Doors, http: aiohttp.ClientSession, people: int, echo: str) -> None:
        self._doors, self._http, self._echo = doors, http, echo
        self._draw = random.Random(1)
        self._tokens: dict[str, str] = {}
        units = -(-people // PER_UNIT)
        above = [n for n in range(units) if n * BELOW + 1 < units]
        self.questions: dict[str, tuple[Ask, Sequence[int]]] = {
            "FastAPI alone": (self._bare, [0]),
            "a superior's home": (self._home, [agency.head(n) for n in above]),
            "a team's SKPs": (self._team, [agency.head(n) for n in above]),
            "a unit's matrix": (self._matrix, [agency.head(n) for n in above]),
            "an SKP's editor": (self._editor, range(1, people)),
        }

    async def measure(self, ask: Ask, among: Sequence[int], callers: int) -> list[float]:
        """Seconds of each request."""
        took: list[float] = []
        asked = iter(range(WARM_UP + EACH))

        async def caller() -> None:
            for number in asked:
                who = self._draw.choice(among)
                await self._token(agency.person(who))
                began = time.perf_counter()
                await ask(who)
                if number >= WARM_UP:
                    took.append(time.perf_counter() - began)

        await asyncio.gather(*(caller() for _ in range(callers)))
        return took

    async def _bare(self, who: int) -> None:
        async with self._http.get(self._echo) as answer:
            await answer.read()

    async def _home(self, who: int) -> None:
        await asyncio.gather(*(self._get(service, "/duties", who) for service in SERVICES))

    async def _team(self, who: int) -> None:
        await self._get("planning", "/skps?team=me&limit=50", who)

    async def _matrix(self, who: int) -> None:
        unit = agency.unit(who // PER_UNIT)
        await self._get("planning", f"/matrix?unit={unit}&year={agency.YEAR}", who)

    async def _editor(self, who: int) -> None:
        """As the console does."""
        path = f"/skps/{agency.skp(who)}"
        await self._get("planning", path, who)
        beside = (
            f"/skps?assignment={agency.assignment(who)}&limit=50",
            f"{path}/checks",
            f"/people/names?ids={agency.person(who)}",
        )
        await asyncio.gather(*(self._get("planning", each, who) for each in beside))

    async def _get(self, service: str, path: str, who: int) -> Any:
        token = await self._token(agency.person(who))
        headers = {"Authorization": f"Bearer {token}", "Simulated-Time": ON}
        url = self._doors.services[service] + path
        async with self._http.get(url, headers=headers) as answer:
            said = await answer.json()
            if answer.status != 200:
                raise Failed(f"{answer.status} at {path}: {said}")
            return said

    async def _token(self, who: str) -> str:
        if who not in self._tokens:
            form = {"secret": SECRET, "sub": who, "roles": ""}
            async with self._http.post(f"{self._doors.issuer}/anybody", data=form) as answer:
                self._tokens[who] = (await answer.json())["access_token"]
        return self._tokens[who]


async def measure(doors: Doors, people: int, echo: str) -> list[Row]:
    rows = []
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=120)) as http:
        asking = Asking(doors, http, people, echo)
        for callers in CALLERS:
            bare = ""
            for what, (ask, among) in asking.questions.items():
                took = await asking.measure(ask, among, callers)
                p95 = percentile(took, 95)
                said = f"{median(took) * 1000:.1f} / {p95 * 1000:.1f} ms"
                bare = bare or said
                judged = callers == 1 and ask != asking.questions["FastAPI alone"][0]
                rows.append(
                    Row(
                        f"{what}, {callers} at a time",
                        said,
                        "" if said is bare else bare,
                        goal=f"p95 < {GOAL * 1000:g} ms" if judged else "",
                        met=p95 < GOAL if judged else None,
                    )
                )
                say(f"{rows[-1].what}: {said}")
    return rows


started = time.monotonic()


def say(line: str) -> None:
    print(f"{time.monotonic() - started:5.0f} s  {line}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.home")
    parser.add_argument("people", nargs="?", type=int, default=240_000)
    people = parser.parse_args().people
    if people <= PER_UNIT:
        parser.error(f"at least {PER_UNIT + 1}: somebody is to be a superior's superior")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with Servers() as servers:
        databases = {name: servers.service(f"home_{name}") for name in SERVICES}
        with module("agency", people, json.dumps(databases)) as writing:
            say(f"{int(writing.line()):,} events of {people:,} people, in all views")
        servers.settle()
        with answering(databases) as doors, module("echo") as bare:
            echo = f"http://{HOST}:{bare.line()}/nothing"
            rows = asyncio.run(measure(doors, people, echo))
    print(f"\n{table(rows)}\n")
    return 0


if __name__ == "__main__":
    run(main)

"""`python -m bench.people [PEOPLE] [--alone]`: have a directory loaded from files, by everything of `make run`, or
with the other services away.

PEOPLE (240,000) persons and their units, each unit below another and led by somebody whom the leader of the
one above appraises; as XLSX in our template. Prints how long each part takes, by the clock and in seconds
of processor time, and when all services' views have it too. Exit status 1 if it is not loaded whole.
"""

import argparse
import asyncio
import json
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp
import xlsxwriter

from bench.children import run
from bench.servers import FOLDER, Servers
from bench.whole import Whole, running
from contracts.catalogue import SERVICES
from deploy.local import CannotStart
from ministry.names import MEN, SECOND

PER_UNIT, BELOW = 9, 8
"""People in a unit, units directly below one."""
POSITIONS = [
    f"{name} {level}"
    for name in ("Perawat", "Perencana", "Arsiparis", "Auditor", "Analis Kebijakan", "Statistisi")
    for level in ("Ahli Pertama", "Ahli Muda", "Ahli Madya")
]
BORN = date(1967, 1, 1)
DAYS = 12_000

Line = tuple[str | None, ...]


def units(count: int) -> Iterator[Line]:
    yield "Kode Unit", "Nama Unit", "Tingkat", "Kode Unit Atasan"
    for n in range(-(-count // PER_UNIT)):
        yield f"u{n}", f"Unit Kerja {n}", "Eselon", f"u{(n - 1) // BELOW}" if n else None


def nip(number: int) -> str:
    born = BORN + timedelta(number % DAYS)
    return f"{born:%Y%m%d}201501{number % 2 + 1}{number // DAYS + 1:03}"


def people(count: int) -> Iterator[Line]:
    """In no order: that superiors come first is the import's business."""
    yield (
        "NIP",
        "Nama",
        "Gelar Belakang",
        "Status",
        "Kode Unit",
        "Jabatan",
        "Jenjang",
        "Mulai",
        "Memimpin Unit",
        "NIP Atasan",
    )
    of = random.Random(1)
    for n in of.sample(range(count), count):
        unit, place = divmod(n, PER_UNIT)
        leads = place == 0
        above = (unit - 1) // BELOW if leads else unit
        position = f"Kepala Unit Kerja {unit}" if leads else of.choice(POSITIONS)
        level = None if leads else " ".join(position.split()[-2:])
        yield (
            nip(n),
            f"{of.choice(MEN)} {of.choice(SECOND)}",
            of.choice(("S.E.", "S.H.", None)),
            "PNS",
            f"u{unit}",
            position,
            level,
            "01-01-2026",
            "ya" if leads else "tidak",
            nip(above * PER_UNIT) if unit or not leads else None,
        )


def write(file: Path, lines: Iterator[Line]) -> bytes:
    with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        for row, line in enumerate(lines):
            for column, text in enumerate(line):
                if text is not None:
                    sheet.write_string(row, column, text)
    return file.read_bytes()


class Loading:
    """`say` is told what has come about."""

    def __init__(
        self, whole: Whole, http: aiohttp.ClientSession, say: Callable[[str], None]
    ) -> None:
        self._whole, self._http, self.say = whole, http, say
        self._token = whole.token()

    async def load(self, kind: str, content: bytes) -> bool:
        """Send, check and load one file; whether it was without a problem."""
        self.say(f"{kind}: {len(content) / 1e6:.1f} MB")
        upload = await self._ask("POST", f"/imports?kind={kind}&name={kind}.xlsx", content)
        checked = await self._follow(upload, "received")
        if checked["problems"]:
            told = await self._ask("GET", f"/imports/{checked['id']}/problems?limit=5")
            print(json.dumps(told, indent=1))
            return False
        await self._ask("POST", f"/imports/{checked['id']}/load")
        return str((await self._follow(checked, "loading"))["state"]) == "loaded"

    async def _follow(self, upload: Mapping[str, Any], state: str) -> Mapping[str, Any]:
        began, before = time.monotonic(), self._whole.spent()
        while (upload := await self._ask("GET", f"/imports/{upload['id']}"))["state"] == state:
            await asyncio.sleep(1)  # the page asks every other second
        took = time.monotonic() - began
        spent = {n: s - before.get(n, 0) for n, s in self._whole.spent().items()}
        shares = ", ".join(f"{n} {s:.0f}" for n, s in spent.items() if s >= 1)
        self.say(
            f"  {state} → {upload['state']}: {took:.1f} s, {upload['rows']:,} rows,"
            f" {upload['events']:,} events ({upload['events'] / took:,.0f}/s);"
            f" {sum(spent.values()):.0f} s of processor time ({shares})"
        )
        return upload

    async def arrived(self, services: Sequence[str]) -> None:
        """The views of these have what is in the log."""
        began, left = time.monotonic(), True
        while left:
            await asyncio.sleep(0.5)
            left = False
            for service in services:
                async with self._http.get(f"{self._whole.stack.url(service)}/status") as answer:
                    lags = [each["lag"] for each in (await answer.json())["subscriptions"].values()]
                left |= any(lag != 0 for lag in lags)
        self.say(f"in the views of {len(services)} services {time.monotonic() - began:.1f} s later")

    async def _ask(self, method: str, path: str, content: bytes | None = None) -> Any:
        headers = {"Authorization": f"Bearer {self._token}", "Idempotency-Key": uuid4().hex}
        url = self._whole.stack.url("planning") + path
        async with self._http.request(method, url, headers=headers, data=content) as answer:
            said = await answer.json()
            if answer.status != 200:
                raise CannotStart(f"{answer.status}: {said}")
            return said


async def measure(whole: Whole, count: int, followers: Sequence[str]) -> bool:
    files = {
        "units": write(FOLDER / "units.xlsx", units(count)),
        "people": write(FOLDER / "people.xlsx", people(count)),
    }
    timeout = aiohttp.ClientTimeout(total=120)
    async with aiohttp.ClientSession(timeout=timeout) as http:
        began = time.monotonic()
        loading = Loading(
            whole,
            http,
            lambda line: print(f"{time.monotonic() - began:5.0f} s  {line}", flush=True),
        )
        for kind, content in files.items():
            if not await loading.load(kind, content):
                return False
            await loading.arrived(["planning", *followers])
    return True


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.people")
    parser.add_argument("people", nargs="?", type=int, default=240_000)
    parser.add_argument("--alone", action="store_true", help="without the services that follow")
    options = parser.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    with Servers() as servers, running(servers) as whole:
        followers = [service for service in SERVICES if service != "planning"]
        if options.alone:
            whole.stack.children.stop(*followers)
            followers = []
        return 0 if asyncio.run(measure(whole, options.people, followers)) else 1


if __name__ == "__main__":
    run(main)

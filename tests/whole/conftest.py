"""The system as a user starts it: the command itself, in a process of its own."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path

import aiohttp
import psutil
import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from contracts.catalogue import SERVICES
from deploy import assets
from deploy.local import ROOT
from ministry.client import Addresses, Client
from tests.whole.agency import Agency, at_keycloak
from tests.whole.browser import opened
from tests.whole.teams import Team, find_teams, open_drafting

PEOPLE = 30
HOLDS = "Every hash chain verifies and every view equals a replay"


class Run:
    """`python -m deploy.local run` on `folder`."""

    def __init__(
        self, folder: Path, *options: str, people: int = PEOPLE, **environment: str
    ) -> None:
        self.log = folder.parent / f"{folder.name}-{time.monotonic_ns()}.out"
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "deploy.local", "run", "--people", str(people),
                 "--folder", str(folder), *options],
                cwd=ROOT, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                env={**os.environ, "COLUMNS": "80", **environment},
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),  # as behind "&"
            )  # fmt: skip

    @property
    def said(self) -> str:
        return self.log.read_text()

    def until(self, words: str, seconds: float = 240) -> str:
        """Wait until it has said something; give all it said."""
        deadline = time.monotonic() + seconds
        while words not in self.said:
            assert self.process.poll() is None, self.said
            assert time.monotonic() < deadline, self.said
            time.sleep(0.1)
        return self.said

    def ended(self, seconds: float = 240) -> int:
        return self.process.wait(seconds)

    def family(self) -> list[psutil.Process]:
        """The process and all its children."""
        parent = psutil.Process(self.process.pid)
        return [parent, *parent.children(recursive=True)]

    def interrupt(self) -> None:
        self.process.send_signal(signal.SIGINT)


def services_of(folder: Path) -> Addresses:
    """Of the run on a folder."""
    told = json.loads((folder / "addresses.json").read_text())
    secret = (folder / "issuer.secret").read_text()
    return Addresses({name: told[name] for name in SERVICES}, told["issuer"], secret)


def gone(processes: list[psutil.Process], seconds: float = 60) -> bool:
    return not psutil.wait_procs(processes, seconds)[1]


def events(said: str) -> dict[str, int]:
    """How many events each service's summary table counts."""
    counts = [int(n.replace(",", "")) for n in re.findall(r"│ +│ all +│ +([\d,]+) │", said)]
    return dict(
        zip(("planning", "monitoring", "appraisal", "rewards", "evaluation"), counts, strict=True)
    )


def commands(said: str) -> int:
    """How many commands the year took."""
    found = re.search(r"([\d,]+) commands in", said)
    assert found
    return int(found[1].replace(",", ""))


@pytest.fixture(scope="session", autouse=True)
def built() -> None:
    """The browser's files, as set-up leaves them."""
    assets.prepare()


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("whole")
    made.parent.chmod(0o755)  # PostgreSQL runs as another user when we are root
    return made / "data"


@pytest.fixture(scope="session")
def year(folder: Path) -> Iterator[Run]:
    """A run that has lived its year and stays up."""
    run = Run(folder)
    try:
        run.until("stays to be looked at")
        yield run
    finally:
        if run.process.poll() is None:
            run.interrupt()
            run.ended()


@pytest.fixture(scope="session")
def address(year: Run) -> str:
    """Of the console."""
    found = re.search(r"The year: (http://\S+)", year.said)
    assert found
    return found[1]


@pytest.fixture(scope="session")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    expect.set_options(timeout=30_000)
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        yield started
        await started.close()


@pytest.fixture
async def page(browser: Browser, address: str) -> AsyncIterator[Page]:
    """Of a reader who has not been here."""
    async with opened(browser, base_url=address) as there:
        yield there


@pytest.fixture(scope="session")
async def client(folder: Path, address: str) -> AsyncIterator[Client]:
    """Of the run's services, as anybody."""
    async with aiohttp.ClientSession() as http:
        yield Client(services_of(folder), http)


@pytest.fixture(scope="session")
async def drafting(client: Client) -> None:
    """SKPs of the year that is planned can be drafted, whatever the day is."""
    await open_drafting(client)


@pytest.fixture(scope="session")
async def teams(client: Client, drafting: None) -> list[Team]:
    return await find_teams(client, PEOPLE)


@pytest.fixture(scope="session")
def agency(
    folder: Path, teams: Sequence[Team], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Agency]:
    """At whose Keycloak the heads and their teams sign in, and a personnel officer."""
    people = [person for team in teams for person in (team.head, *team.staff[:4])]
    with at_keycloak(folder, tmp_path_factory.mktemp("agency"), people) as made:
        yield made

"""What a command sends to PostgreSQL: so many statements, and so many bytes of arguments.

A statement more is a round trip more, which each command of that kind pays for from then on. Whoever has a
reason raises the bound. (By its name this runs before `test_standing_still`, which leaves partitions stopped.)
"""

import asyncio
import os
import re
import struct
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import pytest

from deploy.local import ports
from tests.eventlog.harness import wired
from tests.http.api import Api, latest
from tests.http.endpoints import PROGRESS
from tests.http.world import PERSONNEL, RULE_SET, START, assignment, draft, person, skp

pytestmark = pytest.mark.integration

OTHERS = re.compile(
    r"(BEGIN|COMMIT|ROLLBACK|LISTEN|UNLISTEN)\b|insert into view\.|select '\{\}'::int"
    r"|\s*(with recursive typeinfo|select\s+current_setting\('jit'\))"
    r"|.*\b(place|relay|seen|view_version|stopped|known_key|upload)\b",
    re.IGNORECASE | re.DOTALL,
)
"""What views, relay, the loading of files and pool send. Anything else is the command's own."""

PROTOCOL = 196608
"""3.0, in the message that begins a session."""


class Sent(NamedTuple):
    statement: str
    size: int
    """Bytes of its arguments."""


@dataclass
class Ear:
    """Tells the statements of one session by https://www.postgresql.org/docs/18/protocol.html."""

    told: list[Sent]
    _begun: bool = False
    _rest: bytes = b""
    _prepared: dict[bytes, str] = field(default_factory=dict)

    def hear(self, data: bytes) -> None:
        self._rest += data
        while len(self._rest) >= (begin := 5 if self._begun else 4):
            (length,) = struct.unpack_from(">i", self._rest, begin - 4)
            if len(self._rest) < (end := begin - 4 + length):
                return
            self._take(self._rest[:1], self._rest[begin:end])
            self._rest = self._rest[end:]

    def _take(self, kind: bytes, body: bytes) -> None:
        if not self._begun:
            self._begun = struct.unpack_from(">i", body) == (PROTOCOL,)
        elif kind == b"P":
            name, query, _ = body.split(b"\0", 2)
            self._prepared[name] = query.decode()
        elif kind == b"B":
            _, name, arguments = body.split(b"\0", 2)
            self._tell(self._prepared[name], len(arguments))
        elif kind == b"Q":
            self._tell(body.rstrip(b"\0").decode(), 0)

    def _tell(self, statement: str, size: int) -> None:
        if not OTHERS.match(statement):
            self.told.append(Sent(statement, size))


@asynccontextmanager
async def overheard(api: Api, service: str) -> AsyncIterator[tuple[str, list[Sent]]]:
    """A second process of the service: its URL, and what it sends. Its relay does not lead."""
    told: list[Sent] = []
    ears: dict[asyncio.StreamReader, Ear] = {}
    async with wired(api.stack.databases[service]) as (wire, dsn):
        wire.hear = lambda client, data: ears.setdefault(client, Ear(told)).hear(data)
        with ports.listen() as listener:
            settings = {"DATABASE_URL": dsn, "LISTEN_FD": str(listener.fileno())}
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", f"services.{service}",
                env=os.environ | api.stack.settings(service) | settings,
                pass_fds=[listener.fileno()], stdout=asyncio.subprocess.DEVNULL,
            )  # fmt: skip
            try:
                yield f"http://{ports.HOST}:{listener.getsockname()[1]}", told
            finally:
                process.terminate()
                await process.wait()


@pytest.fixture(scope="module")
async def told(api: Api) -> AsyncIterator[tuple[Api, dict[str, list[Sent]]]]:
    """Processes that are overheard, and what each service's sends."""
    async with AsyncExitStack() as stack:
        urls, told = dict[str, str](), dict[str, list[Sent]]()
        for service in ("planning", "monitoring", "appraisal"):
            urls[service], told[service] = await stack.enter_async_context(overheard(api, service))
        api = replace(api, urls=urls)
        for service in urls:
            await api.see(service, "/livez")  # what a start sends has been sent
        yield api, told


MOST = {
    # The stream, the agency's time zone, the append.
    "register a unit": (3, 1200),
    # Is the person new? Then the NIP's stream, the time zone, its append; the person's stream, its append.
    "register a person": (6, 2600),
    # From here on: the stream, the assignment with its time zones, the append.
    # And the setting that says from when, and the names of the person's other SKPs.
    "draft": (8, 2100),
    "submit": (4, 1300),
    "approve": (3, 1800),
    # And the SKP as planning told it.
    "report progress": (4, 1480),
    # And the cycle's stream.
    "rate the result": (5, 1560),
    "rate the behaviour": (5, 1560),
    "finalize": (5, 1800),
}


async def _employ(api: Api) -> dict[str, Any]:
    """Give who has been registered an assignment and an appraiser, whom no other test moves; the headers by
    which a request waits for them."""
    rows = {
        "people": [person("counter")],
        "assignments": [assignment("counter", None), assignment("counted", "counter")],
    }
    receipts = await api.do("planning", "/directory", rows, **PERSONNEL)
    return {"headers": latest(receipt["at_least"] for receipt in receipts)}


async def test_a_command_sends_no_more_than_it_did(
    told: tuple[Api, dict[str, list[Sent]]],
) -> None:
    api, sent = told
    mine, theirs = skp("approved", "counted"), {"actor": "counter"}
    rating = {"cycle": "counted", "rating": "meets", "reason": "Sesuai bukti dukung"}
    in_january = {"at": "2026-01-20T09:00:00+07:00"}
    counted: dict[str, tuple[int, int]] = {}

    async def give(what: str, service: str, path: str, body: Any = None, **how: Any) -> Any:
        sent[service].clear()
        receipt = await api.do(service, path, body, **how)
        counted[what] = len(sent[service]), sum(each.size for each in sent[service])
        print(what, counted[what], *sent[service], sep="\n  ")  # told if it fails
        return receipt

    units = [{"unit": "counted", "name": "Biro", "level": "2"}]
    await give("register a unit", "planning", "/directory", {"units": units}, **PERSONNEL)
    people = [person("counted")]
    await give("register a person", "planning", "/directory", {"people": people}, **PERSONNEL)
    own = {"actor": "counted"} | in_january | await _employ(api)
    await give("draft", "planning", "/skps", draft("approved", "counted"), **own)
    await give("submit", "planning", f"/skps/{mine}/submit", **own)
    approved = await give("approve", "planning", f"/skps/{mine}/approve", **theirs, **in_january)
    cycle = {"cycle": "counted", "rule_set": RULE_SET, "start": START, "until": "2026-09-30"}
    await api.do("appraisal", "/cycles", cycle, **PERSONNEL)
    seen = {"headers": latest([approved["at_least"]])} | PERSONNEL
    await api.see("monitoring", f"/skps/{mine}/execution", **seen)
    await api.ask("appraisal", "GET", f"/appraisals/{mine}", **seen)
    await give("report progress", "monitoring", f"/skps/{mine}/progress", PROGRESS, actor="counted")
    for part in ("result", "behaviour"):
        path = f"/appraisals/{mine}/{part}"
        await give(f"rate the {part}", "appraisal", path, rating, **theirs)
    await give(
        "finalize", "appraisal", f"/appraisals/{mine}/finalize", {"cycle": "counted"}, **theirs
    )

    assert counted.keys() == MOST.keys()
    over = {
        what: (counted[what], most)
        for what, most in MOST.items()
        if any(a > b for a, b in zip(counted[what], most, strict=True))
    }
    assert not over, "sent, and at most"


async def test_what_several_commands_need_at_once_is_read_in_one_round_trip(
    told: tuple[Api, dict[str, list[Sent]]],
) -> None:
    api, sent = told
    skps = [{"skp": skp(name)} for name in ("submitted", "approved", "rated", "final")]
    sent["planning"].clear()
    answer = await api.ask(
        "planning", "POST", "/skps/approvals", json={"skps": skps}, actor="stranger"
    )
    assert answer.status == 403, answer
    print(*sent["planning"], sep="\n  ")
    assert len(sent["planning"]) == 2, "all streams, all assignments"


async def test_a_draft_costs_the_same_however_many_skps_there_have_been(
    told: tuple[Api, dict[str, list[Sent]]],
) -> None:
    api, sent = told
    rows = {"people": [person("yearly")], "assignments": [assignment("yearly", "boss")]}
    receipts = await api.do("planning", "/directory", rows, **PERSONNEL)
    seen = {"headers": latest(receipt["at_least"] for receipt in receipts)}
    own = {"actor": "yearly", "at": "2026-01-20T09:00:00+07:00"} | seen
    costs = []
    for name in ("first", "second", "third", "fourth"):
        sent["planning"].clear()
        await api.do("planning", "/skps", draft(name, "yearly"), **own)
        costs.append(len(sent["planning"]))
        print(name, *sent["planning"], sep="\n  ")
    assert costs[1:] == [costs[0] + 1] * 3, "one more for all the others"

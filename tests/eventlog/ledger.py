"""A small domain for the kernel's tests: accounts that are opened and credited, and what another
service answers to each credit."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import ClassVar
from uuid import uuid4

from contracts.event import Event, Origin, Recorded, by_wire_type, encode
from eventlog.aggregate import Aggregate
from eventlog.commands import Decided, execute
from eventlog.log import EventLog, Receipt
from eventlog.reactions import Reaction
from eventlog.views import Add, Change, Count, Put, Row, Table, View

NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)


class LedgerEvent(Event):
    service: ClassVar[str] = "ledger"


class Opened(LedgerEvent):
    owner: str


class Credited(LedgerEvent):
    amount: int


class Thanked(Event):
    """The other service's answer to a credit; `cause` is the id of the event it answers."""

    service: ClassVar[str] = "courtesy"
    cause: str
    amount: int


class Unheard(LedgerEvent):
    """Of a type that the subscribers do not know."""


MODELS = by_wire_type([Opened, Credited, Thanked])


def origin(command: str | None = None) -> Origin:
    return Origin(command=command or uuid4().hex, actor="someone", at=NOW)


def name(prefix: str) -> str:
    """A name of nobody else's: servers and their topics are shared by the whole suite."""
    return f"{prefix}_{uuid4().hex[:10]}"


async def append(
    log: EventLog, account: str, version: int, *events: Event, command: str | None = None
) -> Receipt:
    """Append to an account's stream; the account is also the subject."""
    return await log.append(
        f"account/{account}", version, events or [Credited(amount=1)], origin(command),
        subject=account,
    )  # fmt: skip


async def fill(log: EventLog, accounts: Sequence[str], credits: int) -> int:
    """Open these accounts and credit each so often, by 1, 2, 3 …; the number of events."""
    for account in accounts:
        await append(log, account, 0, Opened(owner=f"owner of {account}"))
        for nth in range(credits):
            await append(log, account, nth + 1, Credited(amount=nth + 1))
    return len(accounts) * (credits + 1)


class Load:
    """Opens accounts and credits each without a pause, by 1, 2, 3 …, until `ends`; or until it is
    left, for a test that fails has nobody who would end it."""

    def __init__(self, log: EventLog, accounts: Iterable[str]) -> None:
        self._log = log
        self._accounts = list(accounts)
        self._going = True

    async def __aenter__(self) -> "Load":
        self._tasks = [asyncio.create_task(self._credit(account)) for account in self._accounts]
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def ends(self) -> dict[str, int]:
        """Let all finish what they have begun; the version that each account has come to."""
        self._going = False
        versions = await asyncio.gather(*self._tasks)
        return dict(zip(self._accounts, versions, strict=True))

    async def _credit(self, account: str) -> int:
        version = (await append(self._log, account, 0, Opened(owner="o"))).version
        while self._going:
            amount = Credited(amount=version)
            version = (await append(self._log, account, version, amount)).version
        return version


def recorded(
    position: int, account: str, version: int, event: Event, command: str | None = None
) -> Recorded:
    """An event as a log would hold it, for what needs no log."""
    record = encode(
        event, origin(command), agency="-", stream=f"account/{account}", version=version,
        ordinal=1, subject=account,
    )  # fmt: skip
    stamp = NOW.isoformat().replace("+00:00", ".000000Z")
    return Recorded(
        record + b',"recordedtime":"' + stamp.encode() + b'"}',
        position,
        MODELS | by_wire_type([Unheard]),
    )


# The account as its owner reads it, and what every owner has.
class AccountRow(Row):
    account: str
    owner: str | None
    total: Count
    credits: Count
    latest: int | None


class OwnedRow(Row):
    owner: str
    account: str
    position: Count


ACCOUNT = Table("account", AccountRow)
OWNED = Table("owned", OwnedRow, key=2)


def project(recorded: Recorded) -> Iterable[Change]:
    account = recorded.subject
    match recorded.event:
        case Opened(owner=owner):
            yield Put(ACCOUNT, (account,), {"owner": owner})
            yield Put(OWNED, (owner, account), {"position": recorded.position})
        case Credited(amount=amount):
            yield Put(ACCOUNT, (account,), {"latest": amount})
            yield Add(ACCOUNT, (account,), {"total": amount, "credits": 1})


def view(topic: str, *, called: str | None = None) -> View:
    return View(called or name("accounts"), (topic,), (Opened, Credited), (ACCOUNT, OWNED), project)


THANKS: Aggregate[int] = Aggregate("thanks", lambda state, event: (state or 0) + 1)


def reaction(
    topic: str, log: EventLog, *, called: str | None = None, subject: Callable[[str], str] = str
) -> Reaction:
    """Thanks for every credit, on one stream per account in `log`."""

    async def thank(cause: Recorded, origin: Origin) -> None:
        credited = cause.event
        assert isinstance(credited, Credited)

        async def decide(state: int | None, version: int) -> Decided:
            return Decided(Thanked(cause=cause.id, amount=credited.amount), cause.subject)

        await execute(log, THANKS, cause.subject, decide, origin)

    return Reaction(called or name("courtesy"), (topic,), {Credited: thank})

"""The notifier's turns. Every one does what is to be done by then and is not done; so it does not matter when
one ends, nor how many processes take turns."""

import asyncio
import signal
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, date, datetime

import aiohttp
import structlog
from pydantic import BaseModel, ConfigDict

from chassis import metrics
from chassis.process import end_as_by_ctrl_c
from console.ask.calendar import Calendar, Settled
from console.ask.client import Asker, Refused, Services
from console.keep.database import OUTAGE, Pool, connected
from console.keep.mailboxes import Mailboxes
from console.keep.notices import Matter, Notices, Wanted
from console.keep.outbox import Outbox
from console.keep.reminders import OwedSKP, Reminder, Reminders
from console.notify.post import Post
from console.notify.token import Token
from console.settings import NotifierSettings
from contracts.catalogue import SERVICES
from contracts.settings import ZONES, Zone

EACH = 30.0
"""Seconds between two turns."""
EASTERNMOST: Zone = "WIT"
REMINDED = "200"
"""Assignments of a step."""
PATIENCE = 1
"""Hours that mail waits for a service that does not tell what is due."""
NAMED = 100
"""People of a question about some by name."""


def by_role(service: str) -> str:
    """As what is kept apart which is due in a service because of what the agency has made of people."""
    return f"{service} by role"


READ = (*SERVICES, *map(by_role, SERVICES))
"""What is read each day."""

logger = structlog.get_logger(__name__)


class Owed(Matter):
    """A duty, as `GET /duties/people` tells it."""

    remind: date | None
    escalated: date | None


class Owing(BaseModel):
    """One of the people there."""

    model_config = ConfigDict(frozen=True)

    person: str
    zone: str
    superior: str | None
    duties: tuple[Owed, ...]


class Notifier:
    def __init__(self, settings: NotifierSettings, pool: Pool, http: aiohttp.ClientSession) -> None:
        self._services = Services(settings, http)
        self._token = Token(settings, http)
        self._calendar = Calendar()
        self._notices = Notices(pool, settings.seal)
        self._reminders = Reminders(pool, self._notices)
        self._mailboxes = Mailboxes(pool, settings.seal)
        self._outbox = Outbox(pool, settings.seal, self._notices)
        self._post = Post(settings, self._outbox) if settings.smtp_host else None
        self._away: set[str] = set()
        self._reminders_wait = False

    async def turn(self, at: datetime) -> None:
        """Remind whom somebody has asked to be; read once a day, before the first mail of the day goes out in the
        east; write mail where it is the hour; send what waits. Raises what the console's database does."""
        settled = await self._settled()
        await self._remind()
        there = at.astimezone(ZONES[EASTERNMOST])
        if there.hour >= settled.reminders.hour:
            for service in SERVICES:
                await self._read(service, there.date())
            await self._notices.clear()
            await self._reminders.clear()
            await self._mailboxes.clear()
        if not self._post:
            return
        for zone in ZONES:
            await self._write(zone, at, settled)
        await self._outbox.clear()
        await self._post.send()

    async def _settled(self) -> Settled:
        try:
            return await self._calendar.read(await self._ask())
        except Refused:
            return self._calendar.settled  # who cannot be asked is told of below

    async def _ask(self) -> Asker:
        return Asker(self._services, await self._token.get())

    async def _remind(self) -> None:
        """What somebody has asked for, from where it was left; one that cannot be done holds up no other."""
        refused: Refused | None = None
        for reminder in await self._reminders.waiting():
            try:
                while await self._remind_page(reminder):
                    pass
            except Refused as error:
                refused = error
        if refused and not self._reminders_wait:
            logger.warning("reminders wait", status=refused.status)
        self._reminders_wait = refused is not None

    async def _remind_page(self, reminder: Reminder) -> bool:
        """Whether there may be another. Raises Refused."""
        async with self._reminders.step(reminder) as step:
            if step is None:
                return False
            ask, (unit, year, whole) = await self._ask(), reminder.whose
            of = {"unit": unit, "year": str(year), "whole": str(whole), "after": step.after}
            told = await ask.get("planning", "completion", "owing", limit=REMINDED, **of)
            await step.remind(
                [OwedSKP.model_validate(each) for each in told["items"]], told["next"]
            )
            return told["next"] is not None

    async def _read(self, service: str, day: date) -> None:
        """What is due in a service on a day, from where it was left."""
        try:
            while await self._read_page(service, day):
                pass
            await self._read_roles(service, day)
        except Refused as refused:
            if service not in self._away:
                logger.warning("duties cannot be read", of=service, status=refused.status)
            self._away.add(service)
        else:
            self._away.discard(service)

    async def _read_page(self, service: str, day: date) -> bool:
        """Whether there may be another. Raises Refused."""
        async with self._notices.step(service, day) as sweep:
            if sweep is None:
                return False
            ask = await self._ask()
            told = await ask.get(service, "duties", "people", after=sweep.after)
            people = [Owing.model_validate(each) for each in told["items"]]
            zones = [(each.person, each.zone) for each in people]
            await self._notices.renew(sweep, service, zones, wanted(people))
            await sweep.advance(told["next"])
            return told["next"] is not None

    async def _read_roles(self, service: str, day: date) -> None:
        """What is due there from whom the agency has given a role: from all at once, for they are few. Raises
        Refused."""
        async with self._notices.step(by_role(service), day) as sweep:
            if sweep is None:
                return
            # Who has none any more is asked about too: what they were told of closes.
            roles: dict[str, tuple[str, ...]] = dict.fromkeys(
                await self._notices.told_of(by_role(service)), ()
            )
            roles |= await self._mailboxes.roles()
            people: list[Owing] = []
            for each in sorted(set(roles.values())):
                those = sorted(person for person, given in roles.items() if given == each)
                for n in range(0, len(those), NAMED):
                    of = {"people": those[n : n + NAMED], "roles": [*each]}
                    told = await (await self._ask()).get(service, "duties", "roles", **of)
                    people += [Owing.model_validate(owing) for owing in told]
            zones = [(each.person, each.zone) for each in people]
            await self._notices.renew(sweep, by_role(service), zones, wanted(people))
            await sweep.advance(None)

    async def _write(self, zone: Zone, at: datetime, settled: Settled) -> None:
        """The day's mail to those whose unit is in the zone, from its hour on: once all is read, or has been
        waited for long enough."""
        there = at.astimezone(ZONES[zone])
        late = there.hour - settled.reminders.hour
        if late < 0 or (late < PATIENCE and not await self._notices.done(READ, there.date())):
            return
        day, default = there.date(), settled.zone.zone
        while True:
            async with self._notices.step(f"mail {zone}", day) as sweep:
                if sweep is None:
                    break
                count = await self._outbox.write(sweep, day, zone, default)
            if count:
                logger.info("mail written", zone=zone, count=count)
        if await self._notices.done([f"mail {zone}"], day):
            await self._write_asked(zone, day, default)

    async def _write_asked(self, zone: Zone, day: date, default: Zone) -> None:
        """Mail to whom somebody has had reminded since the day's was written, which may be at any hour: so this
        step is never done."""
        while True:
            async with self._notices.step(f"asked {zone}", day) as sweep:
                count = await self._outbox.write_asked(sweep, day, zone, default) if sweep else 0
            if not count:
                return
            logger.info("mail written", zone=zone, count=count)


def wanted(people: Sequence[Owing]) -> list[Wanted]:
    """The notices that there are to be of what people owe: theirs, and of what is late their superior's."""
    found = []
    for each in people:
        for duty in each.duties:
            matter = Matter(id=duty.id, kind=duty.kind, since=duty.since, due=duty.due)
            found.append(Wanted(each.person, each.person, matter, duty.remind))
            if duty.escalated and each.superior:
                found.append(Wanted(each.superior, each.person, matter, duty.escalated))
    return found


async def work(settings: NotifierSettings) -> None:
    """Take turns for ever. Raises SchemaIsOlder, SchemaIsNewer."""
    async with (
        metrics.served(settings, "notifier", ["notifier"]),
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60)) as http,
        connected(settings.database_url) as pool,
    ):
        notifier = Notifier(settings, pool, http)
        while True:
            try:
                await notifier.turn(datetime.now(UTC))
            except OUTAGE as error:
                logger.warning("notices cannot be kept", error=type(error).__name__)
            except Exception as error:
                # What it meets with one of the people costs the others no turn.
                logger.error("turn cut short", exc_info=error)
            await asyncio.sleep(EACH)


def run(settings: NotifierSettings) -> None:
    """Until SIGTERM."""
    end_as_by_ctrl_c(signal.SIGTERM)
    with suppress(KeyboardInterrupt):
        asyncio.run(work(settings))

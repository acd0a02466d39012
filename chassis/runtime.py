"""A service at work: its log, relay, subscriptions and HTTP, from one description."""

import asyncio
from collections import Counter
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Collection,
    Coroutine,
    Mapping,
    Sequence,
)
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple, TypeAlias, TypeVar, cast

import structlog
from fastapi import APIRouter

from chassis import owners, policies
from chassis.heads import Heads
from chassis.identity import Verifier
from chassis.imports.keeper import Keeper
from chassis.imports.kind import Kind
from chassis.settings import Settings, read_signing_key
from chassis.start import await_found
from contracts.catalogue import MODELS
from contracts.topics import CHECKPOINTS, service_of, topic
from eventlog.arrivals import Arrivals, TooManyWaiting
from eventlog.broker import KafkaError, TopicMissing, check_topics, make_broker
from eventlog.checkpoints import Checkpoints, Publisher, origin_of
from eventlog.database import OUTAGE, Pool, create_pool
from eventlog.effect import Effect
from eventlog.feed import Feed
from eventlog.grouping import gathered, shared
from eventlog.keyring import enter_key, read_keyring
from eventlog.keys import PublicKey, SigningKey
from eventlog.lag import read_ends
from eventlog.log import EventLog
from eventlog.published import Folder, Topic
from eventlog.reactions import Reaction
from eventlog.relay import Relay
from eventlog.replay import Replay
from eventlog.schema import SchemaIsOlder, check
from eventlog.subscription import Subscription
from eventlog.tasks import end
from eventlog.trust import Ask, KeptTrust
from eventlog.views import View
from law.zones import Zones

logger = structlog.get_logger(__name__)

Found = TypeVar("Found")
Reading: TypeAlias = Callable[[Pool, Sequence[str]], Awaitable[Mapping[str, Found]]]
"""A query by several keys, with what is found by each."""

MAX_WAITING_PER_ACTOR = 20
"""Requests of one actor that wait for something to arrive, at once in one process."""


class Position(NamedTuple):
    """How far a partition of a service's topic is wanted, `service:partition@position`. It tells
    nothing about anybody: not whose streams those are, nor what became of them."""

    service: str
    partition: int
    position: int

    def __str__(self) -> str:
        return f"{self.service}:{self.partition}@{self.position}"


@dataclass(frozen=True, slots=True)
class Service:
    """What makes one service: its name, its HTTP, its views, what it does about events, and which files
    it takes."""

    name: str
    routers: Sequence[APIRouter]
    views: Sequence[View]
    reactions: Callable[["Runtime"], Sequence[Reaction]] = field(default=lambda runtime: ())
    imports: Sequence[Kind] = ()

    @property
    def topics(self) -> set[str]:
        """Its own, and those of others that it reads."""
        # A reaction uses its runtime only when it acts.
        effects: list[Effect] = [*self.views, *self.reactions(cast("Runtime", None))]
        return {topic(self.name), *(t for each in effects for t in each.topics)}


class Runtime:
    """The running parts of a service in this process."""

    def __init__(self, service: Service, settings: Settings) -> None:
        self.service = service
        self.settings = settings
        self.reactions = service.reactions(self)
        effects: list[Effect] = [*service.views, *self.reactions]
        if len({each.name for each in effects}) < len(effects):
            raise ValueError(f"two subscriptions of one name share a place: {effects}")
        self.effects = effects
        """All of the service's, also those that other processes take care of."""
        self.verifier = Verifier(settings.oidc_issuer, settings.oidc_audience, settings.oidc_claim)
        self.subscriptions: list[Subscription] = []
        self._waiting: Counter[str] = Counter()
        self._readings: dict[Reading[Any], Callable[[str], Awaitable[Any]]] = {}
        self.pool: Pool
        self.arrivals: Arrivals
        self.log: EventLog
        self.relay: Relay | None = None
        self.imports: Keeper | None = None
        self.trust: KeptTrust
        self.feeds: Sequence[Feed] = ()
        self.checkpoints: Checkpoints
        self.heads = Heads(service.name, self._read_ends, settings.heads)
        self.zones = shared(self._read_zones)
        """Asks for the agency's time zones, which nearly every command needs."""

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Everything but HTTP, started in order and stopped in reverse."""
        settings, ours = self.settings, topic(self.service.name)
        key = read_signing_key(settings.signing_key) if "relay" in settings.roles else None
        await self._find()
        async with create_pool(settings.database_url) as self.pool:
            self.arrivals = Arrivals(self.pool)
            self.log = await EventLog.open(self.pool, MODELS, settings.agency)
            if key:
                await enter_key(self.pool, key.public)
            self.trust = KeptTrust(self.pool, {t: self._owner(t) for t in self.service.topics})
            await self.trust.load()
            work = [self.trust.run()]
            if key:
                await self.trust.ask(ours)  # a key that is new has not been kept yet
                self.relay = Relay(self.pool, settings.kafka, ours, key, self.trust.of(ours))
                work += [self.relay.run(), self._make_checkpoints(self.relay)]
            if self.service.imports and "api" in settings.roles:
                self.imports = Keeper(self.service.name, self.pool)
                work.append(self.imports.run())
            self.checkpoints = self._prepare_checkpoints(key)
            async with _at_work(*work):
                # After the relay: what a view is built of may have to be sent first.
                await self._have_views()
                async with self._fed():
                    logger.info("running", service=self.service.name, roles=sorted(settings.roles))
                    yield
            if self.relay:
                with suppress(*OUTAGE):  # else its lease runs out
                    await self.relay.resign()

    async def _find(self) -> None:
        """Wait until what this process stands on is there and prepared for this program. Raises
        SchemaIsNewer."""
        settings = self.settings

        async def look() -> None:
            async with create_pool(settings.database_url, size=1) as pool:
                await check(pool)
            if settings.roles != {"api"}:  # which needs no Kafka
                await check_topics(settings.kafka, {CHECKPOINTS, *self.service.topics})

        await await_found(look, (*OUTAGE, KafkaError, SchemaIsOlder, TopicMissing))

    async def _have_views(self) -> None:
        """Make the tables of the views, or wait until another process has."""
        roles = self.settings.roles
        for view in self.service.views if roles != {"relay"} else ():
            replay = Replay(view, self.pool, self.settings.kafka, MODELS, self.trust)
            await (replay.prepare() if "views" in roles else replay.wait())

    @asynccontextmanager
    async def _fed(self) -> AsyncIterator[None]:
        broker, roles = make_broker(self.settings.kafka), self.settings.roles
        fed: list[tuple[str, Sequence[Effect]]] = []
        if "views" in roles and self.service.views:
            fed.append((self.service.name, self.service.views))  # all of them by one consumer
        if "reactions" in roles:
            # One may wait for what a view of its own service has not taken yet, so each has its own.
            fed += [(each.name, [each]) for each in self.reactions]
        self.feeds = [
            Feed(
                name, [self._subscribed(each) for each in effects], self.settings.kafka, self.trust
            )
            for name, effects in fed
        ]
        self.subscriptions = [each for feed in self.feeds for each in feed.subscriptions]
        for feed in self.feeds:
            feed.attach(broker)
        try:
            if self.feeds:
                await broker.start()
            yield
        finally:
            await asyncio.gather(*(feed.close() for feed in self.feeds))
            try:
                await broker.stop()
            finally:
                await self.log.close()

    def _subscribed(self, effect: Effect) -> Subscription:
        return Subscription(effect, self.pool, MODELS, self.arrivals.notify)

    def _owner(self, of: str) -> Ask:
        """Who tells the keys of the log in a topic: we of ours, others by `key_sets`."""
        service = service_of(of)
        if service == self.service.name:
            return self._own_keys
        if (url := self.settings.key_sets.get(service)) is None:
            raise ValueError(f"KEY_SETS does not say where the keys of {service} are told")
        return partial(owners.ask, url)

    async def _own_keys(self) -> Sequence[PublicKey]:
        return (await read_keyring(self.pool)).good

    def _prepare_checkpoints(self, key: SigningKey | None) -> Checkpoints:
        settings = self.settings
        publishers: list[Publisher] = [Topic(settings.kafka)]
        if settings.checkpoint_folder:
            publishers.append(Folder(settings.checkpoint_folder))
        origin = origin_of(settings.agency, self.service.name)
        return Checkpoints(self.pool, key, origin, publishers)

    async def _make_checkpoints(self, relay: Relay) -> None:
        """For ever; only in the process whose relay leads, so that the others need not ask."""
        while True:
            await asyncio.sleep(self.settings.checkpoint_seconds)
            if relay.leading:
                try:
                    await self.checkpoints.make()
                except Exception as error:  # whatever it is: the service goes on without
                    logger.error("no checkpoint", error=repr(error))

    def tell_of_import(self) -> None:
        """There is a file to be worked on."""
        if self.imports:
            self.imports.tell()

    async def _read_ends(self) -> list[int]:
        return await read_ends(self.pool, topic(self.service.name))

    async def _read_zones(self) -> Zones:
        return await policies.zones_of_agency(self.pool)

    async def reach_database(self) -> None:
        """Wait while no connection to the database is to be had, as long as an append would: another server
        may be about to take its place."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self.log.patience
        while not self.pool.get_size() and (left := deadline - loop.time()) > 0:
            try:
                async with self.pool.acquire(timeout=left):
                    return
            except OUTAGE:
                await asyncio.sleep(0.2)

    async def find(self, read: Reading[Found], key: str) -> Found | None:
        """What a query finds by one key: one round trip for all requests that need it at once, since
        that takes longer than the reading."""
        if (one := self._readings.get(read)) is None:
            one = self._readings[read] = gathered(partial(read, self.pool))
        found: Found | None = await one(key)
        return found

    async def has_arrived(
        self, actor: str, views: Collection[str], wanted: Sequence[Position]
    ) -> bool:
        """Wait until each of these views has applied all that is wanted and comes to it; False if
        that takes too long, or if the actor waits in too many requests already. Raises
        TooManyWaiting."""
        if not wanted:
            return True
        if self._waiting[actor] >= MAX_WAITING_PER_ACTOR:
            raise TooManyWaiting(f"{actor} waits in {MAX_WAITING_PER_ACTOR} requests already")
        self._waiting[actor] += 1
        try:
            return all(await asyncio.gather(*(self._wait(views, each) for each in wanted)))
        finally:
            self._waiting[actor] -= 1
            if not self._waiting[actor]:
                del self._waiting[actor]

    async def _wait(self, views: Collection[str], wanted: Position) -> bool:
        source = topic(wanted.service)
        fed = [v.name for v in self.service.views if v.name in views and source in v.topics]
        return await self.arrivals.wait(fed, source, wanted.partition, wanted.position)


@asynccontextmanager
async def _at_work(*work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Tasks beside what is done here, ended with it."""
    tasks = [asyncio.create_task(each) for each in work]
    try:
        yield
    finally:
        await end(tasks)

"""A service at work: its log, relay, subscriptions and HTTP, from one description."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import structlog
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import TopicAlreadyExistsError, for_code
from fastapi import APIRouter
from faststream.kafka import KafkaBroker

from chassis.identity import Verifier
from chassis.problems import NotCaughtUp
from chassis.settings import Settings
from contracts.catalogue import MODELS
from contracts.topics import PARTITIONS, topic
from eventlog.database import OUTAGE, Pool, create_pool
from eventlog.log import EventLog
from eventlog.reactions import Reaction
from eventlog.relay import Relay
from eventlog.replay import Replay
from eventlog.subscription import Effect, Subscription, wait_seen
from eventlog.views import View

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Service:
    """What makes one service: its name, its HTTP, its views, and what it does about events."""

    name: str
    routers: Sequence[APIRouter]
    views: Sequence[View]
    reactions: Callable[["Runtime"], Sequence[Reaction]] = field(default=lambda runtime: ())


class Runtime:
    """The running parts of a service in this process."""

    def __init__(self, service: Service, settings: Settings) -> None:
        self.service = service
        self.settings = settings
        self.verifier = Verifier(settings.oidc_issuer, settings.oidc_audience, settings.oidc_claim)
        self.subscriptions: list[Subscription] = []
        self.pool: Pool
        self.log: EventLog
        self.relay: Relay

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Everything but HTTP, started in order and stopped in reverse."""
        settings = self.settings
        async with create_pool(settings.database_url) as self.pool:
            self.log = await EventLog.open(self.pool, MODELS, settings.agency)
            effects: list[Effect] = [*self.service.views, *self.service.reactions(self)]
            names = [each.name for each in effects]
            if len(set(names)) < len(names):
                raise ValueError(f"two subscriptions of one name share a place: {names}")
            # Also those that other services write: who starts first makes them.
            topics = {t for each in effects for t in each.topics}
            await create_topics(settings.kafka, topics, settings.kafka_replicas)
            for view in self.service.views:
                await Replay(view, self.pool, settings.kafka, MODELS).prepare()
            # Without a logger FastStream swallows what a handler raises.
            broker = KafkaBroker(
                settings.kafka_bootstrap_servers, apply_types=False, graceful_timeout=5.0,
                logger=logging.getLogger("kafka"), allow_auto_create_topics=False,
            )  # fmt: skip
            for each in effects:
                subscription = Subscription(each, self.pool, MODELS)
                subscription.attach(broker)
                self.subscriptions.append(subscription)
            self.relay = Relay(self.pool, settings.kafka, topic(self.service.name))
            relaying = asyncio.create_task(self.relay.run(), name="relay")
            await broker.start()
            logger.info("running", service=self.service.name)
            try:
                yield
            finally:
                await broker.stop()
                await self.log.close()
                while not relaying.done():  # again, where an outage met the cancellation on its way
                    relaying.cancel()
                    await asyncio.wait([relaying], timeout=1)
                with suppress(*OUTAGE):  # else its lease runs out
                    await self.relay.resign()

    async def wait_for(self, service: str, stream: str, version: int) -> None:
        """Wait until every view here that is fed by `service` has applied the stream's version.

        Raises NotCaughtUp.
        """
        fed = [view.name for view in self.service.views if topic(service) in view.topics]
        if not await wait_seen(self.pool, fed, stream, version):
            raise NotCaughtUp(f"{service}:{stream}@{version} has not arrived")


async def create_topics(kafka: dict[str, object], names: Iterable[str], replicas: int) -> None:
    """Create the topics that are not there: kept for good, never compacted."""
    admin = AIOKafkaAdminClient(**kafka)
    await admin.start()
    try:
        wanted = [
            NewTopic(name, PARTITIONS, replicas, topic_configs={"retention.ms": "-1"})
            for name in sorted(names)
        ]
        response = await admin.create_topics(wanted)
        for name, code, *_ in response.topic_errors:
            if code and for_code(code) is not TopicAlreadyExistsError:
                raise for_code(code)(name)
    finally:
        await admin.close()

"""Make what a service finds in Kafka: the topics that it writes and reads, and its user."""

from collections.abc import Mapping

from chassis.runtime import Service
from contracts.topics import CHECKPOINTS, topic
from eventlog.broker import create_topics
from eventlog.users import make_user


async def prepare_kafka(
    service: Service, admin: Mapping[str, object], user: str, password: str, replicas: int = 1
) -> None:
    """`admin` has the arguments of a client that may do so. Where the protocol knows no users, only the
    topics are made."""
    await create_topics(admin, {CHECKPOINTS, *service.topics}, replicas)
    if str(admin["security_protocol"]).startswith("SASL"):
        writes = {topic(service.name), CHECKPOINTS}
        await make_user(
            admin, user, password, writes=writes, reads=service.topics, groups=service.name
        )

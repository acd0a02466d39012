"""Verify a service's log and topic, and compare each of its views with a replay."""

from collections.abc import Mapping
from dataclasses import dataclass

from chassis.runtime import Service
from contracts.catalogue import MODELS
from contracts.topics import topic
from eventlog.database import create_pool
from eventlog.replay import OtherVersion, Replay, TopicIncomplete
from eventlog.trust import read_trust
from eventlog.verify import verify, verify_topic


@dataclass(frozen=True, slots=True)
class Findings:
    """events  in the log, each also held against its topic
    views   how many were compared with a replay of the topics
    faults  what is wrong, in sentences; empty if nothing is
    """

    events: int
    views: int
    faults: tuple[str, ...]


async def verify_service(service: Service, database: str, kafka: Mapping[str, object]) -> Findings:
    """Verify a service's log and topic, and compare its views with a replay."""
    faults = []
    async with create_pool(database, size=4) as pool:
        verdict = await verify(pool, MODELS)
        if verdict.fault:
            faults.append(f"{service.name}, position {verdict.fault[0]}: {verdict.fault[1]}")
        if wrong := await verify_topic(pool, kafka, topic(service.name)):
            faults.append(wrong)
        compared = 0
        trust = await read_trust(pool, {t for view in service.views for t in view.topics})
        for view in service.views:
            told = f"{service.name}, view {view.name}"
            try:
                different = await Replay(view, pool, kafka, MODELS, trust).compare()
            except (TopicIncomplete, OtherVersion) as reason:
                faults.append(f"{told}: not compared: {reason}")
                continue
            compared += 1
            for table, rows in different.items():
                faults.append(f"{told}: {rows} rows of {table} differ from the replay")
    return Findings(verdict.events, compared, tuple(faults))

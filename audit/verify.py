"""Verify every service's log and topic, and compare every view with a replay."""

from collections.abc import Mapping
from dataclasses import dataclass

from chassis.runtime import Service
from contracts.catalogue import MODELS
from contracts.topics import topic
from eventlog.database import Pool, create_pool
from eventlog.replay import OtherVersion, Replay, TopicIncomplete
from eventlog.verify import verify, verify_topic
from services.appraisal.app import SERVICE as APPRAISAL
from services.evaluation.app import SERVICE as EVALUATION
from services.monitoring.app import SERVICE as MONITORING
from services.planning.app import SERVICE as PLANNING
from services.rewards.app import SERVICE as REWARDS

ALL = (PLANNING, MONITORING, APPRAISAL, REWARDS, EVALUATION)


@dataclass(frozen=True, slots=True)
class Findings:
    """events  in all logs, each also held against its topic
    views   how many were compared with a replay of the topics
    faults  what is wrong, in sentences; empty if nothing is
    """

    events: int
    views: int
    faults: tuple[str, ...]


async def verify_all(databases: Mapping[str, str], kafka: Mapping[str, object]) -> Findings:
    """`databases` maps each service to its database."""
    events, views, faults = 0, 0, []
    for service in ALL:
        async with create_pool(databases[service.name], size=4) as pool:
            verdict = await verify(pool, MODELS)
            events += verdict.events
            if verdict.fault:
                faults.append(f"{service.name}, position {verdict.fault[0]}: {verdict.fault[1]}")
            if wrong := await verify_topic(pool, kafka, topic(service.name)):
                faults.append(wrong)
            faults += await _compare(service, pool, kafka)
            views += len(service.views)
    return Findings(events, views, tuple(faults))


async def _compare(service: Service, pool: Pool, kafka: Mapping[str, object]) -> list[str]:
    faults = []
    for view in service.views:
        try:
            different = await Replay(view, pool, kafka, MODELS).compare()
        except (TopicIncomplete, OtherVersion) as reason:
            faults.append(f"{service.name}, view {view.name}: not compared: {reason}")
            continue
        faults += [
            f"{service.name}, view {view.name}: {rows} rows of {table} differ from the replay"
            for table, rows in different.items()
        ]
    return faults

"""Verify a service's log and topic, and compare each of its views with a replay."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from audit.runs import Servers
from chassis import owners
from chassis.runtime import Service
from contracts.catalogue import MODELS
from contracts.topics import topic
from eventlog.broker import KafkaError
from eventlog.checkpoints import origin_of
from eventlog.copies import hold_copies
from eventlog.cures import read_passed_over
from eventlog.database import DatabaseError, InterfaceError, Pool, create_pool
from eventlog.keyring import Keyring, read_keyring
from eventlog.monitor import Monitor
from eventlog.places import read_stopped
from eventlog.recovery import read_taken_back
from eventlog.replay import Replay
from eventlog.trust import read_trust
from eventlog.verify import verify, verify_topic

AWAY = (OSError, KafkaError, DatabaseError, InterfaceError)
"""What a server that is away, or an address that is none, is told by."""


@dataclass(frozen=True, slots=True)
class Findings:
    """events       in the log, each also held against its topic
    views        how many were compared with a replay of the topics
    faults       what is wrong, in sentences; empty if nothing is
    passed_over  the records behind which an operator has let a view or reaction go on: no fault, but
                 they are missing in what it says (`eventlog.cures.PassedOver`)
    taken_back   what an operator has taken back into the log from its topic: no fault either
    """

    events: int
    views: int
    faults: tuple[str, ...]
    passed_over: tuple[Mapping[str, object], ...] = ()
    taken_back: tuple[Mapping[str, object], ...] = ()


async def verify_service(service: Service, servers: Servers) -> Findings:
    """Verify a service's log with its checkpoints, and its topic; compare its views with a replay. What
    stands still is a fault as well. Raises AWAY."""
    faults, of = list[str](), topic(service.name)
    async with create_pool(servers.database_url, size=4) as pool:
        monitor, wrong = await _monitor(service.name, pool, servers)
        faults += [f"{service.name}: {each}" for each in wrong]
        verdict = await verify(pool, MODELS, monitor)
        faults += [f"{service.name}, position {at}: {why}" for at, why in verdict.faults]
        faults += await verify_topic(pool, servers.kafka, of)
        for row in await read_stopped(pool):
            where = f"{row['topic']}/{row['partition']} at offset {row['at_offset']}"
            faults.append(f"{row['subscription']} stands in {where}: {row['reason']}")
        compared = 0
        trust = await read_trust(pool, service.topics)
        for view in service.views:
            told = f"{service.name}, view {view.name}"
            try:
                different = await Replay(view, pool, servers.kafka, MODELS, trust).compare()
            except AWAY:
                raise
            except (
                Exception
            ) as reason:  # whatever a replay meets is a finding, and the others go on
                faults.append(f"{told}: not compared: {type(reason).__name__}: {reason}")
                continue
            compared += 1
            for table, its in different.items():
                faults.append(f"{told}: {its.rows} rows of {table} differ from the replay: {its}")
        passed_over = [
            asdict(each) | {"at": each.at.isoformat()} for each in await read_passed_over(pool)
        ]
        taken_back = [
            dict(row) | {"at": row["at"].isoformat()}
            for row in await pool.fetch("select * from taken_back order by after")
        ]
    return Findings(verdict.events, compared, tuple(faults), tuple(passed_over), tuple(taken_back))


async def _monitor(name: str, pool: Pool, servers: Servers) -> tuple[Monitor, list[str]]:
    """Holds the checkpoints, by keys that are known from elsewhere if they are: whoever may write the
    database may also write another key beside the log's. And what is wrong where they were published."""
    kept = await read_keyring(pool)
    keyring = kept
    if url := servers.key_sets.get(name):
        told = tuple(await owners.ask(url))
        known = {key.id for key in told}
        older = tuple(key for key in (*kept.good, *kept.withdrawn) if key.id not in known)
        keyring = Keyring(told, older)
    origin = origin_of(servers.agency, name)
    strays, faults = await hold_copies(pool, servers.kafka, servers.checkpoint_folder, origin)
    monitor = Monitor(origin, keyring, await read_taken_back(pool))
    for note in strays:
        monitor.expect(note)
    return monitor, faults

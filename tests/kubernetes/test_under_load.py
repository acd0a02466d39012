"""An installation under load, of which something ends, is replaced or goes away: no command fails beyond its caller's
one retry, none is lost, none is done twice, and all of it verifies.

The year of `test_installed` is there: its people are who the commands are about.
"""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from contracts.catalogue import SERVICES
from tests.kubernetes.cluster import TAG, until
from tests.kubernetes.installation import PEOPLE, RELEASE, ROLES, Installation

pytestmark = [pytest.mark.timeout(1800), pytest.mark.usefixtures("lived")]

AGAIN, NEWER = f"{TAG}-again", f"{TAG}-newer"
"""Images of the same program, and of one that is newer (tests/kubernetes/newer)."""
WITHOUT = 20.0
"""Seconds for which a node stays away."""


@contextmanager
def under_load(installation: Installation, least: int = 50) -> Iterator[None]:
    """What stands in the block happens under load, of more commands than `least`, and harms nothing."""
    arguments = ["-m", "tests.kubernetes.inside.load", RELEASE, installation.issuer, str(PEOPLE)]
    with installation.cluster.running("deployment/client", "python", *arguments) as load:
        assert load.stdout
        assert load.stdout.readline() == "at work\n"
        yield
        told, why = load.communicate("", timeout=600)
    assert load.returncode == 0, why[-4000:]
    account: dict[str, Any] = json.loads(told)
    print(json.dumps(account, indent=1))
    assert account["commands"] > least
    assert account["failed"] == []
    assert account["lost"] == []
    assert account["doubled"] == []
    assert account["behind"] == []
    for service in SERVICES:
        assert installation.verify(service)["faults"] == []


def kill(installation: Installation, *pods: str) -> None:
    """At once, without a word to what runs in them."""
    installation.cluster.kubectl("delete", "pod", *pods, "--grace-period=0", "--force")


@pytest.mark.parametrize("role", ROLES)
def test_a_killed_pod_of_each_service(installation: Installation, role: str) -> None:
    with under_load(installation):
        kill(installation, *(installation.pods(service, role)[0] for service in SERVICES))
        installation.ready()


def test_all_pods_start_anew(installation: Installation) -> None:
    with under_load(installation):
        installation.cluster.kubectl("rollout", "restart", *installation.deployments)
        installation.ready()


def test_the_same_program_under_another_name_and_back(installation: Installation) -> None:
    with under_load(installation):
        installation.upgrade(tag=AGAIN)
        installation.ready()
    with under_load(installation):
        installation.cluster.helm("rollback", RELEASE)
        installation.ready()


def test_the_primary_of_the_database_is_killed(installation: Installation) -> None:
    with under_load(installation):
        before = installation.primary()
        kill(installation, before)
        until(lambda: installation.primary() not in ("", before), "another writes")
        installation.ready()


def test_a_broker_is_killed(installation: Installation) -> None:
    with under_load(installation):
        kill(installation, "kafka-0")
        installation.cluster.rolled_out("statefulset/kafka")


def test_a_node_is_drained(installation: Installation) -> None:
    """As `kubectl drain` does it, but that what may not be evicted yet stays: where there is no other node, what
    has gone comes back with this one."""
    cluster = installation.cluster
    ours = "--selector=app.kubernetes.io/name=kinerja,kinerja/role"
    node = cluster.items("pods", ours)[0]["spec"]["nodeName"]
    with under_load(installation):
        cluster.kubectl("cordon", node)
        try:
            for pod in cluster.items("pods", ours, f"--field-selector=spec.nodeName={node}"):
                evict(installation, pod["metadata"]["name"])
            time.sleep(WITHOUT)
        finally:
            cluster.kubectl("uncordon", node)
        installation.ready()


def evict(installation: Installation, pod: str) -> None:
    """Ask for it; a budget may refuse."""
    asked = {
        "apiVersion": "policy/v1",
        "kind": "Eviction",
        "metadata": {"name": pod, "namespace": installation.cluster.namespace},
    }
    where = f"/api/v1/namespaces/{installation.cluster.namespace}/pods/{pod}/eviction"
    try:
        installation.cluster.kubectl(
            "create", "--raw", where, "--filename=-", given=json.dumps(asked)
        )
    except AssertionError as refused:
        if "disruption budget" not in str(refused):
            raise


def test_the_database_goes_back_to_a_moment(installation: Installation) -> None:
    """Beside the one at work, from the backup in the object store and the WAL that went there since."""
    until(installation.backed_up, "there is a base backup")
    then = counted(installation)
    moment = something_after(installation)
    with installation.recovered(moment) as instance:
        found = int(installation.ask(instance, PLANNING, COUNT))
        assert then["planning"] <= found < counted(installation)["planning"]


PLANNING, COUNT = "kinerja_planning", "select count(*) from event"


def counted(installation: Installation) -> dict[str, int]:
    """The events of each log."""
    primary = installation.primary()
    return {s: int(installation.ask(primary, f"kinerja_{s}", COUNT)) for s in SERVICES}


def something_after(installation: Installation) -> str:
    """A moment behind which commands have been given, which are in the backup too."""
    primary = installation.primary()
    moment = installation.ask(primary, PLANNING, "select now()")
    with under_load(installation, least=9):  # it is at work when it has given ten
        pass
    wal = installation.ask(primary, PLANNING, "select pg_walfile_name(pg_switch_wal())")
    archived = f"select last_archived_wal >= '{wal}' from pg_stat_archiver"
    until(lambda: installation.ask(primary, PLANNING, archived) == "t", f"{wal} is archived")
    return moment


def test_a_newer_program(installation: Installation) -> None:
    """It has a new event, a migration and a view of a higher version (tests/kubernetes/newer)."""
    with under_load(installation):
        installation.upgrade(tag=NEWER)
        installation.ready()
        time.sleep(WITHOUT)
    greeted = "select count(*) from event where type like '%PersonGreeted%'"
    assert int(installation.ask(installation.primary(), "kinerja_planning", greeted)) > 0


def test_the_way_back_from_a_migration_is_none_and_harms_nothing(
    installation: Installation,
) -> None:
    """The older program's processes refuse to start, the newer one's stay (docs/upgrades.md)."""
    with under_load(installation):
        installation.cluster.helm("rollback", RELEASE)
        until(lambda: refused(installation), "an older process refuses to start")
        time.sleep(WITHOUT)
        installation.upgrade(tag=NEWER)
        installation.ready()


def refused(installation: Installation) -> bool:
    """A process has ended, and its log says why. One that has not begun has no log."""
    kubectl = installation.cluster.kubectl
    return any(
        container["restartCount"]
        and "SchemaIsNewer" in kubectl("logs", pod["metadata"]["name"], "--previous")
        for pod in installation.processes("planning", "api")
        for container in pod["status"].get("containerStatuses", ())
    )


def test_the_services_go_back_to_a_moment_and_take_back_what_they_had_carried(
    installation: Installation,
) -> None:
    """The last: they are moved to a Cluster of another name (docs/kubernetes.md)."""
    until(installation.backed_up, "there is a base backup")
    moment = something_after(installation)
    before = counted(installation)
    installation.move(moment, stopped=True, takeBack={"by": "operator-1", "why": f"to {moment}"})
    until(installation.taken_back, "the logs have what the topics have")
    found = counted(installation)
    assert {s: found[s] >= before[s] for s in SERVICES} == dict.fromkeys(SERVICES, True)
    installation.move(moment)
    installation.ready()
    with under_load(installation, least=9):
        pass

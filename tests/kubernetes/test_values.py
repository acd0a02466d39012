"""What an installation may say, and what the chart makes of it whatever it says."""

from typing import Any

import jsonschema
import kubernetes_validate
import pytest

from services.catalogue import SERVICES as DESCRIBED
from tests.kubernetes.chart import CRDS, SIZES, VERSIONS, definitions, resources

RECOVERED = {
    "database.cluster.name": "postgres-2",
    "database.cluster.recovery.source": "before",
    "database.cluster.recovery.recoveryTarget.targetTime": "2026-11-26 08:00:00+07",
    "database.cluster.externalClusters[0].name": "before",
    "database.cluster.externalClusters[0].barmanObjectStore.destinationPath": "s3://cadangan/kinerja",
    "database.cluster.externalClusters[0].barmanObjectStore.serverName": "kinerja-postgres",
    "database.cluster.externalClusters[0].barmanObjectStore.s3Credentials.inheritFromIAMRole": "true",
}


def of_kinds(size: str, *kinds: str, **more: str) -> list[dict[str, Any]]:
    return [each for each in resources(size, **more) if each["kind"] in kinds]


@pytest.mark.parametrize("size", SIZES)
def test_nothing_of_ours_may_be_reached_or_reach_out_but_as_a_policy_says(size: str) -> None:
    (policy,) = (
        each
        for each in of_kinds(size, "NetworkPolicy")
        if each["spec"]["policyTypes"] == ["Ingress", "Egress"]
    )
    chosen = policy["spec"]["podSelector"]
    (but,) = chosen["matchExpressions"]
    for each in of_kinds(size, "Deployment", "Job"):
        labels = each["spec"]["template"]["metadata"]["labels"]
        assert chosen["matchLabels"].items() <= labels.items()
        assert labels[but["key"]] not in but["values"]
    for each in of_kinds(size, "NetworkPolicy"):
        for rule in (*each["spec"].get("ingress", []), *each["spec"].get("egress", [])):
            assert rule["ports"]


@pytest.mark.parametrize("size", SIZES)
def test_what_has_several_processes_loses_one_at_a_time(size: str) -> None:
    most = {e["spec"]["scaleTargetRef"]["name"] for e in of_kinds(size, "HorizontalPodAutoscaler")}
    most |= {e["spec"]["scaleTargetRef"]["name"] for e in of_kinds(size, "ScaledObject")}
    budgets = {each["metadata"]["name"]: each for each in of_kinds(size, "PodDisruptionBudget")}
    for each in of_kinds(size, "Deployment"):
        name, spec = each["metadata"]["name"], each["spec"]
        assert ("replicas" in spec) != (name in most), "a scaled one's number is the scaler's"
        if spec.get("replicas", 2) > 1:
            assert budgets[name]["spec"]["selector"] == spec["selector"]
        spread = spec["template"]["spec"]["topologySpreadConstraints"]
        for constraint in spread:
            assert constraint["labelSelector"] == spec["selector"]


@pytest.mark.parametrize("size", SIZES)
def test_a_pod_ends_within_its_grace(size: str) -> None:
    """After the pause, uvicorn gives its requests five seconds, and a batch needs the rest."""
    for each in of_kinds(size, "Deployment"):
        pod = each["spec"]["template"]["spec"]
        (container,) = pod["containers"]
        pause = container["lifecycle"]["preStop"]["sleep"]["seconds"]
        assert pod["terminationGracePeriodSeconds"] >= pause + 5 + 10


def test_views_are_scaled_by_a_lag_that_their_service_tells() -> None:
    for each in of_kinds("national", "ScaledObject"):
        (trigger,) = each["spec"]["triggers"]
        service = each["metadata"]["labels"]["app.kubernetes.io/component"]
        assert trigger["metadata"]["valueLocation"] in {
            f"subscriptions.{view.name}.lag" for view in DESCRIBED[service].views
        }


@pytest.mark.parametrize("size", SIZES[1:])
def test_the_database_has_a_connection_for_every_process(size: str) -> None:
    (database,) = of_kinds(size, "Cluster")
    scaled = {
        each["spec"]["scaleTargetRef"]["name"]: each["spec"].get("maxReplicas")
        or each["spec"]["maxReplicaCount"]
        for each in of_kinds(size, "HorizontalPodAutoscaler", "ScaledObject")
    }
    processes = sum(
        scaled.get(each["metadata"]["name"]) or each["spec"]["replicas"]
        for each in of_kinds(size, "Deployment")
    )
    assert int(database["spec"]["postgresql"]["parameters"]["max_connections"]) > 12 * processes


def test_what_postgresql_is_set_to_is_the_platforms_to_say() -> None:
    said = {
        "database.cluster.parameters.work_mem": "8MB",
        "database.cluster.parameters.max_connections": "900",
    }
    (database,) = of_kinds("ministry", "Cluster", **said)
    parameters = database["spec"]["postgresql"]["parameters"]
    assert parameters == {
        "effective_cache_size": "3GB", "max_connections": "900", "shared_buffers": "1GB", "work_mem": "8MB",
    }  # fmt: skip
    memory = database["spec"]["resources"]["requests"]["memory"]
    assert (parameters["shared_buffers"], memory) == ("1GB", "4Gi")


@pytest.mark.parametrize("size", SIZES[1:])
def test_no_release_takes_the_record_with_it(size: str) -> None:
    held = of_kinds(size, "Cluster", "Kafka", "KafkaNodePool", "KafkaTopic")
    assert len(held) == 1 + 1 + 2 + 6
    for each in held:
        assert each["metadata"]["annotations"] == {
            "helm.sh/resource-policy": "keep",
            "argocd.argoproj.io/sync-options": "Prune=false,Delete=false",
        }


def test_a_database_recovered_to_a_moment_stands_beside_the_earlier_one() -> None:
    (database,) = of_kinds("ministry", "Cluster", **RECOVERED)
    assert database["metadata"]["name"] == "kinerja-postgres-2"
    asked = database["spec"]["bootstrap"]["recovery"]
    assert asked["recoveryTarget"]["targetTime"] == "2026-11-26 08:00:00+07"
    assert database["spec"]["externalClusters"][0]["name"] == asked["source"]
    for each in of_kinds("ministry", "Deployment", "Job", **RECOVERED):
        (container,) = each["spec"]["template"]["spec"]["containers"]
        (dsn,) = (e["value"] for e in container["env"] if e["name"] == "DATABASE_URL")
        assert "@kinerja-postgres-2-rw:5432/" in dsn
    if CRDS:
        schema = dict(definitions())["postgresql.cnpg.io/v1", "Cluster"]
        jsonschema.validate(database, schema)


def test_backups_may_be_a_plugins() -> None:
    plugin = {
        "database.cluster.method": "plugin",
        "database.cluster.plugins[0].name": "barman-cloud.cloudnative-pg.io",
        "database.cluster.plugins[0].isWALArchiver": "true",
    }
    found = of_kinds("small", "ScheduledBackup", **{"database.cluster.enabled": "true"}, **plugin)
    (backup,) = found
    assert backup["spec"]["pluginConfiguration"] == {"name": "barman-cloud.cloudnative-pg.io"}
    if CRDS:
        jsonschema.validate(backup, dict(definitions())["postgresql.cnpg.io/v1", "ScheduledBackup"])


def test_people_come_by_an_ingress_or_a_gateway() -> None:
    tls = {"ingress.enabled": "true", "ingress.tlsSecret": "kinerja-tls"}
    (ingress,) = of_kinds("small", "Ingress", **tls)
    for version in VERSIONS:
        kubernetes_validate.validate(ingress, version, strict=True)
    (rule,) = ingress["spec"]["rules"]
    assert rule["host"] == "kinerja.kemenkes.example"
    assert ingress["spec"]["tls"] == [{"secretName": "kinerja-tls", "hosts": [rule["host"]]}]
    gateway = {"gateway.enabled": "true", "gateway.parents[0].name": "umum"}
    (route,) = of_kinds("small", "HTTPRoute", **gateway)
    assert route["spec"]["parentRefs"] == [{"name": "umum"}]
    (behind,) = route["spec"]["rules"][0]["backendRefs"]
    named = rule["http"]["paths"][0]["backend"]["service"]["name"]
    assert behind["name"] == named == "kinerja-console"


def test_a_platform_may_mark_and_place_every_pod() -> None:
    chosen = {
        "pods.labels.cost-centre": "ropeg",
        "pods.labels.app\\.kubernetes\\.io/name": "other",
        "pods.annotations.owner": "pusdatin",
        "pods.nodeSelector.pool": "kinerja",
        "pods.priorityClassName": "layanan",
        "pods.tolerations[0].key": "kinerja",
    }
    for each in of_kinds("small", "Deployment", "Job", **chosen):
        template = each["spec"]["template"]
        labels = template["metadata"]["labels"]
        assert labels["cost-centre"] == "ropeg"
        assert labels["app.kubernetes.io/name"] == "kinerja", (
            "the policies and services know it by that"
        )
        assert template["metadata"]["annotations"] == {"owner": "pusdatin"}
        assert template["spec"]["nodeSelector"] == {"pool": "kinerja"}
        assert template["spec"]["priorityClassName"] == "layanan"
        assert template["spec"]["tolerations"] == [{"key": "kinerja"}]

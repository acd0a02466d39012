"""The chart: what it renders is valid, restricted, and what the program wants."""

import json
from typing import Any, get_args

import jsonschema
import kubernetes_validate
import pytest
from pydantic import BaseModel

from chassis.settings import Role, Settings
from console.settings import ConsoleSettings, NotifierSettings
from contracts.catalogue import SERVICES
from contracts.topics import CHECKPOINTS, PARTITIONS, topic
from operate import CONSOLE
from operate.prepare import Preparing, PreparingDatabase
from services.catalogue import SERVICES as DESCRIBED
from tests.kubernetes.chart import (
    CHART,
    CRDS,
    SIZES,
    VERSIONS,
    definitions,
    helm,
    is_an_operators,
    options,
    resources,
)  # fmt: skip
from tests.kubernetes.golden import GOLDEN, file, golden


@pytest.mark.parametrize("size", SIZES)
def test_helm_finds_nothing_to_complain_of(size: str) -> None:
    done = helm("lint", "--strict", CHART, *options(size))
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("size", SIZES)
def test_kubernetes_takes_every_resource(size: str, version: str) -> None:
    own = [each for each in resources(size) if not is_an_operators(each)]
    assert len(own) > 30
    for each in own:
        kubernetes_validate.validate(each, version, strict=True)


@pytest.mark.skipif(not CRDS, reason="CRDS names no folder of the operators' resource definitions")
@pytest.mark.parametrize("size", SIZES[1:])
def test_the_operators_take_every_resource(size: str) -> None:
    known = dict(definitions())
    own = [each for each in resources(size) if is_an_operators(each)]
    assert len(own) > 20
    for each in own:
        schema = known[each["apiVersion"], each["kind"]]
        jsonschema.validate(each, schema)


@pytest.mark.parametrize("name", GOLDEN)
def test_the_render_is_the_one_that_was_looked_at(name: str) -> None:
    """After a change: `python -m tests.kubernetes.golden`, and look at the difference."""
    assert golden(name) == file(name).read_text()


@pytest.mark.parametrize("size", SIZES)
def test_every_pod_is_restricted(size: str) -> None:
    """https://kubernetes.io/docs/concepts/security/pod-security-standards, "restricted", and more."""
    for pod in _pods(size):
        assert pod["automountServiceAccountToken"] is False
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        for container in pod["containers"]:
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }
            assert container["resources"]["requests"].keys() == {"cpu", "memory"}
            assert "memory" in container["resources"]["limits"]


def _pods(size: str, **more: str) -> list[dict[str, Any]]:
    kinds = ("Deployment", "Job")
    return [e["spec"]["template"]["spec"] for e in resources(size, **more) if e["kind"] in kinds]


def test_each_service_has_each_role_and_only_a_relay_the_key() -> None:
    found = {}
    for pod in _pods("small"):
        (container,) = pod["containers"]
        module, environment = container["args"][0], _environment(container)
        if module.startswith("services."):
            (role,) = json.loads(environment["ROLES"])
            found[module.removeprefix("services."), role] = environment
            mounted = {each.get("secret", {}).get("secretName", "") for each in pod["volumes"]}
            signing = any(each.endswith("-signing") for each in mounted)
            assert ("SIGNING_KEY" in environment) == signing == (role == "relay")
    assert found.keys() == {(service, role) for service in SERVICES for role in get_args(Role)}


def _environment(container: dict[str, Any]) -> dict[str, str]:
    return {each["name"]: each.get("value", "") for each in container["env"]}


OF_POSTGRESQL = {"PGSSLMODE", "PGSSLROOTCERT"}
"""What asyncpg itself reads, as PostgreSQL's own programs do."""


@pytest.mark.parametrize("size", SIZES)
def test_the_program_knows_every_setting(size: str) -> None:
    """A misspelt one would be passed over in silence."""
    known: dict[str, type[BaseModel]] = {
        "services": Settings,
        "console": ConsoleSettings,
        "operate": Preparing,
        f"operate {CONSOLE}": PreparingDatabase,
    }
    # Of which others are made.
    parts = {"DATABASE_PASSWORD", "OWNER_USERNAME", "OWNER_PASSWORD", *OF_POSTGRESQL}
    for pod in _pods(size):
        (container,) = pod["containers"]
        program = container["args"][0].partition(".")[0]
        prepared = program == "operate" and container["args"][-1] == CONSOLE
        fields = known[f"operate {CONSOLE}" if prepared else program].model_fields
        given = {name for name in _environment(container) if name not in parts}
        assert {name.lower() for name in given} <= fields.keys()
        required = {name for name, field in fields.items() if field.is_required()}
        assert required <= {name.lower() for name in given}


@pytest.mark.parametrize("username", ["", "kinerja"])
def test_the_notifier_has_its_settings_and_a_way_to_the_mail_server(username: str) -> None:
    mail = {"server": "smtp.kemenkes.example", "from": "kinerja@kemenkes.example"}
    values = {f"notifier.mail.{name}": value for name, value in mail.items()}
    values |= {"notifier.enabled": "true", "notifier.mail.username": username}
    own = [
        each for each in resources("small", **values)
        if each["metadata"]["labels"]["app.kubernetes.io/component"] == "notifier"
    ]  # fmt: skip
    deployment, policy = sorted(own, key=lambda each: str(each["kind"]))
    for each in own:
        kubernetes_validate.validate(each, VERSIONS[-1], strict=True)
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    assert container["args"] == ["console", "notify"]
    given = {name for name in _environment(container) if name not in OF_POSTGRESQL}
    given = {name.lower() for name in given} - {"database_password"}
    fields = NotifierSettings.model_fields
    assert given <= fields.keys()
    assert {name for name, field in fields.items() if field.is_required()} <= given
    assert ("smtp_password" in given) == bool(username)
    assert policy["spec"]["egress"] == [{"ports": [{"port": 587}]}]


def test_topics_and_users_are_those_that_the_services_want() -> None:
    """As `chassis.prepare` makes them where no operator does."""
    topics = {
        each["metadata"]["name"]: each["spec"] for each in resources("ministry", "KafkaTopic")
    }
    assert topics.keys() == {CHECKPOINTS, *map(topic, SERVICES)}
    for spec in topics.values():
        assert spec["partitions"] == PARTITIONS
        assert spec["config"]["retention.ms"] == -1
        assert spec["config"]["min.insync.replicas"] == 2
    for user in resources("ministry", "KafkaUser"):
        service = user["metadata"]["name"].removesuffix("-kafka")
        may: dict[str, set[str]] = {"Read": set(), "Write": set()}
        for rule in user["spec"]["authorization"]["acls"]:
            for operation in rule["operations"]:
                if rule["resource"]["type"] == "topic":
                    may[operation].add(rule["resource"]["name"])
        assert may["Write"] == {topic(service), CHECKPOINTS}
        assert may["Read"] == {CHECKPOINTS, *DESCRIBED[service].topics}


@pytest.mark.parametrize("size", SIZES)
def test_every_process_tells_its_metrics_at_a_port_of_their_own(size: str) -> None:
    for pod in _pods(size):
        (container,) = pod["containers"]
        served = {each["name"]: each["containerPort"] for each in container.get("ports", ())}
        told = _environment(container).get("METRICS_PORT")
        assert served == ({"http": 8000, "metrics": int(told)} if told else {})
        assert bool(told) == (container["args"][0] != "operate")


@pytest.mark.parametrize("size", SIZES)
def test_whoever_asks_the_database_wants_its_certificate_proved(size: str) -> None:
    authority = "postgres-ca" if size == "small" else "kinerja-postgres-ca"
    for pod in _pods(size):
        (container,) = pod["containers"]
        told = _environment(container)
        assert told["PGSSLMODE"] == "verify-full"
        mounted = {each["name"]: each["mountPath"] for each in container["volumeMounts"]}
        assert told["PGSSLROOTCERT"] == f"{mounted['database']}/ca.crt"
        (volume,) = (each for each in pod["volumes"] if each["name"] == "database")
        assert volume["secret"]["secretName"] == authority


def test_while_it_is_stopped_no_process_runs_and_logs_may_be_taken_back() -> None:
    said = {"stopped": "true", "takeBack.by": "operator-1", "takeBack.why": "to 8 o'clock"}
    for size in SIZES:
        kinds = {each["kind"] for each in resources(size, **said)}
        assert not kinds & {"HorizontalPodAutoscaler", "ScaledObject"}
        for each in resources(size, "Deployment", **said):
            assert each["spec"]["replicas"] == 0
        taking = [
            e for e in resources(size, "Job", **said) if "-take-back-" in e["metadata"]["name"]
        ]
        assert len(taking) == len(SERVICES)
    assert not [e for e in resources("small", "Job") if "-take-back-" in e["metadata"]["name"]]


def test_a_service_may_have_another_program_than_the_others() -> None:
    """Who reads what is new goes first (docs/upgrades.md)."""
    newer = {
        pod["containers"][0]["image"].rpartition(":")[2]: pod["containers"][0]["args"]
        for pod in _pods("small", **{"services.rewards.image.tag": "0.2.0"})
    }
    assert newer.keys() == {"0.1.0", "0.2.0"}
    for pod in _pods("small", **{"services.rewards.image.tag": "0.2.0"}):
        (container,) = pod["containers"]
        assert container["image"].endswith(":0.2.0") == ("rewards" in str(container["args"]))


def test_a_job_has_another_name_once_anything_is_changed() -> None:
    """To Argo CD every revision is the first."""

    def names(**said: str) -> set[str]:
        return {each["metadata"]["name"] for each in resources("small", "Job", **said)}

    assert names() == names()
    assert not names() & names(**{"image.tag": "0.2.0"})


def test_nobody_reaches_the_metrics_unless_a_value_says_so() -> None:
    def reached(size: str) -> list[Any]:
        return [
            rule.get("from")
            for policy in resources(size, "NetworkPolicy")
            for rule in policy["spec"].get("ingress", ())
            if rule["ports"] == [{"port": "metrics"}]
        ]

    assert reached("small") == []
    named = {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}}
    assert reached("ministry") == [[{"namespaceSelector": named}]]


def test_traces_are_sent_where_the_network_lets_them() -> None:
    def sent(size: str) -> set[str | None]:
        pods = (each["containers"][0] for each in _pods(size))
        return {
            _environment(each).get("OTEL_EXPORTER_OTLP_ENDPOINT")
            for each in pods
            if each["args"][0] != "operate"
        }

    def ports(size: str) -> list[Any]:
        (policy,) = (
            each
            for each in resources(size, "NetworkPolicy")
            if "Egress" in each["spec"]["policyTypes"]
        )
        return [rule["ports"] for rule in policy["spec"]["egress"]]

    assert sent("small") == {None}
    assert [{"port": 4318}] not in ports("small")
    assert sent("ministry") == {"http://collector.monitoring:4318"}
    assert [{"port": 4318}] in ports("ministry")


def test_annotations_name_the_port_of_the_metrics() -> None:
    found = list(resources("small", "Deployment", **{"monitoring.scrape": "annotations"}))
    assert len(found) == len(SERVICES) * len(get_args(Role)) + 1
    for each in found:
        assert each["spec"]["template"]["metadata"]["annotations"] == {
            "prometheus.io/scrape": "true",
            "prometheus.io/port": "9000",
            "prometheus.io/path": "/metrics",
        }


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"agency": ""}, "agency"),
        ({"agency": "Kemenkes RI"}, "agency"),
        ({"roles.apy.replicas": "3"}, "apy"),
        ({"kafka.protocol": "TLS"}, "protocol"),
        ({"database.server": "postgresql://x"}, "server"),
        ({"image.digest": "latest"}, "digest"),
        ({"monitoring.scrape": "push"}, "scrape"),
        ({"tracing.endpoint": "http://collector"}, "endpoint"),
    ],
)
def test_wrong_values_are_refused_by_name(wrong: dict[str, str], told: str) -> None:
    done = helm("template", "kinerja", CHART, *options("small", **wrong))
    assert done.returncode != 0
    assert told in done.stderr

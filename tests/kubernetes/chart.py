"""The chart as helm renders it."""

import os
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, ClassVar

import yaml

from deploy.local import LOCAL

CHART = Path("deploy/helm/kinerja")
HELM = LOCAL / "kubernetes" / "bin" / "helm"
KUBERNETES = "1.34.4"
VERSIONS = ("1.30", "1.34")
"""Of Kubernetes: the least that the chart names, and the one that tests run on."""
CRDS = os.environ.get("CRDS", "")
"""A folder of the operators' resource definitions."""
SIZES = ("small", "ministry", "national")
"""Each has a file of values, but for the first, which are the chart's own."""

SETTLED = {
    "agency": "kemenkes",
    "oidc.issuer": "https://sso.kemenkes.example/realms/asn",
    "console.cycle": "2026",
    "console.url": "https://kinerja.kemenkes.example",
    "console.hosts[0]": "kinerja.kemenkes.example",
}
"""What every installation says for itself."""
OWN_SERVERS = {
    "database.server": "postgres.data:5432",
    "database.ownerSecret": "postgres-owner",
    "database.tls.caSecret": "postgres-ca",
    "kafka.servers": r"kafka-0.data:9093\,kafka-1.data:9093",
    "kafka.adminSecret": "kafka-admin",
}


OPERATORS = {
    "secrets.external.store.name": "vault",
    "database.cluster.backup.retentionPolicy": "30d",
    "database.cluster.backup.barmanObjectStore.destinationPath": "s3://cadangan/kinerja",
    "database.cluster.backup.barmanObjectStore.s3Credentials.accessKeyId.name": "backup",
    "database.cluster.backup.barmanObjectStore.s3Credentials.accessKeyId.key": "id",
    "database.cluster.backup.barmanObjectStore.s3Credentials.secretAccessKey.name": "backup",
    "database.cluster.backup.barmanObjectStore.s3Credentials.secretAccessKey.key": "secret",
    "kafka.cluster.tieredStorage.type": "custom",
    "kafka.cluster.tieredStorage.remoteStorageManager.className": "io.example.RemoteStorageManager",
    "kafka.cluster.tieredStorage.remoteStorageManager.classPath": "/opt/kafka/plugins/tiered/*",
}


def helm(command: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [HELM, command, "--kube-version", KUBERNETES, *arguments],
        capture_output=True,
        text=True,
        check=False,
    )


def options(size: str, **more: str) -> Sequence[str]:
    """Of helm, for an installation of this size."""
    values = SETTLED | (OWN_SERVERS if size == "small" else OPERATORS) | more
    files = [] if size == "small" else ["--values", str(CHART / f"values-{size}.yaml")]
    return [*files, *(_option(name, value) for name, value in values.items())]


def _option(name: str, value: str) -> str:
    """Texts are texts, even where they look like numbers; but none is a truth."""
    return f"--set{'' if value in ('true', 'false') else '-string'}={name}={value}"


def rendered(size: str, *templates: str, **more: str) -> str:
    """All of the chart, or of some templates; `more` values by their names."""
    only = [f"--show-only=templates/{each}.yaml" for each in templates]
    values = options(size, **more)
    done = helm("template", "kinerja", CHART, "--namespace", "kinerja", *only, *values)
    assert done.returncode == 0, done.stderr
    return done.stdout


class _Reader(yaml.SafeLoader):  # type: ignore[misc]
    """As Kubernetes reads it, to which a time is a text."""

    yaml_implicit_resolvers: ClassVar = {
        first: [each for each in known if each[0] != "tag:yaml.org,2002:timestamp"]
        for first, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def resources(size: str, kind: str = "", **more: str) -> Iterator[dict[str, Any]]:
    for each in yaml.load_all(rendered(size, **more), Loader=_Reader):
        if each and kind in ("", each["kind"]):
            yield each


def group(resource: dict[str, Any]) -> str:
    return str(resource["apiVersion"]).rpartition("/")[0]


def is_an_operators(resource: dict[str, Any]) -> bool:
    return "." in group(resource) and not is_kubernetes(resource)


def is_kubernetes(resource: dict[str, Any]) -> bool:
    return group(resource).endswith(".k8s.io") and "gateway" not in group(resource)


def definitions() -> Iterator[tuple[tuple[str, str], dict[str, Any]]]:
    """Of the operators' kinds, by version and kind."""
    for found in Path(CRDS).rglob("*.yaml"):
        for each in yaml.safe_load_all(found.read_text()):
            for version in each["spec"]["versions"]:
                name = f"{each['spec']['group']}/{version['name']}"
                schema = version["schema"]["openAPIV3Schema"]
                yield (name, each["spec"]["names"]["kind"]), _strict(schema)


def _strict(schema: Any) -> Any:
    """The schema, by which an object has no fields but those that are named."""
    if isinstance(schema, list):
        return [_strict(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    strict = {name: _strict(each) for name, each in schema.items()}
    if schema.get("x-kubernetes-int-or-string"):
        strict.pop("type", None)
    if isinstance(pattern := schema.get("pattern"), str) and "(?i)" in pattern:
        strict["pattern"] = "(?i)" + pattern.replace("(?i)", "")  # Go takes it anywhere
    open_ended = schema.get("x-kubernetes-preserve-unknown-fields")
    if isinstance(schema.get("properties"), dict) and not open_ended:
        strict.setdefault("additionalProperties", False)
    return strict

"""The chart as helm renders it."""

import os
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

from deploy.local import LOCAL

CHART = Path("deploy/helm/kinerja")
HELM = LOCAL / "kubernetes" / "bin" / "helm"
KUBERNETES = "1.34.4"
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
    "kafka.servers": r"kafka-0.data:9093\,kafka-1.data:9093",
    "kafka.adminSecret": "kafka-admin",
}


OPERATORS = {"secrets.external.store.name": "vault"}


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
    return [*files, *(f"--set-string={name}={value}" for name, value in values.items())]


def rendered(size: str, *templates: str) -> str:
    """All of the chart, or of some templates."""
    only = [f"--show-only=templates/{each}.yaml" for each in templates]
    done = helm("template", "kinerja", CHART, "--namespace", "kinerja", *only, *options(size))
    assert done.returncode == 0, done.stderr
    return done.stdout


def resources(size: str, kind: str = "") -> Iterator[dict[str, Any]]:
    for each in yaml.safe_load_all(rendered(size)):
        if each and kind in ("", each["kind"]):
            yield each


def group(resource: dict[str, Any]) -> str:
    return str(resource["apiVersion"]).rpartition("/")[0]


def is_an_operators(resource: dict[str, Any]) -> bool:
    return "." in group(resource) and not is_kubernetes(resource)


def is_kubernetes(resource: dict[str, Any]) -> bool:
    return group(resource).endswith(".k8s.io") and "gateway" not in group(resource)

"""The chart at work in a namespace of its own, with what it stands on."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import yaml

from contracts.catalogue import SERVICES
from deploy.local import LOCAL
from tests.kubernetes import credentials
from tests.kubernetes.chart import CHART, KUBERNETES, resources
from tests.kubernetes.cluster import PATIENCE, TAG, Cluster, give, image, until

HERE = Path(__file__).parent
RELEASE = "kinerja"
PEOPLE = 40
POSTGRES = f"15-{TAG}"
"""An operator takes the server's version from the tag."""
OPERATOR = LOCAL / "kubernetes" / "cloudnative-pg.yaml"
OPERATOR_VERSION = "1.28.0"
ROLES = ("api", "relay", "views", "reactions")
CLUSTER = "clusters.postgresql.cnpg.io"
DATABASE = f"{CLUSTER}/{RELEASE}-postgres"
MOVED = "moment"
"""The name of the Cluster to which the services go back."""
STORE = image("store", "1.2.0")
COLLECTOR = image("collector", "0.165.0")


@dataclass(frozen=True)
class Installation:
    cluster: Cluster

    @property
    def issuer(self) -> str:
        return f"http://issuer.{self.cluster.namespace}.svc:8080"

    @property
    def deployments(self) -> list[str]:
        return [f"deployment/{RELEASE}-{s}-{role}" for s in SERVICES for role in ROLES] + [
            f"deployment/{RELEASE}-console"
        ]

    def upgrade(self, *, tag: str = TAG, **said: Any) -> None:
        """Install the chart, or bring it to another image, or to other values."""
        give(image("service", tag))
        self.cluster.helm_with(
            said, "upgrade", "--install", RELEASE, str(CHART), *self._values(tag)
        )

    @property
    def tag(self) -> str:
        """Of the image that is at work."""
        (process,) = self.cluster.get(self.deployments[0])["spec"]["template"]["spec"]["containers"]
        return str(process["image"]).rpartition(":")[2]

    @property
    def database(self) -> str:
        """The Cluster that the processes ask."""
        moved = f"{CLUSTER}/{RELEASE}-{MOVED}"
        return moved if moved in self.cluster.kubectl("get", CLUSTER, "--output=name") else DATABASE

    def move(self, moment: str, **said: Any) -> None:
        """To a Cluster of another name, as the database was at a moment."""
        cluster = self._recovery(moment, MOVED)
        cluster["backup"] = {
            "barmanObjectStore": self._backup | {"serverName": f"{RELEASE}-{MOVED}"}
        }
        self.upgrade(tag=self.tag, database={"cluster": cluster}, **said)

    @property
    def _backup(self) -> dict[str, Any]:
        with (HERE / "values.yaml").open() as file:
            values = yaml.safe_load(file)
        found: dict[str, Any] = values["database"]["cluster"]["backup"]["barmanObjectStore"]
        return found

    def _recovery(self, moment: str, name: str) -> dict[str, Any]:
        before = self._backup | {"serverName": f"{RELEASE}-postgres"}
        return {
            "name": name, "instances": 1,
            "recovery": {"source": "before", "recoveryTarget": {"targetTime": moment}},
            "externalClusters": [{"name": "before", "barmanObjectStore": before}],
        }  # fmt: skip

    def taken_back(self) -> bool:
        """Whether each log has what its topic has."""
        jobs = self.cluster.items("jobs", "--selector=kinerja/role=take-back")
        done = {e["metadata"]["name"].split("-")[1] for e in jobs if e["status"].get("succeeded")}
        return done == {*SERVICES}

    def _values(self, tag: str) -> list[str]:
        repository, _, version = image("service", tag).rpartition(":")
        given = {
            "oidc.issuer": self.issuer,
            "image.repository": repository,
            "image.tag": version,
            "database.cluster.image": image("postgres", POSTGRES),
        }
        options = [f"--set-string={name}={value}" for name, value in given.items()]
        return [f"--values={HERE / 'values.yaml'}", *options]

    @contextmanager
    def recovered(self, moment: str) -> Iterator[str]:
        """One instance of the database as it was at a moment, made of the backup; gives its pod."""
        name = "then"
        rendered = self.cluster.helm_with(
            {"database": {"cluster": self._recovery(moment, name)}},
            "template", RELEASE, str(CHART), "--show-only=templates/postgres.yaml",
            f"--kube-version={KUBERNETES}",
            *self._values(TAG),
        )  # fmt: skip
        (cluster,) = (e for e in yaml.safe_load_all(rendered) if e and e["kind"] == "Cluster")
        where = f"{CLUSTER}/{RELEASE}-{name}"
        self.cluster.apply(cluster)
        try:
            until(lambda: self.cluster.get(where).get("status", {}).get("readyInstances"), moment)
            yield f"{RELEASE}-{name}-1"
        finally:
            self.cluster.kubectl("delete", where)

    def ready(self) -> None:
        """Wait until every process runs in its newest form, nothing is left to be prepared, and the database has
        all of its instances: one that is lost while another is being made is not stood in for."""
        self.cluster.rolled_out(*self.deployments)
        until(self.prepared, "the databases are prepared")
        until(self.whole, "the database has all of its instances")

    def prepared(self) -> bool:
        jobs = self.cluster.items("jobs", "--selector=app.kubernetes.io/name=kinerja")
        newest = max(int(each["metadata"]["name"].split("-")[-2]) for each in jobs)
        done = {
            each["metadata"]["name"].rpartition("-")[0]
            for each in jobs
            if each["status"].get("succeeded")
        }
        return {f"{RELEASE}-{each}-prepare-{newest}" for each in (*SERVICES, "console")} <= done

    def whole(self) -> bool:
        found = self.cluster.get(self.database)
        return bool(found["status"].get("readyInstances") == found["spec"]["instances"])

    def processes(self, service: str, role: str) -> list[Any]:
        """The pods of one role."""
        selector = f"app.kubernetes.io/component={service},kinerja/role={role}"
        return self.cluster.items("pods", f"--selector={selector}")

    def pods(self, service: str, role: str) -> list[str]:
        return [each["metadata"]["name"] for each in self.processes(service, role)]

    def verify(self, service: str) -> dict[str, Any]:
        """`./kinerja verify`, where the service's own views are kept."""
        where = f"deployment/{RELEASE}-{service}-views"
        told = self.cluster.python(where, "-m", "operate", "verify", service)
        found: dict[str, Any] = json.loads(told)
        return found

    def live(self) -> dict[str, Any]:
        """Last year of some people, through the services; what was lived before is not repeated."""
        told = self.cluster.python(
            "deployment/client", "-m", "tests.kubernetes.inside.year",
            RELEASE, self.issuer, str(PEOPLE),
        )  # fmt: skip
        lived: dict[str, Any] = json.loads(told.splitlines()[-1])
        return lived

    def backed_up(self) -> bool:
        """Whether there is a base backup."""
        found = self.cluster.items("backups.postgresql.cnpg.io")
        return any(each.get("status", {}).get("phase") == "completed" for each in found)

    def ask(self, instance: str, database: str, statement: str) -> str:
        """One value, of the PostgreSQL in a pod."""
        return self.cluster.execute(
            instance, "psql", "--quiet", "--tuples-only", "--no-align", f"--dbname={database}",
            f"--command={statement}",
        ).strip()  # fmt: skip

    def primary(self) -> str:
        """The name of the pod whose PostgreSQL writes."""
        return str(self.cluster.get(self.database)["status"].get("currentPrimary", ""))


@contextmanager
def operated(cluster: Cluster) -> Iterator[None]:
    """CloudNativePG's operator: the cluster's own, if it has one, else ours, for as long as the tests take."""
    if "clusters.postgresql.cnpg.io" in cluster.kubectl("get", "crds", "--output=name"):
        yield
        return
    ours = image("cloudnative-pg", OPERATOR_VERSION)
    give(ours)
    found = [e for e in yaml.safe_load_all(OPERATOR.read_text()) if e]
    for each in found:
        if each["kind"] == "Deployment":
            (manager,) = each["spec"]["template"]["spec"]["containers"]
            manager |= {"image": ours, "imagePullPolicy": "IfNotPresent"}
            del manager["resources"]["limits"]["cpu"]
            manager["env"] = [
                e | {"value": ours} if e["name"] == "OPERATOR_IMAGE_NAME" else e
                for e in manager["env"]
            ]
    at = Cluster("cnpg-system")
    at.apply(*found)
    at.rolled_out("deployment/cnpg-controller-manager")
    yield
    at.kubectl("delete", "--wait=false", f"--filename={OPERATOR}")


@contextmanager
def installed() -> Iterator[Installation]:
    """A new one, for as long as the block; or that in NAMESPACE, which is left as it is then."""
    if there := os.environ.get("NAMESPACE"):
        yield Installation(Cluster(there))
        return
    cluster = Cluster(f"kinerja-{uuid4().hex[:6]}")
    ours = [image(name) for name in ("demonstration", "kafka", "prometheus")]
    for each in (*ours, image("postgres", POSTGRES), STORE, COLLECTOR):
        give(each)
    with operated(cluster):
        cluster.apply(
            {
                "apiVersion": "v1",
                "kind": "Namespace",
                "metadata": {
                    "name": cluster.namespace,
                    "labels": {"pod-security.kubernetes.io/enforce": "restricted"},
                },
            }
        )
        try:
            installation = Installation(cluster)
            cluster.apply(*(e for s in SERVICES for e in credentials.of_service(s)))
            cluster.apply(*credentials.of_console())
            _serve(cluster)
            installation.upgrade()
            installation.ready()
            yield installation
        finally:
            with suppress(AssertionError):
                cluster.helm("uninstall", RELEASE)
                # The database would wait for whoever still asks it.
                cluster.kubectl("delete", CLUSTER, "--all")
                cluster.kubectl("delete", "pods", "--all", "--grace-period=0", "--force")
            cluster.kubectl("delete", "namespace", cluster.namespace, f"--timeout={PATIENCE:.0f}s")


def _serve(cluster: Cluster) -> None:
    """Put brokers as Strimzi's resource has them, an issuer and clients beside the installation."""
    (kafka,) = resources("ministry", "Kafka")
    key, keys = credentials.issuer()
    names = [f"kafka-{n}.kafka" for n in range(3)]
    hosts = [*names, *(f"{name}.{cluster.namespace}.svc" for name in names)]
    keystore, authority = credentials.certified(hosts)
    scripts = {file.name: file.read_text() for file in (HERE / "inside").glob("*.py")}
    values: Mapping[str, Any] = {
        "images": {
            "kafka": image("kafka"),
            "demonstration": image("demonstration"),
            "store": STORE,
            "collector": COLLECTOR,
            "prometheus": image("prometheus"),
        },
        "rules": (CHART / "observability" / "rules.yaml").read_text(),
        "config": kafka["spec"]["kafka"]["config"],
        "scripts": scripts,
        "issuer": {"key": key, "keys": json.dumps(keys)},
        "tls": {"keystore": keystore, "ca": authority},
        "password": credentials.password(),
    }
    cluster.helm_with(values, "upgrade", "--install", "servers", str(HERE / "servers"))

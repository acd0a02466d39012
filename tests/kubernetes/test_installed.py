"""The chart on a cluster: it comes up, lets nothing through but what it needs, and a year is lived in it."""

from collections.abc import Iterator

import pytest

from contracts.catalogue import SERVICES
from tests.kubernetes.chart import CRDS, SIZES, is_an_operators, resources
from tests.kubernetes.installation import PEOPLE, RELEASE, Installation

pytestmark = pytest.mark.timeout(2400)

CONSOLE_HOST = "kinerja.test.example"
PAGE = """
import sys, urllib.request
with urllib.request.urlopen(urllib.request.Request(sys.argv[1], headers={"Host": sys.argv[2]})) as answer:
    print(answer.status, answer.read().decode(), sep="\\n")
"""
REACH = """
import socket, sys
try:
    socket.create_connection((sys.argv[1], int(sys.argv[2])), 3).close()
    print("reached")
except OSError as error:
    print(type(error).__name__)
"""


def test_every_process_runs_restricted(installation: Installation) -> None:
    """The namespace refuses other pods; this holds what runs against what was asked for."""
    pods = installation.cluster.items("pods", "--selector=app.kubernetes.io/name=kinerja")
    running = [
        e
        for e in pods
        if e["status"]["phase"] == "Running" and "kinerja/role" in e["metadata"]["labels"]
    ]
    assert len(running) >= 4 * len(SERVICES)
    for pod in running:
        assert all(each["ready"] for each in pod["status"]["containerStatuses"])
    told = installation.cluster.python(
        f"deployment/{RELEASE}-planning-api",
        "-c",
        "import os\ntry: open('/srv/kinerja/x', 'w')\nexcept OSError as e: print(os.getuid(), e.strerror)",
    )
    assert told.split(maxsplit=1) == ["10001", "Read-only file system\n"]


def test_only_a_relay_has_the_signing_key(installation: Installation) -> None:
    look = "import os; print(os.path.exists('/etc/kinerja/signing/key.pem'))"
    for role, there in {"relay": "True", "api": "False", "views": "False"}.items():
        told = installation.cluster.python(f"deployment/{RELEASE}-planning-{role}", "-c", look)
        assert told.strip() == there


@pytest.mark.parametrize(
    ("who", "host", "port", "reaches"),
    [
        ("client", f"{RELEASE}-planning", 8000, True),
        ("stranger", f"{RELEASE}-planning", 8000, False),
        ("stranger", f"{RELEASE}-console", 8000, True),
        (f"{RELEASE}-planning-api", f"{RELEASE}-monitoring", 8000, True),
        (f"{RELEASE}-planning-api", f"{RELEASE}-postgres-rw", 5432, True),
        (f"{RELEASE}-planning-relay", "kafka-0.kafka", 9093, True),
        (f"{RELEASE}-planning-relay", "kafka-0.kafka", 9091, False),
        (f"{RELEASE}-planning-api", "issuer", 8080, True),
        (f"{RELEASE}-planning-api", "SELF:stranger", 8080, False),
        (f"{RELEASE}-console", f"{RELEASE}-postgres-rw", 5432, True),
        ("stranger", f"{RELEASE}-postgres-rw", 5432, False),
        (f"{RELEASE}-console", "SELF:stranger", 8080, False),
        (f"{RELEASE}-console", "issuer", 8080, True),
    ],
)
def test_policies_let_through_what_is_needed(
    installation: Installation, who: str, host: str, port: int, reaches: bool
) -> None:
    cluster = installation.cluster
    if host.startswith("SELF:"):
        (pod,) = cluster.items("pods", f"--selector=app={host.removeprefix('SELF:')}")
        host = pod["status"]["podIP"]
    told = cluster.python(f"deployment/{who}", "-c", REACH, host, str(port)).strip()
    assert told == ("reached" if reaches else "TimeoutError")


def test_the_console_answers_whoever_comes(installation: Installation) -> None:
    told = installation.cluster.python(
        "deployment/stranger", "-c", PAGE, f"http://{RELEASE}-console:8000/", CONSOLE_HOST
    )
    status, _, page = told.partition("\n")
    assert status == "200"
    assert "Tahun kinerja" in page


def test_a_year_is_lived_and_verified(installation: Installation) -> None:
    told = installation.live()
    assert told["appraised"] == PEOPLE - 1  # the head of the agency has no appraiser in it
    found = [installation.verify(service) for service in SERVICES]
    assert not [fault for each in found for fault in each["faults"]]
    assert sum(each["events"] for each in found) > 10 * PEOPLE


@pytest.fixture
def definitions(installation: Installation) -> Iterator[None]:
    """The operators' resource definitions, for the time of a test where the cluster lacks them."""
    kubectl = installation.cluster.kubectl
    there = kubectl("get", "crds", "--output=name").split()
    kubectl("apply", "--server-side", "--force-conflicts", "--recursive", f"--filename={CRDS}")
    yield
    if new := set(kubectl("get", "crds", "--output=name").split()) - set(there):
        kubectl("delete", *sorted(new))


@pytest.mark.skipif(not CRDS, reason="CRDS names no folder of the operators' resource definitions")
@pytest.mark.parametrize("size", SIZES[1:])
@pytest.mark.usefixtures("definitions")
def test_the_cluster_takes_the_operators_resources(installation: Installation, size: str) -> None:
    own = [each for each in resources(size) if is_an_operators(each)]
    told = installation.cluster.apply(*own, dry_run=True)
    assert len(told.splitlines()) == len(own) > 20

"""deploy/compose.yaml as a user starts it: all that the images need is in them."""

import json
import os
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from uuid import uuid4

import pytest

from deploy.local import ROOT, ports
from tests.conftest import CONTAINERS
from tests.whole.conftest import HOLDS, events

pytestmark = [
    pytest.mark.integration,
    pytest.mark.timeout(600),
    pytest.mark.skipif(not CONTAINERS, reason="the images are tested with CONTAINERS=1"),
]


class Compose:
    """A project of its own, its console at `port`."""

    def __init__(self) -> None:
        self.project = f"kinerja-{uuid4().hex[:8]}"
        self.port = ports.choose(0)
        plugin = subprocess.run(["docker", "compose", "version"], capture_output=True)
        # Debian has no plugin, but the command that was before it.
        self._command = ["docker", "compose"] if not plugin.returncode else ["docker-compose"]
        assert not plugin.returncode or shutil.which("docker-compose"), "no docker compose"

    def __call__(self, *arguments: str) -> str:
        ran = subprocess.run(
            [*self._command, "-f", "deploy/compose.yaml", "-p", self.project, *arguments],
            cwd=ROOT, env={**os.environ, "PORT": str(self.port)},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        assert ran.returncode == 0, ran.stdout
        return ran.stdout

    def state(self) -> dict[str, object]:
        """Of the demonstration's container."""
        container = self("ps", "--all", "--quiet", "kinerja").strip()
        told = subprocess.check_output(["docker", "inspect", container])
        state: dict[str, object] = json.loads(told)[0]["State"]
        return state

    def lived(self, since: str = "") -> str:
        """What the demonstration has said, once the year is there to be looked at."""
        deadline = time.monotonic() + 300
        while True:
            said = self("logs", "--no-color", "kinerja").removeprefix(since)
            if "stays to be looked at" in said:
                return said
            assert self.state()["Running"], said
            assert time.monotonic() < deadline, said
            time.sleep(1)


@pytest.fixture
def compose() -> Iterator[Compose]:
    made = Compose()
    try:
        yield made
    finally:
        made("down", "--volumes")


def test_compose_lives_the_year_and_keeps_it_through_kill_9(compose: Compose) -> None:
    compose("up", "--detach")
    first = compose.lived()
    assert HOLDS in first
    with urllib.request.urlopen(f"http://127.0.0.1:{compose.port}/") as page:
        assert b"Tahun kinerja 2026" in page.read()

    compose("kill")
    compose("up", "--detach")
    second = compose.lived(since=first)
    assert "has been lived before" in second
    assert HOLDS in second
    assert events(second) == events(first)

    compose("stop")
    assert compose.state()["ExitCode"] == 0

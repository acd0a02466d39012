"""The images as a container runs them: all that they need is in them."""

from pathlib import Path

import pytest

from tests.conftest import CONTAINERS, make_servers

pytestmark = [
    pytest.mark.integration,
    pytest.mark.timeout(600),
    pytest.mark.skipif(not CONTAINERS, reason="the images are tested with CONTAINERS=1"),
]


def test_the_demonstration_lives_its_year_in_a_container(tmp_path: Path) -> None:
    from testcontainers.core.container import DockerContainer

    tmp_path.parent.chmod(0o755)
    postgres, kafka = make_servers(tmp_path)
    try:
        container = (
            DockerContainer("kinerja-demonstration:test")
            .with_envs(
                DATABASE_URL=postgres.start(),
                KAFKA_BOOTSTRAP_SERVERS=kafka.start(),
                COLUMNS="120",
            )
            .with_command(["deploy.local", "run", "--once", "--people", "12"])
            .with_kwargs(network_mode="host")  # the servers are published on this machine only
        )
        with container:
            status = container.get_wrapped_container().wait(timeout=480)["StatusCode"]
            said = b"".join(container.get_logs()).decode(errors="replace")
        assert status == 0, said
        assert "Every hash chain verifies and every view equals a replay" in said
    finally:
        kafka.stop()
        postgres.stop()

"""The servers of the integration tests in containers, each in the place of its local twin.

Images: `deploy/images/build.sh`. A server's data lies in its folder, as locally, so that it
outlives the container: each start makes a new one.
"""

import secrets
import time
from abc import abstractmethod

from testcontainers.core.container import DockerContainer

from deploy.local import CannotStart, ports
from deploy.local.kafka import Kafka
from deploy.local.postgres import SETTINGS, USER, Postgres
from deploy.local.server import RECOVERY, Server


class _Contained(Server):
    """Put before a local server's class, it runs that server in a container."""

    _container: DockerContainer | None = None

    @abstractmethod
    def _describe(self) -> DockerContainer:
        """The container to start, published at `self.port`."""

    @abstractmethod
    def _takes_work(self, container: DockerContainer) -> bool: ...

    def start(self) -> str:
        """Start, return when it takes work, and give its address. Raises CannotStart."""
        self.port = ports.choose(self.port)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o777)  # the server's user in the container is none of this machine's
        self._container = self._describe()
        try:
            self._container.start()
            self._await(self._container)
        except BaseException:
            self.kill()
            raise
        return self.address

    def _await(self, container: DockerContainer) -> None:
        deadline = time.monotonic() + RECOVERY
        while not self._takes_work(container):
            container.reload()
            if container.status == "exited" or time.monotonic() > deadline:
                output = b"".join(container.get_logs()).decode(errors="replace")
                raise CannotStart(f"{self.name} is not ready in its container:\n{output}")
            time.sleep(0.05)

    def stop(self) -> None:
        """Shut down cleanly. Nothing to do if it isn't running."""
        if self._container:
            self.resume()
            self._container.get_wrapped_container().stop(timeout=int(self.patience))
        self._remove()

    def kill(self) -> None:
        """SIGKILL to all of its processes."""
        if self._container:
            self._container.get_wrapped_container().kill("SIGKILL")
        self._remove()

    def suspend(self) -> None:
        """Let it hang: connections stay open, nothing is answered."""
        assert self._container
        self._container.get_wrapped_container().pause()

    def resume(self) -> None:
        assert self._container
        self._container.reload()
        if self._container.status == "paused":
            self._container.get_wrapped_container().unpause()

    def _remove(self) -> None:
        if self._container:
            self._container.stop()
            self._container = None


class PostgresContainer(_Contained, Postgres):
    def _describe(self) -> DockerContainer:
        if not self._password.exists():
            self._password.touch(mode=0o600)
            self._password.write_text(secrets.token_urlsafe(16))
        return (
            DockerContainer("kinerja-postgres:test", shm_size="256m")
            .with_envs(POSTGRES_USER=USER, POSTGRES_PASSWORD=self._password.read_text())
            .with_command([f"--{name}={value}" for name, value in SETTINGS.items()])
            .with_volume_mapping(self.folder, "/var/lib/postgresql", "rw")
            .with_bind_ports(5432, self.port)
        )

    def _takes_work(self, container: DockerContainer) -> bool:
        return container.exec(["pg_isready", "--quiet", "--host=localhost"]).exit_code == 0


class KafkaContainer(_Contained, Kafka):
    def _describe(self) -> DockerContainer:
        return (
            DockerContainer("kinerja-kafka:test")
            .with_envs(KAFKA_ADVERTISED=self.bootstrap, KAFKA_ADMIN_PASSWORD=self._admin_password())
            .with_volume_mapping(self.folder, "/var/lib/kafka", "rw")
            .with_bind_ports(9092, self.port)
        )

    def _takes_work(self, container: DockerContainer) -> bool:
        return self._answers()

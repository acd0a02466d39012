"""What the figures were taken on."""

import json
import os
import platform
import shutil
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import psutil

from bench.rivals import EMMETT, REQUIREMENTS
from bench.servers import Servers
from deploy.local import ROOT, jars


def describe(servers: Servers) -> dict[str, str]:
    python = ("asyncpg", "aiokafka", "faststream", "pydantic", "uvloop")
    described = {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "commit": _output("git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"),
        "processor": f"{_cpu()}, {os.cpu_count()} cores",
        "memory": f"{psutil.virtual_memory().total / 2**30:.0f} GiB",
        "system": f"{platform.system()} {platform.release()}",
        "load before": f"{os.getloadavg()[0]:.1f}",
        "Python": platform.python_version(),
        "PostgreSQL": f"{servers.postgres_version()}, durable (fsync, synchronous_commit on)",
        "Kafka": jars.KAFKA.rpartition(":")[2] + ", one node",
        "packages": ", ".join(f"{name} {version(name)}" for name in python),
        "pyeventsourcing": _pinned("eventsourcing"),
    }
    if shutil.which("node"):
        described["Emmett"] = f"{_emmett()}, Node.js {_output('node', '--version')}"
    return described


def _cpu() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _output(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def _pinned(package: str) -> str:
    """The locked version of a package that is not in this environment."""
    for line in REQUIREMENTS.read_text().splitlines():
        name, _, locked = line.partition("==")
        if name == package:
            return locked.split()[0]
    raise LookupError(f"{REQUIREMENTS.name} does not lock {package}")


def _emmett() -> str:
    wanted = json.loads((EMMETT / "package.json").read_text())["dependencies"]
    return str(wanted["@event-driven-io/emmett-postgresql"])

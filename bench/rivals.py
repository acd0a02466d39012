"""The other event stores, each with a locked set-up of its own under this folder or `.local`."""

import shutil
import subprocess
from pathlib import Path

from bench.children import LOG
from deploy.local import LOCAL, ROOT, CannotStart

EMMETT = ROOT / "bench" / "emmett"
PYEVENTSOURCING = ROOT / "bench" / "pyeventsourcing"
VENV = LOCAL / "bench-venv"
REQUIREMENTS = ROOT / "requirements" / "bench.txt"


def pyeventsourcing() -> list[str | Path]:
    """The command that runs its appender; sets it up when needed. Raises CannotStart."""
    installed = VENV / "installed.txt"
    if not installed.exists() or installed.read_text() != REQUIREMENTS.read_text():
        uv = shutil.which("uv") or LOCAL / "uv" / "bin" / "uv"
        _run("pyeventsourcing", [uv, "venv", "--clear", VENV])
        _run(
            "pyeventsourcing",
            [uv, "pip", "install", "--python", _python(), "--require-hashes", "-r", REQUIREMENTS],
        )
        installed.write_text(REQUIREMENTS.read_text())
    return [_python(), PYEVENTSOURCING / "appender.py"]


def _python() -> Path:
    return VENV / "bin" / "python"


def emmett() -> list[str | Path] | None:
    """The command that runs its appender, or None without Node.js. Raises CannotStart."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return None
    locked, installed = EMMETT / "package-lock.json", EMMETT / "node_modules" / "installed.json"
    if not installed.exists() or installed.read_text() != locked.read_text():
        _run("Emmett", [npm, "ci", "--no-audit", "--no-fund", "--prefix", EMMETT])
        installed.write_text(locked.read_text())
    return [node, EMMETT / "appender.mjs"]


def _run(what: str, command: list[str | Path]) -> None:
    with LOG.open("ab") as log:
        try:
            subprocess.run(command, check=True, stdout=log, stderr=log)
        except (OSError, subprocess.CalledProcessError) as error:
            raise CannotStart(f"{what} could not be installed: {error} (log: {LOG})") from None

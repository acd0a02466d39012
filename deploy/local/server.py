"""What the local PostgreSQL and Kafka have in common."""

import re
import signal
import subprocess
import time
from abc import ABC, abstractmethod
from pathlib import Path
from typing import IO, ClassVar

from deploy.local import CannotStart, ports, process

TELLING = re.compile(r"FATAL|PANIC|error:|Exception|Error:")
RECOVERY = 600.0  # seconds a server may need, after a crash, before it is ready


class Server(ABC):
    """One server whose data and log lie in `folder`; used by one process at a time."""

    name: ClassVar[str]
    polite_signal: ClassVar[signal.Signals]
    """Asks for a clean shutdown."""
    patience: ClassVar[float]
    """Seconds that a clean shutdown may take."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder.absolute()
        self.port = port
        """The port wished for; once started, the one it listens on, kept for the next start."""
        self._log = self.folder / f"{self.name.lower()}.log"
        self._pid = self.folder / "pid"
        self._lock: IO[str] | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    @abstractmethod
    def address(self) -> str:
        """What clients connect to."""

    @abstractmethod
    def _prepare(self) -> None:
        """Lay out the data on the first start."""

    @abstractmethod
    def _launch(self) -> subprocess.Popen[bytes]: ...

    @abstractmethod
    def _is_ready(self, pid: int) -> bool: ...

    def start(self) -> str:
        """Start, return when it takes work, and give its address. From the main thread.

        Ends first what a killed run left behind on this folder.
        Raises CannotStart.
        """
        self._lock = process.hold(self.folder)
        try:
            process.end_leftover(self._pid, self.polite_signal, self.patience)
            self.port = ports.choose(self.port)
            self._prepare()
            for _ in range(ports.ATTEMPTS):  # another may take a port between our look and the bind
                self.port = ports.choose(self.port)
                if self._started():
                    return self.address
            raise CannotStart(self._why(f"{self.name} did not start"))
        except BaseException:
            self.stop()
            raise

    def _started(self) -> bool:
        """Launch it and wait: True when ready, False if it ended."""
        self._process = self._launch()
        process.remember(self._process.pid, self._pid)
        deadline = time.monotonic() + RECOVERY
        while self._process.poll() is None:
            if self._is_ready(self._process.pid):
                return True
            if time.monotonic() > deadline:
                raise CannotStart(self._why(f"{self.name} was not ready in {RECOVERY:.0f} s"))
            time.sleep(0.02)
        return False

    @property
    def pid(self) -> int:
        """Its process, while it runs."""
        assert self._process
        return self._process.pid

    @property
    def has_ended(self) -> bool:
        """Whether it was started and has ended by itself: its port is anybody's then."""
        return self._process is not None and self._process.poll() is not None

    def why_ended(self) -> str:
        return self._why(f"{self.name} ended")

    def stop(self) -> None:
        """Shut down cleanly. Nothing to do if it isn't running."""
        if self._process:
            process.end(self._process, self.polite_signal, self.patience)
        self._release()

    def kill(self) -> None:
        """SIGKILL to all of its processes."""
        if self._process:
            process.kill_tree(self._process.pid)
            self._process.wait()
        self._release()

    def _release(self) -> None:
        self._process = None
        if self._lock:
            self._lock.close()
            self._lock = None

    def _why(self, what: str) -> str:
        """`what`, with the server's own word for it from the end of its log."""
        last = process.last_lines(self._log, 20) or ["it said nothing"]
        telling = [line for line in last if TELLING.search(line)] or last
        return f"{what}: {telling[-1].strip()} (log: {self._log})"

"""Processes that never outlive the one that started them, whatever ends it."""

import contextlib
import ctypes
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from pwd import struct_passwd
from typing import IO

import psutil

from deploy.local import CannotStart

# linux/prctl.h, linux/securebits.h, linux/capability.h
PR_SET_PDEATHSIG = 1
PR_SET_SECUREBITS = 28
SECBIT_NO_SETUID_FIXUP = 1 << 2
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
CAP_DAC_OVERRIDE = 1
CAPABILITY_VERSION_3 = 0x20080522

_libc = ctypes.CDLL(None)


def start(
    argv: Sequence[str | Path],
    *,
    log: Path,
    on_parent_death: signal.Signals,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    run_as: struct_passwd | None = None,
    inherited: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Start a process in a session of its own, its output appended to `log`. Of our open files it
    has those that are `inherited`.

    A session of its own, so that the terminal's Ctrl-C reaches only the parent, which stops its
    children in order. On Linux the kernel sends `on_parent_death` when the thread that called
    this ends, so call it from the main thread.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        return subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=env,
            cwd=cwd,
            start_new_session=True,
            pass_fds=inherited,
            preexec_fn=_in_the_child(os.getpid(), on_parent_death, run_as),
        )


def _in_the_child(
    parent: int, on_parent_death: signal.Signals, run_as: struct_passwd | None
) -> Callable[[], None]:
    def prepare() -> None:
        if run_as:
            become(run_as)
        if sys.platform == "linux":  # after become(): a change of user clears it
            _libc.prctl(PR_SET_PDEATHSIG, on_parent_death, 0, 0, 0)
            if os.getppid() != parent:  # it died before the line above
                os._exit(1)

    return prepare


def become(user: struct_passwd) -> None:
    """Turn this process, run by root, into one of `user` that can still reach the project.

    It keeps the capability CAP_DAC_OVERRIDE where root has it: the project may lie in a folder
    that only root can enter (/root, say), whose permissions aren't ours to change.
    """
    # Else setuid() drops every capability, and access() later pretends that we have none.
    _libc.prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0, 0)
    os.setgroups([])
    os.setgid(user.pw_gid)
    os.setuid(user.pw_uid)
    bit = 1 << CAP_DAC_OVERRIDE
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    low_and_high = (ctypes.c_uint32 * 6)(bit, bit, bit, 0, 0, 0)
    _libc.capset(header, low_and_high)
    _libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_DAC_OVERRIDE, 0, 0)


def hold(folder: Path) -> IO[str]:
    """Lock `folder` for this process, until the file returned is closed or the process ends.

    Raises CannotStart if another process holds it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lock = (folder / "lock").open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        holder = lock.read().strip()
        lock.close()
        raise CannotStart(
            f"{folder} is in use by process {holder}, another run: stop that one first (Ctrl-C)."
        ) from None
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


def remember(pid: int, file: Path) -> None:
    """Write to `file` which process this is, so that `leftover` finds it after a crash of ours."""
    file.write_text(f"{pid} {psutil.Process(pid).create_time()}")


def leftover(file: Path) -> psutil.Process | None:
    """The process written to `file`, if it still lives. A pid used again isn't taken for it."""
    try:
        pid, created = file.read_text().split()
        process = psutil.Process(int(pid))
        return process if process.create_time() == float(created) else None
    except (FileNotFoundError, ValueError, psutil.NoSuchProcess):
        return None


def end_leftover(file: Path, politely: signal.Signals, patience: float) -> None:
    """End what an earlier run left behind: `politely`, then, after `patience` seconds, at once."""
    process = leftover(file)
    if process is None:
        return
    process.send_signal(signal.SIGCONT)
    process.send_signal(politely)
    try:
        process.wait(patience)
    except psutil.TimeoutExpired:
        kill_tree(process.pid)


def end(process: subprocess.Popen[bytes], politely: signal.Signals, patience: float) -> None:
    """End our own child: `politely`, then, after `patience` seconds, at once."""
    if process.poll() is None:
        process.send_signal(signal.SIGCONT)
        process.send_signal(politely)
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            kill_tree(process.pid)
            process.wait()


def kill_tree(pid: int) -> None:
    """SIGKILL a process and its descendants, and wait until none of them runs."""
    with contextlib.suppress(psutil.NoSuchProcess):
        root = psutil.Process(pid)
        root.suspend()  # so that it starts no new child while we look
        family = [*root.children(recursive=True), root]
        for process in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        while any(_runs(process) for process in family):
            time.sleep(0.01)


def _runs(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def last_lines(log: Path, count: int) -> list[str]:
    """The last `count` non-empty lines of a log."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - 64 * 1024))
            lines = file.read().decode(errors="replace").splitlines()
    except FileNotFoundError:
        return []
    return [line for line in lines if line.strip()][-count:]

"""What a process does with itself before its work."""

import gc
import signal
import socket
import sys
from typing import Any

import uvicorn
from fastapi import FastAPI

from chassis.settings import Listening

FAILED_TO_START = 3


def spare_the_collector() -> None:
    """Look for garbage in circles less often: a batch of events is many objects and no circles.

    What has been imported is never looked at again. Rebuilding a view takes less processor time so.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def end_as_by_ctrl_c(*endings: signal.Signals) -> None:
    """Take these signals for Ctrl-C, which alone asyncio turns into an orderly end of its tasks. (A
    shell starts what it puts in the background deaf to Ctrl-C itself.)"""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for ending in endings:
        signal.signal(ending, lambda *_: signal.raise_signal(signal.SIGINT))


def serve_http(app: FastAPI, at: Listening, **options: Any) -> None:
    """Serve the application in this process until SIGTERM. `options` are uvicorn's."""
    if at.listen_fd is None:
        uvicorn.run(app, host=at.host, port=at.port, **options)
        return
    # Not uvicorn's own `fd`: it takes the socket for a Unix one, and small answers would then wait
    # for a peer's delayed acknowledgement (no TCP_NODELAY).
    with socket.socket(fileno=at.listen_fd) as listener:
        server = uvicorn.Server(uvicorn.Config(app, **options))
        server.run(sockets=[listener])
    if not server.started:
        sys.exit(FAILED_TO_START)

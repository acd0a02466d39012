"""Ports on 127.0.0.1."""

import socket

HOST = "127.0.0.1"
BACKLOG = 2048
ATTEMPTS = 5


def listen(usual: int = 0, host: str = HOST) -> socket.socket:
    """Listen at `usual` if nobody does, else at any free port, before anybody hears which one.

    A port that is looked for first and bound later can be taken in between, and whoever takes it
    is then sent what was meant for us.
    """
    for port in (usual, *[0] * ATTEMPTS):
        try:
            return socket.create_server((host, port), backlog=BACKLOG)
        except (OSError, OverflowError) as error:
            failure = error
    raise failure


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        # A port whose last connections linger in TIME_WAIT is free to the servers, so to us too.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except (OSError, OverflowError):
            return False
    return True


def choose(usual: int = 0) -> int:
    """`usual` if nobody listens there, else any free port. For servers that bind it themselves: whether theirs was
    the one that got it shows afterwards."""
    if usual and is_free(usual):
        return usual
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    return port

"""Ports on 127.0.0.1."""

import socket
from collections.abc import Mapping

HOST = "127.0.0.1"


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
    """`usual` if nobody listens there, else any free port."""
    if usual and is_free(usual):
        return usual
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    return port


def choose_all(usual: Mapping[str, int]) -> dict[str, int]:
    """A port for each name, none twice."""
    chosen: dict[str, int] = {}
    for name, port in usual.items():
        while (found := choose(port)) in chosen.values():
            port = 0
        chosen[name] = found
    return chosen

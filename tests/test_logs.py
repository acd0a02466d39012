"""One JSON object a line, whoever logs."""

import json
import os
import socket
import subprocess
import sys

PROGRAM = """
import logging, structlog
from chassis import logs
logs.configure("planning")
structlog.contextvars.bind_contextvars(correlation="c1")
for log in structlog.get_logger().exception, logging.getLogger("library").exception:
    try:
        {}["gone"]
    except KeyError:
        log("failed")
"""


def test_ours_and_a_librarys_errors_come_with_their_traceback_and_correlation() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True
    )
    lines = [json.loads(line) for line in (ran.stdout + ran.stderr).splitlines()]
    assert [line["event"] for line in lines] == ["failed", "failed"]
    for line in lines:
        assert line["exception"].splitlines()[-1] == "KeyError: 'gone'"
        assert (line["service"], line["correlation"]) == ("planning", "c1")


SENT = """
import logging, structlog
from chassis import logs
logs.configure("planning")
structlog.get_logger().info("a\\u2028b\\x85c\\nd")
logging.getLogger("library").warning("a\\u2028b\\x85c\\nd")
"""


def test_what_a_caller_sends_ends_no_line() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", SENT], capture_output=True, encoding="utf-8", check=True
    )
    lines = [json.loads(line) for line in (ran.stdout + ran.stderr).splitlines()]
    assert [line["event"] for line in lines] == ["a\u2028b\x85c\nd"] * 2


def test_a_line_and_its_end_are_written_at_once() -> None:
    """Or two processes with one output would end each other's lines. A datagram is what one call wrote."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    with ours, theirs:
        ours.settimeout(10)
        subprocess.run(
            [sys.executable, "-c", SENT],
            stdout=theirs.fileno(),
            stderr=theirs.fileno(),
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
            check=True,
        )
        for _ in range(2):
            written = ours.recv(65536)
            assert json.loads(written)["event"] == "a\u2028b\x85c\nd"
            assert written.endswith(b"\n")

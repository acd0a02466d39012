"""One line of the log is one JSON object, whatever a caller sends."""

import json
import subprocess
import sys

SAY = """
import logging, structlog
from chassis.logs import configure
configure("planning")
structlog.get_logger().info("said", what="a\\u2028b\\x85c\\nd")
logging.getLogger("library").warning("a\\u2028b\\x85c\\nd")
"""


def test_what_a_caller_sends_ends_no_line() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SAY], capture_output=True, text=True, encoding="utf-8", check=True
    )
    lines = [json.loads(line) for line in (done.stdout + done.stderr).splitlines()]
    assert [line.get("what", line["event"]) for line in lines] == ["a\u2028b\x85c\nd"] * 2
    assert {line["service"] for line in lines} == {"planning"}

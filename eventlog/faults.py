"""Named points between two steps where a test makes the process die.

`KINERJA_FAULT=relay.sent` kills the process (SIGKILL) when it first reaches that point. Every
point is listed here, so that the fault suite goes through all of them.
"""

import os
import signal

POINTS = (
    "append.before",
    "append.committed",
    "relay.read",
    "relay.sent",
    "relay.placed",
    "subscription.received",
    "subscription.applied",
    "subscription.committed",
    "reaction.appended",
)

_armed = os.environ.get("KINERJA_FAULT", "")


def reach(point: str) -> None:
    if point == _armed:
        os.kill(os.getpid(), signal.SIGKILL)

"""Whether all of it holds: every service verified by a process of its own, side by side."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable

from audit.verify import Findings
from contracts.catalogue import SERVICES
from deploy.local import process
from deploy.local.stack import Stack

PATIENCE = 5.0
"""Seconds in which a verification that is cut short ends by itself."""


async def verify(stack: Stack, tell: Callable[[int], None] = lambda done: None) -> Findings:
    """What was found of all services; `tell` hears of how many, as they come in. A processor each at
    a time. From the main thread."""
    free = asyncio.Semaphore(os.cpu_count() or 1)
    done = 0

    async def one(service: str) -> Findings:
        nonlocal done
        async with free:
            found = await _verify_service(stack, service)
        done += 1
        tell(done)
        return found

    tell(done)
    found = await asyncio.gather(*(one(service) for service in SERVICES))
    return Findings(
        sum(each.events for each in found),
        sum(each.views for each in found),
        tuple(fault for each in found for fault in each.faults),
        tuple(passed for each in found for passed in each.passed_over),
    )


async def _verify_service(stack: Stack, service: str) -> Findings:
    log = stack.folder / "log" / f"audit-{service}.log"
    log.unlink(missing_ok=True)
    child = process.start(
        [sys.executable, "-m", "operate", "verify", service],
        log=log, on_parent_death=signal.SIGTERM, env={**os.environ, **stack.environment(service)},
    )  # fmt: skip
    try:
        while child.poll() is None:
            await asyncio.sleep(0.1)
    finally:
        process.end(child, signal.SIGTERM, PATIENCE)
    last = (process.last_lines(log, 1) or ["it said nothing"])[0]
    try:
        found = json.loads(last)
        return Findings(
            found["events"], found["views"], tuple(found["faults"]), tuple(found["passed_over"])
        )
    except (ValueError, TypeError, KeyError):
        fault = f"{service} could not be verified: {last[:400]} (see {log})"
        return Findings(0, 0, (fault,))

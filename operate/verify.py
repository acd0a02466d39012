"""`./kinerja verify [SERVICE]`: hold a service's log, its topic and its views against each other.

The servers are those that DATABASE_URL (the service's) and KAFKA_BOOTSTRAP_SERVERS name, as the service's
own user (KAFKA_USERNAME and so on); without these, those of the local run at work. Without SERVICE, all
services of the local run in turn. The service stays at work meanwhile; only a view stands still while it
is compared.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import structlog
import uvloop

from audit.runs import Servers, find
from audit.verify import AWAY, verify_service
from chassis.process import spare_the_collector
from operate import CannotAsk
from operate.output import Row, show, working
from services.catalogue import SERVICES

COLUMNS = ("service", "events", "views", "faults", "passed_over", "taken_back")


def run(options: argparse.Namespace) -> int:
    spare_the_collector()
    structlog.configure(logger_factory=structlog.WriteLoggerFactory(sys.stderr))
    found: list[Row] = []

    def verified() -> Iterator[Row]:
        servers = servers_of(options.service, options.folder)
        for service in [options.service] if options.service else SERVICES:
            found.append(_verify(service, servers[service]))
            yield found[-1]

    show(verified(), COLUMNS, as_json=options.json)
    return 1 if any(row["faults"] for row in found) else 0


def servers_of(service: str | None, folder: Path | None) -> dict[str, Servers]:
    """By service: those that the environment names, else those of the local run. Raises CannotAsk, NotFound."""
    named = {"DATABASE_URL", "KAFKA_BOOTSTRAP_SERVERS"} & os.environ.keys()
    if folder or not named:
        return find(folder)
    if len(named) < 2:
        raise CannotAsk(
            "DATABASE_URL and KAFKA_BOOTSTRAP_SERVERS are both needed, or neither for the local run."
        )
    if not service:
        raise CannotAsk(f"DATABASE_URL is one service's: name it, one of {', '.join(SERVICES)}.")
    return {service: Servers()}


def _verify(service: str, servers: Servers) -> Row:
    try:
        with working(f"Verifying {service} …"):
            findings = uvloop.run(verify_service(SERVICES[service], servers))
    except AWAY as error:
        raise CannotAsk(f"{service} could not be asked: {error or type(error).__name__}") from error
    return {"service": service, **asdict(findings)}

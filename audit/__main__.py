"""`python -m audit [SERVICE]`: hold a service's log, its topic and its views against each other.

The servers are those that DATABASE_URL (the service's) and KAFKA_BOOTSTRAP_SERVERS name, as the service's
own user (KAFKA_USERNAME and so on); without these, those of the local run at work. Without SERVICE, all services of the local run in turn.
Prints one line of JSON a service: its name and what was found (`audit.verify.Findings`). Exit
status 1 if something does not hold, 2 if it could not be asked. The service stays at work meanwhile;
only a view stands still while it is compared.
"""

import argparse
import asyncio
import json
import os
import signal
import sys
from dataclasses import asdict
from pathlib import Path

import structlog

from audit.runs import NotFound, Servers, find
from audit.verify import AWAY, verify_service
from chassis.process import end_as_by_ctrl_c, spare_the_collector
from services.catalogue import SERVICES


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m audit")
    parser.add_argument(
        "service", nargs="?", choices=SERVICES, metavar="service", help=", ".join(SERVICES)
    )
    parser.add_argument(
        "--folder", type=Path, help="the data folder of the run, if several are at work"
    )
    options = parser.parse_args()
    spare_the_collector()
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    # Whatever ends it: what it asks of the database is called off, and no lock is left there.
    end_as_by_ctrl_c(signal.SIGTERM)
    faults = 0
    try:
        servers = _servers(options.service, options.folder)
        for service in [options.service] if options.service else SERVICES:
            faults += _audit(service, servers[service])
    except NotFound as reason:
        print(reason, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return 1 if faults else 0


def _servers(service: str | None, folder: Path | None) -> dict[str, Servers]:
    named = {"DATABASE_URL", "KAFKA_BOOTSTRAP_SERVERS"} & os.environ.keys()
    if folder or not named:
        return find(folder)
    if len(named) < 2:
        raise NotFound(
            "DATABASE_URL and KAFKA_BOOTSTRAP_SERVERS are both needed, or neither for the local run."
        )
    if not service:
        raise NotFound(f"DATABASE_URL is one service's: name it, one of {', '.join(SERVICES)}.")
    return {service: Servers()}


def _audit(service: str, servers: Servers) -> int:
    """How many faults the service has, told in a line."""
    try:
        findings = asyncio.run(verify_service(SERVICES[service], servers))
    except AWAY as error:
        raise NotFound(f"{service} could not be asked: {error or type(error).__name__}") from error
    print(json.dumps({"service": service, **asdict(findings)}), flush=True)
    return len(findings.faults)


if __name__ == "__main__":
    sys.exit(main())

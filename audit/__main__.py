"""`python -m audit SERVICE`: hold a service's log, its topic and its views against each other.

DATABASE_URL and KAFKA_BOOTSTRAP_SERVERS are the service's. Prints what was found as one line of
JSON (`audit.verify.Findings`); exit status 1 if something does not hold. The service stays at work
meanwhile; only a view stands still while it is compared.
"""

import argparse
import asyncio
import json
import signal
import sys
from dataclasses import asdict

import structlog
from pydantic_settings import BaseSettings

from audit.verify import SERVICES, verify_service
from chassis.process import end_as_by_ctrl_c, spare_the_collector


class Settings(BaseSettings):
    database_url: str
    kafka_bootstrap_servers: str


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m audit")
    parser.add_argument("service", choices=SERVICES)
    service = SERVICES[parser.parse_args().service]
    settings = Settings()
    kafka = {"bootstrap_servers": settings.kafka_bootstrap_servers}
    spare_the_collector()
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    # Whatever ends it: what it asks of the database is called off, and no lock is left there.
    end_as_by_ctrl_c(signal.SIGTERM)
    try:
        findings = asyncio.run(verify_service(service, settings.database_url, kafka))
    except KeyboardInterrupt:
        return 130
    print(json.dumps(asdict(findings)))
    return 1 if findings.faults else 0


if __name__ == "__main__":
    sys.exit(main())

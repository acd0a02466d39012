"""openapi/*.json: each service's HTTP."""

import json

from chassis.app import build
from chassis.settings import Settings
from services.catalogue import SERVICES

NOWHERE = Settings(database_url="", kafka_bootstrap_servers="", oidc_issuer="", signing_key="")


def render() -> dict[str, str]:
    return {
        f"openapi/{name}.json": json.dumps(
            build(service, NOWHERE).openapi(), indent=1, ensure_ascii=False
        )
        + "\n"
        for name, service in SERVICES.items()
    }

"""The five services, by name, and their endpoints."""

from collections.abc import Iterator
from typing import NamedTuple

from fastapi.routing import APIRoute

from chassis import app
from chassis.access import Command, Query
from chassis.runtime import Service
from services.appraisal.app import SERVICE as APPRAISAL
from services.evaluation.app import SERVICE as EVALUATION
from services.monitoring.app import SERVICE as MONITORING
from services.planning.app import SERVICE as PLANNING
from services.rewards.app import SERVICE as REWARDS

SERVICES: dict[str, Service] = {
    service.name: service for service in (PLANNING, MONITORING, APPRAISAL, REWARDS, EVALUATION)
}


class Endpoint(NamedTuple):
    """One method of one path; `access` is None if it is open to whoever reaches it."""

    service: str
    method: str
    path: str
    access: Query | None

    @property
    def gives_a_command(self) -> bool:
        return isinstance(self.access, Command)


def endpoints() -> Iterator[Endpoint]:
    """Every endpoint of every service, in the order in which they are wired."""
    for name, service in SERVICES.items():
        for router in (*service.routers, *app.ROUTERS):
            for route in router.routes:
                assert isinstance(route, APIRoute)
                calls = [each.call for each in route.dependant.dependencies]
                access = next((call for call in calls if isinstance(call, Query)), None)
                for method in sorted(route.methods or ()):
                    yield Endpoint(name, method, route.path, access)

"""The endpoints of the five services."""

from collections.abc import Iterator
from typing import NamedTuple

from fastapi.routing import APIRoute

from chassis import app
from chassis.access import Command, Query
from services.catalogue import SERVICES


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

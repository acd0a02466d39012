"""The HTTP application of a service: its own routers, and what every service answers."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from chassis import cures, history, logs, metrics, probes, problems, proofs, server, tracing
from chassis.door import Door
from chassis.imports import desk
from chassis.process import spare_the_collector
from chassis.runtime import Runtime, Service
from chassis.settings import Settings
from chassis.status import Shared, told

ROUTERS = (probes.router, history.router, proofs.router, cures.router)
"""What every service answers. A process that is no `api` has the probes alone."""


def build(service: Service, settings: Settings) -> FastAPI:
    runtime = Runtime(service, settings)
    status = Shared(lambda: told(runtime))

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        seen = metrics.served(settings, service.name, settings.roles, status.answer)
        async with seen, runtime.running():
            yield

    # A path is one path: no redirect to a host that the request chooses.
    app = FastAPI(
        title=f"Kinerja {service.name}",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.runtime = runtime
    app.state.status = status
    problems.install(app)
    app.add_middleware(Door, verify=runtime.verifier.actor)
    app.add_middleware(metrics.Measured)
    app.add_middleware(tracing.Traced)
    for each in (*service.routers, *ROUTERS) if "api" in settings.roles else (probes.router,):
        app.include_router(each)
    return app


def main(service: Service) -> None:
    """What the command line says: serve, or `import UPLOAD`, as the service itself starts it."""
    spare_the_collector()
    logs.configure(service.name)
    match sys.argv[1:]:
        case []:
            serve(service)
        case ["import", upload]:
            tracing.begin(Settings(), service.name)
            desk.work(service, upload)
        case _:
            sys.exit(f"usage: python -m services.{service.name} [import UPLOAD]")


def serve(service: Service) -> None:
    """Run the service in this process until SIGTERM."""
    settings = Settings()
    tracing.begin(settings, service.name)
    server.run(
        build(service, settings),
        settings,
        # Answers are about people, and of this moment: nothing on the way keeps them.
        headers=[("Cache-Control", "no-store")],
    )

"""What every process of a service answers: whether it lives and is ready, and what it has to tell."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from chassis.heads import Head
from chassis.runtime import Runtime
from chassis.status import Shared
from contracts.topics import topic

router = APIRouter()

_REFUSED = "select refused from relay where topic = $1"


@router.get("/livez")
async def livez() -> dict[str, str]:
    """The process answers."""
    return {"status": "live"}


@router.get("/readyz")
async def readyz(request: Request) -> Response:
    """503 while the database is away, without which no request is served, or while the log is not the one
    that was carried. A view that stands still is no reason: `/status` tells of it."""
    runtime: Runtime = request.app.state.runtime
    trouble = {}
    try:
        if refused := await runtime.pool.fetchval(_REFUSED, topic(runtime.service.name), timeout=2):
            trouble["log"] = [refused]
    except Exception as error:
        trouble["database"] = [type(error).__name__]
    return JSONResponse({"ready": not trouble, "trouble": trouble}, 503 if trouble else 200)


@router.get("/status")
async def status(request: Request) -> dict[str, Any]:
    """Figures and troubles, for an operator's page: no personal data, a second old at most."""
    shared: Shared[dict[str, Any]] = request.app.state.status
    return await shared.answer()


@router.get("/head")
async def head(request: Request) -> Head:
    """How far this service's log goes, for those who follow it: no personal data."""
    runtime: Runtime = request.app.state.runtime
    return await runtime.heads.own()

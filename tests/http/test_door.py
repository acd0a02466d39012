"""The front door of what runs: five services, the issuer and the console."""

import asyncio
import json
from typing import Any
from urllib.parse import quote

import jwt
import pytest
from fastapi.routing import APIRoute

from contracts.catalogue import SERVICES
from deploy.local.issuer import signing_key
from services.catalogue import SERVICES as APPS
from tests.http.api import Api, latest
from tests.http.endpoints import OPEN, OPERATIONS
from tests.http.world import PERSONNEL, assignment, draft, person, skp

pytestmark = pytest.mark.integration

KIB = 1024
LIMITS = {
    ("planning", "/directory"): 8 * KIB * KIB,
    ("planning", "/imports"): 24 * KIB * KIB,
    ("planning", "/skps"): 256 * KIB,
    ("planning", "/skps/{skp}/revise"): 256 * KIB,
    ("planning", "/skps/{skp}/amend"): 256 * KIB,
    ("planning", "/skp-checks"): 256 * KIB,
    ("planning", "/position-templates"): 256 * KIB,
    ("planning", "/agreements"): 512 * KIB,
    ("planning", "/agreements/{agreement}/amend"): 512 * KIB,
    ("planning", "/matrix"): KIB * KIB,
}
"""Of the routes that take more than others."""


def test_only_these_routes_take_large_bodies() -> None:
    declared = {
        (service.name, route.path): route.max_body_size
        for service in APPS.values()
        for router in service.routers
        for route in router.routes
        if isinstance(route, APIRoute) and route.max_body_size is not None
    }
    assert declared == LIMITS


@pytest.mark.parametrize(("service", "method", "path"), OPERATIONS)
async def test_nobody_is_refused_before_anything_is_read(
    api: Api, service: str, method: str, path: str
) -> None:
    """The answer comes though not a byte of the body does."""
    head = f"{method} {path.replace('{', '').replace('}', '')} HTTP/1.1\r\nHost: x\r\n"
    answer = await api.raw(service, head.encode() + b"Content-Length: 5000000\r\n\r\n")
    assert (answer.status, answer.code) == (401, "unauthenticated")


async def test_what_there_is_is_told_to_nobody(api: Api) -> None:
    for path in ("/nothing", "/docs", "/people/worker", "/people/nobody-such"):
        assert (await api.ask("planning", "GET", path)).status == 401
    for service in SERVICES:
        for path in (*OPEN, "/openapi.json"):
            assert (await api.ask(service, "GET", path)).status == 200


@pytest.mark.parametrize("name", [*SERVICES, "issuer", "console"])
async def test_headers_have_an_end(api: Api, name: str) -> None:
    answer = await api.raw(
        name, b"GET /livez HTTP/1.1\r\nHost: x\r\nX: " + b"x" * 100_000 + b"\r\n\r\n"
    )
    assert (answer.status, answer.code) == (431, "headers-too-large")
    many = b"".join(b"X-%d: y\r\n" % n for n in range(200))
    answer = await api.raw(name, b"GET /livez HTTP/1.1\r\nHost: x\r\n" + many + b"\r\n")
    assert (answer.status, answer.code) == (431, "headers-too-large")


async def test_the_issuer_and_the_console_take_no_large_bodies(api: Api) -> None:
    for name, path, told in (
        ("issuer", "/anybody", b"urn:kinerja:problem:too-large"),
        ("console", "/sign-out", b"<h1>Terlalu besar</h1>"),  # who has a browser sees a page
    ):
        head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nSec-Fetch-Site: same-origin\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100000\r\n\r\n"
        )
        answer = await api.raw(name, head.encode())
        assert answer.status == 413
        assert told in answer.content


async def test_a_body_larger_than_its_route_takes(api: Api) -> None:
    """Refused by what it says of itself, before any of it comes."""
    token = await api.token("worker")
    for path, size in (
        ("/skps", 257 * KIB),
        (f"/skps/{skp('submitted')}/return", 65 * KIB),
        ("/directory", 8193 * KIB),
    ):
        head = f"POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n"
        head += f"Content-Type: application/json\r\nContent-Length: {size}\r\n\r\n"
        answer = await api.raw("planning", head.encode())
        assert (answer.status, answer.code) == (413, "too-large"), path


async def test_a_token_that_is_signed_and_not_what_it_should_be(api: Api) -> None:
    key = signing_key(api.stack.folder / "issuer.pem")
    good = await api.token("personnel-unit", "personnel")
    header = jwt.get_unverified_header(good)
    claims = jwt.decode(good, options={"verify_signature": False})
    for wrong in (
        {"exp": str(claims["exp"])},
        {"nbf": "1"},
        {"sub": "service:rewards_followup"},
        {"roles": "personnel"},
    ):
        payload = json.dumps(claims | wrong).encode()
        token = jwt.api_jws.encode(payload, key, "ES256", header)
        answer = await api.ask(
            "planning", "GET", "/people", headers={"Authorization": f"Bearer {token}"}
        )
        assert (answer.status, answer.code) == (401, "unauthenticated"), wrong


async def test_why_somebody_may_not_is_logged_and_not_told(api: Api) -> None:
    asked = {"X-Correlation-Id": "why-not"}
    answer = await api.ask("planning", "GET", "/people/worker", actor="colleague", headers=asked)
    assert answer.problem == {"type": "urn:kinerja:problem:forbidden", "title": "Not allowed", "status": 403}  # fmt: skip
    (line,) = [line for line in api.logged("planning") if line.get("correlation") == "why-not"]
    assert line["reason"].startswith("colleague is none of: employee, appraiser")
    told = {name: line[name] for name in ("event", "level", "code", "actor", "path", "reason")}
    assert told == {
        "event": "refused", "level": "info", "code": "forbidden", "actor": "colleague",
        "path": "/people/worker", "reason": line["reason"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("who", "of"),
    [("auth0|64f0", "boss@dinas.go.id"), ("_sri", "f:4f1c:boss"), ("sri+uji@dinas.go.id", "google-oauth2|1")],
)  # fmt: skip
async def test_subjects_of_real_providers_work_all_along(api: Api, who: str, of: str) -> None:
    held = f"{who}.a"
    rows = [assignment(of, "chief"), assignment(f"_{of}", "chief"), assignment(who, of)]
    body = {"people": [person(each) for each in (who, of, f"_{of}")], "assignments": rows}
    receipts = await api.do("planning", "/directory", body, **PERSONNEL)
    there: dict[str, Any] = {"headers": latest(each["at_least"] for each in receipts)}
    mine, theirs = {"actor": who}, {"actor": of}
    await api.do("planning", "/skps", draft("approved") | {"assignment": held}, **mine, **there)
    skp_path = f"/skps/{quote(held, safe='')}.20260701"
    await api.do("planning", f"{skp_path}/submit", **mine)
    done = await api.do("planning", f"{skp_path}/approve", **theirs)
    seen: dict[str, Any] = {"headers": {"At-Least": done["at_least"]}}
    need = {
        "need": f"n-{who.encode().hex()[:12]}",
        "assignment": held,
        "topic": "Analisis data",
        "reason": "Dialog",
    }
    await api.do("monitoring", "/development-needs", need, **mine, **seen)
    path = quote(who, safe="")
    for reader in (mine, theirs, PERSONNEL):
        (found,) = [await api.see("planning", f"/people/{path}", **reader)]
        assert found["person"] == who
    change = {"appraiser": f"_{of}", "office": f"_{of}.a", "since": "2026-12-01"}
    changed = await api.do(
        "planning", f"/assignments/{quote(held, safe='')}/appraiser", change, **PERSONNEL
    )
    for service in SERVICES:
        if service in ("planning", "monitoring"):
            assert await api.see(service, f"/people/{path}/history", **mine)
        await api.see(service, f"/people/{path}/history", **PERSONNEL, headers={"At-Least": changed["at_least"]})  # fmt: skip
    await api.see("monitoring", f"/people/{path}/development-needs", **mine)
    await api.see("rewards", f"/people/{path}/rewards", **mine)


async def test_a_crowd_of_unfinished_requests_holds_nobody_up(api: Api) -> None:
    """Sixty bodies, each of half a megabyte that does not end, from one person."""
    token = await api.token("worker")
    head = f"POST /directory HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Length: 8000000\r\n\r\n"
    url = api.stack.url("planning")
    port = int(url.rpartition(":")[2])
    opened = [await asyncio.open_connection("127.0.0.1", port) for _ in range(60)]
    try:
        for _, writer in opened:
            writer.write(head.encode() + b" " * 500_000)
        await asyncio.sleep(0.5)
        assert (await api.ask("planning", "GET", "/units", actor="boss")).status == 200
        assert (await api.ask("planning", "GET", "/livez")).status == 200
    finally:
        for _, writer in opened:
            writer.close()

"""Who may do what, as a table of role × relation × endpoint; and when."""

import asyncio
import base64
import hmac
import json
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

import aiohttp
import jwt
import pytest
import uvicorn
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from chassis import identity
from chassis.problems import Unauthenticated
from deploy.local import ports
from deploy.local.issuer import IssuerSettings, signing_key
from deploy.local.issuer import build as build_issuer
from tests.http.api import Answer, Api
from tests.http.endpoints import OPEN, OPENAPI
from tests.http.world import (
    PERSONNEL,
    RULE_SET,
    UNTIL,
    absent,
    appraise,
    assignment,
    draft,
    skp,
)

pytestmark = pytest.mark.integration

FORBIDDEN = {"type": "urn:kinerja:problem:forbidden", "title": "Not allowed", "status": 403}
UNAUTHENTICATED = {
    "type": "urn:kinerja:problem:unauthenticated", "title": "Not signed in", "status": 401,
}  # fmt: skip


def must_be_unauthenticated(answer: Answer) -> None:
    assert answer.status == 401, answer
    assert answer.problem == UNAUTHENTICATED
    assert answer.headers["WWW-Authenticate"] == "Bearer"


async def test_the_services_that_run_have_these_endpoints(anew: Api) -> None:
    for service, document in OPENAPI.items():
        assert (await anew.see(service, "/openapi.json"))["paths"] == document["paths"]


@pytest.mark.parametrize("service", OPENAPI)
async def test_probes_and_figures_need_no_token_and_name_nobody(api: Api, service: str) -> None:
    for path in OPEN:
        answer = await api.ask(service, "GET", path)
        assert answer.status == 200, answer
        assert not any(name.encode() in answer.content for name in ("worker", "boss", "Worker"))


def _unsigned(header: Any, claims: Any) -> str:
    def part(value: Any) -> str:
        plain = value if isinstance(value, bytes) else json.dumps(value).encode()
        return base64.urlsafe_b64encode(plain).rstrip(b"=").decode()

    return f"{part(header)}.{part(claims)}."


async def _bad_tokens(api: Api) -> dict[str, str]:
    """Tokens for personnel, who may read everything: each wrong in one thing."""
    key = signing_key(api.stack.folder / "issuer.pem")
    good = await api.token("personnel-unit", "personnel")
    header, claims = jwt.get_unverified_header(good), jwt.decode(good, options={"verify_signature": False})  # fmt: skip
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    unsigned = _unsigned(header | {"alg": "HS256"}, claims).rstrip(".")
    digest = hmac.digest(public, unsigned.encode(), "sha256")
    hmac_of_public = f"{unsigned}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"

    def signed(by: Any = key, head: Mapping[str, Any] = MappingProxyType({}), **other: Any) -> str:
        kept = {name: value for name, value in (claims | other).items() if value is not ...}
        return jwt.encode(kept, by, "ES256", header | dict(head))

    assert (await _with(api, signed())).status == 200  # else nothing below says anything
    head, body, signature = good.split(".")
    return {
        "expired": signed(exp=int(time.time()) - 1),
        "not yet": signed(nbf=int(time.time()) + 600),
        "without expiry": signed(exp=...),
        "expiry in words": signed(exp="tomorrow"),
        "expiry without end": signed(exp=float("inf")),
        "wrong issuer": signed(iss="https://elsewhere.example"),
        "without issuer": signed(iss=...),
        "wrong audience": signed(aud="payroll"),
        "without audience": signed(aud=...),
        "without subject": signed(sub=...),
        "empty subject": signed(sub=""),
        "subject not a string": signed(sub=["personnel-unit"]),
        "subject with a NUL": signed(sub="personnel\0unit"),
        "subject with half a character": signed(sub="personnel\ud800"),
        "subject with a line break": signed(sub="personnel\nunit"),
        "subject too long": signed(sub="p" * 3000),
        "other key": signed(ec.generate_private_key(ec.SECP256R1())),
        "other key id": signed(head={"kid": "other"}),
        "key id not a string": _unsigned({"alg": "ES256", "kid": ["x"]}, claims),
        "unsigned": _unsigned({"alg": "none", "kid": header["kid"]}, claims),
        "unsigned, in capitals": _unsigned({"alg": "NONE", "kid": header["kid"]}, claims),
        "HMAC of the public key": hmac_of_public,
        "key of its own": _unsigned({**header, "jwk": {"kty": "oct", "k": "AA"}}, claims),
        "critical header": signed(head={"crit": ["exp"]}),
        "other claims": f"{head}.{_unsigned({}, claims | {'sub': 'chief'}).split('.')[1]}.{signature}",
        "cut": good[:-8],
        "without signature": f"{head}.{body}.",
        "nested header": _unsigned(b"[" * 10_000, claims),
        "header not an object": _unsigned([], claims),
        "header of a huge number": _unsigned(b'{"alg":' + b"9" * 10_000 + b"}", claims),
        "header not UTF-8": _unsigned(b"\xff\xfe", claims),
        "not a token": "x",
        "dots": "..",
        "long": "x" * 20_000,
    }  # fmt: skip


async def _with(api: Api, token: str, scheme: str = "Bearer ") -> Answer:
    headers = {"Authorization": scheme + token}
    return await api.ask("planning", "GET", "/people", headers=headers)


async def test_only_a_token_of_the_issuer_for_us_in_time(api: Api) -> None:
    accepted = {}
    for why, token in (await _bad_tokens(api)).items():
        for _ in range(2):  # what has been checked is remembered
            answer = await _with(api, token)
            if answer.status == 401:
                must_be_unauthenticated(answer)
            else:
                accepted[why] = answer.status
    assert not accepted, json.dumps(accepted)


async def test_a_token_that_was_good_expires(api: Api) -> None:
    key = signing_key(api.stack.folder / "issuer.pem")
    good = await api.token("personnel-unit", "personnel")
    header, claims = jwt.get_unverified_header(good), jwt.decode(good, options={"verify_signature": False})  # fmt: skip
    soon = int(time.time()) + 10
    token = jwt.encode(claims | {"exp": soon}, key, "ES256", header)
    assert (await _with(api, token)).status == 200
    await asyncio.sleep(soon - time.time() + 0.1)
    must_be_unauthenticated(await _with(api, token))


@asynccontextmanager
async def _issuer(key: Path, port: int) -> AsyncIterator[str]:
    """The local issuer in this process, signing with another key; its address."""
    address = f"http://127.0.0.1:{port}"
    settings = IssuerSettings(
        oidc_issuer=address, issuer_secret="s", issuer_key=key, port=port,
        oidc_client_secret="c", console_url=address, planning_url=address,
    )  # fmt: skip
    server = uvicorn.Server(uvicorn.Config(build_issuer(settings), port=port, log_config=None))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.02)
    try:
        yield address
    finally:
        server.should_exit = True
        await serving


async def test_a_withdrawn_key_goes_for_tokens_seen_before_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = ports.choose(0)
    async with _issuer(tmp_path / "first.pem", port) as address:
        verifier = identity.Verifier(address, "kinerja")
        form = {"secret": "s", "sub": "sri"}
        async with (
            aiohttp.ClientSession() as http,
            http.post(f"{address}/anybody", data=form) as got,
        ):
            token = (await got.json())["access_token"]
        assert (await verifier.actor(token)).id == "sri"
    async with _issuer(tmp_path / "second.pem", port):
        assert (await verifier.actor(token)).id == "sri"  # the key set is looked up now and then
        later = time.time() + identity.REFETCH_KNOWN
        monkeypatch.setattr(time, "time", lambda: later)
        verifier.keys._fetched -= identity.REFETCH_KNOWN
        with pytest.raises(Unauthenticated):
            await verifier.actor(token)


async def test_a_token_comes_as_bearer(api: Api) -> None:
    good = await api.token("personnel-unit", "personnel")
    for scheme in ("", "Basic ", "Token ", "Bearer", "Bearer  Bearer "):
        must_be_unauthenticated(await _with(api, good, scheme))
    assert (await _with(api, good, "bearer ")).status == 200  # RFC 9110: in any case


async def test_roles_are_a_list_of_words(api: Api) -> None:
    key = signing_key(api.stack.folder / "issuer.pem")
    good = await api.token("personnel-unit", "personnel")
    header, claims = jwt.get_unverified_header(good), jwt.decode(good, options={"verify_signature": False})  # fmt: skip
    other: tuple[Any, ...] = ("personnel", {"personnel": True}, [["personnel"]], [None, 7, {}])
    for roles in (None, [], ["Personnel"], *other):
        token = jwt.encode(claims | {"roles": roles}, key, "ES256", header)
        assert (await _with(api, token)).status == (401 if roles in other else 403), roles


# --- when ---------------------------------------------------------------------------------------


async def test_the_owner_acts_while_the_assignment_is_in_force(api: Api) -> None:
    """leaver's assignment lasts from 1 January to 30 June 2026, in Jakarta's days."""
    first, last = "2025-12-31T17:00:00+00:00", "2026-06-30T23:59:59+07:00"
    before, after = "2025-12-31T16:59:59Z", "2026-06-30T17:00:00Z"
    periods = ("2026-Q1", "2026-Q1", "2026-Q2", "2026-Q2")
    for n, at in enumerate((before, first, last, after)):
        body = {"indicator": "i1", "period": periods[n], "realisation": "1",
                "evidence": [{"title": "Laporan", "link": "https://example.go.id/1"}]}  # fmt: skip
        progress = await api.ask(
            "monitoring", "POST", f"/skps/{skp('approved', 'leaver')}/progress", json=body, actor="leaver", at=at
        )  # fmt: skip
        drafted = await api.ask(
            "planning", "POST", "/skps", json=draft(f"in-force-{n}", "leaver"), actor="leaver", at=at
        )  # fmt: skip
        need = await api.ask(
            "monitoring", "POST", "/development-needs", actor="leaver", at=at,
            json={"need": f"n-leaver-{n}", "assignment": "leaver.a", "topic": "A", "reason": "B"},
        )  # fmt: skip
        expected = 200 if at in (first, last) else 403
        assert [a.status for a in (drafted, need)] == [expected] * 2, at
        # What was done until the end is still reported after it, until the appraisal is final.
        if at == after:
            assert progress.code == "reported"
        else:
            assert progress.status == expected, progress


async def test_the_appraiser_looks_back_on_an_assignment_that_has_ended(api: Api) -> None:
    """leaver's ended on 30 June: its SKP is still rated, and so read, by who appraised it."""
    after = "2026-07-15T09:00:00+07:00"
    rating = {"cycle": "c1", "rating": "meets", "reason": "Sesuai bukti dukung"}
    path = f"/appraisals/{skp('approved', 'leaver')}/result"
    done = await api.do("appraisal", path, rating, actor="boss", at=after)
    seen = {"At-Least": done["at_least"]}
    reads: tuple[tuple[str, str, dict[str, str]], ...] = (
        ("planning", f"/skps/{skp('approved', 'leaver')}", {}),
        ("monitoring", f"/skps/{skp('approved', 'leaver')}/execution", {}),
        ("appraisal", f"/appraisals/{skp('approved', 'leaver')}", seen),
    )
    for service, path, headers in reads:
        for actor, status in (("boss", 200), ("leaver", 200), ("rival", 403), ("chief", 200)):
            answer = await api.ask(service, "GET", path, actor=actor, at=after, headers=headers)
            assert answer.status == status, (service, actor)
    # What else there is about a person is for whoever appraises them now.
    answer = await api.ask("planning", "GET", "/people/leaver", actor="boss", at=after)
    assert answer.problem == FORBIDDEN


async def test_nobody_appraises_before_the_assignment(api: Api) -> None:
    at = "2025-12-31T23:00:00+07:00"
    for path, body in (("return", {"reason": "x"}), ("approve", None)):
        answer = await api.ask(
            "planning",
            "POST",
            f"/skps/{skp('submitted', 'mover')}/{path}",
            json=body,
            actor="boss",
            at=at,
        )
        assert answer.problem == FORBIDDEN


async def test_an_appraiser_decides_while_in_office(api: Api) -> None:
    """leaver's own assignment ends on 30 June; nobody has yet been put in leaver's place."""
    under = assignment("colleague", "leaver", "under", kind="plt")
    (receipt,) = await api.do("planning", "/directory", {"assignments": [under]}, **PERSONNEL)
    there = {"headers": {"At-Least": receipt["at_least"]}}
    body = draft("under") | {"assignment": "colleague.under"}
    of = f"colleague.under.{body['start'].replace('-', '')}"
    await api.do("planning", "/skps", body, actor="colleague", **there)
    await api.do("planning", f"/skps/{of}/submit", actor="colleague")
    last, after = "2026-06-30T23:59:59+07:00", "2026-07-01T00:00:00+07:00"
    path = f"/skps/{of}/approve"
    refused = await api.ask("planning", "POST", path, actor="leaver", at=after)
    assert refused.problem == FORBIDDEN
    for at, status in ((after, 403), (last, 200)):
        seen = await api.ask("planning", "GET", "/people/colleague", actor="leaver", at=at)
        assert seen.status == status
    await api.do("planning", path, actor="leaver", at=last)
    [*_, approved] = (await api.see("planning", "/people/colleague/history", **PERSONNEL))[
        "entries"
    ]
    assert approved["type"] == "SKPApproved"


async def test_from_since_on_the_new_appraiser_decides_and_the_old_one_does_not(api: Api) -> None:
    """In every service, to the hour in Jakarta."""
    change = {"appraiser": "newboss", "office": "newboss.a", "since": "2026-07-01"}
    receipt = await api.do("planning", "/assignments/mover.a/appraiser", change, **PERSONNEL)
    old, new = "2026-06-30T16:59:59+00:00", "2026-06-30T17:00:00+00:00"
    case = {"assignment": "mover.a", "absent": absent(4, "2026-06-03")}
    rating = {"cycle": "c1", "rating": "meets", "reason": "Sesuai"}
    commands = (
        ("planning", f"/skps/{skp('submitted', 'mover')}/return", {"reason": "Target"}),
        ("monitoring", f"/skps/{skp('approved', 'mover')}/feedback", {"text": "Baik"}),
        ("appraisal", f"/appraisals/{skp('approved', 'mover')}/result", rating),
        ("rewards", "/discipline-cases", case | {"case": "d-mover"}),
    )
    for service, path, body in commands:
        seen = {"At-Least": receipt["at_least"]}
        for actor, at in (("newboss", old), ("boss", new), ("mover", new), ("chief", new)):
            answer = await api.ask(
                service, "POST", path, json=body, actor=actor, at=at, headers=seen
            )
            assert answer.problem == FORBIDDEN, (service, actor, at)
        await api.do(service, path, body, actor="newboss", at=new)
    # What was due before is still decided by who was the appraiser then.
    await api.do(
        "monitoring",
        f"/skps/{skp('approved', 'mover')}/feedback",
        {"text": "Baik"},
        actor="boss",
        at=old,
    )
    for service in OPENAPI:
        path = "/people/mover/history"
        assert (await api.ask(service, "GET", path, actor="boss", at=new)).status == 403
        assert (await api.ask(service, "GET", path, actor="newboss", at=new)).status == 200


async def test_a_personnel_officer_moves_nobody_out_of_their_units(api: Api) -> None:
    """Neither by a transfer nor by a correction; and what is outside is not told of."""
    outside = {"units": [{"unit": "u-outside", "name": "Luar", "level": "2"}]}
    (receipt,) = await api.do("planning", "/directory", outside, **PERSONNEL)
    post = {"position": "Analis", "kind": "plt", "start": "2026-12-15", "reason": "Mutasi"}
    how: dict[str, Any] = {"actor": "officer", "headers": {"At-Least": receipt["at_least"]}}
    for step in ("correct", "transfer"):
        path = f"/assignments/colleague.version/{step}"
        more = {"code": "out"} if step == "transfer" else {}
        for unit in ("u-outside", "u-nowhere"):
            answer = await api.ask(
                "planning", "POST", path, json=post | more | {"unit": unit}, **how
            )
            assert answer.problem == FORBIDDEN, (step, unit)
    moved = await api.do(
        "planning", "/assignments/colleague.version/transfer",
        post | {"unit": "u-outside", "code": "out"}, **PERSONNEL,
    )  # fmt: skip
    arrived = {"At-Least": moved["at_least"]}
    for at, held in (("2026-12-14", "colleague.version"), ("2026-12-15", "colleague.out")):
        day = f"{at}T09:00:00+07:00"
        seen = await api.see("planning", "/people/colleague", at=day, headers=arrived, **PERSONNEL)
        of_both = {"colleague.version", "colleague.out"}
        there = {each["assignment"] for each in seen["assignments"] if each["in_force"]}
        assert there & of_both == {held}


async def test_nobody_appraises_their_own_performance(api: Api) -> None:
    own = {"assignments": [assignment("boss", "boss", "own", kind="plt")]}
    started = await api.ask("planning", "POST", "/directory", json=own, **PERSONNEL)
    assert (started.status, started.code) == (422, "own-appraiser")
    assert started.problem["field"] == "assignments.0.appraiser"
    change = {"appraiser": "worker", "office": "worker.a", "since": "2026-03-01"}
    changed = await api.ask(
        "planning", "POST", "/assignments/worker.a/appraiser", json=change, **PERSONNEL
    )
    assert (changed.status, changed.code) == (422, "own-appraiser")


async def test_a_role_in_the_token_gives_no_relation(api: Api) -> None:
    """Personnel, auditors and the appointing authority decide nothing of an appraiser's or owner's
    even for themselves; and an employee with an office reads by it."""
    many = "personnel auditor appointing-authority operator"
    answer = await api.ask(
        "planning", "POST", f"/skps/{skp('submitted', 'mover')}/approve", actor="mover", roles=many
    )
    assert answer.problem == FORBIDDEN
    assert await api.see("planning", "/people/worker", actor="colleague", roles="auditor")


async def test_an_appraisal_of_one_is_closed_to_the_appraiser_of_another(api: Api) -> None:
    with pytest.raises(AssertionError, match="403"):
        await appraise(api, skp("approved", "colleague"), actor="boss")
    opening = {"cycle": "c3", "rule_set": RULE_SET, "start": "2026-01-01", "until": UNTIL}
    answer = await api.ask("appraisal", "POST", "/cycles", json=opening, actor="boss")
    assert answer.problem == FORBIDDEN

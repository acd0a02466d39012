"""Bad input: every refusal is a whole problem that says what is wrong and where, and never a 500."""

import json
from typing import Any
from urllib.parse import quote, unquote

import pytest

from chassis.app import build
from chassis.settings import Settings
from services.planning.app import SERVICE as PLANNING
from tests.http.api import Answer, Api, latest
from tests.http.world import (
    EVIDENCE,
    PERSONNEL,
    START,
    UNTIL,
    absent,
    appraise,
    assignment,
    bring,
    draft,
    person,
    plan,
    skp,
)

pytestmark = pytest.mark.integration

WORKER: dict[str, Any] = {"actor": "worker"}
BOSS: dict[str, Any] = {"actor": "boss"}
PROGRESS = {"indicator": "i1", "period": "2026-Q4", "realisation": "1", "evidence": [EVIDENCE]}
CASE = {"case": "d9", "assignment": "worker.a", "absent": absent(4, "2026-02-18")}
RATING = {"cycle": "c1", "rating": "meets", "reason": "Sesuai"}


REFUSED = "/people/worker/discipline-cases/d-refused"


def without(key: str, body: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name != key}


REFUSALS: tuple[tuple[str, str, Any, dict[str, Any], str, str, str], ...] = (
    # service, path, body, who → code, field, article
    ("planning", "/directory", {"people": [person("worker")]}, PERSONNEL,
     "person-exists", "people.0.person", ""),
    ("planning", "/directory", {"units": [{"unit": "u9", "name": "x", "level": "2", "parent": "u8"}]},
     PERSONNEL, "unknown-unit", "units.0.parent", ""),
    ("planning", "/directory", {"assignments": [assignment("nobody", None, "a9")]}, PERSONNEL,
     "unknown-person", "assignments.0.person", ""),
    ("planning", "/directory",
     {"assignments": [assignment("worker", "boss", "a9", until="2025-01-01")]}, PERSONNEL,
     "dates-reversed", "assignments.0.until", ""),
    ("planning", "/assignments/colleague.version/end", {"on": "2025-01-01", "reason": "x"}, PERSONNEL,
     "not-in-force", "on", ""),
    ("planning", "/skps", draft("approved"), WORKER, "skp-exists", "start", ""),
    ("planning", "/skps", draft("refused") | {"until": "2025-01-01"}, WORKER, "dates-reversed", "until", ""),
    ("planning", "/skps", draft("refused") | {"start": "2025-06-01", "until": "2025-06-30"}, WORKER, "outside-assignment", "start",
     ""),
    ("planning", "/skps", draft("refused") | {"results": []}, WORKER, "no-main-result", "results",
     "PermenPANRB 6/2022 Arts 9–13"),
    ("planning", f"/skps/{skp('approved')}/submit", None, WORKER, "wrong-status", "", ""),
    ("monitoring", f"/skps/{skp('approved')}/progress", PROGRESS | {"evidence": []}, WORKER, "no-evidence",
     "evidence", ""),
    ("monitoring", f"/skps/{skp('approved')}/progress", PROGRESS | {"indicator": "i9"}, WORKER,
     "unknown-indicator", "indicator", ""),
    ("appraisal", f"/appraisals/{skp('unrated')}/finalize", {"cycle": "c1"}, BOSS, "missing-rating", "result",
     "PermenPANRB 6/2022"),
    ("appraisal", f"/appraisals/{skp('final')}/result", RATING, BOSS, "final", "", "PP 30/2019 Art 59"),
    ("appraisal", f"/appraisals/{skp('unrated')}/result", RATING | {"cycle": "c9"}, BOSS, "unknown-cycle",
     "cycle", ""),
    ("appraisal", f"/appraisals/{skp('unrated')}/result", RATING | {"cycle": "c0"}, BOSS, "cycle-closed",
     "cycle", ""),
    ("appraisal", "/cycles/c-open/close", None, PERSONNEL, "not-over", "cycle", ""),
    ("rewards", "/discipline-cases", CASE | {"absent": ["2026-02-16", "2026-02-18"]}, BOSS,
     "no-working-day", "absent", ""),
    ("rewards", "/discipline-cases", CASE | {"absent": ["2026-09-02", "2026-10-02"]}, BOSS,
     "day-taken", "absent", "PP 94/2021 Art 35(3)"),
    ("rewards", f"{REFUSED}/summons", {"examination": "2026-10-28"}, BOSS,
     "summons-distance", "examination", "PP 94/2021 Art 26"),
    ("rewards", f"{REFUSED}/summons", {"examination": "2199-10-28"}, BOSS,
     "summons-distance", "examination", "PP 94/2021 Art 26"),
    ("rewards", f"{REFUSED}/sanction", None, BOSS, "not-examined", "", "PP 94/2021 Art 27"),
)  # fmt: skip


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda r: f"{r[0]} {r[4]}")
async def test_a_refused_decision(api: Api, refusal: Any) -> None:
    service, path, body, who, code, field, article = refusal
    if code == "not-over":
        opening = {
            "cycle": "c-open",
            "rule_set": "PermenPANRB 6/2022",
            "start": START,
            "until": UNTIL,
        }
        await api.ask("appraisal", "POST", "/cycles", json=opening, **PERSONNEL)
    if code == "cycle-closed":
        await api.ask("appraisal", "POST", "/cycles/c0/close", **PERSONNEL)
    if path.startswith(REFUSED):
        case = CASE | {"case": "d-refused"}
        await api.ask("rewards", "POST", "/discipline-cases", json=case, **BOSS)
    answer = await api.ask(service, "POST", path, json=body, **who)
    assert (answer.status, answer.code) == (422, code), answer
    assert answer.problem["title"] == "The decision is refused"
    assert answer.problem["detail"]
    assert (answer.problem.get("field", ""), answer.problem.get("article", "")) == (field, article)


MALFORMED: tuple[tuple[str, Any, str], ...] = (
    # what is wrong, the body of POST /skps, the field
    ("nothing", None, "body"),
    ("a list", [], "body"),
    ("a word", "draft", "body"),
    ("a field less", without("until", draft("malformed")), "body.until"),
    ("a field more", draft("malformed") | {"status": "approved"}, "body.status"),
    ("half a character as a name", draft("malformed") | {"\ud800": 1}, "body"),
    ("a NUL as a name", draft("malformed") | {"\0": 1}, "body"),
    ("a long name", draft("malformed") | {"x" * 100_000: 1}, "body"),
    ("a wrong type", draft("malformed") | {"results": "r1"}, "body.results"),
    ("a wrong choice", draft("malformed") | {"approach": "none"}, "body.approach"),
    ("a date that is none", draft("malformed") | {"start": "2026-02-30"}, "body.start"),
    ("a date in seconds", draft("malformed") | {"start": 1e300}, "body.start"),
    ("a number too great", draft("malformed") | {"start": 10**400}, "body.start"),
    ("an id with a slash", draft("malformed") | {"assignment": "a/b"}, "body.assignment"),
    ("an id with a space", draft("malformed") | {"assignment": "a b"}, "body.assignment"),
    ("an id with a line break", draft("malformed") | {"assignment": "worker.a\n"}, "body.assignment"),
    ("an id in other letters", draft("malformed") | {"assignment": "worker.ａ"}, "body.assignment"),
    ("an id too long", draft("malformed") | {"assignment": "a" * 287 + ".a"}, "body.assignment"),
    ("no id", draft("malformed") | {"assignment": ""}, "body.assignment"),
    ("blank text", draft("malformed") | plan(" \n "), "body.results.0.text"),
    ("a NUL in text", draft("malformed") | plan("a\0b"), "body.results.0.text"),
    ("a control character in text", draft("malformed") | plan("a\x1b[31mb"), "body.results.0.text"),
    ("half a character in text", draft("malformed") | plan("a\udc00b"), "body.results.0.text"),
    ("text too long", draft("malformed") | plan("a" * 4001), "body.results.0.text"),
    ("too many results", draft("malformed") | {"results": plan()["results"] * 51}, "body.results"),
)  # fmt: skip


@pytest.mark.parametrize("malformed", MALFORMED, ids=lambda m: m[0])
async def test_a_malformed_body(api: Api, malformed: Any) -> None:
    _, body, field = malformed
    must_be_malformed(await api.ask("planning", "POST", "/skps", json=body, **WORKER), field)


def must_be_malformed(answer: Answer, field: str) -> None:
    assert (answer.status, answer.code) == (400, "malformed-request"), answer
    assert answer.problem["field"].startswith(field), answer
    assert len(answer.content) < 2000  # what was sent is not sent back


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{", b'{"a":}', b"\xff\xfe", b'"\xed\xa0\x80"', b"nul", b"[" * 60_000, b'{"a":' * 10_000,
        b"9" * 60_000, b"NaN", b"-Infinity", b'{"assignment":NaN}', b"1e999999", b'{"a":1,"a":2}',
        b"\xef\xbb\xbf[]", b"\0", b"a=1&b=2",
    ],
    ids=lambda c: repr(c[:20]),
)  # fmt: skip
async def test_a_body_that_is_no_json(api: Api, content: bytes) -> None:
    for path in ("/skps", "/directory", f"/skps/{skp('submitted')}/return"):
        headers = {"Content-Type": "application/json"}
        answer = await api.ask("planning", "POST", path, data=content, headers=headers, **PERSONNEL)
        assert answer.status == 400, (path, answer)
        assert answer.problem["title"]


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/xml",
     "application/json; charset=utf-16", "/", ";", "application/json, text/html", "é"],
)  # fmt: skip
async def test_a_body_of_another_type(api: Api, content_type: str) -> None:
    content = b"<skp/>"
    headers = {"Content-Type": content_type}
    answer = await api.ask("planning", "POST", "/skps", data=content, headers=headers, **WORKER)
    assert answer.status in (400, 415)
    assert answer.problem["title"]


async def test_a_huge_body_is_not_taken_in(api: Api) -> None:
    """Whether its length is told or not; and nothing at all from whoever is not known."""
    huge = b'{"reason":"' + b"x" * 40_000_000 + b'"}'

    async def chunks() -> Any:
        for start in range(0, len(huge), 1_000_000):
            yield huge[start : start + 1_000_000]

    headers = {"Content-Type": "application/json"}
    known: tuple[tuple[dict[str, Any], int], ...] = ((BOSS, 413), ({}, 401))
    for who, status in known:
        for content in (huge, chunks()):
            answer = await api.ask(
                "planning",
                "POST",
                f"/skps/{skp('submitted')}/return",
                data=content,
                headers=headers,
                **who,
            )
            assert answer.status == status, answer
            assert answer.problem["title"]


async def test_no_plan_is_larger_than_kafka_would_carry(api: Api) -> None:
    """In the log, it would stop the relay, and with it everybody's work."""

    def large(count: int) -> dict[str, Any]:
        indicators = [
            {"id": f"i{n}", "aspect": "quantity", "text": "x" * 4000, "target": "x"}
            for n in range(count)
        ]
        results = [
            {"id": f"r{n}", "kind": "main", "text": "x", "indicators": indicators[n : n + 50]}
            for n in range(0, count, 50)
        ]
        return draft("large") | {"results": results}

    too_large = await api.ask("planning", "POST", "/skps", json=large(66), **WORKER)
    assert (too_large.status, too_large.code) == (413, "too-large"), too_large
    links = [{"title": "Laporan", "link": "https://example.go.id/" + "x" * 100_000}] * 20
    evidence = PROGRESS | {"evidence": links}
    path = f"/skps/{skp('approved')}/progress"
    linked = await api.ask("monitoring", "POST", path, json=evidence, **WORKER)
    assert linked.status == 413, linked
    # What is just small enough goes all the way, and so does what comes after it.
    receipt = await api.do("planning", "/skps", large(62), **WORKER)
    found = await api.see(
        "planning", f"/skps/{skp('large')}", headers={"At-Least": receipt["at_least"]}, **WORKER
    )
    assert [len(result["indicators"]) for result in found["plan"]["results"]] == [50, 12]


MOMENTS = (
    "", "now", "2026", "2026-10-27", "2026-10-27T09:00:00", "0001-01-01T00:00:00+14:00",
    "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-14:00", "9999-12-31T23:59:59Z",
    "2026-10-27T09:00:00+99:00", "10000-01-01T00:00:00Z",
    "-0001-01-01T00:00:00Z", "2026-13-45T99:99:99Z", "1e9", "1899-12-31T00:00:00Z", "3000-01-01T00:00:00Z",
)  # fmt: skip


@pytest.mark.parametrize("moment", MOMENTS)
async def test_a_simulated_time_that_is_none(api: Api, moment: str) -> None:
    for service, method, path, body, who in (
        ("planning", "GET", "/people/worker", None, WORKER),
        ("planning", "POST", "/skps", draft("no-time"), WORKER),
        (
            "rewards",
            "POST",
            "/people/worker/discipline-cases/d-light/summons",
            {"examination": "2026-11-20"},
            BOSS,
        ),
        ("evaluation", "GET", "/cycles/c1/reports", None, PERSONNEL),
    ):
        answer = await api.ask(service, method, path, json=body, at=moment, **who)
        assert (answer.status, answer.problem["field"]) == (400, "Simulated-Time"), answer


async def test_the_latest_dates_are_reckoned_with(api: Api) -> None:
    """31 December 9999 stands for "open" in many a personnel system."""
    for_good = {
        "cycle": "c9999",
        "rule_set": "PermenPANRB 6/2022",
        "start": START,
        "until": "9999-12-31",
    }
    await api.do("appraisal", "/cycles", for_good, **PERSONNEL)
    open_ = {"start": "2026-12-31", "until": "9999-12-31"}
    answer = await api.ask("planning", "POST", "/skps", json=draft("latest") | open_, **WORKER)
    assert answer.code == "across-years"
    row = assignment("worker", "boss", "latest", kind="plt")
    [started] = await api.do("planning", "/directory", {"assignments": [row]}, **PERSONNEL)
    of, there = "worker.latest.20260101", {"At-Least": started["at_least"]}
    body = draft("latest") | {"assignment": "worker.latest", "start": START, "until": UNTIL}
    await api.do("planning", "/skps", body, **WORKER, headers=there)
    await api.do("planning", f"/skps/{of}/submit", **WORKER)
    seen = await api.do("planning", f"/skps/{of}/approve", **BOSS)
    path, rating = f"/appraisals/{of}", RATING | {"cycle": "c9999"}
    await api.do(
        "appraisal", f"{path}/result", rating, headers={"At-Least": seen["at_least"]}, **BOSS
    )
    await api.do("appraisal", f"{path}/behaviour", rating, **BOSS)
    answer = await api.ask("appraisal", "POST", f"{path}/finalize", json={"cycle": "c9999"}, **BOSS)
    assert (answer.code, answer.problem["detail"][-10:]) == ("not-ended", "2026-12-31")


async def test_what_was_appraised_before_the_first_policy_is_answered(api: Api) -> None:
    seen = await bring(api, "early", "approved")
    at = "2022-12-30T09:00:00+07:00"
    answer = await api.ask("appraisal", "POST", f"/appraisals/{skp('early')}/result", json=RATING, at=at,
                           headers={"At-Least": seen}, **BOSS)  # fmt: skip
    assert answer.status == 403  # the assignment starts in 2026
    early = assignment(
        "worker", "boss", "early", start="2022-01-01", until="2025-12-31", office="boss.early"
    )
    office = assignment("boss", None, "early", start="2022-01-01", until="2025-12-31")
    rows = await api.do("planning", "/directory", {"assignments": [office]}, **PERSONNEL)
    rows += await api.do("planning", "/directory", {"assignments": [early]}, **PERSONNEL)
    there = latest(row["at_least"] for row in rows)
    body = draft("approved") | {
        "assignment": "worker.early",
        "start": "2022-01-01",
        "until": "2022-12-31",
    }
    how = {"at": at, "headers": there}
    await api.do("planning", "/skps", body, **WORKER, **how)
    await api.do("planning", "/skps/worker.early.20220101/submit", **WORKER, at=at)
    seen = (await api.do("planning", "/skps/worker.early.20220101/approve", **BOSS, at=at))[
        "at_least"
    ]
    arrived = latest([seen, there["At-Least"]])
    cycle = {"cycle": "c1", "rule_set": "PermenPANRB 6/2022"}
    cycle |= {"cycle": "c2022", "start": "2022-01-01", "until": "2022-12-31"}
    await api.do("appraisal", "/cycles", cycle, **PERSONNEL)
    path, rating = "/appraisals/worker.early.20220101", RATING | {"cycle": "c2022"}
    await api.do("appraisal", f"{path}/result", rating, headers=arrived, **BOSS, at=at)
    await api.do("appraisal", f"{path}/behaviour", rating, **BOSS, at=at)
    final = await api.do(
        "appraisal", f"{path}/finalize", {"cycle": "c2022"}, **BOSS, at="2022-12-31T09:00:00+07:00"
    )
    assert final["version"] == 3
    await api.until(
        "rewards", "/people/worker/rewards",
        lambda rewards: "worker.early.20220101" in {reward["skp"] for reward in rewards}, **WORKER,
    )  # fmt: skip


IDS = (
    "..", ".", "-", "_", "%2e%2e", "a%2Fb", "a%5Cb", "%00", "a%00b", "a%0Ab", "a%20b", "%ff", "%ed%a0%80",
    "%F0%9F%92%A9", "%EF%BD%81", "a" * 301, "x" * 5000, "'%20or%201=1", "a%22b", "{skp}", "%25", "%2500", "*", "~",
)  # fmt: skip


@pytest.mark.parametrize("id", IDS, ids=lambda i: i[:20])
async def test_an_id_that_is_none(api: Api, id: str) -> None:
    for service, method, path in (
        ("planning", "GET", "/skps/{}"), ("planning", "GET", "/people/{}/history"),
        ("planning", "POST", "/skps/{}/submit"), ("monitoring", "GET", "/skps/{}/execution"),
        ("appraisal", "GET", "/cycles/{}/predicates"), ("rewards", "POST", "/people/{}/discipline-cases/d1/sanction"),
        ("rewards", "POST", "/people/worker/discipline-cases/{}/sanction"),
        ("evaluation", "GET", "/cycles/{}/reports"),
    ):  # fmt: skip
        answer = await api.ask(service, method, path.format(id), **PERSONNEL)
        # A dot or a slash may make it another path, which is not there.
        assert answer.status in (400, 404, 405), (path, answer)
        assert answer.problem["title"]


@pytest.mark.parametrize("name", ["%00", "%ff", "%ed%a0%80", "'", "%25", "_", "\\", "a" * 6000, ""])
async def test_a_search_for_anything(api: Api, name: str) -> None:
    found = await api.see("planning", f"/people?name={name}", **PERSONNEL)
    wanted = unquote(name).replace("\0", "").lower()
    assert all(wanted in row["name"].lower() for row in found["items"])


async def test_a_name_is_found_in_any_spelling(api: Api) -> None:
    """In either Unicode form, in any case, with or without its accents."""
    rows = {"people": [person("accents") | {"name": "Jose\u0301 Ñúñez"}]}
    (receipt,) = await api.do("planning", "/directory", rows, **PERSONNEL)
    seen = {"At-Least": receipt["at_least"]}
    # Other tests name people José too.
    for spelt, is_found in (
        ("José", True), ("Jose\u0301", True), ("jose", True), ("JOSÉ ÑÚ", True), ("nunez", True),
        ("jos nunez", False),
    ):  # fmt: skip
        found = await api.see("planning", f"/people?name={quote(spelt)}", headers=seen, **PERSONNEL)
        assert ("José Ñúñez" in {row["name"] for row in found["items"]}) == is_found, spelt


async def test_digits_are_latin_and_links_are_links(api: Api) -> None:
    for nip in ("١" * 18, "1" * 17, "1" * 19, "1" * 17 + " ", "-" + "1" * 17):
        body = {"people": [person("digits") | {"nip": nip}]}
        answer = await api.ask("planning", "POST", "/directory", json=body, **PERSONNEL)
        must_be_malformed(answer, "body.people.0.nip")
    for link in (
        "javascript:alert(1)",
        "file:///etc/passwd",
        "x",
        "https://",
        "https://x/" + "y" * 2000,
    ):
        progress: dict[str, Any] = PROGRESS | {"evidence": [{"title": "x", "link": link}]}
        answer = await api.ask(
            "monitoring", "POST", f"/skps/{skp('approved')}/progress", json=progress, **WORKER
        )
        must_be_malformed(answer, "body.evidence.0.link")
    progress = PROGRESS | {"period": "٢٠٢٦"}
    answer = await api.ask(
        "monitoring", "POST", f"/skps/{skp('approved')}/progress", json=progress, **WORKER
    )
    must_be_malformed(answer, "body.period")


async def test_no_such_path_and_no_such_method(api: Api) -> None:
    for path in ("/nothing", "/skps/x/y/z", "//", "/.git/config", "/units/", "/skps/x/"):
        answer = await api.ask("planning", "GET", path, **PERSONNEL)
        assert (answer.status, answer.problem["title"]) == (404, "Not Found")
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"):
        answer = await api.ask("planning", method, f"/skps/{skp('approved')}", **PERSONNEL)
        assert (answer.status, answer.headers["Allow"]) == (405, "GET"), method
        assert answer.problem["title"] == "Method Not Allowed"


async def test_what_is_not_there(api: Api) -> None:
    for service, method, path in (
        ("planning", "GET", "/skps/none"), ("planning", "GET", "/people/none"),
        ("monitoring", "GET", "/skps/none/execution"), ("appraisal", "GET", "/appraisals/none"),
    ):  # fmt: skip
        answer = await api.ask(service, method, path, **PERSONNEL)
        assert (answer.status, answer.code) == (404, "not-found"), path
    # Personnel submits and sanctions nothing, whether it exists or not.
    for service, path in (
        ("planning", "/skps/none/submit"),
        ("rewards", "/people/worker/discipline-cases/none/sanction"),
        ("rewards", "/people/none/discipline-cases/none/sanction"),
    ):
        answer = await api.ask(service, "POST", path, **PERSONNEL)
        assert (answer.status, answer.code) == (403, "forbidden"), path


@pytest.mark.parametrize(
    "correlation", ["two words", "x" * 201, "é", "ключ".encode().decode("latin-1")]
)
async def test_a_correlation_id_that_is_none(api: Api, correlation: str) -> None:
    headers = {"X-Correlation-Id": correlation}
    answer = await api.ask("planning", "GET", "/units", headers=headers, **WORKER)
    assert (answer.status, answer.problem["field"]) == (400, "X-Correlation-Id")


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"GET / HTTP/9.9\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\r\n\r\n", b"GET /units\r\n\r\n",
        b"GET /units HTTP/1.1\r\nHost: x\r\nIf-Match: a\0b\r\n\r\n",
        b"POST /skps HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST /skps HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
        b"GET /units HTTP/1.1\r\nHost: x\r\n bad: folding\r\n\r\n",
    ],
    ids=lambda b: repr(b[:40]),
)  # fmt: skip
async def test_what_is_no_http(api: Api, request_bytes: bytes) -> None:
    """The server in front of the application answers, and closes; the application goes on."""
    assert (await api.raw("planning", request_bytes)).status in (400, 401, 404)
    assert (await api.ask("planning", "GET", "/livez")).status == 200


async def test_headers_said_twice_or_without_end(api: Api) -> None:
    token = await api.token("personnel-unit", "personnel")
    start = f"GET /units HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n".encode()
    assert (await api.raw("planning", start + b"\r\n")).status == 200
    assert (await api.raw("planning", start + b"Authorization: Bearer x\r\n\r\n")).status in (
        200,
        401,
    )
    many = b"".join(b"X-%d: y\r\n" % n for n in range(5000))
    assert (await api.raw("planning", start + many + b"\r\n")).status in (200, 400, 431)
    odd = b"At-Least: \xff\xfe\r\nX-Correlation-Id: \xc3\x28\r\n\r\n"
    answer = await api.raw("planning", start + odd)
    assert answer.status == 400
    assert answer.problem["field"] in ("At-Least", "X-Correlation-Id")


async def test_only_the_demonstration_knows_a_simulated_time(api: Api) -> None:
    """A service as an agency runs it: no request chooses its date."""
    settings = Settings(
        database_url="",
        kafka_bootstrap_servers="",
        oidc_issuer=api.stack.url("issuer"),
        signing_key="",
    )
    assert not settings.simulated_time
    app = build(PLANNING, settings)
    said: list[Any] = []
    scope = {
        "type": "http", "method": "GET", "path": "/units", "query_string": b"", "root_path": "",
        "headers": [
            (b"authorization", f"Bearer {await api.token('worker')}".encode()),
            (b"simulated-time", b"2026-01-01T00:00:00+07:00"),
        ],
    }  # fmt: skip

    async def receive() -> Any:
        return {"type": "http.request", "body": b""}

    async def send(message: Any) -> None:
        said.append(message)

    await app(scope, receive, send)
    assert said[0]["status"] == 400
    assert json.loads(said[1]["body"])["field"] == "Simulated-Time"


async def test_nothing_of_this_stopped_a_view(api: Api) -> None:
    await appraise(api, skp("unrated"), actor="boss")
    for service in ("planning", "monitoring", "appraisal", "rewards", "evaluation"):
        assert (await api.see(service, "/status"))["stopped"] == []
        await api.until(service, "/status", lambda status: not status["trouble"])

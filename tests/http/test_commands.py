"""Commands given twice, at once, on stale or own knowledge: Idempotency-Key, If-Match, At-Least."""

import asyncio
import time
from typing import Any

import asyncpg
import pytest

from contracts.catalogue import MODELS
from contracts.event import Recorded
from tests.http.api import Api, latest
from tests.http.world import (
    PERSONNEL,
    UNTIL,
    assignment,
    draft,
    person,
    plan,
    skp,
)

pytestmark = pytest.mark.integration

MINE: dict[str, Any] = {"actor": "colleague"}


async def stream(api: Api, service: str, name: str) -> list[Recorded]:
    connection = await asyncpg.connect(api.stack.databases[service])
    try:
        rows = await connection.fetch(
            "select position, record from event where stream = $1 order by version", name
        )
    finally:
        await connection.close()
    return [Recorded(row["record"], row["position"], MODELS) for row in rows]


async def test_the_same_key_gets_the_same_answer(api: Api) -> None:
    key = {"Idempotency-Key": "draft-2"}
    body = draft("repeated", "colleague")
    first = await api.ask("planning", "POST", "/skps", json=body, headers=key, **MINE)
    assert first.status == 200
    await api.do("planning", f"/skps/{skp('repeated', 'colleague')}/submit", **MINE)
    again = await api.ask("planning", "POST", "/skps", json=body, headers=key, **MINE)
    assert (again.status, again.body, again.headers["ETag"]) == (200, first.body, '"1"')
    assert len(await stream(api, "planning", f"skp/{skp('repeated', 'colleague')}")) == 2


async def test_a_used_key_says_nothing_else(api: Api) -> None:
    """Neither another body nor another path on the same thing is answered as if it had been done."""
    key = {"Idempotency-Key": "only-this"}
    of = skp("other-words", "colleague")
    await api.do("planning", "/skps", draft("other-words", "colleague"), headers=key, **MINE)
    other_body = draft("other-words", "colleague") | plan("Something else")
    for path, body in (
        ("/skps", other_body),
        (f"/skps/{of}/revise", plan("x")),
        (f"/skps/{of}/submit", None),
    ):
        answer = await api.ask("planning", "POST", path, json=body, headers=key, **MINE)
        assert (answer.status, answer.code) == (422, "key-reused"), path
        assert answer.problem["field"] == "Idempotency-Key"
    assert len(await stream(api, "planning", f"skp/{of}")) == 1


async def test_of_two_who_say_different_things_with_one_key_at_once_one_is_done(api: Api) -> None:
    key = {"Idempotency-Key": "two-at-once"}
    bodies = [draft("two-at-once", "colleague") | plan(f"Versi {n}") for n in range(8)]
    answers = await asyncio.gather(
        *(api.ask("planning", "POST", "/skps", json=body, headers=key, **MINE) for body in bodies)
    )
    assert sorted(a.status for a in answers) == [200] + [422] * 7
    assert {a.code for a in answers if a.status == 422} <= {"key-reused", "skp-exists"}


async def test_nobody_s_command_stands_in_a_reaction_s_way(api: Api) -> None:
    """Nor in that of a row: somebody called as a reaction is, with a key like the id of its cause."""
    for actor in ("rewards_followup", "r", "p:colleague"):
        row = {"units": [{"unit": f"u-{actor.replace(':', '.')}", "name": "Biro", "level": "2"}]}
        for key in ("boss:x/1", "k:units.0", "k"):
            await api.ask(
                "planning", "POST", "/directory", json=row, headers={"Idempotency-Key": key},
                actor=actor, roles="personnel",
            )  # fmt: skip
    connection = await asyncpg.connect(api.stack.databases["planning"])
    try:
        commands = await connection.fetch("select distinct command from event")
    finally:
        await connection.close()
    assert {row["command"].partition(":")[0] for row in commands} == {"p"}


async def test_ten_at_once_are_one(api: Api) -> None:
    """Also for decisions that refuse a second time by themselves."""
    for n in range(6):
        name = f"at-once-{n}"
        sent: dict[str, Any] = {
            "json": draft(name, "colleague"),
            "headers": {"Idempotency-Key": name},
        }
        answers = await asyncio.gather(
            *(api.ask("planning", "POST", "/skps", **sent, **MINE) for _ in range(10))
        )
        assert {(a.status, a.content) for a in answers} == {(200, answers[0].content)}
        assert len(await stream(api, "planning", f"skp/{skp(name, 'colleague')}")) == 1


async def test_ten_commands_at_once_on_one_stream_all_find_their_place(api: Api) -> None:
    """No If-Match: each is decided again on what the stream has become."""
    path = f"/skps/{skp('approved', 'colleague')}/feedback"
    before = len(await stream(api, "monitoring", f"execution/{skp('approved', 'colleague')}"))
    answers = await asyncio.gather(
        *(
            api.ask("monitoring", "POST", path, json={"text": f"Umpan balik {n}"}, actor="rival")
            for n in range(10)
        )
    )
    versions = sorted(a.body["version"] for a in answers if a.status == 200)
    # A command that lost its place five times in a row says so; it may be given again.
    assert all(a.status == 200 or a.code == "stale-version" for a in answers)
    assert versions == [before + n for n in range(1, len(versions) + 1)]
    assert len(versions) >= 5


async def test_a_key_belongs_to_its_actor(api: Api) -> None:
    """Another's key neither tells its answer nor stands in the way."""
    key = {"Idempotency-Key": "a-key"}
    path = f"/skps/{skp('drafted')}/revise"
    await api.do("planning", path, plan("Pertama"), actor="worker", headers=key)
    stolen = await api.ask("planning", "POST", path, json=plan("x"), headers=key, **MINE)
    assert stolen.status == 403
    body = draft("own-key", "colleague")
    assert (await api.do("planning", "/skps", body, headers=key, **MINE))["version"] == 1


async def test_no_actor_can_spell_another_ones_key(api: Api) -> None:
    """Subjects may hold colons (an OpenID provider chooses them), and so may keys."""
    for actor, key in (("unit", "of:key"), ("unit:of", "key"), ("unit%3Aof", "key")):
        person_row = {"people": [person(f"p-{actor.replace(':', '.').replace('%', '.')}")]}
        receipts = await api.do(
            "planning", "/directory", person_row, actor=actor, roles="personnel",
            headers={"Idempotency-Key": key},
        )  # fmt: skip
        assert receipts[0]["version"] == 1


async def test_a_key_is_for_one_command(api: Api) -> None:
    key = {"Idempotency-Key": "one-command"}
    await api.do("planning", "/skps", draft("one-key", "colleague"), headers=key, **MINE)
    other = await api.ask(
        "planning", "POST", "/skps", json=draft("its-key-again", "colleague"), headers=key, **MINE
    )
    assert (other.status, other.code) == (422, "key-reused")
    assert other.problem["field"] == "Idempotency-Key"


async def test_a_command_without_a_key_is_not_given(api: Api) -> None:
    for key in ("", " ", "two words", "x" * 201, "é", "\t"):
        answer = await api.ask(
            "planning", "POST", "/skps", json=draft("no-key", "colleague"), headers={"Idempotency-Key": key}, **MINE
        )  # fmt: skip
        assert (answer.status, answer.problem["field"]) == (400, "Idempotency-Key"), key


async def test_a_refused_command_can_be_given_again(api: Api) -> None:
    """A refusal is no answer to keep: with what it lacked, the same command is accepted."""
    key = {"Idempotency-Key": "not-yet"}
    path = f"/skps/{skp('given-again', 'colleague')}/submit"
    # Nobody owns what does not exist.
    assert (await api.ask("planning", "POST", path, headers=key, **MINE)).status == 403
    await api.do("planning", "/skps", draft("given-again", "colleague"), **MINE)
    assert (await api.do("planning", path, headers=key, **MINE))["version"] == 2


async def test_a_bulk_request_that_failed_in_part_repeats_nothing(api: Api) -> None:
    key = {"Idempotency-Key": "bulk"}
    people = [person(f"bulk{n}") for n in range(30)]
    rows = [assignment(f"bulk{n}", "boss") for n in range(30)]
    rows[17]["superior"] = {"appraiser": "bulk-unknown", "office": "bulk-unknown.a"}
    body = {"people": people, "assignments": rows}
    failed = await api.ask("planning", "POST", "/directory", json=body, headers=key, **PERSONNEL)
    assert (failed.status, failed.code) == (422, "unknown-office")
    assert failed.problem["field"] == "assignments.17.office"
    rows[17]["superior"] = {"appraiser": "boss", "office": "boss.a"}
    receipts = await api.do("planning", "/directory", body, headers=key, **PERSONNEL)
    again = await api.do("planning", "/directory", body, headers=key, **PERSONNEL)
    assert receipts == again
    assert [r["version"] for r in receipts] == [1] * 30 + [2] * 30
    for n in range(30):
        assert len(await stream(api, "planning", f"person/bulk{n}")) == 2


async def test_a_bulk_request_is_heard_by_its_last_receipts(api: Api) -> None:
    """1,000 rows at once, of which every one can be waited for."""
    people = [person(f"crowd{n}") for n in range(1000)]
    receipts = await api.do("planning", "/directory", {"people": people}, **PERSONNEL)
    assert len(receipts) == 1000
    seen = latest(r["at_least"] for r in receipts)
    found = await api.see("planning", "/people/crowd999", headers=seen, **PERSONNEL)
    assert found["name"] == "Crowd999"


async def test_if_match_round_trip(api: Api) -> None:
    drafted = await api.ask("planning", "POST", "/skps", json=draft("matched", "colleague"), **MINE)
    tag = drafted.headers["ETag"]
    assert tag == '"1"'
    path = f"/skps/{skp('matched', 'colleague')}/revise"
    revised = await api.ask(
        "planning", "POST", path, json=plan("Kedua"), headers={"If-Match": tag}, **MINE
    )
    assert (revised.status, revised.headers["ETag"]) == (200, '"2"')
    stale = await api.ask(
        "planning", "POST", path, json=plan("Ketiga"), headers={"If-Match": tag}, **MINE
    )
    assert (stale.status, stale.code, stale.problem["actual"]) == (409, "stale-version", 2)
    for text in ("2", "*", 'W/"2"', '"2", "3"', '"-1"', '"9999999999"', '"two"', '"²"', ""):
        answer = await api.ask(
            "planning", "POST", path, json=plan("x"), headers={"If-Match": text}, **MINE
        )
        assert (answer.status, answer.problem["field"]) == (400, "If-Match"), text


async def test_if_match_on_what_is_not_there_tells_so(api: Api) -> None:
    answer = await api.ask(
        "planning",
        "POST",
        "/skps",
        json=draft("not-there", "colleague"),
        headers={"If-Match": '"3"'},
        **MINE,
    )
    assert (answer.status, answer.problem["actual"]) == (409, 0)


async def test_one_of_two_who_saw_the_same_version_comes_first(api: Api) -> None:
    await api.do("planning", "/skps", draft("seen-by-two", "colleague"), **MINE)
    path, seen = f"/skps/{skp('seen-by-two', 'colleague')}/revise", {"If-Match": '"1"'}
    answers = await asyncio.gather(
        *(
            api.ask("planning", "POST", path, json=plan(f"Versi {n}"), headers=seen, **MINE)
            for n in range(10)
        )
    )
    assert sorted(a.status for a in answers) == [200] + [409] * 9


async def test_at_least_reads_ones_own_write_at_once(api: Api) -> None:
    await api.do("planning", "/skps", draft("written", "colleague"), **MINE)
    path = f"/skps/{skp('written', 'colleague')}"
    for n in range(20):
        receipt = await api.do("planning", f"{path}/revise", plan(f"Naskah {n}"), **MINE)
        found = await api.see("planning", path, headers={"At-Least": receipt["at_least"]}, **MINE)
        assert found["version"] == receipt["version"]
        assert found["plan"]["results"][0]["text"] == f"Naskah {n}"


async def test_at_least_what_never_comes_is_not_waited_for_long(api: Api) -> None:
    begun = time.monotonic()
    answers = await asyncio.gather(
        *(
            api.ask(
                "planning", method, path, json=draft("never", "colleague"),
                headers={"At-Least": "planning:0@999999999999"}, **MINE,
            )
            for method, path in (("GET", f"/skps/{skp('written', 'colleague')}"), ("POST", "/skps"))
        )
    )  # fmt: skip
    for answer in answers:
        assert (answer.status, answer.code) == (503, "not-caught-up")
        assert int(answer.headers["Retry-After"]) >= 1
    assert time.monotonic() - begun < 10


async def test_at_least_tells_nobody_of_what_is_not_theirs(api: Api) -> None:
    """A wait names a partition's position, not a stream; who may not is told only that, whether
    what they wait for comes or not."""
    for position in (1, 999_999_999_999):
        for path in (f"/skps/{skp('approved')}", "/skps/none"):
            answer = await api.ask(
                "planning", "GET", path, headers={"At-Least": f"planning:0@{position}"}, **MINE
            )
            assert (answer.status, answer.code) == (403, "forbidden")


async def test_one_actor_waits_in_few_requests_at_once(api: Api) -> None:
    never = {"At-Least": "planning:0@999999999999"}
    answers = await asyncio.gather(
        *(api.ask("planning", "GET", "/units", headers=never, **MINE) for _ in range(30))
    )
    assert {a.code for a in answers} == {"not-caught-up", "too-many-waiting"}
    # Another is not kept from waiting meanwhile, nor the same one afterwards.
    found = await api.see("planning", "/status")
    seen = {"At-Least": found["at_least"]}
    assert await api.see("planning", "/units", headers=seen, **MINE)


async def test_at_least_says_what_it_means(api: Api) -> None:
    for text in ("x", "planning:1", "planning:1@", "planning:1@-1", "planning: 1@1", "planning:6@1",
                 "planning:1@1;", "planning:1@9999999999999999999", ",", "payroll:1@1",
                 ",".join(["planning:1@1"] * 9)):  # fmt: skip
        answer = await api.ask("planning", "GET", "/units", headers={"At-Least": text}, **MINE)
        assert (answer.status, answer.problem["field"]) == (400, "At-Least"), text


async def test_an_id_of_the_greatest_length_can_be_used_all_along(api: Api) -> None:
    name, code = "a" * 64, "b" * 32
    started = {
        "people": [person(name)], "assignments": [assignment(name, "boss", code)],
    }  # fmt: skip
    _, receipt = await api.do("planning", "/directory", started, **PERSONNEL)
    seen = {"At-Least": receipt["at_least"]}
    body = draft("approved") | {"assignment": f"{name}.{code}", "until": UNTIL}
    receipt = await api.do("planning", "/skps", body, actor=name, headers=seen)
    path = "/skps/" + receipt["stream"].partition("/")[2]
    await api.do("planning", f"{path}/submit", actor=name)
    receipt = await api.do("planning", f"{path}/approve", actor="boss")
    seen = {"At-Least": receipt["at_least"]}
    assert await api.see("monitoring", f"{path}/execution", actor=name, headers=seen)

"""A small agency with one object in each state, so that every endpoint has something to act on.

chief leads the unit and appraises boss; boss appraises worker; rival appraises colleague. An SKP is named
by the state that it is in or what a test does with it (`skp("submitted")`).
"""

import asyncio
import time
from datetime import date, timedelta
from hashlib import blake2b
from typing import Any
from zlib import crc32

from contracts import commands
from law.period import last_of_month
from tests.http.api import PATIENCE, Api, latest

PERSONNEL: dict[str, Any] = {"actor": "personnel-unit", "roles": "personnel"}
AUTHORITY: dict[str, Any] = {"actor": "ministers-office", "roles": "appointing-authority"}
RULE_SET = "PermenPANRB 6/2022"
START, UNTIL = "2026-01-01", "2026-12-31"
NAMES = (
    "chief", "boss", "worker", "rival", "colleague", "mover", "leaver", "newboss", "officer", "heir",
)  # fmt: skip
APPRAISER = {
    "boss": "chief", "worker": "boss", "rival": "chief", "colleague": "rival", "mover": "boss",
    "leaver": "boss", "newboss": "chief", "heir": "rival",
}  # fmt: skip
UNTIL_OF = {"leaver": "2026-06-30"}
HEAVY = [f"2026-04-{day:02d}" for day in (13, 14, 15, 16, 17, 20, 21, 22, 23, 24)]
"""Ten working days running."""
EVIDENCE = {"title": "Laporan", "link": "https://dokumen.example.go.id/1"}


_names: dict[str, list[str]] = {}
"""By person, the SKPs of one day that have been named so far: no two are of the same day."""
MONTHS = {
    "to-rate": 1, "rated": 2, "final": 3, "unrated": 4, "correlated": 1, "apart": 2,
    "half-gone": 3, "measured": 4, "traced": 5,
}  # fmt: skip
"""Of those that are appraised, which takes a month."""
LONGER = {
    "approved": (date(2026, 7, 1), date(2026, 10, 31)), "to-amend": (date(2026, 11, 1), date(2026, 12, 31)),
}  # fmt: skip
"""Of those that last at the time of the requests."""


def skp_days(name: str, of: str = "worker") -> tuple[date, date]:
    """The first day and the last."""
    if name in LONGER:
        return LONGER[name] if of != "leaver" else (date(2026, 1, 1), date(2026, 5, 31))
    if name in MONTHS:
        first = date(2026, MONTHS[name], 1)
        return first, last_of_month(first)
    names = _names.setdefault(of, [])
    if name not in names:
        names.append(name)
    day = date(2026, 6, 1) + timedelta(days=names.index(name))
    return day, day


def skp(name: str, of: str = "worker") -> str:
    return f"{of}.a.{skp_days(name, of)[0]:%Y%m%d}"


GONE = "worker.gone.20260701"
HANDED = "heir.handed.20260101"


def upload(name: str, of: str = "officer") -> str:
    """What an officer has sent, by what a test does with it; the key is the name."""
    command = commands.of_person(of, f"upload-{name}")
    return blake2b(command.encode(), digest_size=16).hexdigest()


def sheet(
    *rows: tuple[str, str], headings: str = "NIP,Nama,Kode Unit,Jabatan,Jenjang,Mulai"
) -> bytes:
    """People in u1 as they are, by name and position."""
    lines = [
        f"{nip(name)},{name.title()},u1,{position},Ahli Pertama,{START}" for name, position in rows
    ]
    return "\n".join([headings, *lines]).encode()


async def send(
    api: Api, name: str, content: bytes, kind: str = "people", until: str = "checked", **how: Any
) -> Any:
    """Send a file, and wait until it has been checked."""
    path = f"/imports?kind={kind}&name={name}.csv"
    how = {"actor": "officer"} | how
    headers = {"Idempotency-Key": f"upload-{name}"}
    answer = await api.ask("planning", "POST", path, data=content, headers=headers, **how)
    assert answer.status == 200, answer
    return await settled(api, answer.body["id"], until, **how)


async def settled(api: Api, id: str, state: str, **how: Any) -> Any:
    """The file, once it is in this state."""
    deadline = time.monotonic() + PATIENCE
    while (shown := await api.see("planning", f"/imports/{id}", **how))["state"] != state:
        assert time.monotonic() < deadline, shown
        await asyncio.sleep(0.1)
    return shown


def plan(text: str = "Layanan tepat waktu") -> dict[str, Any]:
    indicator = {"id": "i1", "aspect": "quantity", "text": text, "target": "12", "unit": "laporan"}
    return {
        "results": [{"id": "r1", "kind": "main", "text": text, "indicators": [indicator]}],
        "annexes": {name: ["Sesuai dialog"] for name in ("resources", "accountability", "consequences")},
    }  # fmt: skip


def agreement(head: str, year: int, target: str = "12", **more: Any) -> dict[str, Any]:
    """Of one objective, s1, with the indicators i1 and i2."""
    indicator = {
        "id": "i1", "perspective": "penerima layanan", "text": "Layanan tepat waktu", "unit": "persen",
        "baseline": "80", "targets": [{"year": year, "target": target}],
    }  # fmt: skip
    indicators = [indicator, indicator | {"id": "i2", "text": "Kepuasan pengguna"}]
    objective = {"id": "s1", "text": "Layanan prima", "indicators": indicators}
    return {"assignment": head, "year": year, "objectives": [objective | more]}


def cells(indicator: str, *of: str) -> dict[str, Any]:
    """Of boss, or of these, in the matrix of u1."""
    row = {
        "indicator": indicator,
        "role": "responsible",
        "direct": True,
        "text": "Layanan tepat waktu",
    }
    rows = [row | {"assignment": f"{person}.a"} for person in of or ("boss", "worker")]
    return {"unit": "u1", "year": 2026, "cells": rows}


def draft(name: str, of: str = "worker") -> dict[str, Any]:
    start, until = skp_days(name, of)
    return plan() | {
        "assignment": f"{of}.a", "start": str(start), "until": str(until), "approach": "quantitative",
    }  # fmt: skip


def nip(name: str) -> str:
    """A number that is nobody else's in the tests: its parts come from the name."""
    n = crc32(name.encode())
    born = date(1970, 1, 1) + timedelta(days=n % 9000)
    return f"{born:%Y%m%d}2015{n // 9000 % 12 + 1:02d}{n % 2 + 1}{n // 108000 % 999 + 1:03d}"


def person(name: str) -> dict[str, Any]:
    return {"person": name, "nip": nip(name), "name": name.title(), "status": "PNS"}


def assignment(person: str, appraiser: str | None, code: str = "a", **more: Any) -> dict[str, Any]:
    """`person.code`; the appraiser is one by `appraiser.a`, or by the `office` given."""
    office = more.pop("office", f"{appraiser}.a")
    return {
        "person": person, "code": code, "unit": "u1", "position": "Analis", "start": START,
        "level": "Ahli Pertama",
        "superior": {"appraiser": appraiser, "office": office} if appraiser else None, **more,
    }  # fmt: skip


EMPTY = ("to-end", "ended")
"""Units that nobody is in."""


def directory() -> dict[str, Any]:
    rows = [
        assignment(n, APPRAISER.get(n), until=UNTIL_OF.get(n), leads=n == "chief") for n in NAMES
    ]
    for_themselves = [  # only to be changed or ended by a test
        assignment("colleague", "rival", code, kind="plt")
        for code in ("change", "end", "move", "version", "right", "longer", "leave", "back")
    ]
    for row in for_themselves:
        row["until"] = "2027-06-30" if row["code"] == "longer" else None
    return {
        "units": [
            {"unit": "u1", "name": "Biro Umum", "level": "2"},
            *({"unit": unit, "name": unit, "level": "3", "parent": "u1"} for unit in EMPTY),
        ],
        "people": [person(name) for name in NAMES],
        "assignments": rows + for_themselves,
    }


async def bring(api: Api, name: str, state: str, of: str = "worker") -> str:
    """An SKP brought as far as `state`: draft, submitted or approved; its `at_least`."""
    mine, theirs = {"actor": of}, {"actor": APPRAISER[of]}
    body = draft(name, of)
    at = {"at": "2026-01-20T09:00:00+07:00"}
    receipt = await api.do("planning", "/skps", body, **mine, **at)
    if state != "draft":
        receipt = await api.do("planning", f"/skps/{skp(name, of)}/submit", **mine, **at)
    if state == "approved":
        receipt = await api.do("planning", f"/skps/{skp(name, of)}/approve", **theirs, **at)
    return str(receipt["at_least"])


async def appraise(api: Api, of: str, upto: str = "finalize", **how: Any) -> Any:
    """Rate an approved SKP and, unless `upto` is behaviour, finalize it."""
    rating = {"cycle": "c1", "rating": "meets", "reason": "Sesuai bukti dukung"}
    for path, body in (("result", rating), ("behaviour", rating), ("finalize", {"cycle": "c1"})):
        receipt = await api.do("appraisal", f"/appraisals/{of}/{path}", body, **how)
        if path == upto:
            return receipt


def absent(count: int, first: str) -> list[str]:
    """So many working days of a part of 2026 that has no holidays, of which no two follow one
    another."""
    day, found = date.fromisoformat(first), list[str]()
    while len(found) < count:
        if day.weekday() in (0, 2, 4):
            found.append(str(day))
        day += timedelta(days=1)
    return found


async def examined(
    api: Api, case: str, days: list[str], upto: str = "examination", of: str = "worker"
) -> None:
    """A case brought as far as `upto`: open, summons or examination."""
    boss: dict[str, Any] = {"actor": "boss"}
    opening = {"case": case, "assignment": f"{of}.a", "absent": days}
    # In force on the day; the examination on the seventh working day after it.
    day, seventh = ("06-29", "07-08") if of == "leaver" else ("10-06", "10-15")
    at = f"2026-{day}T09:00:00+07:00"
    await api.do("rewards", "/discipline-cases", opening, at=at, **boss)
    if upto == "open":
        return
    path = f"/people/{of}/discipline-cases/{case}"
    examination = {"examination": f"2026-{seventh}"}
    await api.do("rewards", f"{path}/summons", examination, at=at, **boss)
    if upto == "summons":
        return
    minutes = {"present": True, "minutes": "Berita acara"}
    await api.do("rewards", f"{path}/examination", minutes, **boss)


async def make(api: Api) -> None:
    receipts = await api.do("planning", "/directory", directory(), **PERSONNEL)
    leave = {"kind": "study", "start": "2026-03-02", "until": "2026-12-30", "ground": "SK 3/2026"}
    for assigned in ("colleague.back",):
        how = {"headers": latest(r["at_least"] for r in receipts)} | PERSONNEL
        receipts.append(await api.do("planning", f"/assignments/{assigned}/leaves", leave, **how))
    described = {"name": "Penata", "kind": "functional", "ground": "SK 1/2026"}
    receipts.append(await api.do("planning", "/positions", described, **PERSONNEL))
    dissolved = {"on": "2026-09-30", "into": ["u1"], "ground": "SK 1/2026"}
    receipts.append(await api.do("planning", "/units/ended/end", dissolved, **PERSONNEL))
    mandate = {"person": "officer", "mandate": "personnel", "since": START, "ground": "SK 1/2026"}
    receipts.append(await api.do("planning", "/units/u1/mandates", mandate, **PERSONNEL))
    everywhere = latest(r["at_least"] for r in receipts)
    await asyncio.gather(
        *(
            api.see(service, "/people/worker/history", **PERSONNEL, headers=everywhere)
            for service in ("planning", "monitoring", "appraisal", "rewards", "evaluation")
        )
    )
    disputed = "/assignments/mover.a/dispute"
    receipts.append(await api.do("planning", disputed, {}, actor="mover", headers=everywhere))
    for year in (2026, 2028):
        body = agreement("chief.a", year)
        receipts.append(
            await api.do("planning", "/agreements", body, headers=everywhere, **PERSONNEL)
        )
    here = latest(r["at_least"] for r in receipts)
    for indicator in ("i1", "i2"):
        receipts.append(
            await api.do("planning", "/matrix", cells(indicator), actor="chief", headers=here)
        )
    states = {
        "approved": "approved", "drafted": "draft", "to-submit": "draft", "submitted": "submitted",
        "to-approve": "submitted", "to-approve-too": "submitted", "to-rate": "approved", "rated": "approved", "final": "approved",
        "unrated": "approved", "to-amend": "approved", "to-withdraw": "draft",
    }  # fmt: skip
    seen = await asyncio.gather(
        *(bring(api, name, state) for name, state in states.items()),
        bring(api, "approved", "approved", "mover"), bring(api, "submitted", "submitted", "mover"),
        bring(api, "approved", "approved", "leaver"), bring(api, "approved", "approved", "colleague"),
    )  # fmt: skip
    seen += [await _closing(api), await _handed_over(api)]
    headers = latest(seen)
    # Over at the time of the requests, so that what is appraised can be final.
    cycle = {"rule_set": RULE_SET, "start": START, "until": "2026-09-30"}
    await api.do("appraisal", "/cycles", {"cycle": "c1"} | cycle, **PERSONNEL)
    last_year = {"start": "2025-01-01", "until": "2025-12-31"}
    await api.do("appraisal", "/cycles", {"cycle": "c0"} | cycle | last_year, **PERSONNEL)
    await api.see("monitoring", f"/skps/{skp('approved')}/execution", **PERSONNEL, headers=headers)
    # Nothing has been appraised: the answer is that there is nothing, once all has arrived.
    await api.ask(
        "appraisal", "GET", f"/appraisals/{skp('approved')}", **PERSONNEL, headers=headers
    )
    await asyncio.gather(
        appraise(api, skp("rated"), "behaviour", actor="boss"),
        appraise(api, skp("final"), actor="boss"),
        *(_need(api, need) for need in ("n-plan", "n-complete")),
        _cases(api),
        # Another's: after a dismissal there is nothing more to answer.
        examined(api, "d-heavy", HEAVY, of="leaver"),
    )  # fmt: skip
    as_it_is = sheet(("worker", "Analis"))
    for name in ("checked", "to-load", "to-cancel"):
        await send(api, name, as_it_is)
    await send(api, "wrong", sheet(("worker", "")))
    training = {
        "training": "t1", "title": "Pelatihan", "start": "2026-08-03", "until": "2026-08-07",
    }  # fmt: skip
    await api.do("monitoring", "/development-needs/n-complete/training", training, actor="boss")


async def _handed_over(api: Api) -> str:
    """An SKP of heir's that rival has approved and whose appraiser is boss since; its `at_least`."""
    held, at = "heir.handed", {"at": "2026-01-20T09:00:00+07:00"}
    row = assignment("heir", "rival", "handed", kind="plt")
    [started] = await api.do("planning", "/directory", {"assignments": [row]}, **PERSONNEL)
    how = {"headers": {"At-Least": started["at_least"]}} | at
    days = {"assignment": held, "start": "2026-01-01", "until": "2026-12-31"}
    await api.do("planning", "/skps", draft("approved") | days, actor="heir", **how)
    await api.do("planning", f"/skps/{HANDED}/submit", actor="heir", **at)
    await api.do("planning", f"/skps/{HANDED}/approve", actor="rival", **at)
    named = {"appraiser": "boss", "office": "boss.a", "since": "2026-07-01"}
    receipt = await api.do("planning", f"/assignments/{held}/appraiser", named, **PERSONNEL)
    return str(receipt["at_least"])


async def _closing(api: Api) -> str:
    """An approved SKP of worker's whose assignment has ended since; its `at_least`."""
    gone, at = "worker.gone", {"at": "2026-01-20T09:00:00+07:00"}
    row = assignment("worker", "boss", "gone", kind="plt")
    [started] = await api.do("planning", "/directory", {"assignments": [row]}, **PERSONNEL)
    body = draft("approved") | {"assignment": gone}
    how = {"headers": {"At-Least": started["at_least"]}} | at
    await api.do("planning", "/skps", body, actor="worker", **how)
    await api.do("planning", f"/skps/{GONE}/submit", actor="worker", **at)
    await api.do("planning", f"/skps/{GONE}/approve", actor="boss", **at)
    ended = {"on": "2026-09-30", "reason": "Mutasi"}
    receipt = await api.do("planning", f"/assignments/{gone}/end", ended, **PERSONNEL)
    return str(receipt["at_least"])


async def _cases(api: Api) -> None:
    """worker's, one after another: they are on one stream."""
    await examined(api, "d-summon", absent(4, "2026-09-01"), "open")
    await examined(api, "d-examine", absent(4, "2026-09-14"), "summons")
    await examined(api, "d-close", absent(4, "2026-07-01"))
    await examined(api, "d-light", absent(4, "2026-07-13"))


async def _need(api: Api, need: str) -> None:
    body = {"need": need, "assignment": "worker.a", "topic": "Analisis data", "reason": "Dialog"}
    await api.do("monitoring", "/development-needs", body, actor="boss")

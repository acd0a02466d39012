"""A request for every endpoint of every service, and who asks. Who may is what the routes declare.

The actors are what they are towards worker, whose SKP, need, case or appraisal each row is about.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from chassis.app import build
from contracts.topics import topic
from law.standing import Who
from reference.openapi import NOWHERE
from reference.services import endpoints
from services.catalogue import SERVICES
from tests.http.world import (
    EVIDENCE,
    GONE,
    HANDED,
    RULE_SET,
    START,
    UNTIL,
    absent,
    agreement,
    cells,
    draft,
    nip,
    plan,
    skp,
    upload,
)

ACTORS: dict[str, dict[str, Any]] = {
    "owner": {"actor": "worker"},
    "appraiser": {"actor": "boss"},
    "appraiser's superior": {"actor": "chief"},
    "other employee": {"actor": "colleague"},
    "other's appraiser": {"actor": "rival"},
    "personnel officer": {"actor": "officer"},
    "personnel": {"actor": "personnel-unit", "roles": "personnel"},
    "auditor": {"actor": "inspector", "roles": "auditor"},
    "appointing authority": {"actor": "ministers-office", "roles": "appointing-authority"},
    "operator": {"actor": "operator", "roles": "operator"},
    "notifier": {"actor": "notifier", "roles": "notifier"},
    "unknown role": {"actor": "nobody", "roles": "PERSONNEL admin root personnel,auditor"},
}
CAPACITIES: dict[str, set[Who]] = {
    "owner": {Who.EMPLOYEE, Who.EMPLOYEE_LATER},
    "appraiser": {Who.APPRAISER, Who.APPRAISER_LATER},
    "appraiser's superior": {Who.SUPERIOR, Who.HEAD},
    "personnel officer": {Who.OFFICER},
    "personnel": {Who.PERSONNEL},
    "auditor": {Who.AUDITOR},
    "appointing authority": {Who.AUTHORITY},
    "operator": {Who.OPERATOR},
    "notifier": {Who.NOTIFIER},
}
"""Of each actor, what they are besides somebody who is signed in."""
DECLARED = {(e.service, e.method, e.path): e.access for e in endpoints()}


@dataclass(frozen=True)
class Row:
    """One endpoint; `path` as OpenAPI has it, filled from `ids`; `body` of a command that is accepted
    from the first of those who may. `but_not` lists those whom what it is about narrows out. What it is about
    is there, or else nobody finds it."""

    service: str
    method: str
    path: str
    ids: dict[str, str] = field(default_factory=dict)
    body: Any = None
    note: str = ""
    but_not: tuple[str, ...] = ()
    is_there: bool = True
    query: str = ""

    @property
    def target(self) -> str:
        return self.path.format_map(self.ids) + self.query

    @property
    def may(self) -> tuple[str, ...]:
        """The actors who may, as the route declares it."""
        access = DECLARED[self.service, self.method, self.path]
        assert access
        return tuple(
            name
            for name in ACTORS
            if {Who.ANYBODY, *CAPACITIES.get(name, ())} & set(access.may)
            and name not in self.but_not
        )

    def of_nothing(self) -> Iterator["Row"]:
        """The same of what does not exist, if it is about something."""
        if self.ids:
            yield Row(
                self.service,
                self.method,
                self.path,
                dict.fromkeys(self.ids, "nobody.none"),
                self.body,
            )
        if isinstance(self.body, dict) and "assignment" in self.body:
            body = self.body | {"assignment": "nobody.none"}
            yield Row(self.service, self.method, self.path, self.ids, body)

    def __str__(self) -> str:
        return f"{self.service} {self.method} {self.path} {self.note}".strip()


def _get(service: str, path: str, **ids: str) -> Row:
    return Row(service, "GET", path, ids)


def _post(
    service: str,
    path: str,
    body: Any = None,
    note: str = "",
    but_not: tuple[str, ...] = (),
    **ids: str,
) -> Row:
    return Row(service, "POST", path, ids, body, note, but_not)


def _stopped(service: str) -> Iterator[Row]:
    """Nothing is stopped: tests/http/test_cures.py has what is."""
    path = "/stopped/{subscription}/{topic}/{partition}"
    ids = {"subscription": f"{service}_counts", "topic": topic(service), "partition": "0"}
    yield _get(service, "/stopped")
    yield Row(service, "GET", path, ids, is_there=False)
    yield Row(service, "POST", path + "/retry", ids, is_there=False)
    passing = {"offset": 0, "why": "Cacat"}
    yield Row(service, "POST", path + "/pass-over", ids, passing, is_there=False)


def _case(step: str, **how: Any) -> Row:
    path = "/people/{person}/discipline-cases/{case}/" + step
    return _post("rewards", path, **{"person": "worker"} | how)


RATING = {"cycle": "c1", "rating": "meets", "reason": "Sesuai bukti dukung"}
PROGRESS = {"indicator": "i1", "period": "2026-Q3", "realisation": "9 laporan", "evidence": [EVIDENCE]}  # fmt: skip
RETURN = {"reason": "Target", "rows": [{"result": "r1", "indicator": "i1", "reason": "Kurang"}]}
NEED = {"assignment": "worker.a", "topic": "Analisis data", "reason": "Dialog kinerja"}
TRAINING = {"training": "t1", "title": "Pelatihan", "start": "2026-11-02", "until": "2026-11-06"}
CYCLE = {"rule_set": RULE_SET, "start": START, "until": UNTIL}
UNIT = {"units": [{"unit": "u2", "name": "Biro Hukum", "level": "2", "parent": "u1"}]}
# Long after the years that tests are about.
SETTING = {"value": {"months": 3}, "since": "2050-01-01", "ground": "Keputusan 7/2026"}
CASE = {"case": "d1", "assignment": "worker.a", "absent": absent(4, "2026-06-03")}

ROWS = (
    _post("planning", "/directory", body=UNIT, but_not=("personnel officer",)),
    _post("planning", "/units/{unit}/correct",
          body={"name": "Biro Umum", "level": "2", "reason": "Salah ketik"}, unit="u1"),
    _post("planning", "/units/{unit}/change",
          body={"name": "Biro Baru", "level": "2", "since": "2050-01-01", "ground": "SK 2"}, unit="u1"),
    _post("planning", "/units/{unit}/end",
          body={"on": "2026-12-31", "into": ["u1"], "ground": "SK 2"}, unit="to-end"),
    _post("planning", "/units/{unit}/continue", body={"reason": "Batal"}, unit="ended"),
    # Who is in the unit already is told so, in the answer.
    _post("planning", "/units/{unit}/move",
          body={"into": "u1", "since": "2027-01-01", "assignments": ["worker.a"], "reason": "SK 2"},
          unit="u1"),
    _post("planning", "/units/{unit}/mandates",
          body={"person": "newboss", "mandate": "appraisal-team", "since": "2026-11-01", "ground": "SK 2"},
          unit="u1"),
    _post("planning", "/units/{unit}/mandates/end",
          body={"person": "officer", "mandate": "personnel", "on": "2026-12-30", "reason": "Mutasi"},
          unit="u1"),
    _post("planning", "/positions",
          body={"name": "Arsiparis", "kind": "functional", "grade": 8, "ground": "SK 4"}),
    _post("planning", "/position-templates", body={"name": "Penata", "results": plan()["results"]}),
    _get("planning", "/positions"),
    _get("planning", "/positions/{position}", position="penata"),
    _get("planning", "/units"),
    _get("planning", "/units/{unit}", unit="u1"),
    _get("planning", "/units/{unit}/assignments", unit="u1"),
    _get("planning", "/units/{unit}/mandates", unit="u1"),
    _post("planning", "/people/{person}/correct",
          body={"nip": nip("newboss"), "name": "New Boss", "status": "PNS", "reason": "Salah ketik"},
          person="newboss"),
    _post("planning", "/assignments/{assignment}/correct",
          body={"unit": "u1", "position": "Analis Muda", "kind": "plt", "start": START, "reason": "SK"},
          assignment="colleague.right"),
    _post("planning", "/assignments/{assignment}/extend",
          body={"until": "2027-12-31", "reason": "SK"}, assignment="colleague.longer"),
    _post("planning", "/assignments/{assignment}/appraiser",
          body={"appraiser": "boss", "office": "boss.a", "since": "2026-11-01"},
          assignment="colleague.change"),
    _post("planning", "/assignments/{assignment}/end",
          body={"on": "2026-11-30", "reason": "Mutasi"}, assignment="colleague.end"),
    _post("planning", "/assignments/{assignment}/transfer",
          body={"unit": "u1", "code": "moved", "position": "Analis", "kind": "plt", "start": "2026-12-15",
                "superior": {"appraiser": "boss", "office": "boss.a"}, "reason": "Mutasi"},
          assignment="colleague.move"),
    _post("planning", "/assignments/{assignment}/leaves",
          body={"kind": "sick", "start": "2026-11-02", "until": "2026-11-06", "ground": "SK 4"},
          assignment="colleague.leave"),
    _post("planning", "/assignments/{assignment}/leaves/end",
          body={"start": "2026-03-02", "on": "2026-11-30", "reason": "Selesai"},
          assignment="colleague.back"),
    _post("planning", "/assignments/{assignment}/dispute", body={"reason": "Sudah pindah"},
          assignment="worker.a"),
    _post("planning", "/assignments/{assignment}/dispute/answer",
          body={"outcome": "kept", "reason": "Sesuai SK"}, assignment="mover.a"),
    _get("planning", "/assignments/{assignment}/appraiser", assignment="worker.a"),
    _get("planning", "/people/{person}/superiors", person="worker"),
    _get("planning", "/people"),
    _get("planning", "/people/names"),
    _get("planning", "/people/{person}", person="worker"),
    _post("planning", "/skps", body=draft("new")),
    _post("planning", "/skps/{skp}/revise", body=plan("Naskah lengkap"), skp=skp("drafted")),
    _post("planning", "/skps/{skp}/amend", body=plan("Tugas baru") | {"reason": "Tugas baru"},
          skp=skp("to-amend")),
    _post("planning", "/skps/{skp}/withdraw", body={"reason": "Keliru"}, skp=skp("to-withdraw")),
    _post("planning", "/skps/{skp}/confirm", skp=HANDED),
    _post("planning", "/skps/{skp}/close", body={"reason": "Mutasi"}, skp=GONE),
    _post("planning", "/skps/{skp}/submit", skp=skp("to-submit")),
    _post("planning", "/skps/{skp}/return", body=RETURN, skp=skp("submitted")),
    _post("planning", "/skps/{skp}/approve", skp=skp("to-approve")),
    _post("planning", "/skps/approvals", body={"skps": [{"skp": skp("to-approve-too")}]}),
    _get("planning", "/skps"),
    _get("planning", "/skps/{skp}", skp=skp("approved")),
    _get("planning", "/skps/{skp}/copy", skp=skp("approved")),
    _get("planning", "/skps/{skp}/checks", skp=skp("approved")),
    _post("planning", "/skp-checks", body=draft("approved")),
    _get("planning", "/skps/{skp}/changes", skp=skp("approved")),
    _get("planning", "/skps/{skp}/form", skp=skp("approved")),
    _get("planning", "/skp-states"),
    Row("planning", "GET", "/completion", query="?unit=u1"),
    Row("planning", "GET", "/completion/people", query="?unit=u1"),
    Row("planning", "GET", "/completion/owing", query="?unit=u1"),
    # It is chief's, whom nobody appraises.
    _post("planning", "/agreements", body=agreement("chief.a", 2027), but_not=("appraiser",)),
    _post("planning", "/agreements/{agreement}/amend",
          body={"objectives": agreement("chief.a", 2028, "15")["objectives"], "reason": "Refokus"},
          but_not=("appraiser",), agreement="u1.2028"),
    Row("planning", "GET", "/agreements", query="?unit=u1&year=2026"),
    _get("planning", "/agreements/{agreement}", agreement="u1.2026"),
    Row("planning", "GET", "/agreement-heads", query="?unit=u1&year=2026"),
    _get("planning", "/agreements/{agreement}/changes", agreement="u1.2026"),
    _post("planning", "/matrix", body=cells("i1", "rival")),
    _post("planning", "/matrix/remove",
          body={"unit": "u1", "year": 2026, "cells": ["u1.2026/i2/boss.a"], "reason": "Mutasi"}),
    Row("planning", "GET", "/matrix", query="?unit=u1&year=2026"),
    Row("planning", "GET", "/matrix/form", query="?unit=u1&year=2026"),
    Row("planning", "GET", "/matrix/guests", query="?unit=u1&year=2026"),
    Row("planning", "GET", "/cascade", query="?from=u1.2026/i1/worker.a"),
    Row("planning", "GET", "/skp-drafts", query="?assignment=worker.a&year=2026"),
    Row("planning", "GET", "/skp-places", query="?assignment=worker.a&year=2026"),
    _get("planning", "/units/{unit}/improvement-actions", unit="u1"),
    _post("planning", "/settings/{kind}", body=SETTING, kind="least-service"),
    _get("planning", "/settings"),
    _get("planning", "/settings/{kind}", kind="least-service"),
    Row("planning", "POST", "/imports", body=["NIP,Nama"], query="?kind=people&name=pegawai.csv"),
    _get("planning", "/imports"),
    _get("planning", "/imports/{upload}", upload=upload("checked")),
    _get("planning", "/imports/{upload}/problems", upload=upload("wrong")),
    _post("planning", "/imports/{upload}/load", upload=upload("to-load")),
    _post("planning", "/imports/{upload}/check", upload=upload("wrong")),
    _post("planning", "/imports/{upload}/cancel", upload=upload("to-cancel")),
    _get("planning", "/import-kinds"),
    _get("planning", "/import-kinds/{kind}/template", kind="people"),
    _post("monitoring", "/skps/{skp}/progress", body=PROGRESS, skp=skp("approved")),
    _post("monitoring", "/skps/{skp}/feedback", body={"text": "Baik"}, skp=skp("approved")),
    _get("monitoring", "/skps/{skp}/execution", skp=skp("approved")),
    _post("monitoring", "/development-needs", body=NEED | {"need": "n-1"}),
    _post("monitoring", "/development-needs/{need}/training", body=TRAINING, need="n-plan"),
    _post("monitoring", "/development-needs/{need}/completion", body={"evidence": EVIDENCE},
          need="n-complete"),
    _get("monitoring", "/people/{person}/development-needs", person="worker"),
    _post("appraisal", "/cycles", body=CYCLE | {"cycle": "c2"}),
    _post("appraisal", "/cycles/{cycle}/close", cycle="c0"),
    _get("appraisal", "/cycles/{cycle}/predicates", cycle="c1"),
    _post("appraisal", "/appraisals/{skp}/result", body=RATING, skp=skp("to-rate")),
    _post("appraisal", "/appraisals/{skp}/behaviour", body=RATING, skp=skp("to-rate")),
    _post("appraisal", "/appraisals/{skp}/finalize", body={"cycle": "c1"}, skp=skp("rated")),
    _get("appraisal", "/appraisals/{skp}", skp=skp("final")),
    _get("rewards", "/people/{person}/rewards", person="worker"),
    _post("rewards", "/discipline-cases", body=CASE),
    _get("rewards", "/people/{person}/discipline-cases", person="worker"),
    _case("summons", case="d-summon", body={"examination": "2026-11-05"}),
    _case("examination", case="d-examine",
          body={"present": True, "minutes": "Berita acara", "not_proven": []}),
    _case("close", case="d-close", body={"reason": "Surat sakit diserahkan"}),
    _case("sanction", case="d-light", note="light", but_not=("appointing authority",)),
    _case("sanction", person="leaver", case="d-heavy", note="heavy", but_not=("appraiser",)),
    _get("evaluation", "/cycles/{cycle}/reports", cycle="c1"),
    *(_get(service, "/people/{person}/history", person="worker") for service in SERVICES),
    *(_get(service, "/duties") for service in SERVICES),
    *(_get(service, "/duties/people") for service in SERVICES),
    *(Row(service, "GET", "/duties/roles", query="?people=worker&roles=personnel")
      for service in SERVICES),
    *(row for service in SERVICES for row in _stopped(service)),
)  # fmt: skip

OPEN = ("/livez", "/readyz", "/status", "/head", "/keys")
"""Answered to anybody: probes, figures without persons, and keys."""
PROOFS = ("/checkpoint", "/proofs/inclusion", "/proofs/consistency")
"""As open, of what the log holds by then."""

OPENAPI = {name: build(service, NOWHERE).openapi() for name, service in SERVICES.items()}
OPERATIONS = sorted(key for key, access in DECLARED.items() if access)

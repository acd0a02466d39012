"""Who may do what: every endpoint of every service, and the roles that may.

Roles are relations to worker, whose SKP, need, case or appraisal each row is about.
"""

from dataclasses import dataclass, field
from typing import Any

from chassis.app import build
from chassis.settings import Settings
from services.appraisal.app import SERVICE as APPRAISAL
from services.evaluation.app import SERVICE as EVALUATION
from services.monitoring.app import SERVICE as MONITORING
from services.planning.app import SERVICE as PLANNING
from services.rewards.app import SERVICE as REWARDS
from tests.http.world import EVIDENCE, RULE_SET, START, UNTIL, draft, plan, skp

ACTORS: dict[str, dict[str, Any]] = {
    "owner": {"actor": "worker"},
    "appraiser": {"actor": "boss"},
    "appraiser's superior": {"actor": "chief"},
    "other employee": {"actor": "colleague"},
    "other's appraiser": {"actor": "rival"},
    "personnel": {"actor": "personnel-unit", "roles": "personnel"},
    "auditor": {"actor": "inspector", "roles": "auditor"},
    "appointing authority": {"actor": "ministers-office", "roles": "appointing-authority"},
    "operator": {"actor": "operator", "roles": "operator"},
    "unknown role": {"actor": "nobody", "roles": "PERSONNEL admin root personnel,auditor"},
}
EVERYBODY = tuple(ACTORS)
READERS = ("owner", "appraiser", "personnel", "auditor")
OFFICES = ("personnel", "auditor")


@dataclass(frozen=True)
class Row:
    """One endpoint; `path` as OpenAPI has it, filled from `ids`. `may` lists the roles that may, of
    whom each command is given by the first; `body` of a command that is then accepted."""

    service: str
    method: str
    path: str
    may: tuple[str, ...]
    ids: dict[str, str] = field(default_factory=dict)
    body: Any = None
    note: str = ""

    @property
    def target(self) -> str:
        return self.path.format_map(self.ids)

    def __str__(self) -> str:
        return f"{self.service} {self.method} {self.path} {self.note}".strip()


def _get(service: str, path: str, may: tuple[str, ...], **ids: str) -> Row:
    return Row(service, "GET", path, may, ids)


def _post(service: str, path: str, *may: str, body: Any = None, note: str = "", **ids: str) -> Row:
    return Row(service, "POST", path, may, ids, body, note)


RATING = {"cycle": "c1", "rating": "meets", "reason": "Sesuai bukti dukung"}
PROGRESS = {"indicator": "i1", "period": "2026-Q3", "realisation": "9 laporan", "evidence": [EVIDENCE]}  # fmt: skip
NEED = {"assignment": "a-worker", "topic": "Analisis data", "reason": "Dialog kinerja"}
TRAINING = {"training": "t1", "title": "Pelatihan", "start": "2026-11-02", "until": "2026-11-06"}
CYCLE = {"rule_set": RULE_SET, "start": START, "until": UNTIL}
UNIT = {"units": [{"unit": "u2", "name": "Biro Hukum", "level": "2", "parent": "u1"}]}
SETTING = {"value": {"months": 3}, "since": "2027-01-01", "ground": "Keputusan 7/2026"}
CASE = {"case": "d1", "assignment": "a-worker", "year": 2026, "days": 4, "consecutive": 2}

ROWS = (
    _post("planning", "/directory", "personnel", body=UNIT),
    _post("planning", "/assignments/{assignment}/appraiser", "personnel",
          body={"appraiser": "boss", "since": "2026-11-01"}, assignment="a-change"),
    _post("planning", "/assignments/{assignment}/end", "personnel",
          body={"on": "2026-11-30", "reason": "Mutasi"}, assignment="a-end"),
    _get("planning", "/units", EVERYBODY),
    _get("planning", "/people", OFFICES),
    _get("planning", "/people/{person}", READERS, person="worker"),
    _post("planning", "/skps", "owner", body=draft(20)),
    _post("planning", "/skps/{skp}/revise", "owner", body=plan("Naskah lengkap"), skp=skp(2)),
    _post("planning", "/skps/{skp}/submit", "owner", skp=skp(3)),
    _post("planning", "/skps/{skp}/return", "appraiser", body={"reason": "Target"}, skp=skp(4)),
    _post("planning", "/skps/{skp}/approve", "appraiser", skp=skp(5)),
    _get("planning", "/skps/{skp}", READERS, skp=skp(1)),
    _get("planning", "/skp-states", EVERYBODY),
    _get("planning", "/units/{unit}/improvement-actions", EVERYBODY, unit="u1"),
    _post("planning", "/settings/{kind}", "personnel", body=SETTING, kind="least-service"),
    _get("planning", "/settings", EVERYBODY),
    _get("planning", "/settings/{kind}", EVERYBODY, kind="least-service"),
    _post("monitoring", "/skps/{skp}/progress", "owner", body=PROGRESS, skp=skp(1)),
    _post("monitoring", "/skps/{skp}/feedback", "appraiser", body={"text": "Baik"}, skp=skp(1)),
    _get("monitoring", "/skps/{skp}/execution", READERS, skp=skp(1)),
    _post("monitoring", "/development-needs", "owner", "appraiser", body=NEED | {"need": "n-1"}),
    _post("monitoring", "/development-needs/{need}/training", "appraiser", body=TRAINING, need="n-plan"),
    _post("monitoring", "/development-needs/{need}/completion", "owner",
          body={"evidence": EVIDENCE}, need="n-complete"),
    _get("monitoring", "/people/{person}/development-needs", READERS, person="worker"),
    _post("appraisal", "/cycles", "personnel", body=CYCLE | {"cycle": "c2"}),
    _post("appraisal", "/cycles/{cycle}/close", "personnel", cycle="c0"),
    _get("appraisal", "/cycles/{cycle}/predicates", OFFICES, cycle="c1"),
    _post("appraisal", "/appraisals/{skp}/result", "appraiser", body=RATING, skp=skp(6)),
    _post("appraisal", "/appraisals/{skp}/behaviour", "appraiser", body=RATING, skp=skp(6)),
    _post("appraisal", "/appraisals/{skp}/finalize", "appraiser", body={"cycle": "c1"}, skp=skp(7)),
    _get("appraisal", "/appraisals/{skp}", READERS, skp=skp(8)),
    _get("rewards", "/people/{person}/rewards", READERS, person="worker"),
    _post("rewards", "/discipline-cases", "appraiser", body=CASE),
    _post("rewards", "/discipline-cases/{case}/summons", "appraiser",
          body={"examination": "2026-11-20"}, case="d-summon"),
    _post("rewards", "/discipline-cases/{case}/examination", "appraiser",
          body={"present": True, "minutes": "Berita acara"}, case="d-examine"),
    _post("rewards", "/discipline-cases/{case}/sanction", "appraiser", case="d-light", note="light"),
    _post("rewards", "/discipline-cases/{case}/sanction", "appointing authority", case="d-heavy",
          note="heavy"),
    _get("evaluation", "/cycles/{cycle}/reports", OFFICES, cycle="c1"),
    *(
        _get(service, "/people/{person}/history", READERS, person="worker")
        for service in ("planning", "monitoring", "appraisal", "rewards", "evaluation")
    ),
)  # fmt: skip

OPEN = ("/livez", "/readyz", "/status")
"""Answered to anybody: probes, and figures without persons."""

_NOWHERE = Settings(database_url="", kafka_bootstrap_servers="", oidc_issuer="")
OPENAPI = {
    service.name: build(service, _NOWHERE).openapi()
    for service in (PLANNING, MONITORING, APPRAISAL, REWARDS, EVALUATION)
}
OPERATIONS = sorted(
    (service, method.upper(), path)
    for service, document in OPENAPI.items()
    for path, methods in document["paths"].items()
    for method in methods
    if path not in OPEN
)

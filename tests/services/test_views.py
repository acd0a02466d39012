"""What the services' own views make of a history: every row, and the figures read from them.

That live and replayed rows are the same says nothing of whether they are right: both are made by one
function. Here is what they should be.
"""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from chassis import approved, assignments, policies
from contracts.appraisal import (
    AppraisalFinalized,
    BehaviourRated,
    CycleClosed,
    CycleOpened,
    Predicate,
    Rating,
    ResultRated,
)
from contracts.disputes import AppraiserDisputeAnswered, AppraiserDisputed
from contracts.evaluation import CycleReported, ImprovementActionProposed
from contracts.event import Event, Recorded
from contracts.monitoring import (
    DevelopmentNeedIdentified,
    FeedbackGiven,
    ProgressReported,
    TrainingCompleted,
    TrainingPlanned,
)
from contracts.planning import (
    AppraiserChanged,
    AssignmentCorrected,
    AssignmentEnded,
    AssignmentExtended,
    AssignmentStarted,
    LeaveEnded,
    LeaveGranted,
    PersonCorrected,
    PersonRegistered,
    SettingAdopted,
    SKPAmendmentDrafted,
    SKPApproved,
    SKPClosed,
    SKPDrafted,
    SKPReturned,
    SKPRevised,
    SKPSubmitted,
    SKPWithdrawn,
)
from contracts.rewards import (
    AllowanceDetermined,
    CreditPointsAwarded,
    CreditPointsNotDue,
    DisciplineCaseClosed,
    DisciplineCaseOpened,
    Examined,
    ImprovementPlanOpened,
    RecognitionProposed,
    SanctionIssued,
    Summoned,
)
from contracts.settings import KINDS, LEAST_SERVICE, PERIODS, SKP_DUE, TIME_ZONE, Kind
from contracts.succession import SKPCancelled
from contracts.units import (
    MandateEnded,
    MandateGiven,
    UnitChanged,
    UnitCorrected,
    UnitEnded,
    UnitRegistered,
)
from eventlog.database import Pool, create_pool
from eventlog.views import View, merge
from law.policy import SHIPPED
from services.appraisal.cycle import views as cycle
from services.appraisal.rating import views as rating
from services.evaluation.report import views as evaluation
from services.evaluation.report.decisions import Figures
from services.monitoring import views as finals
from services.monitoring.development import views as development
from services.monitoring.execution import views as execution
from services.planning.dispute import views as disputes
from services.planning.improvement import views as improvement
from services.planning.person import views as people
from services.planning.settings import views as settings
from services.planning.skp import views as skps
from services.planning.unit import views as units
from services.rewards.discipline import views as discipline
from services.rewards.followup import views as followup
from tests.contracts.records import ORIGIN, recorded, sample

JANUARY, FEBRUARY = datetime(2026, 1, 12, 2, tzinfo=UTC), datetime(2026, 2, 16, 2, tzinfo=UTC)


def of(model: type[Event], **fields: Any) -> Event:
    """The golden sample's event with other fields."""
    return model.model_validate(sample(model).event.model_dump() | fields)


def happened(*events: Event, at: datetime = JANUARY) -> list[Recorded]:
    """On one stream, from version 1 on."""
    return [
        recorded(event, ORIGIN._replace(at=at), version)
        for version, event in enumerate(events, start=1)
    ]


def rows(view: View, history: list[Recorded]) -> dict[str, dict[Any, dict[str, Any]]]:
    """By table and key: the columns put, and the sums added."""
    merged = merge(change for event in history for change in view.changes(event))
    return {
        table.name: {key: row.put | row.added for key, row in found.items()}
        for table, found in merged.items()
    }


def test_units_and_mandates() -> None:
    mandate = {"unit": "u1", "person": "sri", "mandate": "personnel"}
    history = happened(
        of(UnitRegistered, unit="u1", name="Biro", level="2", parent=None),
        of(UnitCorrected, unit="u1", name="Biro Umum", level="2", parent="u0", since=None),
        of(
            UnitChanged,
            unit="u1",
            name="Biro Baru",
            level="2",
            parent="u9",
            since="2026-07-01",
            ground="SK 2",
        ),
        of(UnitEnded, unit="u1", on="2026-12-31", into=["u2"], ground="SK 3"),
        of(MandateGiven, **mandate, since="2026-02-01", until=None, ground="SK 1"),
        of(MandateEnded, **mandate, on="2026-08-31"),
    )
    span = {"since": date(2026, 2, 1), "until": date(2026, 8, 31)}
    key = ("u1", "sri", "personnel")
    assert rows(units.VIEW, history) == {
        "unit": {
            ("u1", date.min): {"name": "Biro Umum", "level": "2", "parent": "u0"},
            ("u1", date(2026, 7, 1)): {"name": "Biro Baru", "level": "2", "parent": "u9"},
        },
        "unit_end": {("u1",): {"until": date(2026, 12, 31), "into": '["u2"]'}},
        "unit_mandate": {key: span | {"ground": "SK 1"}},
    }
    assert rows(assignments.view("x"), history) == {
        "unit_parent": {
            ("u1", date.min): {"parent": "u0"},
            ("u1", date(2026, 7, 1)): {"parent": "u9"},
        },
        "mandate": {key: span},
    }


def test_people_and_their_leaves() -> None:
    leave = {"assignment": "sri.a1", "person": "sri", "start": "2026-03-02"}
    history = happened(
        of(PersonRegistered, person="sri", nip="1" * 18, name="Sri", status="CPNS"),
        of(PersonCorrected, person="sri", nip="2" * 18, name="Sri Rahayu", status="PNS"),
        of(LeaveGranted, **leave, kind="study", until="2026-12-31", ground="SK 2"),
        of(LeaveEnded, **leave, on="2026-11-30"),
    )
    row = {"person": "sri", "kind": "study", "until": date(2026, 11, 30), "ground": "SK 2"}
    assert rows(people.VIEW, history) == {
        "person": {
            ("sri",): {"version": 4, "nip": "2" * 18, "name": "Sri Rahayu", "status": "PNS"}
        },
        "person_found_by": {("sri",): {"found_by": "sri rahayu"}},
        "leave": {("sri.a1", date(2026, 3, 2)): row},
    }
    assert rows(assignments.view("x"), history) == {"holder": {("sri",): {"status": "PNS"}}}


def test_what_an_employee_says_of_their_appraiser() -> None:
    whose = {"assignment": "sri.a1", "person": "sri"}
    said = of(
        AppraiserDisputed, **whose, appraiser="budi", office="budi.a", reason="Pindah", by="sri"
    )
    answered = of(AppraiserDisputeAnswered, **whose, outcome="kept", reason="SK 9", by="clerk")
    first, last = happened(said), happened(said, answered)
    row = rows(disputes.VIEW, first)["dispute"][("sri.a1",)]
    assert (row["appraiser"], row["office"], row["reason"]) == ("budi", "budi.a", "Pindah")
    assert (row["outcome"], row["answer"]) == (None, None)
    row = rows(disputes.VIEW, last)["dispute"][("sri.a1",)]
    assert (row["outcome"], row["answer"], row["answered_by"]) == ("kept", "SK 9", "clerk")
    again = rows(disputes.VIEW, happened(said, answered, said))["dispute"][("sri.a1",)]
    assert (again["outcome"], again["answer"]) == (None, None)


def test_assignments_and_their_appraisers() -> None:
    started = of(
        AssignmentStarted, assignment="sri.a1", person="sri", unit="u1", position="Analis", level=None,
        kind="plt", leads=False, appraiser="budi", office="budi.a", start="2026-01-01",
        until="2026-06-30",
    )  # fmt: skip
    corrected = of(
        AssignmentCorrected, assignment="sri.a1", person="sri", unit="u2", position="Analis Muda",
        level="Ahli Muda", kind="plt", leads=True, start="2026-01-05", until="2026-06-30",
    )  # fmt: skip
    extended = of(AssignmentExtended, assignment="sri.a1", until="2026-12-31")
    changed = of(
        AppraiserChanged,
        assignment="sri.a1",
        appraiser="rahma",
        office="rahma.a",
        since="2026-07-01",
    )
    ended = of(AssignmentEnded, assignment="sri.a1", on="2026-09-30")
    history = happened(started, corrected, extended, changed, ended)
    row: dict[str, Any] = {
        "version": 1, "person": "sri", "unit": "u1", "position": "Analis", "level": None,
        "kind": "plt", "leads": False, "start": date(2026, 1, 1), "until": date(2026, 6, 30),
    }  # fmt: skip
    right = {
        "unit": "u2",
        "position": "Analis Muda",
        "level": "Ahli Muda",
        "leads": True,
        "start": date(2026, 1, 5),
    }
    steps: tuple[dict[str, Any], ...] = (
        {},
        right,
        {"until": date(2026, 12, 31)},
        {},
        {"until": date(2026, 9, 30)},
    )
    for count, step in enumerate(steps, start=1):
        row |= {**step, "version": count}
        assert rows(assignments.view("x"), history[:count])["assignment"] == {("sri.a1",): row}
    assert rows(assignments.view("x"), history)["appraiser"] == {
        ("sri.a1", date(2026, 1, 1)): {"appraiser": "budi", "office": "budi.a"},
        ("sri.a1", date(2026, 7, 1)): {"appraiser": "rahma", "office": "rahma.a"},
    }
    alone = of(AssignmentStarted, appraiser=None, office=None)
    assert rows(assignments.view("x"), happened(alone)).keys() == {"assignment"}


def test_an_skp_as_it_stands() -> None:
    drafted, revised = of(SKPDrafted, skp="s1"), of(SKPRevised, skp="s1", annexes={})
    agreed = of(
        SKPApproved, skp="s1", **revised.model_dump(include={"results", "expectations", "annexes"})
    )
    why = {"result": "r1", "indicator": None, "reason": "Target"}
    returned = of(SKPReturned, skp="s1", by="budi", reason="Kurang", rows=[why])
    steps = (
        (drafted, "draft"), (of(SKPSubmitted, skp="s1"), "submitted"),
        (returned, "returned"), (revised, "returned"),
        (of(SKPSubmitted, skp="s1"), "submitted"), (agreed, "approved"),
    )  # fmt: skip
    history = [
        recorded(event, ORIGIN._replace(at=JANUARY + timedelta(days=n)), n)
        for n, (event, _) in enumerate(steps, start=1)
    ]
    for count, (event, status) in enumerate(steps, start=1):
        row = rows(skps.VIEW, history[:count])["skp"][("s1",)]
        assert (row["status"], row["version"]) == (status, count)
        moved = count - 1 if event is revised else count  # a revision leaves it as it is
        assert row["since"] == JANUARY + timedelta(days=moved)
        plan = (revised if count > 3 else drafted).model_dump_json(
            include={"results", "expectations", "annexes", "dialogue"}
        )
        assert row["plan"] == plan
        reasons = row.get("returned")
        assert (reasons is not None) == (status == "returned")
        if reasons:
            assert json.loads(reasons) == {"by": "budi", "reason": "Kurang", "rows": [why]}


def test_an_skp_stays_as_agreed_until_its_change_is_approved() -> None:
    agreed, change = (
        of(SKPApproved, skp="s1", by="budi"),
        of(SKPAmendmentDrafted, skp="s1", annexes={}),
    )
    assert isinstance(agreed, SKPApproved)
    assert isinstance(change, SKPAmendmentDrafted)
    again = agreed.model_copy(update={"amends": True, "reason": "Baru", "annexes": change.annexes})
    submitted = of(SKPSubmitted, skp="s1", amends=True)
    returned = of(SKPReturned, skp="s1", amends=True)
    withdrawn = of(SKPWithdrawn, skp="s1", amends=True)
    for last, amendment, of_change in (
        (change, "draft", False), (submitted, "submitted", False), (returned, "returned", False),
        (withdrawn, None, False), (again, None, True),
    ):  # fmt: skip
        history = happened(
            of(SKPDrafted, skp="s1"), agreed, change, *([last] if last != change else [])
        )
        found = rows(skps.VIEW, history)
        row = found["skp"][("s1",)]
        assert (row["status"], row["amendment"]) == ("approved", amendment)
        assert json.loads(row["plan"])["annexes"]["resources"] == (
            [] if of_change else [*agreed.annexes.resources]
        )
        assert (
            (row["amended"] is not None)
            == (row["amendment_reason"] is not None)
            == (amendment is not None)
        )
        assert list(found["skp_agreed"]) == [("s1", 2), ("s1", 4)][: 1 + of_change]
        if of_change:
            assert found["skp_agreed"][("s1", 4)]["reason"] == "Baru"
    closed = of(SKPClosed, skp="s1", until="2026-09-30")
    history = happened(of(SKPDrafted, skp="s1"), agreed, change, closed)
    row = rows(skps.VIEW, history)["skp"][("s1",)]
    assert (row["status"], row["amendment"], row["until"]) == ("closed", None, date(2026, 9, 30))
    for cancelled in (
        rows(
            skps.VIEW,
            [*happened(of(SKPDrafted, skp="s1"), agreed, *also, of(SKPCancelled, skp="s1"))],
        )
        for also in ((), (change,))
    ):
        row = cancelled["skp"][("s1",)]
        assert (row["status"], row["amendment"]) == ("cancelled", None)
    given_up = rows(
        skps.VIEW, happened(of(SKPDrafted, skp="s1"), of(SKPWithdrawn, skp="s1", amends=False))
    )
    assert given_up["skp"][("s1",)]["status"] == "withdrawn"


def test_an_skp_that_is_amended_is_set_when_it_was_first_approved() -> None:
    first = happened(of(SKPApproved, skp="s1"), at=datetime(2026, 1, 20, tzinfo=UTC))
    change = happened(of(SKPApproved, skp="s1", amends=True), at=datetime(2026, 6, 20, tzinfo=UTC))
    assert rows(evaluation.CYCLE, [*first, *change]) == rows(evaluation.CYCLE, first)


def test_what_is_final_of_an_skp_that_was_cancelled_stays_so() -> None:
    """Else the report of its cycle would wait for it for ever."""
    final = of(AppraisalFinalized, skp="s1")
    history = happened(of(SKPApproved, skp="s1"), final, of(SKPCancelled, skp="s1"))
    row = rows(evaluation.CYCLE, history)["evaluated_skp"][("s1",)]
    before = rows(evaluation.CYCLE, history[:2])["evaluated_skp"][("s1",)]
    assert row == before | {"cancelled": True}


def test_approved_skps_elsewhere() -> None:
    event = of(SKPApproved, skp="s1", assignment="a1", person="sri", start="2026-02-01")
    assert isinstance(event, SKPApproved)
    (row,) = rows(approved.view("x"), happened(event))["approved_skp"].values()
    assert json.loads(row["results"]) == [result.id for result in event.results]
    assert json.loads(row["indicators"]) == [i.id for r in event.results for i in r.indicators]
    known = {"version": 1, "person": "sri", "assignment": "a1", "start": date(2026, 2, 1)}
    assert known.items() <= row.items()
    closed = of(SKPClosed, skp="s1", until="2026-09-30")
    (row,) = rows(approved.view("x"), happened(event, closed))["approved_skp"].values()
    assert (row["until"], row["version"]) == (date(2026, 9, 30), 2)
    cancelled = of(SKPCancelled, skp="s1")
    (row,) = rows(approved.view("x"), happened(event, cancelled))["approved_skp"].values()
    assert (row["cancelled"], row["version"]) == (True, 2)


def test_an_amended_skp_elsewhere_is_as_it_was_last_agreed() -> None:
    first = of(SKPApproved, skp="s1")
    change = of(
        SKPApproved,
        skp="s1",
        amends=True,
        results=[sample(SKPApproved).event.model_dump()["results"][0]],
    )
    (row,) = rows(approved.view("x"), happened(first, change))["approved_skp"].values()
    assert len(json.loads(row["results"])) == 1
    assert row["version"] == 2


def test_progress_and_feedback() -> None:
    history = happened(
        of(ProgressReported, skp="s1", indicator="i1", period="2026-Q1", realisation="3"),
        of(FeedbackGiven, skp="s1", by="budi", kind="guidance", text="Baik", result="r1"),
        of(ProgressReported, skp="s1", indicator="i1", period="2026-Q2", realisation="6"),
    )
    found = rows(execution.EXECUTION, history)
    assert {key: row["realisation"] for key, row in found["realisation"].items()} == {
        ("s1", "i1", "2026-Q1"): "3",
        ("s1", "i1", "2026-Q2"): "6",
    }
    assert found["feedback"] == {
        ("s1", 2): {"by": "budi", "kind": "guidance", "text": "Baik", "result": "r1"}
    }
    assert found["execution"] == {("s1",): {"reports": 2, "feedback": 1}}


def test_which_appraisals_are_final() -> None:
    final = of(AppraisalFinalized, skp="s1", assignment="sri.a1", until="2026-12-31")
    row = {"version": 1, "assignment": "sri.a1", "until": date(2026, 12, 31)}
    assert rows(finals.VIEW, happened(final)) == {"final_appraisal": {("s1",): row}}


def test_a_development_need_and_its_answer() -> None:
    need = {"need": "n1", "person": "sri"}
    steps = (
        of(DevelopmentNeedIdentified, **need, assignment="a1", topic="Data", form="training"),
        of(TrainingPlanned, **need, title="Pelatihan", until="2026-08-07"),
        of(TrainingCompleted, **need),
    )
    for count, status in enumerate(("identified", "planned", "completed"), start=1):
        row = rows(development.VIEW, happened(*steps[:count]))["need"][("n1",)]
        assert row["status"] == status
    assert row == {
        "version": 3, "person": "sri", "assignment": "a1", "topic": "Data", "form": "training",
        "status": "completed", "since": JANUARY, "training": "Pelatihan", "until": date(2026, 8, 7),
    }  # fmt: skip


def test_a_cycle_opens_and_closes() -> None:
    opened = of(CycleOpened, cycle="2026", start="2026-01-01", until="2026-12-31")
    history = happened(opened, of(CycleClosed, cycle="2026"))
    row = {"version": 1, "start": date(2026, 1, 1), "until": date(2026, 12, 31), "closed": False}
    assert rows(cycle.VIEW, history[:1]) == {"cycle": {("2026",): row}}
    closed = row | {"version": 2, "closed": True}
    assert rows(cycle.VIEW, history) == {"cycle": {("2026",): closed}}


def test_an_appraisal_and_the_predicates_of_its_unit() -> None:
    of_skp = {"skp": "s1", "cycle": "2026"}
    history = happened(
        of(ResultRated, **of_skp, person="sri", rating=Rating.BELOW),
        of(ResultRated, **of_skp, person="sri", rating=Rating.MEETS),
        of(BehaviourRated, **of_skp, person="sri", rating=Rating.ABOVE),
        of(AppraisalFinalized, **of_skp, unit="u1", predicate=Predicate.BAIK),
    )
    assert rows(rating.VIEW, history) == {
        "appraisal": {
            ("s1",): {
                "version": 4, "cycle": "2026", "person": "sri", "result": Rating.MEETS,
                "behaviour": Rating.ABOVE, "unit": "u1", "predicate": Predicate.BAIK,
            }
        },
    }  # fmt: skip
    assert rows(cycle.VIEW, history[:3]) == {"begun": {("2026", "s1"): {"final": False}}}
    assert rows(cycle.VIEW, history) == {
        "begun": {("2026", "s1"): {"final": True}},
        "predicate": {("2026", "u1", Predicate.BAIK): {"count": 1}},
    }


def test_what_a_person_has_been_given() -> None:
    of_skp = {"skp": "s1", "cycle": "2026", "person": "sri", "unit": "u1"}
    history = happened(
        of(CreditPointsAwarded, **of_skp, points="75/2"),
        of(RecognitionProposed, **of_skp),
        of(ImprovementPlanOpened, **of_skp, until="2027-07-10"),
        of(AllowanceDetermined, **of_skp, predicate=Predicate.KURANG, deduction=1),
    )
    assert rows(followup.VIEW, history) == {
        "reward": {
            ("s1",): {
                "cycle": "2026", "person": "sri", "unit": "u1", "points": "75/2",
                "recognition": "commendation", "plan_until": date(2027, 7, 10),
                "predicate": Predicate.KURANG, "deduction": 1,
            }
        },
        "answered": {("2026",): {"count": 1}},
    }  # fmt: skip


def test_why_a_person_has_been_given_no_points() -> None:
    history = happened(of(CreditPointsNotDue, skp="s1", reason="not-pns"))
    assert rows(followup.VIEW, history) == {"reward": {("s1",): {"no_points": "not-pns"}}}


def test_a_discipline_case_as_it_stands() -> None:
    of_case = {"person": "sri", "case": "c1", "unit": "u1"}
    steps = (
        (of(DisciplineCaseOpened, **of_case, assignment="a1", estimated=False, running=2,
            absent=["2026-07-01", "2026-07-02", "2026-07-06"]), "opened"),
        (of(Summoned, **of_case, examination="2026-10-14", estimated=False), "summoned"),
        (of(Examined, **of_case, present=True, not_proven=["2026-07-06"]), "examined"),
        (of(SanctionIssued, **of_case, level="light", sanction="spoken reprimand", months=None,
            article="PP 94/2021 Art 8", running=2, objection_until="2026-11-03", estimated=True,
            totals=[{"year": 2026, "days": 3, "reached": 3}]),
         "sanctioned"),
    )  # fmt: skip
    for count, (_, status) in enumerate(steps, start=1):
        history = happened(*(event for event, _ in steps[:count]))
        row = rows(discipline.VIEW, history)["discipline_case"][("sri", "c1")]
        assert (row["status"], row["version"]) == (status, count)
    assert {name: json.loads(row.pop(name)) for name in ("absent", "not_proven", "totals")} == {
        "absent": ["2026-07-01", "2026-07-02", "2026-07-06"], "not_proven": ["2026-07-06"],
        "totals": [{"year": 2026, "days": 3, "reached": 3}],
    }  # fmt: skip
    assert row == {
        "version": 4, "assignment": "a1", "unit": "u1", "status": "sanctioned", "running": 2,
        "since": JANUARY,
        "examination": date(2026, 10, 14), "present": True, "level": "light",
        "sanction": "spoken reprimand", "months": None, "article": "PP 94/2021 Art 8",
        "objection_until": date(2026, 11, 3), "estimated": True,
    }  # fmt: skip
    closed = happened(steps[0][0], of(DisciplineCaseClosed, **of_case, reason="Sakit"))
    row = rows(discipline.VIEW, closed)["discipline_case"][("sri", "c1")]
    assert (row["status"], row["reason"]) == ("closed", "Sakit")


def test_what_evaluation_asks_of_the_next_planning() -> None:
    proposed = of(
        ImprovementActionProposed, unit="u1", cycle="2026", finding="late-skp", action="x"
    )
    assert rows(improvement.VIEW, happened(proposed)) == {
        "improvement_action": {("u1", "2026", "late-skp"): {"action": "x"}}
    }


def test_a_report_is_kept_whole() -> None:
    reported = of(CycleReported, cycle="2026", unit="u1")
    assert rows(evaluation.REPORT, happened(reported)) == {
        "report": {("2026", "u1"): {"report": reported.model_dump_json()}}
    }


# -- the cycle in figures ----------------------------------------------------------------------


def skp(
    id: str, unit: str, at: datetime = JANUARY, year: int = 2026, start: str = "01-01"
) -> list[Recorded]:
    dates = {"start": f"{year}-{start}", "until": f"{year}-12-31"}
    return happened(of(SKPApproved, skp=id, unit=unit, **dates), at=at)


def finalized(id: str, unit: str, predicate: Predicate) -> list[Recorded]:
    appraised = {"skp": id, "cycle": "2026", "unit": unit, "predicate": predicate}
    return happened(of(AppraisalFinalized, **appraised), of(AllowanceDetermined, **appraised))


def need(id: str, unit: str, at: datetime, *, answered: bool) -> list[Recorded]:
    identified = of(DevelopmentNeedIdentified, need=id, unit=unit)
    completed = [of(TrainingCompleted, need=id, unit=unit)] if answered else []
    return happened(identified, *completed, at=at)


YEAR = [
    *happened(of(CycleOpened, cycle="2026", start="2026-01-01", until="2026-12-31")),
    *skp("s1", "u1"), *skp("s2", "u1", FEBRUARY), *skp("s3", "u2"),
    *skp("old", "u1", year=2025),
    *happened(of(ProgressReported, skp="s1"), of(ProgressReported, skp="s1")),
    *happened(of(FeedbackGiven, skp="s1")),
    *need("n1", "u1", JANUARY, answered=True), *need("n2", "u1", JANUARY, answered=False),
    *need("n0", "u2", JANUARY.replace(year=2025), answered=True),
    *happened(of(SanctionIssued, case="c1", unit="u2")),
    *happened(of(SanctionIssued, case="c0", unit="u2"), at=JANUARY.replace(year=2027)),
    *happened(of(RecognitionProposed, skp="s1"), of(ImprovementPlanOpened, skp="s2")),
    *finalized("s1", "u1", Predicate.SANGAT_BAIK), *finalized("s2", "u1", Predicate.KURANG),
]  # fmt: skip
FIGURES = {
    "u1": Figures(
        skps_approved=2, skps_late=1, without_feedback=1, progress_reports=2, feedback_given=1,
        needs_identified=2, needs_answered=1, improvement_plans=1, recognitions=1,
        predicates={"Kurang": 1, "Sangat Baik": 1},
    ),
    "u2": Figures(skps_approved=1, without_feedback=1, sanctions=1),
}  # fmt: skip


UNTIL = date(2026, 12, 31)


@asynccontextmanager
async def views(
    make_database: Callable[[], Awaitable[str]], *history: Recorded
) -> AsyncIterator[Pool]:
    """Evaluation's views, with a history applied to them."""
    async with create_pool(await make_database()) as pool:
        async with pool.acquire() as connection:
            for view in (evaluation.CYCLE, assignments.view("x")):
                await view.create(connection)
                await view.apply(connection, history)
        yield pool


@pytest.mark.integration
async def test_a_cycle_in_figures(make_database: Callable[[], Awaitable[str]]) -> None:
    async with views(make_database) as pool:
        assert await evaluation.figures(pool, "2026", 0) is None  # the cycle is not known
        async with pool.acquire() as connection:
            await evaluation.CYCLE.apply(connection, YEAR)
        whole = evaluation.Material(UNTIL, FIGURES, frozenset())
        assert await evaluation.figures(pool, "2026", 2) == whole
        assert await evaluation.figures(pool, "2026", 3) is None  # one has not arrived
        async with pool.acquire() as connection:
            await evaluation.CYCLE.apply(connection, finalized("s4", "u2", Predicate.BAIK))
        assert await evaluation.figures(pool, "2026", 3) is None  # its SKP has not


def setting(kind: Kind[Any], value: Any, since: str, unit: str | None = None) -> list[Recorded]:
    return happened(
        of(
            SettingAdopted,
            setting=kind.name,
            unit=unit,
            value=value,
            since=since,
            ground="K 7/2026",
        )
    )


@pytest.mark.integration
async def test_an_skp_is_late_by_the_day_of_its_unit(
    make_database: Callable[[], Awaitable[str]],
) -> None:
    """Midnight in Jayapura is 22:00 in Jakarta: what is late there is not late here, and an agency of
    Jayapura with a unit in Jakarta sees the other way round."""
    jayapura = datetime(2026, 1, 31, 15, 30, tzinfo=UTC)  # 1 February, 00:30 in Jayapura
    jakarta = datetime(2026, 1, 31, 17, 30, tzinfo=UTC)  # 1 February, 00:30 in Jakarta
    cycle = happened(of(CycleOpened, cycle="2026", start="2026-01-01", until="2026-12-31"))
    skps = [
        *skp("s1", "east", jayapura), *skp("s2", "west", jayapura), *skp("s3", "west", jakarta),
        *skp("s4", "west", jakarta - timedelta(hours=1)),
        *skp("s5", "east", jayapura - timedelta(hours=1)),
    ]  # fmt: skip
    in_time = happened(
        of(SanctionIssued, case="c1", unit="east"), at=datetime(2026, 12, 30, tzinfo=UTC)
    )
    new_year = happened(
        of(SanctionIssued, case="c2", unit="east"), of(SanctionIssued, case="c3", unit="west"),
        at=datetime(2026, 12, 31, 15, 30, tzinfo=UTC),
    )  # fmt: skip
    units = happened(
        of(UnitRegistered, unit="islands", parent=None),
        of(UnitRegistered, unit="east", parent="islands"),
    )
    for agency, unit, own in (
        ("WIB", "east", "WIT"), ("WIT", "west", "WIB"), ("WIB", "islands", "WIT"),
    ):  # fmt: skip
        zones = [
            *setting(TIME_ZONE, {"zone": agency}, "2020-01-01"),
            *setting(TIME_ZONE, {"zone": own}, "2020-01-01", unit),
        ]
        history = [*cycle, *units, *skps, *in_time, *new_year, *zones]
        async with views(make_database, *history) as pool:
            found = await evaluation.figures(pool, "2026", 0)
            assert found
            late = {unit: figures.skps_late for unit, figures in found.by_unit.items()}
            assert late == {"east": 1, "west": 1}
            sanctions = {unit: figures.sanctions for unit, figures in found.by_unit.items()}
            assert sanctions == {"east": 1, "west": 1}


@pytest.mark.integration
async def test_an_skp_is_late_by_what_was_in_force_on_its_first_day(
    make_database: Callable[[], Awaitable[str]],
) -> None:
    cycle = happened(of(CycleOpened, cycle="2026", start="2026-01-01", until="2026-12-31"))
    early = {"month": 1, "day": 10, "late_start_working_days": None}
    for since, late in (("2026-01-01", 1), ("2026-01-02", 0)):
        due = setting(SKP_DUE, early, since)
        async with views(make_database, *cycle, *skp("s1", "u1"), *due) as pool:
            found = await evaluation.figures(pool, "2026", 0)
            assert found
            assert found.by_unit == {
                "u1": Figures(skps_approved=1, skps_late=late, without_feedback=1)
            }
            assert found.basis == ({due_basis(due)} if late else set())


@pytest.mark.integration
async def test_a_report_says_when_it_rests_on_a_year_without_a_decree(
    make_database: Callable[[], Awaitable[str]],
) -> None:
    days = setting(SKP_DUE, {"month": 1, "day": 31, "late_start_working_days": 15}, "2020-01-01")
    for year, estimated in ((2026, False), (2029, True)):
        dates = {"start": f"{year}-01-01", "until": f"{year}-12-31"}
        cycle = happened(of(CycleOpened, cycle=str(year), **dates))
        skps = [*skp("s1", "late", year=year, start="05-02"), *skp("s2", "whole", year=year)]
        async with views(make_database, *cycle, *days, *skps) as pool:
            found = await evaluation.figures(pool, str(year), 0)
            assert found
            told = {unit: figures.estimated for unit, figures in found.by_unit.items()}
            assert told == {"late": estimated, "whole": False}


def due_basis(adoption: list[Recorded]) -> str:
    return f"planning:{adoption[0].stream}@1"


# -- what the agency has settled ---------------------------------------------------------------


def test_a_setting_as_every_service_keeps_it() -> None:
    first = {"setting": "least-service", "unit": None, "since": "2026-01-01", "ground": "K 7/2026"}
    history = happened(
        of(SettingAdopted, **first, value={"months": 3}),
        of(SettingAdopted, **first | {"unit": "u1"}, value={"months": 2}),
        of(SettingAdopted, **first | {"ground": "K 8/2026"}, value={"months": 6}),
    )
    assert rows(assignments.view("x"), history) == {
        "setting": {
            ("least-service", "", date(2026, 1, 1)): {
                "value": '{"months":6}', "ground": "K 8/2026", "basis": "planning:kind/id@3",
            },
            ("least-service", "u1", date(2026, 1, 1)): {
                "value": '{"months":2}', "ground": "K 7/2026", "basis": "planning:kind/id@2",
            },
        }
    }  # fmt: skip


@pytest.mark.integration
async def test_what_is_in_force_on_a_date(make_database: Callable[[], Awaitable[str]]) -> None:
    history = [
        *setting(LEAST_SERVICE, {"months": 3}, "2026-07-01"),
        *setting(LEAST_SERVICE, {"months": 6}, "2027-01-01"),
        *setting(PERIODS, {"length": "monthly", "filling_days": 5}, "2026-01-01"),
        *setting(TIME_ZONE, {"zone": "WITA"}, "2026-01-01", "u0"),
        *happened(of(UnitRegistered, unit="u0", parent=None)),
        *happened(of(UnitRegistered, unit="u1", parent="u0")),
        *happened(of(PersonRegistered, person="sri")),
        *happened(
            *(
                of(AssignmentStarted, assignment=f"sri.{unit}", person="sri", unit=unit)
                for unit in ("u1", "u2")
            )
        ),
    ]
    async with views(make_database, *history) as pool:
        for on, months, name in (
            (date(2026, 6, 30), 1, SHIPPED), (date(2026, 7, 1), 3, "K 7/2026"),
            (date(2026, 12, 31), 3, "K 7/2026"), (date(2027, 1, 1), 6, "K 7/2026"),
        ):  # fmt: skip
            found = (await policies.settled(pool, LEAST_SERVICE)).on(on)
            assert (found.value.months, found.name) == (months, name)
            assert bool(found.basis) is (name != SHIPPED)
        noon = datetime(2026, 5, 5, 16, 30, tzinfo=UTC)
        for unit, day in (("u1", 6), ("u2", 5)):
            every = await policies.zones(pool)
            assert every.day(unit, noon)[0] == date(2026, 5, day)
            held = await assignments.find(pool, f"sri.{unit}")
            assert held
            assert held.day(noon) == every.day(unit, noon)
            of_unit = await policies.zones_of_unit(pool, unit)
            assert of_unit.day(unit, noon) == every.day(unit, noon)
        shown = await settings.in_force(pool, date(2026, 6, 30))
        told = {(each.setting, each.unit): each for each in shown}
        assert set(told) == {*((kind, None) for kind in KINDS), ("time-zone", "u0")}
        assert told["least-service", None].default
        assert told["least-service", None].since is None
        assert told["least-service", None].ground == LEAST_SERVICE.source
        assert told["time-zone", "u0"].value == {"zone": "WITA"}
        [one_kind] = await settings.in_force(pool, date(2027, 6, 1), "least-service")
        assert (one_kind.value, one_kind.since) == ({"months": 6}, date(2027, 1, 1))

"""Histories of planning."""

from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import strategies as st

from contracts import alignment, disputes, planning
from contracts import positions as jobs
from contracts import units as organisation
from contracts.settings import SKP_DRAFTING
from contracts.succession import AppraiserChange, SKPCancelled, SKPConfirmed
from law.policy import ships
from law.standing import Actor, Appraising
from services.planning.agreement import decisions as agreements
from services.planning.dispute import decisions as appraisers
from services.planning.matrix import decisions as matrices
from services.planning.nip import decisions as nips
from services.planning.person import decisions as people
from services.planning.person import leaves
from services.planning.position import decisions as positions
from services.planning.settings import decisions as agency
from services.planning.skp import decisions as skps
from services.planning.skp import succession
from services.planning.skp.content import Plan
from services.planning.unit import decisions as units
from tests.contracts.records import instances
from tests.services.history import (
    BEFORE,
    CLERK,
    HALF,
    HEAD,
    OWN,
    THEIRS,
    Step,
    Stream,
    days,
    one,
    text,
)
from tests.services.scenario import (
    EMPLOYEE,
    HELD,
    NEXT_SUPERIOR,
    SUPERIOR,
    YEAR_END,
    YEAR_START,
    shipped,
)

indicators = st.builds(
    planning.Indicator, id=one("abcd"), aspect=one(["quantity", "quality", "time", "cost"]),
    perspective=st.none() | text, text=text, target=text, unit=st.none() | text,
    baseline=st.none() | text,
)  # fmt: skip
results = st.builds(
    planning.Result, id=one("rs"), kind=st.just("main"), text=text, serves=st.none() | text,
    indicators=st.lists(indicators, min_size=1, max_size=3, unique_by=lambda i: i.id).map(tuple),
)  # fmt: skip
lines = st.lists(text, min_size=1, max_size=2).map(tuple)
plans = st.builds(
    Plan,
    results=st.tuples(results),
    expectations=st.lists(
        instances(planning.Expectation), max_size=2, unique_by=lambda e: e.value
    ).map(tuple),
    annexes=st.builds(planning.Annexes, resources=lines, accountability=lines, consequences=lines),
    dialogue=instances(planning.Dialogue),
)
bad_plans = st.builds(Plan, results=st.lists(instances(planning.Result), max_size=2).map(tuple))


def proposals(**wrong: Any) -> Any:
    return st.builds(
        skps.Proposal,
        **{
            "start": st.just(YEAR_START), "until": one([date(2026, 6, 30), YEAR_END]), "plan": plans,
            "approach": one(["quantitative", "qualitative"]), "form": one(["jpt", "ja-jf"]),
        } | wrong,
    )  # fmt: skip


submit = Step(skps.submit, {}, **OWN, others=())
FOLLOWED = replace(
    HELD, appraising=(*HELD.appraising, Appraising(date(2026, 7, 1), NEXT_SUPERIOR, "o2"))
)
drafted = Step(
    skps.draft, {"proposal": proposals(until=days, plan=bad_plans)}, **OWN, others=(),
    proposal=proposals(), drafting=shipped(SKP_DRAFTING),
)  # fmt: skip
approved = Step(skps.approve, {}, **THEIRS)
SKP = Stream(
    skps.AGGREGATE,
    (
        drafted,
        submit,
        Step(
            skps.return_, {"rows": st.tuples(instances(planning.RowReason))}, **THEIRS, reason=text,
            rows=st.lists(st.builds(planning.RowReason, result=one("rs"), reason=text), max_size=1).map(tuple),
        ),
        Step(skps.revise, {"plan": bad_plans}, **OWN, plan=plans),
        submit,
        approved,
        Step(skps.amend, {"plan": bad_plans, "on": days}, **OWN, plan=plans, reason=text),
        submit,
        Step(skps.withdraw, {}, **OWN, reason=text),
        Step(
            succession.confirm, {}, by=Actor(NEXT_SUPERIOR), on=date(2026, 8, 3), held=FOLLOWED,
            change=ships(AppraiserChange(rule="confirm")),
        ),
        Step(
            succession.close, {}, **OWN | {"held": HALF}, reason=text,
            change=ships(AppraiserChange(rule="keep")),
        ),
    ),
    (
        planning.SKPDrafted, planning.SKPAmendmentDrafted, planning.SKPRevised, planning.SKPSubmitted,
        planning.SKPReturned, planning.SKPWithdrawn, planning.SKPApproved,
        planning.SKPClosed, SKPConfirmed,
    ),
)  # fmt: skip

CANCELLED_SKP = Stream(
    skps.AGGREGATE,
    (
        drafted,
        submit,
        approved,
        Step(
            succession.close, {}, **OWN | {"held": BEFORE}, reason=text,
            change=ships(AppraiserChange(rule="keep")),
        ),
    ),
    (planning.SKPDrafted, planning.SKPSubmitted, planning.SKPApproved, SKPCancelled),
)  # fmt: skip

MANDATE = {"person": "rahma", "mandate": one(["personnel", "appraisal-team"])}
TOPMOST = st.builds(units.Shape, name=text, level=text, parent=st.none())
BELOW_U0 = st.builds(units.Shape, name=text, level=text, parent=st.just("u0"))
U0 = units.Parent("u0", (date.min, None), frozenset({"u0"}))
UNIT = Stream(
    units.AGGREGATE,
    (
        Step(
            units.register, {"shape": units.Shape("", "", "u9")}, **CLERK, id=text, shape=TOPMOST, above=None,
            since=one([None, YEAR_START]),
        ),
        Step(units.correct, {"above": None}, **CLERK, shape=BELOW_U0, above=U0, reason=text),
        Step(
            units.change, {"since": YEAR_START}, **CLERK, shape=BELOW_U0, above=U0, since=days, ground=text,
        ),
        Step(
            units.end, {"left": units.Left(1, 0)}, **CLERK, last=YEAR_END, into={}, left=units.Left(0, 0),
            ground=text,
        ),
        Step(units.continue_, {}, **CLERK, reason=text),
        Step(
            units.give_mandate, {"since": days, "person_known": False}, **CLERK, **MANDATE,
            since=YEAR_START, until=one([None, YEAR_END]), ground=text, person_known=True,
        ),
        Step(units.end_mandate, {"last": days}, **CLERK, **MANDATE, last=YEAR_START, reason=text),
    ),
    (
        organisation.UnitRegistered, organisation.UnitCorrected, organisation.UnitChanged, organisation.UnitEnded,
        organisation.UnitContinued, organisation.MandateGiven, organisation.MandateEnded,
    ),
)  # fmt: skip
NUMBER = {"nip": "198503152010012001", "person": one([EMPLOYEE, "joko"])}
NIP = Stream(
    nips.AGGREGATE,
    (
        Step(nips.take, {"nip": "1"}, **CLERK, **NUMBER, status="PNS"),
        Step(nips.release, {}, **CLERK, **NUMBER, reason=text),
    ),
    (planning.NIPTaken, planning.NIPReleased),
)
identities = st.builds(
    people.Identity, nip=one(["198503152010012001", "198503152010012002"]), name=text,
    status=one(["PNS", "CPNS"]),
)  # fmt: skip
posts = st.builds(
    people.Post, unit=text, position=text, level=st.none() | text,
    kind=one(["definitive", "plt", "plh", "pj"]), leads=st.booleans(), start=st.just(YEAR_START),
    until=st.just(YEAR_END),
)  # fmt: skip
BOSS_OF = people.Superior(
    SUPERIOR, "budi.a", people.Post("u1", "", None, "definitive", True, date(2020, 1, 1), None),
    frozenset(),
)  # fmt: skip
OF_A1 = CLERK | {"held": HELD, "assignment": "sri.a1"}
LEAVE = {"start": date(2026, 3, 2), "reason": text}
PERSON = Stream(
    people.AGGREGATE,
    (
        Step(people.register, {}, **CLERK, id=EMPLOYEE, identity=identities),
        Step(people.correct, {"identity": people.Identity(None, "", "PNS")}, **CLERK, identity=identities, reason=text),
        Step(
            people.start, {"unit": None}, **CLERK, assignment=one(["sri.a1", "sri.a2"]),
            post=posts, superior=one([BOSS_OF, None]), unit=(date.min, None),
        ),
        Step(
            people.start, {"superior": replace(BOSS_OF, post=None)}, **CLERK, assignment="sri.a1",
            post=posts, superior=BOSS_OF, unit=(date.min, None),
        ),
        Step(people.correct_assignment, {"unit": None}, **OF_A1, post=posts, reason=text, unit=(date.min, None)),
        Step(
            people.extend, {"until": days}, **OF_A1, until=date(2027, 3, 31), reason=text,
            unit=(date.min, None),
        ),
        Step(people.change_appraiser, {"since": days}, **OF_A1, superior=BOSS_OF, since=date(2026, 2, 1)),
        Step(
            leaves.grant_leave, {"until": days}, **OF_A1, kind=one(["study", "sick"]),
            start=date(2026, 3, 2), until=date(2026, 3, 31), ground=text,
        ),
        Step(leaves.end_leave, {"last": days}, **OF_A1, **LEAVE, last=date(2026, 3, 10)),
        Step(people.end, {"last": days}, **OF_A1, last=date(2026, 5, 31), reason=text),
        Step(
            people.transfer, {"unit": None}, **OF_A1, to="sri.a3", superior=BOSS_OF, reason=text,
            post=people.Post("u2", "", None, "plt", False, date(2026, 4, 1), None), unit=(date.min, None),
        ),
        Step(
            people.move, {"unit": None}, **OF_A1, unit_before="u2", into="u3", since=date(2026, 6, 1), superior=None,
            reason=text, leads=st.booleans(), unit=(date.min, None),
        ),
    ),
    (
        planning.PersonRegistered, planning.PersonCorrected, planning.AssignmentStarted,
        planning.AssignmentCorrected, planning.AssignmentExtended, planning.AppraiserChanged,
        planning.AssignmentEnded, planning.LeaveGranted, planning.LeaveEnded,
    ),
)  # fmt: skip

descriptions = st.builds(
    positions.Description, name=text, kind=one(["functional", "jpt-madya"]), level=st.none(),
    grade=st.none() | st.integers(1, 17), form=one(["jpt", "ja-jf"]),
)  # fmt: skip
of_anybody = st.builds(
    planning.Result, id=one("rs"), kind=st.just("main"), text=text,
    indicators=st.lists(
        indicators.filter(lambda each: each.aspect is not None), min_size=1, max_size=2, unique_by=lambda i: i.id
    ).map(tuple),
)  # fmt: skip
POSITION = Stream(
    positions.AGGREGATE,
    (
        Step(
            positions.describe,
            {"said": positions.Description("", "executing", "Ahli Muda", None, "ja-jf")},
            **CLERK, said=descriptions, ground=text,
        ),
        Step(
            positions.set_template, {"results": st.tuples(results)}, **CLERK,
            results=st.tuples(of_anybody) | st.just(()),
        ),
    ),
    (jobs.PositionDescribed, jobs.PositionTemplateSet),
)  # fmt: skip

DISPUTE = Stream(
    appraisers.AGGREGATE,
    (
        Step(appraisers.dispute, {}, **OWN, reason=st.none() | text),
        Step(
            appraisers.answer, {"outcome": st.just("mended")}, **CLERK, held=OWN["held"],
            outcome="kept", reason=text,
        ),
    ),
    (disputes.AppraiserDisputed, disputes.AppraiserDisputeAnswered),
)  # fmt: skip

SETTING = Stream(
    agency.AGGREGATE,
    (
        Step(
            agency.adopt, {"kind": "pay", "unit": "u1", "value": {"months": "1"}, "since": days},
            **CLERK, kind="least-service", unit=None, unit_known=True, ground=text,
            since=one([YEAR_START, date(2026, 7, 1)]),
            value=st.fixed_dictionaries({"months": st.integers(0, 12)}),
        ),
    ),
    (planning.SettingAdopted,),
)  # fmt: skip

agreed = st.builds(
    alignment.AgreedIndicator, id=one("ij"), text=text, unit=st.none() | text,
    targets=st.builds(alignment.YearTarget, year=st.just(2026), target=text).map(lambda each: (each,)),
)  # fmt: skip
objectives = st.builds(
    alignment.Objective, id=one("st"), text=text, indicators=agreed.map(lambda each: (each,)),
).map(lambda each: (each,))  # fmt: skip
OF_2026 = agreements.Agreement(
    "u1.2026", "u1", "budi.a", 2026, 2026,
    tuple(
        alignment.Objective(id=f"s{id}", text="", indicators=(
            alignment.AgreedIndicator(id=id, text="", targets=()),
        )) for id in "ij"
    ),
)  # fmt: skip
OF_THE_HEAD = THEIRS | {"held": HEAD, "above": agreements.Above(), "objectives": objectives}
AGREEMENT = Stream(
    agreements.AGGREGATE,
    (
        Step(agreements.set_, {"objectives": ()}, **OF_THE_HEAD, first=2026, last=2026),
        Step(agreements.amend, {"objectives": ()}, **OF_THE_HEAD, reason=text),
    ),
    (alignment.AgreementSet, alignment.AgreementAmended),
)

SAID = {"agreement": OF_2026, "rows": {"sri.a": matrices.Row(HELD, True)}}
MATRIX = Stream(
    matrices.AGGREGATE,
    (
        Step(
            matrices.put, {"agreement": None}, **CLERK, **SAID,
            said=st.builds(
                matrices.Said, indicator=one("ij"), under=st.none(), assignment=st.just("sri.a"),
                role=one(["responsible", "member"]), direct=st.booleans(), text=text,
            ).map(lambda each: [each]),
        ),
        Step(matrices.remove, {}, **CLERK, places=one([["u1.2026/i/sri.a"], ["u1.2026/j/sri.a"]]), reason=text),
    ),
    (alignment.CellsPut, alignment.CellsRemoved),
)  # fmt: skip

STREAMS = (UNIT, NIP, PERSON, POSITION, DISPUTE, SKP, CANCELLED_SKP, SETTING, AGREEMENT, MATRIX)

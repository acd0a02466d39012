"""Any accepted history, replayed from its records, comes to the state that was kept in memory."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from itertools import chain
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts import appraisal, evaluation, monitoring, planning, rewards
from contracts.appraisal import Predicate, Rating
from contracts.catalogue import EVENTS, READINGS
from contracts.event import Event, Recorded
from contracts.settings import (
    ALLOWANCE_DEDUCTION,
    FINDING_THRESHOLDS,
    LEAST_SERVICE,
    MEDIUM_SANCTIONS,
    PERIODS,
    RECOGNITION,
    SUMMONS_DISTANCE,
    SUPERIOR_SANCTIONS,
    AllowanceDeduction,
)
from contracts.settings import (
    IMPROVEMENT as UNDER_PERFORMANCE,
)
from eventlog.aggregate import Aggregate
from law.policy import Policy, ships
from law.refusal import Forbidden, Refused
from law.skp import ApprovedSKP
from law.standing import Actor, Decider, Standing
from law.workdays import SHIPPED_CALENDAR
from services.appraisal.cycle import decisions as cycles
from services.appraisal.rating import decisions as appraisals
from services.evaluation.report import decisions as reports
from services.monitoring.development import decisions as development
from services.monitoring.execution import decisions as execution
from services.planning.nip import decisions as nips
from services.planning.person import decisions as people
from services.planning.settings import decisions as agency
from services.planning.skp import decisions as skps
from services.planning.skp.content import Plan
from services.planning.unit import decisions as units
from services.rewards.discipline import decisions as discipline
from services.rewards.followup import decisions as followup
from tests.contracts.records import instances, recorded
from tests.services.scenario import (
    EMPLOYEE,
    HELD,
    PERSONNEL,
    SUPERIOR,
    YEAR_END,
    YEAR_START,
    shipped,
)

Decide = Callable[[Any], Event | Sequence[Event]]
Strategy = st.SearchStrategy[Any]
one = st.sampled_from
text = st.text(max_size=12)


class Step:
    """A command. Drawn `right`, its arguments are such as a course of things needs; drawn `any`,
    some of them may be `wrong` ones, so that it may be refused. What is no strategy is a constant."""

    def __init__(
        self, decide: Callable[..., Any], wrong: Mapping[str, Any] | None = None, **right: Any
    ) -> None:
        self.decide = decide
        self._right = {name: _strategy(value) for name, value in right.items()}
        self._wrong = {name: _strategy(value) for name, value in (wrong or {}).items()}

    def right(self) -> Strategy:
        return st.builds(partial, st.just(_call), st.just(self.decide), **self._right)

    def any(self) -> Strategy:
        drawn = {
            name: right | self._wrong[name] if name in self._wrong else right
            for name, right in self._right.items()
        }
        return st.builds(partial, st.just(_call), st.just(self.decide), **drawn)


def _call(decide: Callable[..., Any], state: Any, /, **words: Any) -> Any:
    """Decide as whoever stands where `by`, `on` and `held` say; a reaction is decided by nobody."""
    if "by" not in words:
        return decide(state, **words)
    by, on, held = words.pop("by"), words.pop("on"), words.pop("held", None)
    return decide(state, Standing(by, on, held) if held else Decider(by, on), **words)


def _strategy(value: Any) -> Strategy:
    return value if isinstance(value, st.SearchStrategy) else st.just(value)


@dataclass(frozen=True)
class Stream:
    """One kind of stream: a course that it can take, and every event that there can be on it."""

    aggregate: Aggregate[Any]
    course: tuple[Step, ...]
    events: tuple[type[Event], ...]

    def histories(self) -> Strategy:
        """The course, with any commands before, between and after its steps."""
        chance = st.lists(st.one_of([step.any() for step in set(self.course)]), max_size=3)
        parts = [part for step in self.course for part in (chance, st.tuples(step.right()))]
        return st.tuples(*parts, chance).map(lambda drawn: [*chain.from_iterable(drawn)])


days = one([YEAR_START, date(2026, 6, 30), YEAR_END, date(2027, 1, 4), date(2023, 1, 1)])
HALF = replace(HELD, until=date(2026, 6, 30))
HEAD = replace(HELD, leads=True)

# Planning


indicators = st.builds(
    planning.Indicator, id=one("abcd"), aspect=one(["quantity", "quality", "time", "cost"]),
    perspective=st.none() | text, text=text, target=text, unit=st.none() | text,
)  # fmt: skip
results = st.builds(
    planning.Result, id=one("rs"), kind=st.just("main"), text=text, serves=st.none() | text,
    indicators=st.lists(indicators, min_size=1, max_size=3, unique_by=lambda i: i.id).map(tuple),
)  # fmt: skip
plans = st.builds(
    Plan,
    results=st.tuples(results),
    expectations=st.lists(instances(planning.Expectation), max_size=2).map(tuple),
    annexes=instances(planning.Annexes),
)
bad_plans = st.builds(Plan, results=st.lists(instances(planning.Result), max_size=2).map(tuple))
OWN = {"by": Actor(EMPLOYEE), "on": YEAR_START, "held": one([HELD, HALF, HEAD])}
THEIRS = {"by": Actor(SUPERIOR), "on": YEAR_START, "held": one([HELD, HALF, HEAD])}
NOT_OWN, NOT_THEIRS = {"by": Actor(SUPERIOR), "on": date(2023, 1, 1)}, {"by": EMPLOYEE}

submit = Step(skps.submit, {}, **OWN)
SKP = Stream(
    skps.AGGREGATE,
    (
        Step(
            skps.draft, {"until": days, "plan": bad_plans},
            **OWN, start=YEAR_START, until=date(2026, 3, 31), plan=plans,
            approach=one(["quantitative", "qualitative"]),
        ),
        submit,
        Step(skps.return_, {}, **THEIRS, reason=text),
        Step(skps.revise, {"plan": bad_plans}, **OWN, plan=plans),
        submit,
        Step(skps.approve, {}, **THEIRS),
    ),
    (
        planning.SKPDrafted, planning.SKPRevised, planning.SKPSubmitted, planning.SKPReturned,
        planning.SKPApproved,
    ),
)  # fmt: skip

CLERK = {"by": PERSONNEL, "on": date(2026, 1, 12)}
MANDATE = {"person": "rahma", "mandate": one(["personnel", "appraisal-team"])}
UNIT = Stream(
    units.AGGREGATE,
    (
        Step(
            units.register, {"parent": "u9"}, **CLERK, id=text, name=text, level=text, parent=None,
            above=None,
        ),
        Step(
            units.correct, {"above": None}, **CLERK, name=text, level=text, parent="u0",
            above=units.Parent("u0", frozenset({"u0"})), reason=text,
        ),
        Step(
            units.give_mandate, {"since": days, "person_known": False}, **CLERK, **MANDATE,
            since=YEAR_START, until=one([None, YEAR_END]), ground=text, person_known=True,
        ),
        Step(units.end_mandate, {"last": days}, **CLERK, **MANDATE, last=YEAR_START, reason=text),
    ),
    (
        planning.UnitRegistered, planning.UnitCorrected, planning.MandateGiven,
        planning.MandateEnded,
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
            people.start, {"unit_known": False}, **CLERK, assignment=one(["sri.a1", "sri.a2"]),
            post=posts, superior=one([BOSS_OF, None]), unit_known=True,
        ),
        Step(
            people.start, {"superior": replace(BOSS_OF, post=None)}, **CLERK, assignment="sri.a1",
            post=posts, superior=BOSS_OF, unit_known=True,
        ),
        Step(people.correct_assignment, {"unit_known": False}, **OF_A1, post=posts, reason=text, unit_known=True),
        Step(people.extend, {"until": days}, **OF_A1, until=date(2027, 3, 31), reason=text),
        Step(people.change_appraiser, {"since": days}, **OF_A1, superior=BOSS_OF, since=date(2026, 2, 1)),
        Step(
            people.grant_leave, {"until": days}, **OF_A1, kind=one(["study", "sick"]),
            start=date(2026, 3, 2), until=date(2026, 3, 31), ground=text,
        ),
        Step(people.end_leave, {"last": days}, **OF_A1, **LEAVE, last=date(2026, 3, 10)),
        Step(people.end, {"last": days}, **OF_A1, last=date(2026, 5, 31), reason=text),
        Step(
            people.transfer, {"unit_known": False}, **OF_A1, to="sri.a3", superior=BOSS_OF, reason=text,
            post=people.Post("u2", "", None, "plt", False, date(2026, 4, 1), None), unit_known=True,
        ),
    ),
    (
        planning.PersonRegistered, planning.PersonCorrected, planning.AssignmentStarted,
        planning.AssignmentCorrected, planning.AssignmentExtended, planning.AppraiserChanged,
        planning.AssignmentEnded, planning.LeaveGranted, planning.LeaveEnded,
    ),
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

# Monitoring

APPROVED = ApprovedSKP(
    "s1", 3, EMPLOYEE, "a1", YEAR_START, YEAR_END, frozenset("rs"), frozenset("ij")
)
evidence = instances(monitoring.Evidence)
EXECUTION = Stream(
    execution.AGGREGATE,
    (
        Step(
            execution.report_progress, {"indicator": "k", "evidence": ()}, **OWN,
            skp=APPROVED, periods=shipped(PERIODS), indicator=one("ij"), period=one(["2026-Q1", "2026-Q2"]), realisation=text,
            evidence=st.lists(evidence, min_size=1, max_size=2).map(tuple), final=None,
        ),
        Step(
            execution.give_feedback, {"result": "x"}, **THEIRS, skp=APPROVED,
            kind=one(["feedback", "guidance", "counselling"]), text=text, result=one(["r", None]), final=None,
        ),
    ),
    (monitoring.ProgressReported, monitoring.FeedbackGiven),
)  # fmt: skip
DEVELOPMENT = Stream(
    development.AGGREGATE,
    (
        Step(
            development.identify, {}, **OWN, id=text, topic=text, reason=text,
            form=one(["training", "coaching", "mentoring", "assignment"]),
        ),
        Step(
            development.plan, {"until": days}, **THEIRS, training=text, title=text,
            start=date(2025, 11, 1), until=date(2025, 12, 1),
        ),
        Step(development.complete, {}, **OWN, evidence=evidence, final=None),
    ),
    (
        monitoring.DevelopmentNeedIdentified, monitoring.TrainingPlanned,
        monitoring.TrainingCompleted,
    ),
)  # fmt: skip

# Appraisal

RULES = "PermenPANRB 6/2022"
CYCLE = Stream(
    cycles.AGGREGATE,
    (
        Step(
            cycles.open_, {"rule_set": "PP 30/2019", "until": days}, **CLERK, id=text,
            rule_set=RULES, start=YEAR_START, until=YEAR_END,
        ),
        Step(
            cycles.close, {"on": days, "unfinished": 1}, **CLERK | {"on": date(2027, 1, 4)},
            finalized=st.integers(0, 9), unfinished=0,
        ),
    ),
    (appraisal.CycleOpened, appraisal.CycleClosed),
)  # fmt: skip
WHOLE = cycles.Cycle("2026", RULES, YEAR_START, YEAR_END)
IN_CYCLE = THEIRS | {
    "cycle": WHOLE,
    "skp": APPROVED,
    "least": shipped(LEAST_SERVICE),
}
NOT_IN_CYCLE = {"cycle": one([None, replace(WHOLE, cycle="other")])}
ratings = {"rating": one(Rating), "reason": text}
APPRAISAL = Stream(
    appraisals.AGGREGATE,
    (
        Step(appraisals.rate, NOT_IN_CYCLE, **IN_CYCLE, what="result", **ratings),
        Step(appraisals.rate, NOT_IN_CYCLE, **IN_CYCLE, what="behaviour", **ratings),
        Step(appraisals.finalize, NOT_IN_CYCLE | {"on": days}, **IN_CYCLE | {"on": YEAR_END}),
    ),
    (appraisal.ResultRated, appraisal.BehaviourRated, appraisal.AppraisalFinalized),
)  # fmt: skip

# Rewards

BOSS = {"by": Actor(SUPERIOR), "held": HELD}
RULED = BOSS | {
    "rules": discipline.Rules(
        SHIPPED_CALENDAR,
        ships(SUMMONS_DISTANCE.shipped),
        ships(MEDIUM_SANCTIONS.shipped),
        ships(SUPERIOR_SANCTIONS.shipped),
    )
}
ABSENT = tuple(date(2026, 7, day) for day in (1, 3, 7, 9, 13, 15, 17, 21, 23))
case = Step(
    discipline.open_, {"absent": one([ABSENT[:2], (*ABSENT, date(2026, 7, 4))]), "case": "c0"},
    **RULED, on=date(2026, 10, 5), case="c1", absent=ABSENT,
)  # fmt: skip
DISCIPLINE = Stream(
    discipline.dossier("c1"),
    (
        Step(
            discipline.open_, {"absent": ABSENT[1:]}, **RULED, on=date(2026, 10, 5), case="c0",
            absent=tuple(date(2026, 8, day) for day in (3, 5, 7)),
        ),
        case,
        Step(
            discipline.summon, {"examination": date(2026, 10, 13)}, **RULED,
            on=date(2026, 10, 5), examination=date(2026, 10, 14),
        ),
        Step(
            discipline.summon, {}, **RULED, on=date(2026, 10, 14),
            examination=date(2026, 10, 23),
        ),
        Step(
            discipline.examine, {"on": date(2026, 10, 14)}, **BOSS, on=date(2026, 10, 26),
            present=st.booleans(), minutes=text, not_proven=one([(), ABSENT[:1], ABSENT]),
        ),
        Step(discipline.issue, {}, **RULED, on=date(2026, 10, 27)),
        Step(discipline.close, {}, **RULED, on=date(2026, 10, 27), reason=text),
    ),
    (
        rewards.DisciplineCaseOpened, rewards.Summoned, rewards.Examined, rewards.SanctionIssued,
        rewards.DisciplineCaseClosed,
    ),
)  # fmt: skip
finalized = st.builds(
    partial(
        appraisal.AppraisalFinalized, skp="s1", cycle="2026", rule_set=RULES, assignment="a1",
        person=EMPLOYEE, unit="u1", position="Analis", by=SUPERIOR, result="meets",
        behaviour="meets", misconduct=False, start=YEAR_START, until=YEAR_END,
    ),
    level=one([None, "Pemula", "AHLI UTAMA", "Eselon II"]), predicate=one(Predicate),
    months=st.integers(1, 12), status=one(["PNS", "CPNS", "PPPK"]), kind=one(["definitive", "plt"]),
)  # fmt: skip
DEDUCTION = Policy("K 7/2026", YEAR_START, AllowanceDeduction(percent={Predicate.KURANG: 1}))
FOLLOWUP = Stream(
    followup.AGGREGATE,
    (
        Step(
            followup.follow_up, appraisal=finalized, recognition=shipped(RECOGNITION),
            deduction=one([shipped(ALLOWANCE_DEDUCTION), DEDUCTION]),
        ),
    ),
    (
        rewards.CreditPointsAwarded, rewards.CreditPointsNotDue, rewards.RecognitionProposed,
        rewards.AllowanceDetermined,
    ),
)  # fmt: skip
IMPROVEMENT = Stream(
    followup.IMPROVEMENT,
    (Step(followup.improve, on=days, appraisal=finalized, improvement=shipped(UNDER_PERFORMANCE)),),
    (rewards.ImprovementPlanOpened,),
)
FOLLOWED_CYCLE = Stream(
    followup.CYCLE,
    (Step(followup.follow_up_cycle, cycle=text, finalized=st.integers(0, 10**7)),),
    (rewards.CycleFollowedUp,),
)

# Evaluation

counts = st.integers(0, 10)
REPORT = Stream(
    reports.AGGREGATE,
    (
        Step(
            reports.report, cycle=text, unit=text, thresholds=shipped(FINDING_THRESHOLDS),
            figures=st.builds(
                reports.Figures, skps_approved=counts, skps_late=counts, without_feedback=counts,
                needs_identified=counts, needs_answered=counts,
                predicates=st.dictionaries(one([str(p) for p in Predicate]), counts),
            ),
        ),
    ),
    (evaluation.CycleReported, evaluation.ImprovementActionProposed),
)  # fmt: skip

STREAMS = {
    "unit": UNIT, "nip": NIP, "person": PERSON, "skp": SKP, "setting": SETTING,
    "execution": EXECUTION,
    "development": DEVELOPMENT, "cycle": CYCLE, "appraisal": APPRAISAL, "discipline": DISCIPLINE,
    "followup": FOLLOWUP, "improvement": IMPROVEMENT,
    "cycle-followup": FOLLOWED_CYCLE, "report": REPORT,
}  # fmt: skip


@pytest.mark.parametrize("name", STREAMS)
def test_any_accepted_history_replays_to_the_same_state(name: str) -> None:
    stream = STREAMS[name]
    seen: set[type[Event]] = set()

    @settings(max_examples=60)
    @given(stream.histories())
    def replays(commands: Sequence[Decide]) -> None:
        state, log = None, list[Recorded]()
        for decide in commands:
            try:
                decided = decide(state)
            except (Refused, Forbidden):
                continue
            for event in [decided] if isinstance(decided, Event) else decided:
                state = stream.aggregate.evolve(state, event)
                log.append(recorded(event, version=len(log) + 1))
        assert stream.aggregate.fold(log) == (state, len(log))
        seen.update(type(each.event) for each in log)

    replays()
    assert seen == set(stream.events), "the histories must reach every event"


def test_every_event_is_in_some_history() -> None:
    assert {event for stream in STREAMS.values() for event in stream.events} == (
        set(EVENTS) - set(READINGS.values())  # nobody decides a reading
    )

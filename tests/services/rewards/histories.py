"""Histories of rewards."""

from datetime import date
from functools import partial

from hypothesis import strategies as st

from contracts import appraisal, rewards
from contracts.appraisal import Predicate
from contracts.settings import (
    ALLOWANCE_DEDUCTION,
    MEDIUM_SANCTIONS,
    RECOGNITION,
    SUMMONS_DISTANCE,
    SUPERIOR_SANCTIONS,
    AllowanceDeduction,
)
from contracts.settings import IMPROVEMENT as UNDER_PERFORMANCE
from law.policy import ships
from law.standing import Actor
from law.workdays import SHIPPED_CALENDAR
from services.rewards.discipline import decisions as discipline
from services.rewards.followup import decisions as followup
from tests.services.history import Step, Stream, days, one, text
from tests.services.scenario import EMPLOYEE, HELD, SUPERIOR, YEAR_END, YEAR_START, adopted, shipped

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
        appraisal.AppraisalFinalized, skp="s1", cycle="2026", rule_set="PermenPANRB 6/2022", assignment="a1",
        person=EMPLOYEE, unit="u1", position="Analis", by=SUPERIOR, result="meets",
        behaviour="meets", misconduct=False, start=YEAR_START, until=YEAR_END,
    ),
    level=one([None, "Pemula", "AHLI UTAMA", "Eselon II"]), predicate=one(Predicate),
    months=st.integers(1, 12), status=one(["PNS", "CPNS", "PPPK"]), kind=one(["definitive", "plt"]),
)  # fmt: skip
DEDUCTION = adopted(AllowanceDeduction(percent={Predicate.KURANG: 1}))
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

STREAMS = (DISCIPLINE, FOLLOWUP, IMPROVEMENT, FOLLOWED_CYCLE)

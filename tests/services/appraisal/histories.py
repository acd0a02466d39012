"""Histories of appraisal."""

from dataclasses import replace
from datetime import date

from hypothesis import strategies as st

from contracts import appraisal
from contracts.appraisal import Rating
from contracts.settings import LEAST_SERVICE
from services.appraisal.cycle import decisions as cycles
from services.appraisal.rating import decisions as appraisals
from tests.services.history import APPROVED, CLERK, THEIRS, Step, Stream, days, one, text
from tests.services.scenario import YEAR_END, YEAR_START, shipped

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

STREAMS = (CYCLE, APPRAISAL)

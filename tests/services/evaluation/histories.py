"""Histories of evaluation."""

from hypothesis import strategies as st

from contracts import evaluation
from contracts.appraisal import Predicate
from contracts.settings import FINDING_THRESHOLDS
from services.evaluation.report import decisions as reports
from tests.services.history import Step, Stream, one, text
from tests.services.scenario import shipped

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

STREAMS = (REPORT,)

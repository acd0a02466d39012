"""Histories of monitoring."""

from datetime import date

from hypothesis import strategies as st

from contracts import monitoring
from contracts.settings import PERIODS
from services.monitoring.development import decisions as development
from services.monitoring.execution import decisions as execution
from tests.contracts.records import instances
from tests.services.history import APPROVED, OWN, THEIRS, Step, Stream, days, one, text
from tests.services.scenario import shipped

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

STREAMS = (EXECUTION, DEVELOPMENT)

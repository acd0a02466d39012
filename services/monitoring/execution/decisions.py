"""Progress with evidence, and feedback, against an approved SKP.

PermenPANRB 6/2022 makes both continuous: realisation and evidence against each indicator; the
superior's feedback, guidance and counselling at any time.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from chassis.assignments import Assignment
from chassis.problems import Refused
from contracts.event import Event
from contracts.monitoring import Evidence, FeedbackGiven, ProgressReported
from eventlog.commands import Aggregate

EXECUTION = "PermenPANRB 6/2022, pelaksanaan, pemantauan, dan pembinaan kinerja"


@dataclass(frozen=True, slots=True)
class ApprovedSKP:
    """What monitoring knows of an SKP: a fact from planning, and the version of it."""

    skp: str
    version: int
    assignment: str
    start: date
    until: date
    results: frozenset[str]
    indicators: frozenset[str]

    @property
    def basis(self) -> str:
        return f"planning:skp/{self.skp}@{self.version}"


@dataclass(frozen=True, slots=True)
class Execution:
    """Which periods have been reported for which indicator."""

    reported: frozenset[tuple[str, str]] = frozenset()


def evolve(state: Execution | None, event: Event) -> Execution:
    before = state or Execution()
    match event:
        case ProgressReported():
            return Execution(before.reported | {(event.indicator, event.period)})
        case FeedbackGiven():
            return before
    raise TypeError(f"unexpected {event!r}")


AGGREGATE = Aggregate[Execution]("execution", evolve)


def report_progress(
    execution: Execution | None,
    by: str,
    on: date,
    skp: ApprovedSKP,
    held: Assignment,
    indicator: str,
    period: str,
    realisation: str,
    evidence: tuple[Evidence, ...],
) -> ProgressReported:
    """Report the realisation of one indicator for one period, once, with evidence."""
    held.must_be_held_by(by, on)
    _started(skp, on)
    if indicator not in skp.indicators:
        raise Refused(
            "unknown-indicator", f"the SKP has no indicator {indicator}", field="indicator"
        )
    if not evidence:
        raise Refused(
            "no-evidence", "a realisation is reported with evidence (bukti dukung)",
            article=EXECUTION, field="evidence",
        )  # fmt: skip
    if execution and (indicator, period) in execution.reported:
        raise Refused("reported", f"{indicator} is reported for {period} already", field="period")
    return ProgressReported(
        skp=skp.skp, person=held.person, unit=held.unit, indicator=indicator, period=period,
        realisation=realisation, evidence=evidence,
    )  # fmt: skip


def give_feedback(
    execution: Execution | None,
    by: str,
    on: date,
    skp: ApprovedSKP,
    held: Assignment,
    kind: Literal["feedback", "guidance", "counselling"],
    text: str,
    result: str | None,
) -> FeedbackGiven:
    """The superior's feedback, guidance or counselling, at any time."""
    held.must_be_appraised_by(by, on)
    _started(skp, on)
    if result is not None and result not in skp.results:
        raise Refused("unknown-result", f"the SKP has no result {result}", field="result")
    return FeedbackGiven(
        skp=skp.skp, person=held.person, unit=held.unit, by=by, kind=kind, text=text, result=result
    )


def _started(skp: ApprovedSKP, on: date) -> None:
    if on < skp.start:
        raise Refused("not-started", f"the SKP starts on {skp.start}", article=EXECUTION)

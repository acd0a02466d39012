"""Progress with evidence, and feedback, against an approved SKP.

The cycle of PermenPANRB 6/2022: realisation and evidence against each indicator, by periods (PP
30/2019); the superior's feedback, guidance and counselling at any time.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Literal

from chassis.assignments import Assignment
from chassis.problems import Refused
from contracts.event import Event
from contracts.monitoring import Evidence, FeedbackGiven, ProgressReported
from eventlog.commands import Aggregate

MONTHS = {"": 12, "H": 6, "Q": 3, "0": 1, "1": 1}
"""How many months a period has, by what stands behind its year."""


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
    if indicator not in skp.indicators:
        raise Refused(
            "unknown-indicator", f"the SKP has no indicator {indicator}", field="indicator"
        )
    if not evidence:
        raise Refused(
            "no-evidence", "a realisation is reported with evidence (bukti dukung)",
            field="evidence",
        )  # fmt: skip
    _check_period(period, skp, on)
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
    if result is not None and result not in skp.results:
        raise Refused("unknown-result", f"the SKP has no result {result}", field="result")
    return FeedbackGiven(
        skp=skp.skp, person=held.person, unit=held.unit, by=by, kind=kind, text=text, result=result
    )


def period_days(period: str) -> tuple[date, date]:
    """The first and the last day of `2026`, `2026-H1`, `2026-Q3` or `2026-11`."""
    year, part = int(period[:4]), period[5:]
    months = MONTHS[part[:1]]
    last = int(part.lstrip("HQ") or 1) * months
    start = date(year, last - months + 1, 1)
    return start, date(year, last, monthrange(year, last)[1])


def _check_period(period: str, skp: ApprovedSKP, on: date) -> None:
    start, until = period_days(period)
    if until < skp.start or start > skp.until:
        raise Refused(
            "outside-skp", f"the SKP is of {skp.start} to {skp.until}", field="period"
        )  # fmt: skip
    if on < max(start, skp.start):
        raise Refused("not-begun", f"{period} has not begun", field="period")

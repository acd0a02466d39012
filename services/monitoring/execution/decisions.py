"""Progress with evidence, and feedback, against an approved SKP.

The cycle of PermenPANRB 6/2022: realisation and evidence against each indicator, by periods (PP
30/2019); the superior's feedback, guidance and counselling at any time.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from contracts.event import Event
from contracts.monitoring import Evidence, FeedbackGiven, FeedbackKind, ProgressReported
from contracts.settings import Periods
from eventlog.aggregate import Aggregate, unexpected
from law.period import period_days, period_length
from law.policy import Policy
from law.refusal import Refused
from law.skp import ApprovedSKP, FinalAppraisal
from law.standing import Standing


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
    raise unexpected(event, state)


AGGREGATE = Aggregate[Execution]("execution", evolve)


def report_progress(
    execution: Execution | None,
    by: Standing,
    skp: ApprovedSKP,
    periods: Policy[Periods],
    indicator: str,
    period: str,
    realisation: str,
    evidence: tuple[Evidence, ...],
    final: FinalAppraisal | None,
) -> ProgressReported:
    """Report the realisation of one indicator for one period, once, with evidence; until what it
    counts for has been appraised.

    All of a year is reported by periods of one length, lest one realisation counts twice (PP 30/2019).
    """
    if indicator not in skp.indicators:
        raise Refused(
            "unknown-indicator", f"the SKP has no indicator {indicator}", field="indicator"
        )
    if not evidence:
        raise Refused(
            "no-evidence",
            "a realisation is reported with evidence (bukti dukung)",
            field="evidence",
        )
    _check_period(period, skp, periods, by.on)
    if final and period_days(period)[0] <= final.until:
        raise Refused("final", f"the appraisal until {final.until} is final", field="period")
    if execution and (indicator, period) in execution.reported:
        raise Refused("reported", f"{indicator} is reported for {period} already", field="period")
    return ProgressReported(
        skp=skp.skp,
        person=by.held.person,
        unit=by.held.unit,
        indicator=indicator,
        period=period,
        realisation=realisation,
        evidence=evidence,
    )


def give_feedback(
    execution: Execution | None,
    by: Standing,
    skp: ApprovedSKP,
    kind: FeedbackKind,
    text: str,
    result: str | None,
    final: FinalAppraisal | None,
) -> FeedbackGiven:
    """The superior's feedback, guidance or counselling, at any time; on an assignment that has ended
    until its appraisal is final."""
    if final and not by.held.in_force(by.on):
        raise Refused("final", "the assignment has ended, and its appraisal is final", field="skp")
    if result is not None and result not in skp.results:
        raise Refused("unknown-result", f"the SKP has no result {result}", field="result")
    return FeedbackGiven(
        skp=skp.skp,
        person=by.held.person,
        unit=by.held.unit,
        by=by.id,
        kind=kind,
        text=text,
        result=result,
    )


def _check_period(period: str, skp: ApprovedSKP, periods: Policy[Periods], on: date) -> None:
    if period_length(period) != periods.value.length:
        raise Refused(
            "other-period",
            f"the year's periods are {periods.value.length}",
            article=periods.name,
            field="period",
        )
    start, until = period_days(period)
    if until < skp.start or start > skp.until:
        raise Refused("outside-skp", f"the SKP is of {skp.start} to {skp.until}", field="period")
    if on < max(start, skp.start):
        raise Refused("not-begun", f"{period} has not begun", field="period")
    if periods.value.filling_days is not None:
        last = until + timedelta(days=periods.value.filling_days)
        if on > last:
            raise Refused(
                "filling-over",
                f"{period} could be filled in until {last}",
                article=periods.name,
                field="period",
            )

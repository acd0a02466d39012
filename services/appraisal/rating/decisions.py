"""Ratings by the appraiser, and the predicate that follows from the cycle's rule set."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from contracts.appraisal import AppraisalFinalized, BehaviourRated, Rating, ResultRated
from contracts.event import Event
from contracts.settings import LeastService
from eventlog.aggregate import Aggregate, unexpected
from law.period import whole_months
from law.policy import Policy
from law.refusal import Refused
from law.skp import ApprovedSKP
from law.standing import Assignment, Standing
from services.appraisal.cycle.decisions import Cycle, must_be_open
from services.appraisal.rules import RULE_SETS


@dataclass(frozen=True, slots=True)
class Appraisal:
    cycle: str
    result: Rating | None = None
    behaviour: Rating | None = None
    final: bool = False


def evolve(state: Appraisal | None, event: Event) -> Appraisal:
    match event:
        case ResultRated():
            return replace(state or Appraisal(event.cycle), result=event.rating)
        case BehaviourRated():
            return replace(state or Appraisal(event.cycle), behaviour=event.rating)
        case AppraisalFinalized() if state:
            return replace(state, final=True)
    raise unexpected(event, state)


AGGREGATE = Aggregate[Appraisal]("appraisal", evolve)


def rate(
    appraisal: Appraisal | None,
    by: Standing,
    cycle: Cycle | None,
    skp: ApprovedSKP,
    least: Policy[LeastService],
    what: Literal["result", "behaviour"],
    rating: Rating,
    reason: str,
) -> ResultRated | BehaviourRated:
    """Rate the work result or the behaviour, with a reason. A rating may change until it is final."""
    current = _still_open(appraisal, cycle)
    if skp.until < current.start or skp.start > current.until:
        raise Refused("outside-cycle", "the SKP is not of this cycle", field="cycle")
    # Nobody could finalize it, and the cycle could not be closed.
    _months(*_period(current, skp, by.held), least)
    event = ResultRated if what == "result" else BehaviourRated
    return event(
        skp=skp.skp,
        cycle=current.cycle,
        person=by.held.person,
        by=by.id,
        rating=rating,
        reason=reason,
    )


def finalize(
    appraisal: Appraisal | None,
    by: Standing,
    cycle: Cycle | None,
    skp: ApprovedSKP,
    least: Policy[LeastService],
) -> AppraisalFinalized:
    """Finalize: the predicate follows from both ratings, and is frozen.

    A missing rating has no default: it cannot be finalized. PermenPANRB 6/2022.
    """
    held = by.held
    current = _still_open(appraisal, cycle)
    if appraisal is None or appraisal.result is None or appraisal.behaviour is None:
        missing = "result" if appraisal is None or appraisal.result is None else "behaviour"
        raise Refused(
            "missing-rating",
            f"the {missing} rating is missing, and has no default",
            article="PermenPANRB 6/2022",
            field=missing,
        )
    start, until = _period(current, skp, held)
    if by.on < until:
        # Months to come are not served yet; who leaves in them would keep their credit.
        raise Refused("not-ended", f"what is appraised ends on {until}", field="cycle")
    months = _months(start, until, least)
    predicate, misconduct = RULE_SETS[current.rule_set](appraisal.result, appraisal.behaviour)
    return AppraisalFinalized(
        skp=skp.skp,
        cycle=current.cycle,
        rule_set=current.rule_set,
        assignment=held.assignment,
        person=held.person,
        unit=held.unit,
        position=held.position,
        level=held.level,
        by=by.id,
        result=appraisal.result,
        behaviour=appraisal.behaviour,
        predicate=predicate,
        misconduct=misconduct,
        start=start,
        until=until,
        months=months,
        status=held.status,
        kind=held.kind,
    )


def _period(cycle: Cycle, skp: ApprovedSKP, held: Assignment) -> tuple[date, date]:
    """What of the cycle is appraised: first and last day, as the assignment stands now."""
    until = min(day for day in (skp.until, cycle.until, held.until) if day)
    return max(skp.start, cycle.start), until


def _months(start: date, until: date, least: Policy[LeastService]) -> int:
    """The whole months of a period. Raises Refused if they are too few to be appraised."""
    months, needed = whole_months(start, until), least.value.months
    if months < needed:
        raise Refused(
            "too-short",
            f"{months} whole months of service, less than {needed}",
            article=least.name,
            field="skp",
        )
    return months


def _still_open(appraisal: Appraisal | None, cycle: Cycle | None) -> Cycle:
    """The open cycle that the appraisal, not yet final, belongs to. Raises Refused."""
    current = must_be_open(cycle)
    if appraisal and appraisal.final:
        raise Refused(
            "final",
            "the appraisal is final; what remains is an objection, within 14 days",
            article="PP 30/2019 Art 59",
        )
    if appraisal and appraisal.cycle != current.cycle:
        raise Refused("other-cycle", f"it is appraised in {appraisal.cycle}", field="cycle")
    return current

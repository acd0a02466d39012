"""An SKP is drafted, submitted, returned or approved. PermenPANRB 6/2022."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from contracts.event import Event
from contracts.planning import (
    Form,
    RowReason,
    SKPApproved,
    SKPDrafted,
    SKPReturned,
    SKPRevised,
    SKPSubmitted,
)
from eventlog.aggregate import Aggregate, unexpected
from law.period import must_be_in_order
from law.refusal import Refused, must_be_none
from law.standing import Standing
from services.planning.skp.content import Approach, Plan, form_of, problems, unready

Status = Literal["draft", "submitted", "returned", "approved"]


@dataclass(frozen=True, slots=True)
class SKP:
    skp: str
    assignment: str
    person: str
    start: date
    until: date
    approach: Approach
    form: Form | None
    plan: Plan
    status: Status = "draft"


def evolve(state: SKP | None, event: Event) -> SKP:
    match event, state:
        case SKPDrafted(), None:
            return SKP(
                event.skp,
                event.assignment,
                event.person,
                event.start,
                event.until,
                event.approach,
                event.form,
                _plan(event),
            )
        case SKPRevised(), SKP():
            return replace(state, plan=_plan(event))
        case SKPSubmitted(), SKP():
            return replace(state, status="submitted")
        case SKPReturned(), SKP():
            return replace(state, status="returned")
        case SKPApproved(), SKP():
            return replace(state, status="approved")
    raise unexpected(event, state)


AGGREGATE = Aggregate[SKP]("skp", evolve)


def _plan(event: SKPDrafted | SKPRevised) -> Plan:
    return Plan(event.results, event.expectations, event.annexes, event.dialogue)


def skp_id(assignment: str, start: date) -> str:
    """One SKP per assignment and first day: the id says so, and a second draft meets the first."""
    return f"{assignment}.{start:%Y%m%d}"


def draft(
    skp: SKP | None,
    by: Standing,
    start: date,
    until: date,
    approach: Approach,
    form: Form | None,
    plan: Plan,
) -> SKPDrafted:
    """Draft an SKP for one's own assignment. PermenPANRB 6/2022, Arts 9–13."""
    held = by.held
    if skp:
        raise Refused("skp-exists", f"{skp.skp} exists already", field="start")
    must_be_in_order(start, until)
    if not (held.in_force(start) and held.in_force(until)):
        raise Refused(
            "outside-assignment", "the period is not within the assignment", field="start"
        )
    form = form_of(form, leads=held.leads)
    must_be_none(problems(plan, approach, form))
    return SKPDrafted(
        skp=skp_id(held.assignment, start),
        assignment=held.assignment,
        person=held.person,
        start=start,
        until=until,
        approach=approach,
        form=form,
        results=plan.results,
        expectations=plan.expectations,
        annexes=plan.annexes,
        dialogue=plan.dialogue,
    )


def revise(skp: SKP | None, by: Standing, plan: Plan) -> SKPRevised:
    """Change a draft, or what was returned."""
    current = _in(skp, "draft", "returned")
    must_be_none(_problems(current, plan, by))
    return SKPRevised(
        skp=current.skp,
        person=current.person,
        results=plan.results,
        expectations=plan.expectations,
        annexes=plan.annexes,
        dialogue=plan.dialogue,
    )


def submit(skp: SKP | None, by: Standing) -> SKPSubmitted:
    """Submit to the appraiser, with all annexes. PermenPANRB 6/2022, Arts 14–15."""
    current = _in(skp, "draft", "returned")
    must_be_none([*_problems(current, current.plan, by), *unready(current.plan)])
    return SKPSubmitted(skp=current.skp, person=current.person)


def return_(
    skp: SKP | None, by: Standing, reason: str, rows: tuple[RowReason, ...] = ()
) -> SKPReturned:
    """Return a submitted SKP, with a reason, and with reasons for some of its rows."""
    current = _in(skp, "submitted")
    must_be_none(_unknown(rows, current.plan))
    return SKPReturned(skp=current.skp, person=current.person, by=by.id, reason=reason, rows=rows)


def approve(skp: SKP | None, by: Standing) -> SKPApproved:
    """Approve a submitted SKP. PermenPANRB 6/2022, Arts 14–15."""
    current = _in(skp, "submitted")
    return SKPApproved(
        skp=current.skp,
        assignment=current.assignment,
        person=current.person,
        unit=by.held.unit,
        by=by.id,
        start=current.start,
        until=current.until,
        approach=current.approach,
        form=form_of(current.form, leads=by.held.leads),
        results=current.plan.results,
        expectations=current.plan.expectations,
        annexes=current.plan.annexes,
        dialogue=current.plan.dialogue,
    )


def _problems(skp: SKP, plan: Plan, by: Standing) -> Iterator[Refused]:
    return problems(plan, skp.approach, form_of(skp.form, leads=by.held.leads))


def _unknown(rows: tuple[RowReason, ...], plan: Plan) -> Iterator[Refused]:
    indicators = {result.id: {i.id for i in result.indicators} for result in plan.results}
    for n, row in enumerate(rows):
        if row.result not in indicators:
            yield Refused(
                "unknown-result", f"the SKP has no result {row.result}", field=f"rows.{n}.result"
            )
        elif row.indicator is not None and row.indicator not in indicators[row.result]:
            yield Refused(
                "unknown-indicator",
                f"the result has no indicator {row.indicator}",
                field=f"rows.{n}.indicator",
            )


def _in(skp: SKP | None, *statuses: str) -> SKP:
    if skp is None:
        raise Refused("unknown-skp", "no such SKP", field="skp")
    if skp.status not in statuses:
        raise Refused("wrong-status", f"the SKP is {skp.status}, not {' or '.join(statuses)}")
    return skp

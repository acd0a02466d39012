"""An SKP is drafted, submitted, returned or approved. PermenPANRB 6/2022."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from chassis.assignments import Assignment
from chassis.problems import Refused
from contracts.event import Event
from contracts.planning import (
    Annexes,
    Expectation,
    Result,
    SKPApproved,
    SKPDrafted,
    SKPReturned,
    SKPRevised,
    SKPSubmitted,
)
from eventlog.commands import Aggregate

CONTENT = "PermenPANRB 6/2022 Arts 9–13"


@dataclass(frozen=True, slots=True)
class Plan:
    """What an SKP says."""

    results: tuple[Result, ...]
    expectations: tuple[Expectation, ...] = ()
    annexes: Annexes = field(default_factory=Annexes)


@dataclass(frozen=True, slots=True)
class SKP:
    skp: str
    assignment: str
    person: str
    start: date
    until: date
    approach: Literal["quantitative", "qualitative"]
    plan: Plan
    status: Literal["draft", "submitted", "returned", "approved"] = "draft"


def evolve(state: SKP | None, event: Event) -> SKP:
    match event, state:
        case SKPDrafted(), None:
            plan = Plan(event.results, event.expectations, event.annexes)
            return SKP(
                event.skp, event.assignment, event.person, event.start, event.until,
                event.approach, plan,
            )  # fmt: skip
        case SKPRevised(), SKP():
            return replace(state, plan=Plan(event.results, event.expectations, event.annexes))
        case SKPSubmitted(), SKP():
            return replace(state, status="submitted")
        case SKPReturned(), SKP():
            return replace(state, status="returned")
        case SKPApproved(), SKP():
            return replace(state, status="approved")
    raise TypeError(f"{type(event).__name__} does not follow {type(state).__name__}")


AGGREGATE = Aggregate[SKP]("skp", evolve)


def skp_id(assignment: str, start: date) -> str:
    """One SKP per assignment and first day: the id says so, and a second draft meets the first."""
    return f"{assignment}.{start:%Y%m%d}"


def draft(
    skp: SKP | None,
    by: str,
    on: date,
    held: Assignment,
    start: date,
    until: date,
    approach: Literal["quantitative", "qualitative"],
    plan: Plan,
) -> SKPDrafted:
    """Draft an SKP for one's own assignment. PermenPANRB 6/2022, Arts 9–13."""
    held.must_be_held_by(by, on)
    if skp:
        raise Refused("skp-exists", f"{skp.skp} exists already", field="start")
    if until < start:
        raise Refused("dates-reversed", "the last day is before the first", field="until")
    if not (held.in_force(start) and held.in_force(until)):
        raise Refused(
            "outside-assignment", "the period is not within the assignment", field="start"
        )  # fmt: skip
    _check(plan, approach, leads=held.leads)
    return SKPDrafted(
        skp=skp_id(held.assignment, start), assignment=held.assignment, person=held.person,
        start=start, until=until, approach=approach, results=plan.results,
        expectations=plan.expectations, annexes=plan.annexes,
    )  # fmt: skip


def revise(skp: SKP | None, by: str, on: date, held: Assignment, plan: Plan) -> SKPRevised:
    """Change a draft, or what was returned."""
    held.must_be_held_by(by, on)
    current = _in(skp, "draft", "returned")
    _check(plan, current.approach, leads=held.leads)
    return SKPRevised(
        skp=current.skp, person=current.person, results=plan.results,
        expectations=plan.expectations, annexes=plan.annexes,
    )  # fmt: skip


def submit(skp: SKP | None, by: str, on: date, held: Assignment) -> SKPSubmitted:
    """Submit to the appraiser. PermenPANRB 6/2022, Arts 14–15."""
    held.must_be_held_by(by, on)
    current = _in(skp, "draft", "returned")
    return SKPSubmitted(skp=current.skp, person=current.person)


def return_(skp: SKP | None, by: str, on: date, held: Assignment, reason: str) -> SKPReturned:
    """Return a submitted SKP, with a reason."""
    held.must_be_appraised_by(by, on)
    current = _in(skp, "submitted")
    return SKPReturned(skp=current.skp, person=current.person, by=by, reason=reason)


def approve(skp: SKP | None, by: str, on: date, held: Assignment) -> SKPApproved:
    """Approve a submitted SKP. PermenPANRB 6/2022, Arts 14–15."""
    held.must_be_appraised_by(by, on)
    current = _in(skp, "submitted")
    return SKPApproved(
        skp=current.skp, assignment=current.assignment, person=current.person, unit=held.unit,
        by=by, start=current.start, until=current.until, approach=current.approach,
        results=current.plan.results, expectations=current.plan.expectations,
        annexes=current.plan.annexes,
    )  # fmt: skip


def _in(skp: SKP | None, *statuses: str) -> SKP:
    if skp is None:
        raise Refused("unknown-skp", "no such SKP", field="skp")
    if skp.status not in statuses:
        raise Refused("wrong-status", f"the SKP is {skp.status}, not {' or '.join(statuses)}")
    return skp


def _check(plan: Plan, approach: str, *, leads: bool) -> None:
    if not any(result.kind == "main" for result in plan.results):
        raise Refused(
            "no-main-result", "a main result is required", article=CONTENT, field="results"
        )
    _distinct([result.id for result in plan.results], "results")
    for n, result in enumerate(plan.results):
        if not result.indicators:
            raise Refused(
                "no-indicator", f"result {result.id} has no indicator", article=CONTENT,
                field=f"results.{n}.indicators",
            )  # fmt: skip
        # A head of unit's indicators come from the performance agreement, with a perspective.
        if approach == "quantitative" and not leads:
            for m, indicator in enumerate(result.indicators):
                if indicator.aspect is None:
                    raise Refused(
                        "no-aspect", f"indicator {indicator.id} has no aspect", article=CONTENT,
                        field=f"results.{n}.indicators.{m}.aspect",
                    )  # fmt: skip
    _distinct([i.id for result in plan.results for i in result.indicators], "indicators")


def _distinct(ids: Sequence[str], field: str) -> None:
    if len(set(ids)) < len(ids):
        raise Refused("repeated-id", f"an id stands twice among the {field}", field=field)

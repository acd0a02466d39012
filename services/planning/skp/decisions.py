"""An SKP is drafted, submitted, returned or approved, and amended once it is. PermenPANRB 6/2022."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from contracts.event import Event
from contracts.planning import (
    Form,
    RowReason,
    SKPAmendmentDrafted,
    SKPApproved,
    SKPClosed,
    SKPDrafted,
    SKPReturned,
    SKPRevised,
    SKPSubmitted,
    SKPWithdrawn,
)
from contracts.settings import SKPDrafting
from contracts.succession import SKPCancelled, SKPConfirmed
from eventlog.aggregate import Aggregate, unexpected
from law.period import reversed_dates, skp_opens
from law.policy import Policy
from law.refusal import Refused, must_be_none
from law.standing import Standing, Who
from services.planning.skp.content import Approach, Plan, form_of, problems, unready

Status = Literal["draft", "submitted", "returned", "approved", "withdrawn", "closed", "cancelled"]
GONE: tuple[Status, ...] = ("withdrawn", "cancelled")
"""Of which no day is left."""


Act = Literal["revise", "submit", "withdraw", "amend", "return", "approve", "confirm", "close"]
MAY: Mapping[Act, tuple[Who, ...]] = {
    # What has been drafted is agreed also when the assignment is over, whose work is appraised by it.
    "revise": (Who.EMPLOYEE_LATER,),
    "submit": (Who.EMPLOYEE_LATER,),
    "withdraw": (Who.EMPLOYEE_LATER,),
    "amend": (Who.EMPLOYEE,),
    "return": (Who.APPRAISER_LATER,),
    "approve": (Who.APPRAISER_LATER,),
    "confirm": (Who.APPRAISER,),
    "close": (
        Who.EMPLOYEE_LATER,
        Who.APPRAISER_LATER,
        Who.OFFICER,
        Who.PERFORMANCE_TEAM,
        Who.PERSONNEL,
    ),
}
FROM: Mapping[Act, tuple[Status, ...]] = {
    "revise": ("draft", "returned"),
    "submit": ("draft", "returned"),
    "withdraw": ("draft", "submitted", "returned"),
    "amend": ("approved",),
    "return": ("submitted",),
    "approve": ("submitted",),
    "confirm": ("approved",),
    "close": ("draft", "submitted", "returned", "approved"),
}
"""In which status of what is at hand."""


@dataclass(frozen=True, slots=True)
class SKP:
    """`plan` and `status` are those of what is at hand: of the SKP, or of a change of what was `agreed`,
    which has a `reason`. `appraiser` is who approved it last, or confirmed it since."""

    skp: str
    assignment: str
    person: str
    start: date
    until: date
    approach: Approach
    form: Form | None
    plan: Plan
    status: Status = "draft"
    agreed: Plan | None = None
    reason: str | None = None
    appraiser: str | None = None

    @property
    def amends(self) -> bool:
        return self.agreed is not None


def evolve(state: SKP | None, event: Event) -> SKP:
    match event, state:
        case SKPDrafted(), None | SKP(status="withdrawn"):
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
        case SKPAmendmentDrafted(), SKP():
            return replace(state, plan=_plan(event), status="draft", reason=event.reason)
        case SKPRevised(), SKP():
            return replace(state, plan=_plan(event))
        case SKPSubmitted(), SKP():
            return replace(state, status="submitted")
        case SKPReturned(), SKP():
            return replace(state, status="returned")
        case SKPWithdrawn(), SKP(agreed=None):
            return replace(state, status="withdrawn")
        case SKPWithdrawn(), SKP(agreed=Plan() as agreed):
            return replace(state, plan=agreed, status="approved", reason=None)
        case SKPApproved(), SKP():
            agreed, by = state.plan, event.by
            return replace(state, status="approved", agreed=agreed, reason=None, appraiser=by)
        case SKPConfirmed(), SKP():
            return replace(state, appraiser=event.by)
        case SKPClosed(), SKP(agreed=Plan() as agreed):
            return replace(state, plan=agreed, status="closed", reason=None, until=event.until)
        case SKPCancelled(), SKP(agreed=Plan() as agreed):
            return replace(state, plan=agreed, status="cancelled", reason=None)
    raise unexpected(event, state)


AGGREGATE = Aggregate[SKP]("skp", evolve)


def _plan(event: SKPDrafted | SKPAmendmentDrafted | SKPRevised) -> Plan:
    return Plan(event.results, event.expectations, event.annexes, event.dialogue)


def skp_id(assignment: str, start: date, others: Iterable[SKP] = ()) -> str:
    """One SKP per assignment and first day: the id says so, and a second draft meets the first. After one of
    `others` that was cancelled, it is another one: what was done in that one is not its own."""
    cancelled = sum(each.start == start and each.status == "cancelled" for each in others)
    return f"{assignment}.{start:%Y%m%d}" + (f"-{cancelled + 1}" if cancelled else "")


def of(name: str) -> str:
    """What an SKP is of, by its name: an assignment; and what an assignment is of: a person."""
    return name.rpartition(".")[0]


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is drafted."""

    start: date
    until: date
    approach: Approach
    form: Form
    plan: Plan


def draft(
    skp: SKP | None,
    by: Standing,
    proposal: Proposal,
    others: Sequence[SKP],
    drafting: Policy[SKPDrafting],
) -> SKPDrafted:
    """Draft an SKP for one's own assignment, or as the performance team in the employee's stead.
    `others` are those of the same assignment. PermenPANRB 6/2022, Arts 9–13."""
    held = by.held
    must_be_none([*taken(skp), *unfit(by, proposal, others, drafting)])
    plan, start = proposal.plan, proposal.start
    return SKPDrafted(
        skp=skp_id(held.assignment, start, others),
        assignment=held.assignment,
        person=held.person,
        start=start,
        until=proposal.until,
        approach=proposal.approach,
        form=proposal.form,
        by=by.id if by.id != held.person else None,
        results=plan.results,
        expectations=plan.expectations,
        annexes=plan.annexes,
        dialogue=plan.dialogue,
    )


def taken(skp: SKP | None) -> Iterator[Refused]:
    """An SKP of this assignment and first day is there, unless it was withdrawn."""
    if skp and skp.status != "withdrawn":
        yield Refused("skp-exists", f"{skp.skp} exists already", field="start")


def unfit(
    by: Standing, proposal: Proposal, others: Sequence[SKP], drafting: Policy[SKPDrafting]
) -> Iterator[Refused]:
    """All that keeps a proposal from being drafted."""
    held, start, until = by.held, proposal.start, proposal.until
    if until < start:
        yield reversed_dates("until")
    elif start.year != until.year:
        yield Refused("across-years", "an SKP is of one year", field="until")
    if not (held.in_force(start) and held.in_force(until)):
        yield Refused(
            "outside-assignment", "the period is not within the assignment", field="start"
        )
    yield from _early(start, by.on, drafting, in_their_stead=by.id != held.person)
    yield from _overlaps(start, until, others)
    yield from problems(proposal.plan, proposal.approach, proposal.form)


def amend(skp: SKP | None, by: Standing, plan: Plan, reason: str) -> SKPAmendmentDrafted:
    """Draft a change of an approved SKP, with the reason for it. PermenPANRB 6/2022."""
    current = at_hand(skp, "amend")
    must_be_none(over(current, by))
    if plan == current.plan:
        raise Refused("nothing-changed", "that is what was agreed", field="results")
    must_be_none(_problems(current, plan, by))
    return SKPAmendmentDrafted(
        skp=current.skp,
        person=current.person,
        reason=reason,
        results=plan.results,
        expectations=plan.expectations,
        annexes=plan.annexes,
        dialogue=plan.dialogue,
    )


def revise(skp: SKP | None, by: Standing, plan: Plan) -> SKPRevised:
    """Write a draft anew, or what was returned."""
    current = at_hand(skp, "revise")
    must_be_none([*over(current, by), *_problems(current, plan, by)])
    return SKPRevised(
        skp=current.skp,
        person=current.person,
        results=plan.results,
        expectations=plan.expectations,
        annexes=plan.annexes,
        dialogue=plan.dialogue,
        amends=current.amends,
    )


def submit(skp: SKP | None, by: Standing, others: Sequence[SKP]) -> SKPSubmitted:
    """Submit to the appraiser, with all annexes. PermenPANRB 6/2022, Arts 14–15.

    `others` are asked for again: of two that were drafted at the same moment, neither of which knew the
    other, whichever is submitted later does.
    """
    current = at_hand(skp, "submit")
    must_be_none(unsubmittable(current, by, others))
    return SKPSubmitted(skp=current.skp, person=current.person, amends=current.amends)


def unsubmittable(skp: SKP, by: Standing, others: Sequence[SKP]) -> Iterator[Refused]:
    """All that keeps what is at hand from being submitted."""
    yield from over(skp, by)
    yield from _never_begun(skp, by)
    yield from _overlaps(skp.start, skp.until, others)
    yield from _problems(skp, skp.plan, by)
    yield from unready(skp.plan)


def unchangeable(skp: SKP, by: Standing, plan: Plan) -> Iterator[Refused]:
    """All that keeps what is at hand, or what has been agreed, from being changed to this."""
    statuses = (*FROM["revise"], *FROM["amend"])
    if skp.status not in statuses:
        yield Refused("wrong-status", f"the SKP is {skp.status}, not {' or '.join(statuses)}")
    yield from _problems(skp, plan, by)


def withdraw(skp: SKP | None, by: Standing, reason: str) -> SKPWithdrawn:
    """Give up what has not been approved: an SKP, or a change of one that has."""
    current = at_hand(skp, "withdraw")
    return SKPWithdrawn(
        skp=current.skp,
        person=current.person,
        by=by.id,
        reason=reason,
        amends=current.amends,
    )


def return_(
    skp: SKP | None, by: Standing, reason: str, rows: tuple[RowReason, ...] = ()
) -> SKPReturned:
    """Return a submitted SKP, with a reason, and with reasons for some of its rows."""
    current = at_hand(skp, "return")
    must_be_none(_unknown(rows, current.plan))
    return SKPReturned(
        skp=current.skp,
        person=current.person,
        by=by.id,
        reason=reason,
        rows=rows,
        amends=current.amends,
    )


def approve(skp: SKP | None, by: Standing) -> SKPApproved:
    """Approve a submitted SKP, or a change of one that has been approved. PermenPANRB 6/2022, Arts 14–15."""
    current = at_hand(skp, "approve")
    must_be_none(_never_begun(current, by))
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
        amends=current.amends,
        reason=current.reason,
    )


def over(skp: SKP, by: Standing) -> Iterator[Refused]:
    """What was agreed changes while it lasts. (What was handed in until then may still be approved.)"""
    if skp.agreed is not None and by.on > skp.until:
        yield Refused("over", f"the SKP was until {skp.until}", field="skp")


def _never_begun(skp: SKP, by: Standing) -> Iterator[Refused]:
    """The assignment ended before the SKP was to begin."""
    if by.held.until is not None and by.held.until < skp.start:
        yield Refused("outside-assignment", f"the assignment ended on {by.held.until}", field="skp")


def _problems(skp: SKP, plan: Plan, by: Standing) -> Iterator[Refused]:
    return problems(plan, skp.approach, form_of(skp.form, leads=by.held.leads))


def _early(
    start: date, on: date, drafting: Policy[SKPDrafting], *, in_their_stead: bool
) -> Iterator[Refused]:
    team = drafting.value.team
    opens = skp_opens(start.year, drafting.value)
    if on < opens:
        yield Refused(
            "too-early",
            f"an SKP of {start.year} is drafted from {opens} on",
            article=drafting.name,
            field="start",
        )
    opens = date(start.year, team.month, team.day)
    if in_their_stead and on < opens:
        yield Refused(
            "employee-first",
            f"until {opens} an SKP of {start.year} is its employee's to draft",
            article=drafting.name,
            field="start",
        )


def _overlaps(start: date, until: date, others: Sequence[SKP]) -> Iterator[Refused]:
    for other in others:
        if other.status not in GONE and other.start <= until and start <= other.until:
            yield Refused(
                "skps-overlap",
                f"{other.skp} is of {other.start} to {other.until}",
                field="start",
            )


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


def at_hand(skp: SKP | None, act: Act) -> SKP:
    if skp is None:
        raise Refused("unknown-skp", "no such SKP", field="skp")
    if skp.status not in FROM[act]:
        raise Refused("wrong-status", f"the SKP is {skp.status}, not {' or '.join(FROM[act])}")
    return skp

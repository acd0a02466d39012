"""An employee says that whoever is named as their appraiser is not theirs ("bukan atasan saya").

It tells the personnel unit and stops nothing: an SKP is drafted and submitted as before. It is open until the
personnel unit answers, or names another appraiser.
"""

from dataclasses import dataclass, replace

from contracts.disputes import AppraiserDisputeAnswered, AppraiserDisputed, Outcome
from contracts.event import Event
from eventlog.aggregate import Aggregate, unexpected
from law.refusal import Refused
from law.standing import Standing


@dataclass(frozen=True, slots=True)
class Dispute:
    """The last one of an assignment: about which appraiser, by which office of theirs."""

    assignment: str
    person: str
    appraiser: str
    office: str
    is_open: bool


def evolve(state: Dispute | None, event: Event) -> Dispute:
    match event, state:
        case AppraiserDisputed(), _:
            return Dispute(event.assignment, event.person, event.appraiser, event.office, True)
        case AppraiserDisputeAnswered(), Dispute():
            return replace(state, is_open=False)
    raise unexpected(event, state)


AGGREGATE = Aggregate[Dispute]("dispute", evolve)


def dispute(state: Dispute | None, by: Standing, reason: str | None) -> AppraiserDisputed:
    """Say that whoever is named on the day is not the superior."""
    named = by.held.appraised_by(by.on)
    if named is None:
        raise Refused("no-appraiser", "nobody is named as the appraiser", field="assignment")
    if state and state.is_open and _is_about(state, by):
        raise Refused("disputed", "this has been said, and is not answered yet", field="assignment")
    return AppraiserDisputed(
        assignment=by.held.assignment,
        person=by.held.person,
        appraiser=named.appraiser,
        office=named.office,
        reason=reason,
        by=by.id,
    )


def answer(
    state: Dispute | None, by: Standing, outcome: Outcome, reason: str
) -> AppraiserDisputeAnswered:
    """Say what has come of it: another appraiser has been named, or it stays as it was."""
    if state is None or not state.is_open:
        raise Refused("no-dispute", "nothing is to be answered", field="assignment")
    if outcome == "mended" and _is_about(state, by):
        raise Refused("not-mended", "the same appraiser is still named", field="outcome")
    return AppraiserDisputeAnswered(
        assignment=state.assignment,
        person=state.person,
        outcome=outcome,
        reason=reason,
        by=by.id,
    )


def _is_about(state: Dispute, by: Standing) -> bool:
    """Whether it is about whoever is named on the day."""
    named = by.held.appraised_by(by.on)
    return named is not None and (named.appraiser, named.office) == (state.appraiser, state.office)

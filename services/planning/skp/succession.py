"""What becomes of an SKP when its assignment ends before it, or another appraiser follows."""

from datetime import date, timedelta

from contracts.planning import SKPClosed
from contracts.succession import AppraiserChange, SKPCancelled, SKPConfirmed
from law.policy import Settled
from law.refusal import Refused, must_be_none
from law.standing import Standing
from law.succession import rule_of
from services.planning.skp.decisions import SKP, at_hand, over


def confirm(skp: SKP | None, by: Standing, change: Settled[AppraiserChange]) -> SKPConfirmed:
    """Take over what was agreed with an earlier appraiser, as it is; where the agency has it so (`change`)."""
    current = at_hand(skp, "confirm")
    must_be_none(over(current, by))
    rule = rule_of(by.held, current.appraiser, by.on, change)
    if rule != "confirm":
        raise Refused(
            "nothing-to-confirm", "it is not to be confirmed by another appraiser", field="skp"
        )
    return SKPConfirmed(skp=current.skp, person=current.person, by=by.id)


def close(
    skp: SKP | None, by: Standing, reason: str, change: Settled[AppraiserChange]
) -> SKPClosed | SKPCancelled:
    """Close an SKP at the last day of its assignment; or, where it is replaced when another appraiser follows, on
    the day before they do. What was agreed until then is appraised, and what follows has an SKP of its own.
    Where that day is before the SKP, it is cancelled: no day of it is left."""
    current = at_hand(skp, "close")
    if current.agreed is None:
        raise Refused("not-agreed", "it was never approved, and may be withdrawn", field="skp")
    last = _last(current, by, change)
    if last is None:  # as `acts` has it
        raise Refused("goes-on", "the assignment does not end before the SKP", field="skp")
    if last < current.start:
        return SKPCancelled(skp=current.skp, person=current.person, by=by.id, reason=reason)
    return SKPClosed(skp=current.skp, person=current.person, by=by.id, until=last, reason=reason)


def _last(skp: SKP, by: Standing, change: Settled[AppraiserChange]) -> date | None:
    """Of what ends it before its time, whatever comes first."""
    ends = []
    if by.held.until is not None and by.held.until < skp.until:
        ends.append(by.held.until)
    named = by.held.appraised_by(by.on)
    if named and rule_of(by.held, skp.appraiser, by.on, change) == "replace":
        if not ends:
            must_be_none(over(skp, by))
        if by.on <= skp.until:
            ends.append(named.since - timedelta(days=1))
    return min(ends, default=None)

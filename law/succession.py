"""What becomes of an SKP when another appraiser follows: as the agency has settled it."""

from datetime import date

from contracts.succession import AppraiserChange
from law.policy import Settled
from law.standing import Assignment


def rule_of(
    held: Assignment, appraiser: str | None, on: date, change: Settled[AppraiserChange]
) -> str:
    """What becomes of an SKP that was agreed with another appraiser than who is named on a date; empty if it
    was with them, or with nobody."""
    named = held.appraised_by(on)
    if named is None or appraiser in (None, named.appraiser):
        return ""
    return change.on(named.since).value.rule

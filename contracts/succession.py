"""What becomes of an SKP when another appraiser follows the one with whom it was agreed."""

from typing import Literal

from contracts.event import FreeText, Part
from contracts.planning import PlanningEvent


class AppraiserChange(Part):
    """An approved SKP, once another appraiser than who approved it is named: it is kept as it is, the new one
    confirms it, or it is closed and another one takes its place."""

    rule: Literal["keep", "confirm", "replace"]


class SKPConfirmed(PlanningEvent):
    """An appraiser takes over what was agreed with an earlier one, as it is."""

    skp: str
    person: str
    by: str


class SKPCancelled(PlanningEvent):
    """No day of an approved SKP is left: its assignment ended before it, or another appraiser followed from its
    first day on where such SKPs are replaced. A change that was at hand is given up; what was done in it stays on
    record, and another SKP, of another id, may be drafted for its days."""

    skp: str
    person: str
    by: str
    reason: FreeText


EVENTS = (SKPConfirmed, SKPCancelled)

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
    """An approved SKP is given up before it lasted a day: its assignment ended before it, or another appraiser
    follows from its first day on where such SKPs are replaced. A change that was at hand is given up with it,
    and another may be drafted in its place."""

    skp: str
    person: str
    by: str
    reason: FreeText


EVENTS = (SKPConfirmed, SKPCancelled)

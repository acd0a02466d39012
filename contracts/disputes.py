"""Events of planning about whom an employee takes for the wrong appraiser."""

from typing import Literal, TypeAlias

from contracts.event import FreeText
from contracts.planning import PlanningEvent

Outcome: TypeAlias = Literal["mended", "kept"]
"""Another appraiser has been named, or the same one stays."""


class AppraiserDisputed(PlanningEvent):
    """The employee says that whoever is named as their appraiser, by this office, is not their superior."""

    assignment: str
    person: str
    appraiser: str
    office: str
    reason: FreeText | None
    by: str


class AppraiserDisputeAnswered(PlanningEvent):
    """What the personnel unit has made of it, and why."""

    assignment: str
    person: str
    outcome: Outcome
    reason: FreeText
    by: str


EVENTS = (AppraiserDisputed, AppraiserDisputeAnswered)

"""Events of planning about the agency's units, and those who act in them."""

from datetime import date
from typing import ClassVar, Literal

from contracts.event import FreeText
from contracts.planning import PlanningEvent

ALWAYS = date.min
"""The first day of a unit that was there before anybody wrote down since when."""
Mandate = Literal["personnel", "performance-team", "appraisal-team"]


class UnitRegistered(PlanningEvent):
    """`since` is the unit's first day; without one it has always been there."""

    about: ClassVar[str] = "unit"

    unit: str
    name: str
    level: str
    parent: str | None
    since: date | None = None


class UnitCorrected(PlanningEvent):
    """How the unit is from now on known to have been since the day `since`, until its next change; without
    one, it has always been."""

    about: ClassVar[str] = "unit"

    unit: str
    name: str
    level: str
    parent: str | None
    reason: FreeText
    since: date | None = None


class UnitChanged(PlanningEvent):
    """From `since` on the unit has this name, level and place, by the decree named in `ground`."""

    about: ClassVar[str] = "unit"

    unit: str
    name: str
    level: str
    parent: str | None
    since: date
    ground: FreeText


class UnitEnded(PlanningEvent):
    """The unit is dissolved: `on` is its last day. `into` are those that carry on what it did: one of a unit
    that is merged, several of one that is split."""

    about: ClassVar[str] = "unit"

    unit: str
    on: date
    into: tuple[str, ...]
    ground: FreeText


class UnitContinued(PlanningEvent):
    """The unit is not dissolved after all."""

    about: ClassVar[str] = "unit"

    unit: str
    reason: FreeText


class MandateGiven(PlanningEvent):
    """The person acts in the unit and all below it, from `since` through `until`."""

    about: ClassVar[str] = "unit"

    unit: str
    person: str
    mandate: Mandate
    since: date
    until: date | None
    ground: FreeText


class MandateEnded(PlanningEvent):
    """`on` is the last day."""

    about: ClassVar[str] = "unit"

    unit: str
    person: str
    mandate: Mandate
    on: date
    reason: FreeText


EVENTS = (
    UnitRegistered, UnitCorrected, UnitChanged, UnitEnded, UnitContinued, MandateGiven, MandateEnded,
)  # fmt: skip

"""A unit of the agency: its place in the tree, and the mandates of those who act in it and below."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from contracts.event import Event
from contracts.planning import (
    Mandate,
    MandateEnded,
    MandateGiven,
    UnitCorrected,
    UnitRegistered,
)
from eventlog.aggregate import Aggregate, unexpected
from law.period import must_be_in_order
from law.refusal import Forbidden, Refused
from law.standing import Decider

Span = tuple[date, date | None]


@dataclass(frozen=True, slots=True)
class Unit:
    """`mandates` by person and kind: first and last day."""

    unit: str
    name: str
    level: str
    parent: str | None
    mandates: Mapping[tuple[str, Mandate], Span] = field(default_factory=dict)


def evolve(state: Unit | None, event: Event) -> Unit:
    match event, state:
        case UnitRegistered(), None:
            return Unit(event.unit, event.name, event.level, event.parent)
        case UnitCorrected(), Unit():
            return replace(state, name=event.name, level=event.level, parent=event.parent)
        case MandateGiven(), Unit():
            given = {(event.person, event.mandate): (event.since, event.until)}
            return replace(state, mandates={**state.mandates, **given})
        case MandateEnded(), Unit():
            since, _ = state.mandates[event.person, event.mandate]
            ended = {(event.person, event.mandate): (since, event.on)}
            return replace(state, mandates={**state.mandates, **ended})
    raise unexpected(event, state)


AGGREGATE = Aggregate[Unit]("unit", evolve)


@dataclass(frozen=True, slots=True)
class Parent:
    """The unit above, as it stands: `above` are all units above that one, itself included."""

    unit: str
    above: frozenset[str]


def register(
    unit: Unit | None,
    by: Decider,
    id: str,
    name: str,
    level: str,
    parent: str | None,
    above: Parent | None,
) -> UnitRegistered:
    """Register a unit below another, or at the top."""
    if unit:
        raise Refused("unit-exists", f"unit {id} is registered already", field="unit")
    _check_parent(id, parent, above)
    return UnitRegistered(unit=id, name=name, level=level, parent=parent)


def correct(
    unit: Unit | None,
    by: Decider,
    name: str,
    level: str,
    parent: str | None,
    above: Parent | None,
    reason: str,
) -> UnitCorrected:
    """Correct a unit's name, level or place."""
    current = _known(unit)
    _check_parent(current.unit, parent, above)
    return UnitCorrected(unit=current.unit, name=name, level=level, parent=parent, reason=reason)


def _check_parent(id: str, parent: str | None, above: Parent | None) -> None:
    if parent is not None and above is None:
        raise Refused("unknown-unit", f"no unit {parent}", field="parent")
    if above and id in above.above:
        raise Refused("circle", f"unit {parent} is below {id}", field="parent")


def give_mandate(
    unit: Unit | None,
    by: Decider,
    person: str,
    mandate: Mandate,
    since: date,
    until: date | None,
    ground: str,
    *,
    person_known: bool,
) -> MandateGiven:
    """Let somebody act in the unit and all below it."""
    current = _known(unit)
    if by.id == person:
        raise Forbidden(f"{person} cannot give themselves a mandate")
    if not person_known:
        raise Refused("unknown-person", f"no person {person}", field="person")
    if until is not None:
        must_be_in_order(since, until)
    held = current.mandates.get((person, mandate))
    if held and (held[1] is None or held[1] >= since):
        raise Refused("mandate-exists", f"{person} has this mandate on {since}", field="since")
    return MandateGiven(
        unit=current.unit, person=person, mandate=mandate, since=since, until=until, ground=ground
    )


def end_mandate(
    unit: Unit | None, by: Decider, person: str, mandate: Mandate, last: date, reason: str
) -> MandateEnded:
    """End a mandate after its last day."""
    current = _known(unit)
    held = current.mandates.get((person, mandate))
    if held is None or last < held[0] or (held[1] is not None and last > held[1]):
        raise Refused("no-mandate", f"{person} has no such mandate on {last}", field="on")
    return MandateEnded(unit=current.unit, person=person, mandate=mandate, on=last, reason=reason)


def _known(unit: Unit | None) -> Unit:
    if unit is None:
        raise Refused("unknown-unit", "no such unit", field="unit")
    return unit

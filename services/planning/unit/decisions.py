"""A unit of the agency: its place in the tree, and the mandates of those who act in it and below.

A reorganisation is dated: from a day on a unit has another name, level or place, or is dissolved, and others
carry on what it did. What was before stays as it was.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from contracts.event import Event
from contracts.units import (
    ALWAYS,
    Mandate,
    MandateEnded,
    MandateGiven,
    UnitChanged,
    UnitContinued,
    UnitCorrected,
    UnitEnded,
    UnitRegistered,
)
from eventlog.aggregate import Aggregate, unexpected
from law.period import Span, must_be_in_order
from law.refusal import Forbidden, Refused
from law.standing import Decider


@dataclass(frozen=True, slots=True)
class Shape:
    """What a unit is from some day on."""

    name: str
    level: str
    parent: str | None


@dataclass(frozen=True, slots=True)
class Unit:
    """`shapes` by their first days, the first of which is the unit's own; `ended` is the last day. `mandates`
    by person and kind: first and last day."""

    unit: str
    shapes: Mapping[date, Shape]
    ended: date | None = None
    mandates: Mapping[tuple[str, Mandate], Span] = field(default_factory=dict)

    @property
    def span(self) -> Span:
        return min(self.shapes), self.ended

    def since(self, on: date) -> date:
        """Since when the unit has been what it is on a day; of a day before its first, that."""
        return max((day for day in self.shapes if day <= on), default=min(self.shapes))

    def shape(self, on: date) -> Shape:
        return self.shapes[self.since(on)]


def evolve(state: Unit | None, event: Event) -> Unit:
    match event, state:
        case UnitRegistered(), None:
            return Unit(event.unit, {event.since or ALWAYS: _shape(event)})
        case UnitCorrected(), Unit():
            return replace(state, shapes={**state.shapes, event.since or ALWAYS: _shape(event)})
        case UnitChanged(), Unit():
            return replace(state, shapes={**state.shapes, event.since: _shape(event)})
        case UnitEnded(), Unit():
            return replace(state, ended=event.on)
        case UnitContinued(), Unit():
            return replace(state, ended=None)
        case MandateGiven(), Unit():
            given = {(event.person, event.mandate): (event.since, event.until)}
            return replace(state, mandates={**state.mandates, **given})
        case MandateEnded(), Unit():
            since, _ = state.mandates[event.person, event.mandate]
            ended = {(event.person, event.mandate): (since, event.on)}
            return replace(state, mandates={**state.mandates, **ended})
    raise unexpected(event, state)


AGGREGATE = Aggregate[Unit]("unit", evolve)


def _shape(event: UnitRegistered | UnitCorrected | UnitChanged) -> Shape:
    return Shape(event.name, event.level, event.parent)


@dataclass(frozen=True, slots=True)
class Parent:
    """The unit above, as it stands: `span` are its days, `above` all units above it, itself included, also those that
    will be."""

    unit: str
    span: Span
    above: frozenset[str]


@dataclass(frozen=True, slots=True)
class Left:
    """What would be left in a unit without it: `people` are assignments that go on or begin behind its last day,
    `units` those right below it then."""

    people: int
    units: int


def register(
    unit: Unit | None,
    by: Decider,
    id: str,
    shape: Shape,
    above: Parent | None,
    since: date | None = None,
) -> UnitRegistered:
    """Register a unit below another, or at the top; one that is new has a first day."""
    if unit:
        raise Refused("unit-exists", f"unit {id} is registered already", field="unit")
    _check_parent(id, shape.parent, above, since or by.on)
    _must_go_on(above)
    return UnitRegistered(
        unit=id, name=shape.name, level=shape.level, parent=shape.parent, since=since
    )


def correct(
    unit: Unit | None, by: Decider, shape: Shape, above: Parent | None, reason: str
) -> UnitCorrected:
    """Correct what a unit has been taken for: its name, level or place, as of today."""
    current = _known(unit)
    since = current.since(by.on)
    _check_parent(current.unit, shape.parent, above, max(since, by.on))
    return UnitCorrected(
        unit=current.unit,
        name=shape.name,
        level=shape.level,
        parent=shape.parent,
        reason=reason,
        since=None if since == ALWAYS else since,
    )


def change(
    unit: Unit | None, by: Decider, shape: Shape, above: Parent | None, since: date, ground: str
) -> UnitChanged:
    """Rename a unit, put it below another or give it another level, from a day on. What is decided for the same
    day takes the place of what was."""
    current = _known(unit)
    latest = max(current.shapes)
    if since < latest or since <= current.span[0]:
        raise Refused("not-later", f"the unit changes on {latest}", field="since")
    _must_exist(current.unit, current.span, since, "since")
    if current.shape(since) == shape:
        raise Refused("nothing-changed", "that is what the unit is then", field="name")
    _check_parent(current.unit, shape.parent, above, since)
    _must_go_on(above)
    return UnitChanged(
        unit=current.unit,
        name=shape.name,
        level=shape.level,
        parent=shape.parent,
        since=since,
        ground=ground,
    )


def end(
    unit: Unit | None,
    by: Decider,
    last: date,
    into: Mapping[str, Unit | None],
    left: Left,
    ground: str,
) -> UnitEnded:
    """Dissolve a unit after its last day, once nobody and no unit is left in it. `into` are those that carry on:
    one where units are merged, several where one is split, none where nobody does."""
    current = _known(unit)
    must_be_in_order(max(current.shapes), last, "on")
    if current.ended == last:
        raise Refused("unit-ended", f"{current.unit} ends on {last} already", field="on")
    for n, (name, each) in enumerate(into.items()):
        if each is None:
            raise Refused("unknown-unit", f"no unit {name}", field=f"into.{n}")
        if name == current.unit:
            raise Refused("into-itself", f"{name} does not follow itself", field=f"into.{n}")
        _must_exist(name, each.span, last + timedelta(days=1), f"into.{n}")
    if left.people:
        raise Refused(
            "people-left", f"{left.people} assignments in it go on after {last}", field="on"
        )
    if left.units:
        raise Refused("units-below", f"{left.units} units are below it after {last}", field="on")
    return UnitEnded(unit=current.unit, on=last, into=tuple(into), ground=ground)


def continue_(unit: Unit | None, by: Decider, reason: str) -> UnitContinued:
    """Take back that a unit is dissolved."""
    current = _known(unit)
    if current.ended is None:
        raise Refused("not-ended", f"{current.unit} does not end", field="unit")
    return UnitContinued(unit=current.unit, reason=reason)


def _check_parent(id: str, parent: str | None, above: Parent | None, on: date) -> None:
    if parent is None:
        return
    if above is None:
        raise Refused("unknown-unit", f"no unit {parent}", field="parent")
    _must_exist(parent, above.span, on, "parent")
    if id in above.above:
        raise Refused("circle", f"unit {parent} is below {id}", field="parent")


def _must_go_on(above: Parent | None) -> None:
    """A unit that ends leaves none below it: none is put there afterwards either."""
    if above and above.span[1] is not None:
        detail = f"unit {above.unit} ends on {above.span[1]}"
        raise Refused("unit-ended", detail, field="parent")


def _must_exist(unit: str, span: Span, on: date, field: str) -> None:
    first, last = span
    if on < first:
        raise Refused("unit-begins-later", f"unit {unit} begins on {first}", field=field)
    if last is not None and last < on:
        raise Refused("unit-ended", f"unit {unit} ends on {last}", field=field)


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
    """Let somebody act in the unit and all below it; who acts there already, for longer."""
    current = _known(unit)
    if by.id == person:
        raise Forbidden(f"{person} cannot give themselves a mandate")
    if not person_known:
        raise Refused("unknown-person", f"no person {person}", field="person")
    if until is not None:
        must_be_in_order(since, until)
    _must_exist(current.unit, current.span, since, "since")
    if held := current.mandates.get((person, mandate)):
        since = _behind(held, person, by.on, since)
    return MandateGiven(
        unit=current.unit, person=person, mandate=mandate, since=since, until=until, ground=ground
    )


def _behind(held: Span, person: str, on: date, since: date) -> date:
    """Since when somebody has a mandate who is given it again. What they have is one span at a time: what follows
    one that is not over goes on with it."""
    first, last = held
    if last is None or last >= since:
        raise Refused("mandate-exists", f"{person} has this mandate on {since}", field="since")
    if last < on:
        return since
    if since > last + timedelta(days=1):
        raise Refused(
            "mandate-runs",
            f"{person} has this mandate until {last}; another follows it at once, or is given when it is over",
            field="since",
        )
    return first


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

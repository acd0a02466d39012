"""A cycle opens under one rule set, which it keeps, and closes when its appraisals are final."""

from dataclasses import dataclass, replace
from datetime import date

from contracts.appraisal import CycleClosed, CycleOpened
from contracts.event import Event
from eventlog.aggregate import Aggregate, unexpected
from law.period import must_be_in_order
from law.refusal import Refused
from law.standing import Decider
from services.appraisal.rules import RULE_SETS


@dataclass(frozen=True, slots=True)
class Cycle:
    cycle: str
    rule_set: str
    start: date
    until: date
    closed: bool = False


def evolve(state: Cycle | None, event: Event) -> Cycle:
    match event, state:
        case CycleOpened(), None:
            return Cycle(event.cycle, event.rule_set, event.start, event.until)
        case CycleClosed(), Cycle():
            return replace(state, closed=True)
    raise unexpected(event, state)


AGGREGATE = Aggregate[Cycle]("cycle", evolve)


def open_(
    cycle: Cycle | None, by: Decider, id: str, rule_set: str, start: date, until: date
) -> CycleOpened:
    """Open a cycle under a rule set."""
    if cycle:
        raise Refused("cycle-exists", f"cycle {id} is open already", field="cycle")
    if rule_set not in RULE_SETS:
        raise Refused("unknown-rule-set", f"one of: {', '.join(RULE_SETS)}", field="rule_set")
    must_be_in_order(start, until)
    return CycleOpened(cycle=id, rule_set=rule_set, start=start, until=until)


def close(cycle: Cycle | None, by: Decider, *, finalized: int, unfinished: int) -> CycleClosed:
    """Close when the period is over and no appraisal that was begun is left unfinished."""
    current = must_be_open(cycle)
    if by.on <= current.until:
        raise Refused("not-over", f"the period lasts until {current.until}", field="cycle")
    if unfinished:
        raise Refused(
            "unfinished", f"{unfinished} appraisals are begun and not final", field="cycle"
        )
    return CycleClosed(cycle=current.cycle, finalized=finalized)


def must_be_open(cycle: Cycle | None) -> Cycle:
    """Raises Refused."""
    if cycle is None:
        raise Refused("unknown-cycle", "no such cycle", field="cycle")
    if cycle.closed:
        raise Refused("cycle-closed", f"cycle {cycle.cycle} is closed", field="cycle")
    return cycle

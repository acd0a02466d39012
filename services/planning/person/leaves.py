"""Leave, study and suspension, which leave an assignment as it is."""

from datetime import date

from contracts.planning import LeaveEnded, LeaveGranted, LeaveKind
from law.period import must_be_in_order
from law.refusal import Refused
from law.standing import Standing
from services.planning.person.decisions import Person, held_by, known, must_hold


def grant_leave(
    person: Person | None,
    by: Standing,
    assignment: str,
    kind: LeaveKind,
    start: date,
    until: date,
    ground: str,
) -> LeaveGranted:
    """Put a leave, a study or a suspension on record, with the decision that granted it."""
    current = known(person)
    post = held_by(current, assignment)
    must_be_in_order(start, until)
    must_hold(post, start, "start")
    must_hold(post, until, "until")
    for (held, first), last in current.leaves.items():
        if held == assignment and first <= until and start <= last:
            raise Refused("leave-overlaps", f"there is a leave from {first} on", field="start")
    return LeaveGranted(
        assignment=assignment,
        person=current.person,
        kind=kind,
        start=start,
        until=until,
        ground=ground,
    )


def end_leave(
    person: Person | None, by: Standing, assignment: str, start: date, last: date, reason: str
) -> LeaveEnded:
    """End a leave earlier than it was granted for."""
    current = known(person)
    until = current.leaves.get((assignment, start))
    if until is None or not start <= last < until:
        raise Refused(
            "no-leave", f"no leave that began on {start} goes on after {last}", field="on"
        )
    return LeaveEnded(
        assignment=assignment, person=current.person, start=start, on=last, reason=reason
    )

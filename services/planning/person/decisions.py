"""A person and what they hold, as the personnel unit keeps it.

All assignments of one person are one record, so that two definitive ones never overlap. An SKP belongs
to an assignment (employee × position × unit × appraiser × dates), not to the person: a transfer ends one
and starts another, and acting officials (Plt, Plh, Pj) hold one beside their own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from contracts.event import Event
from contracts.planning import (
    AppraiserChanged,
    AssignmentCorrected,
    AssignmentEnded,
    AssignmentExtended,
    AssignmentKind,
    AssignmentStarted,
    LeaveEnded,
    LeaveGranted,
    PersonCorrected,
    PersonRegistered,
    PersonStatus,
)
from eventlog.aggregate import Aggregate, unexpected
from law.nip import must_be_nip
from law.period import Span, holds, must_be_in_order
from law.refusal import Refused
from law.standing import Decider, Standing


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is. An official has no NIP."""

    nip: str | None
    name: str
    status: PersonStatus


@dataclass(frozen=True, slots=True)
class Post:
    """What an assignment is, its appraiser aside."""

    unit: str
    position: str
    level: str | None
    kind: AssignmentKind
    leads: bool
    start: date
    until: date | None

    def holds_on(self, day: date) -> bool:
        return holds((self.start, self.until), day)

    def overlaps(self, other: "Post") -> bool:
        return (other.until is None or self.start <= other.until) and (
            self.until is None or other.start <= self.until
        )


@dataclass(frozen=True, slots=True)
class Person:
    """`nips` are all that were ever taken for the person's own; `posts` by assignment; `appraising` by
    assignment and first day: the appraiser and their office; `leaves` by assignment and first day: the
    last day."""

    person: str
    identity: Identity
    nips: frozenset[str] = frozenset()
    posts: Mapping[str, Post] = field(default_factory=dict)
    appraising: Mapping[tuple[str, date], tuple[str, str]] = field(default_factory=dict)
    leaves: Mapping[tuple[str, date], date] = field(default_factory=dict)

    def appraiser_of(self, assignment: str, on: date) -> tuple[str, str] | None:
        """Who is named as the appraiser of an assignment on a date, and by which office."""
        begun = [since for held, since in self.appraising if held == assignment and since <= on]
        return self.appraising[assignment, max(begun)] if begun else None


@dataclass(frozen=True, slots=True)
class Superior:
    """A person named as an appraiser, by the office that makes them one; None if it is not theirs.
    `above` are those who appraise them, and so on."""

    person: str
    office: str
    post: Post | None
    above: frozenset[str]


def evolve(state: Person | None, event: Event) -> Person:
    match event, state:
        case PersonRegistered(), None:
            identity = Identity(event.nip, event.name, event.status)
            return Person(event.person, identity, _numbers(event.nip))
        case PersonCorrected(), Person():
            identity = Identity(event.nip, event.name, event.status)
            return replace(state, identity=identity, nips=state.nips | _numbers(event.nip))
        case AssignmentStarted(), Person():
            started = _with(state, event.assignment, _post(event))
            return _appraised(started, event.assignment, event.start, event.appraiser, event.office)
        case AssignmentCorrected(), Person():
            return _with(state, event.assignment, _post(event))
        case AssignmentExtended(), Person():
            post = replace(state.posts[event.assignment], until=event.until)
            return _with(state, event.assignment, post)
        case AssignmentEnded(), Person():
            post = replace(state.posts[event.assignment], until=event.on)
            return _with(state, event.assignment, post)
        case AppraiserChanged(), Person():
            return _appraised(state, event.assignment, event.since, event.appraiser, event.office)
        case LeaveGranted(), Person():
            leave = {(event.assignment, event.start): event.until}
            return replace(state, leaves={**state.leaves, **leave})
        case LeaveEnded(), Person():
            leave = {(event.assignment, event.start): event.on}
            return replace(state, leaves={**state.leaves, **leave})
    raise unexpected(event, state)


AGGREGATE = Aggregate[Person]("person", evolve)


def _numbers(nip: str | None) -> frozenset[str]:
    return frozenset() if nip is None else frozenset({nip})


def _with(state: Person, assignment: str, post: Post) -> Person:
    return replace(state, posts={**state.posts, assignment: post})


def _appraised(
    state: Person, assignment: str, since: date, appraiser: str | None, office: str | None
) -> Person:
    if appraiser is None or office is None:
        return state
    named = {(assignment, since): (appraiser, office)}
    return replace(state, appraising={**state.appraising, **named})


def _post(event: AssignmentStarted | AssignmentCorrected) -> Post:
    return Post(
        event.unit,
        event.position,
        event.level,
        event.kind,
        event.leads,
        event.start,
        event.until,
    )


def assignment_id(person: str, code: str) -> str:
    """An assignment is named by whose it is. A code holds no dot, so that no two names meet."""
    return f"{person}.{code}"


def code_of(person: Person, post: Post) -> str:
    """A code for a post that is to start, where nobody gives one: of its first day and kind."""
    code = f"{post.start:%Y%m%d}" + ("" if post.kind == "definitive" else f"-{post.kind}")
    taken, n = code, 1
    while assignment_id(person.person, code) in person.posts:
        n += 1
        code = f"{taken}-{n}"
    return code


def person_of(assignment: str) -> str:
    return assignment.rpartition(".")[0]


# Who somebody is


def register(person: Person | None, by: Decider, id: str, identity: Identity) -> PersonRegistered:
    """Register a person."""
    if person:
        raise Refused("person-exists", f"person {id} is registered already", field="person")
    _check(identity, by.on)
    return PersonRegistered(person=id, **_words(identity))


def correct(person: Person | None, by: Decider, identity: Identity, reason: str) -> PersonCorrected:
    """Correct a name, a NIP or a status."""
    current = known(person)
    _check(identity, by.on)
    return PersonCorrected(person=current.person, **_words(identity), reason=reason)


def _check(identity: Identity, on: date) -> None:
    if identity.status == "official":
        if identity.nip is not None:
            raise Refused("official-with-nip", "a state official has no NIP", field="nip")
    elif identity.nip is None:
        raise Refused("no-nip", f"a {identity.status} has a NIP", field="nip")
    else:
        must_be_nip(identity.nip, identity.status, on)


# What somebody holds


def start(
    person: Person | None,
    by: Decider,
    assignment: str | None,
    post: Post,
    superior: Superior | None,
    *,
    unit: Span | None,
) -> AssignmentStarted:
    """Start an assignment, by a name of its own if none is given. `unit` are the days of its unit; None if
    there is no such unit."""
    current = known(person)
    assignment = assignment or assignment_id(current.person, code_of(current, post))
    if assignment in current.posts:
        raise Refused("assignment-exists", f"{assignment} has started already", field="assignment")
    _check_post(current, assignment, post, unit)
    if superior:
        _check_superior(current, superior, post.start)
    return AssignmentStarted(
        assignment=assignment,
        person=current.person,
        **_words(post),
        appraiser=superior.person if superior else None,
        office=superior.office if superior else None,
    )


def correct_assignment(
    person: Person | None,
    by: Decider,
    assignment: str,
    post: Post,
    reason: str,
    *,
    unit: Span | None,
) -> AssignmentCorrected:
    """Correct what an assignment is, or its dates."""
    current = known(person)
    held_by(current, assignment)
    _check_post(current, assignment, post, unit)
    return AssignmentCorrected(
        assignment=assignment, person=current.person, **_words(post), reason=reason
    )


def extend(
    person: Person | None,
    by: Standing,
    assignment: str,
    until: date,
    reason: str,
    *,
    unit: Span | None,
) -> AssignmentExtended:
    """Let an appointment go on, to a later last day."""
    current = known(person)
    post = held_by(current, assignment)
    if post.until is None or until <= post.until:
        raise Refused("not-later", f"the assignment lasts until {post.until}", field="until")
    _check_post(current, assignment, replace(post, until=until), unit)
    return AssignmentExtended(
        assignment=assignment, person=current.person, until=until, reason=reason
    )


def change_appraiser(
    person: Person | None, by: Decider, assignment: str, superior: Superior, since: date
) -> AppraiserChanged:
    """From `since` on another superior appraises; what was decided before stays decided."""
    current = known(person)
    must_hold(held_by(current, assignment), since, "since")
    _check_superior(current, superior, since)
    return AppraiserChanged(
        assignment=assignment,
        person=current.person,
        appraiser=superior.person,
        office=superior.office,
        since=since,
    )


def end(
    person: Person | None, by: Decider, assignment: str, last: date, reason: str
) -> AssignmentEnded:
    """End an assignment after its last day."""
    current = known(person)
    must_hold(held_by(current, assignment), last, "on")
    return AssignmentEnded(assignment=assignment, person=current.person, on=last, reason=reason)


def transfer(
    person: Person | None,
    by: Decider,
    assignment: str,
    to: str | None,
    post: Post,
    superior: Superior | None,
    reason: str,
    *,
    unit: Span | None,
) -> tuple[AssignmentEnded, AssignmentStarted]:
    """End an assignment on the day before another starts, both or neither (mutasi)."""
    current = known(person)
    last = post.start - timedelta(days=1)
    must_hold(held_by(current, assignment), last, "start")
    ended = end(current, by, assignment, last, reason)
    return ended, start(evolve(current, ended), by, to, post, superior, unit=unit)


def move(
    person: Person | None,
    by: Decider,
    assignment: str,
    unit_before: str,
    into: str,
    since: date,
    superior: Superior | None,
    reason: str,
    *,
    leads: bool,
    unit: Span | None,
) -> tuple[AssignmentEnded, AssignmentStarted]:
    """As what it was, an assignment goes on in another unit, because theirs is merged or split."""
    current = known(person)
    held = held_by(current, assignment)
    if held.unit != unit_before:
        raise Refused("other-unit", f"{assignment} is in {held.unit}", field="assignment")
    must_hold(held, since, "since")
    if held.unit == into:
        raise Refused("nothing-changed", f"{assignment} is in {into} already", field="into")
    post = replace(held, unit=into, start=since, leads=leads)
    return transfer(current, by, assignment, None, post, superior, reason, unit=unit)


def _check_post(person: Person, assignment: str, post: Post, unit: Span | None) -> None:
    if unit is None:
        raise Refused("unknown-unit", "no such unit", field="unit")
    if post.until is not None:
        must_be_in_order(post.start, post.until)
    _check_unit(post, *unit)
    if post.kind == "definitive":
        for other, held in person.posts.items():
            if other != assignment and held.kind == "definitive" and held.overlaps(post):
                raise Refused(
                    "assignments-overlap",
                    f"{other} is a definitive assignment on some of these days",
                    field="start",
                )


def _check_unit(post: Post, first: date, last: date | None) -> None:
    if post.start < first:
        raise Refused("unit-begins-later", f"{post.unit} begins on {first}", field="start")
    if last is not None and (post.until is None or post.until > last):
        raise Refused("unit-ended", f"{post.unit} ends on {last}", field="unit")


def _check_superior(person: Person, superior: Superior, since: date) -> None:
    if superior.person == person.person:
        raise Refused("own-appraiser", "nobody appraises their own performance", field="appraiser")
    if superior.post is None:
        raise Refused(
            "unknown-office", f"{superior.person} holds no {superior.office}", field="office"
        )
    if not superior.post.holds_on(since):
        raise Refused("not-in-office", f"the office is not held on {since}", field="office")
    if person.person in superior.above:
        raise Refused(
            "circle", f"{superior.person} is appraised by {person.person}", field="appraiser"
        )


def _words(of: Identity | Post) -> dict[str, Any]:
    """As an event has them. (`asdict` would take longer than all else in a decision.)"""
    return {name: getattr(of, name) for name in of.__slots__}


def known(person: Person | None) -> Person:
    if person is None:
        raise Refused("unknown-person", "no such person", field="person")
    return person


def held_by(person: Person, assignment: str) -> Post:
    if assignment not in person.posts:
        raise Refused("unknown-assignment", "no such assignment", field="assignment")
    return person.posts[assignment]


def must_hold(post: Post, on: date, field: str) -> None:
    if not post.holds_on(on):
        raise Refused("not-in-force", f"the assignment is not in force on {on}", field=field)

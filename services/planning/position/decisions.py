"""A position of the agency is described, and given what an SKP of whoever holds it may begin with.

A position is known by its name, as it is everywhere in the civil service: assignments say it in words. Names
that differ in case, accents or what separates their words are one.
"""

import re
from dataclasses import dataclass, replace
from hashlib import sha256
from unicodedata import combining, normalize

from contracts.event import Event
from contracts.planning import Form, Result
from contracts.positions import PositionDescribed, PositionKind, PositionTemplateSet
from eventlog.aggregate import Aggregate, unexpected
from law.refusal import Refused, must_be_none
from law.standing import Decider
from services.planning.skp.content import Plan, problems
from sheets.columns import plain

LONGEST = 64
"""Characters of an id."""


@dataclass(frozen=True, slots=True)
class Description:
    """What a position is: `grade` is its class, `form` the one that an SKP in it has."""

    name: str
    kind: PositionKind
    level: str | None
    grade: int | None
    form: Form


@dataclass(frozen=True, slots=True)
class Position:
    position: str
    description: Description
    results: tuple[Result, ...] = ()


def evolve(state: Position | None, event: Event) -> Position:
    match event, state:
        case PositionDescribed(), _:
            said = Description(event.name, event.kind, event.level, event.grade, event.form)
            return Position(event.position, said, state.results if state else ())
        case PositionTemplateSet(), Position():
            return replace(state, results=event.results)
    raise unexpected(event, state)


AGGREGATE = Aggregate[Position]("position", evolve)


def position_id(name: str) -> str:
    """The id of the position of a name: its letters and digits, as far as they can be told in an id."""
    folded = "".join(each for each in normalize("NFKD", name).casefold() if not combining(each))
    key = plain(name)
    words = re.sub(r"[^a-z0-9]+", "-", folded).strip("-")
    if words.replace("-", "") == key and len(words) <= LONGEST:
        return words
    mark = sha256(key.encode()).hexdigest()[:16]
    return f"{words[: LONGEST - len(mark) - 1].strip('-')}-{mark}".strip("-")


def usual_form(kind: PositionKind) -> Form:
    """That for JPT of a JPT, and of any other that for JA and JF; heads of independent units, who have the former
    as well, are told by their own (PermenPANRB 6/2022)."""
    return "jpt" if kind.startswith("jpt-") else "ja-jf"


def describe(
    position: Position | None, by: Decider, said: Description, ground: str
) -> PositionDescribed:
    """Say what a position is, for the first time or anew."""
    if said.level is not None and said.kind != "functional":
        raise Refused(
            "level-of-functional",
            "a level is a functional position's",
            article="UU 20/2023 Art 18",
            field="level",
        )
    if position and position.description == said:
        raise Refused("nothing-changed", "that is what the position is", field="name")
    return PositionDescribed(
        position=position_id(said.name),
        name=said.name,
        kind=said.kind,
        level=said.level,
        grade=said.grade,
        form=said.form,
        ground=ground,
    )


def set_template(
    position: Position | None, by: Decider, results: tuple[Result, ...]
) -> PositionTemplateSet:
    """Set what an SKP in it may begin with, whatever was before; with no results, nothing. PermenPANRB 6/2022,
    Arts 9–13."""
    if position is None:
        raise Refused("unknown-position", "no such position", field="name")
    if results == position.results:
        raise Refused("nothing-changed", "that is the template already", field="results")
    for n, result in enumerate(results):
        if result.serves or result.serves_at or result.decision:
            raise Refused(
                "of-one-person",
                f"whom result {result.id} serves, and the decision that gives it, are a person's",
                field=f"results.{n}",
            )
    if results:
        must_be_none(problems(Plan(results), "quantitative", position.description.form))
    return PositionTemplateSet(position=position.position, results=results, by=by.id)

"""HTTP of the directory in bulk, because people come by the hundred thousand."""

import asyncio
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from chassis.access import given_by
from chassis.fields import Body, Day, Id, Name, PersonId
from chassis.requests import Accepted, Commander
from law.refusal import Refused
from law.standing import Decider, Who
from services.planning.person import decisions as people
from services.planning.person.routes import (
    IdentityBody,
    NewPost,
    superior,
    take_nip,
)
from services.planning.unit import decisions as units
from services.planning.unit.routes import parent_of

router = APIRouter()
MIB = 1024 * 1024


class Unit(Body):
    """`since` is the first day of a unit that is new."""

    unit: Id
    name: Name
    level: Name
    parent: Id | None = None
    since: Day | None = None


class Person(IdentityBody):
    person: PersonId


class Assignment(NewPost):
    person: PersonId


class Directory(Body):
    """Units first, then people, then assignments; at most 1,000 of each."""

    units: list[Unit] = Field(default=[], max_length=1000)
    people: list[Person] = Field(default=[], max_length=1000)
    assignments: list[Assignment] = Field(default=[], max_length=1000)


@router.post("/directory", max_body_size=8 * MIB)
async def register(
    body: Directory, command: Annotated[Commander, given_by(Who.OFFICER, Who.PERSONNEL)]
) -> list[Accepted]:
    """Register many at once. Each row is a command of its own, `KEY:ROW`, so that sending the
    whole again after a failure repeats nothing. A refusal names the row. A personnel officer starts
    assignments in the units of their mandate; units and people are registered by personnel."""
    if body.units or body.people or not body.assignments:
        command.must_have_role(Who.PERSONNEL)
    rows = [await _unit(command, row, f"units.{n}") for n, row in enumerate(body.units)]
    persons = (_person(command, row, f"people.{n}") for n, row in enumerate(body.people))
    rows += await asyncio.gather(*persons)
    return rows + await _assignments(command, body.assignments)


async def _assignments(command: Commander, rows: Sequence[Assignment]) -> list[Accepted]:
    """Side by side; but each behind those that stand earlier and start the superior's office, or are of
    the same person."""

    async def start(
        row: Assignment, n: int, behind: Collection[asyncio.Task[Accepted]]
    ) -> Accepted:
        if behind:
            await asyncio.wait(behind)
        return await _assignment(command, row, f"assignments.{n}")

    tasks: list[asyncio.Task[Accepted]] = []
    last: dict[str, asyncio.Task[Accepted]] = {}
    for n, row in enumerate(rows):
        names = {row.person} | ({row.superior.appraiser} if row.superior else set())
        behind = [last[name] for name in names if name in last]
        tasks.append(asyncio.create_task(start(row, n, behind)))
        last[row.person] = tasks[-1]
    return await asyncio.gather(*tasks)


async def _unit(command: Commander, row: Unit, name: str) -> Accepted:
    parent = await parent_of(command, row.parent, row.since or await command.day())
    with _naming(name):
        return await command.part(name, row.model_dump_json()).administer(
            units.AGGREGATE,
            row.unit,
            units.register,
            row.unit,
            units.Shape(row.name, row.level, row.parent),
            parent,
            row.since,
        )


async def _person(command: Commander, row: Person, name: str) -> Accepted:
    command = command.concerning(row.person).part(name, row.model_dump_json())
    with _naming(name):
        identity = row.identity()
        if (await command.look_up(people.AGGREGATE, row.person)).state is None:

            def first(by: Decider) -> None:
                people.register(None, by, row.person, identity)

            await take_nip(command, row.person, identity, first)
        return await command.administer(
            people.AGGREGATE, row.person, people.register, row.person, identity
        )


async def _assignment(command: Commander, row: Assignment, name: str) -> Accepted:
    unit = await command.look_up(units.AGGREGATE, row.unit)
    named, fact = await superior(command, row.superior, row.start) if row.superior else (None, "")
    with _naming(name):
        return await (
            command.concerning(row.person, row.unit)
            .part(name, row.model_dump_json(), unit.basis, fact)
            .administer(
                people.AGGREGATE,
                row.person,
                people.start,
                row.assignment_of(row.person),
                row.post(),
                named,
                unit=unit.state.span if unit.state else None,
            )
        )


@contextmanager
def _naming(row: str) -> Iterator[None]:
    """A refusal inside names the row."""
    try:
        yield
    except Refused as refused:
        refused.field = f"{row}.{refused.field}"
        raise

"""Positions, as they are and with what an SKP in them may begin."""

from collections.abc import Iterable, Sequence
from typing import Literal

from pydantic import BaseModel, Json, TypeAdapter

from chassis.fields import searchable
from chassis.lists import Listing
from contracts.event import Recorded
from contracts.planning import Form, Result
from contracts.positions import PositionDescribed, PositionKind, PositionTemplateSet
from contracts.topics import topic
from eventlog.database import Pool, Record
from eventlog.views import Change, Put, Row, Table, View


class PositionRow(Row):
    """`found_by` is the name as it is searched for, without case and accents; `grade` the class, 0 of a position
    that has none; `results` how many its template has."""

    position: str
    version: int
    name: str
    found_by: str
    kind: PositionKind
    level: str | None
    grade: int
    form: Form
    results: int


class TemplateRow(Row):
    position: str
    results: Json[tuple[Result, ...]]


POSITION = Table("position", PositionRow, indexes=("name", "grade"))
TEMPLATE = Table("position_template", TemplateRow)
_RESULTS = TypeAdapter(tuple[Result, ...])


def project(recorded: Recorded) -> Iterable[Change]:
    version = {"version": recorded.version}
    match recorded.event:
        case PositionDescribed() as e:
            said = {
                "name": e.name,
                "found_by": searchable(e.name),
                "kind": e.kind,
                "level": e.level,
            }
            row = said | {"grade": e.grade or 0, "form": e.form}
            without = {"results": 0} if recorded.version == 1 else {}
            yield Put(POSITION, (e.position,), row | version | without)
        case PositionTemplateSet() as e:
            yield Put(POSITION, (e.position,), {"results": len(e.results)} | version)
            results = _RESULTS.dump_json(e.results).decode()
            yield Put(TEMPLATE, (e.position,), {"results": results})


VIEW = View(
    "planning_positions",
    (topic("planning"),),
    (PositionDescribed, PositionTemplateSet),
    (POSITION, TEMPLATE),
    project,
)


class PositionListed(BaseModel):
    """`grade` is its class; `results` how many its template has."""

    position: str
    name: str
    kind: PositionKind
    level: str | None
    grade: int | None
    form: Form
    results: int


class PositionShown(PositionListed):
    """`template` is what an SKP in it may begin with; `may` what the caller may do, whatever they would say."""

    version: int
    template: tuple[Result, ...]
    may: list[Literal["describe", "set-template"]] = []


def listing(name: str, kind: str | None, templated: bool | None, sort: str) -> Listing:
    """Of the positions in whose names `name` stands; of a kind, with a template or without one."""
    where = list[str]()
    arguments = list[object]()
    if wanted := " ".join(searchable(name.replace("\0", "")).split()):
        arguments.append(wanted)
        where.append(f"strpos(t.found_by, ${len(arguments)}) > 0")
    if kind is not None:
        arguments.append(kind)
        where.append(f"t.kind = ${len(arguments)}")
    if templated is not None:
        where.append("t.results > 0" if templated else "t.results = 0")
    return Listing(POSITION, where, arguments, sort)


async def listed(rows: Sequence[Record]) -> list[PositionListed]:
    return [PositionListed(**{**row, "grade": row["grade"] or None}) for row in rows]


async def position(pool: Pool, id: str) -> PositionShown | None:
    row = await POSITION.find(pool, id)
    if row is None:
        return None
    said = row.model_dump(exclude={"found_by", "grade"})
    return PositionShown(**said, grade=row.grade or None, template=await template(pool, id))


async def template(pool: Pool, id: str) -> tuple[Result, ...]:
    """What an SKP in the position may begin with; empty if there is nothing."""
    found = await TEMPLATE.find(pool, id)
    return found.results if found else ()

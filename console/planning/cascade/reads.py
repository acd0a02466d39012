"""A place of the cascade, with what it serves and what serves it, as planning tells it."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict

from console.ask.client import Asker
from console.ask.units import Units, units

PAGE = 200
"""Places below that one page shows."""


class Node(BaseModel):
    """`below` counts what is right below it."""

    model_config = ConfigDict(frozen=True)

    place: str
    parent: str | None
    kind: Literal["objective", "indicator", "cell"]
    unit: str
    text: str
    assignment: str | None
    person: str | None
    name: str | None
    role: str | None
    below: int

    @property
    def called(self) -> str:
        return self.name or self.person or ""

    @property
    def agreement(self) -> str:
        return self.place.partition("/")[0]


@dataclass(frozen=True, slots=True)
class Branch:
    """A place, and those below it that are shown."""

    node: Node
    below: list["Branch"]


@dataclass(frozen=True, slots=True)
class Cascade:
    """`above` from the top down; `whole`: of each place below one may ask on."""

    here: Node
    above: list[Node]
    below: list[Branch]
    next: str | None
    whole: bool
    units: Units


async def cascade(ask: Asker, place: str, depth: int, after: str) -> Cascade:
    """Raises Refused."""
    following = {"after": after} if after else {}
    query = {"from": place, "depth": str(depth), "limit": str(PAGE), **following}
    told, found = await asyncio.gather(ask.get("planning", "cascade", **query), units(ask))
    return Cascade(
        Node.model_validate(told["here"]),
        [Node.model_validate(each) for each in reversed(told["above"])],
        _tree([Node.model_validate(each) for each in told["below"]]),
        told["next"],
        told["whole"],
        found,
    )


def _tree(nodes: Sequence[Node]) -> list[Branch]:
    """Of places in order of their depths; those whose parents are on an earlier page stand for themselves."""
    there = {node.place for node in nodes}
    below: dict[str | None, list[Node]] = defaultdict(list)
    for node in nodes:
        below[node.parent if node.parent in there else None].append(node)

    def branches(place: str | None) -> list[Branch]:
        return [Branch(node, branches(node.place)) for node in below[place]]

    return branches(None)

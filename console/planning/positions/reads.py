"""What the pages of positions show."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict

from console.ask.client import Asker, Receipt
from contracts.planning import Form, Result
from contracts.positions import PositionKind

PAGE = "50"
"""Rows of a list."""


class Position(BaseModel):
    """`grade` is its class, `results` how many its template has."""

    model_config = ConfigDict(frozen=True)

    position: str
    name: str
    kind: PositionKind
    level: str | None
    grade: int | None
    form: Form
    results: int


class Shown(Position):
    """`may`: what the reader may do with it."""

    version: int
    template: tuple[Result, ...]
    may: tuple[str, ...]


class Found(BaseModel):
    """A page of a list; `next` is where the following one begins."""

    model_config = ConfigDict(frozen=True)

    items: tuple[Position, ...]
    next: str | None
    total: int


async def positions(ask: Asker, **query: str) -> Found:
    """Raises Refused."""
    return Found.model_validate(await ask.get("planning", "positions", limit=PAGE, **query))


def all_positions(ask: Asker, **query: str) -> AsyncIterator[Position]:
    """The whole list. Raises Refused when it is gone through."""
    return ask.rows("planning", "positions", of=Position, **query)


async def position(ask: Asker, id: str) -> Shown:
    """Raises Refused."""
    return Shown.model_validate(await ask.get("planning", "positions", id))


async def set_template(
    ask: Asker, key: str, name: str, results: Sequence[Mapping[str, Any]]
) -> Receipt:
    """What an SKP in the position of a name begins with, as any holder may have it: whom a result serves and what
    gives it are one person's. Raises Refused."""
    of_anybody = [{**each, "serves": None, "serves_at": None, "decision": None} for each in results]
    body = {"name": name, "results": of_anybody}
    return await ask.post("planning", "position-templates", key=key, body=body)

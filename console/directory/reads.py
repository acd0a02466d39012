"""What the list of people shows."""

from collections.abc import AsyncIterator

from pydantic import BaseModel, ConfigDict

from console.ask.client import Asker

PAGE = "50"
"""Rows of a list."""


class PersonFound(BaseModel):
    """`position` is None of somebody who has held none."""

    model_config = ConfigDict(frozen=True)

    person: str
    name: str
    position: str | None


class Found(BaseModel):
    """A page of a list; `next` is where the following one begins."""

    model_config = ConfigDict(frozen=True)

    items: tuple[PersonFound, ...]
    next: str | None
    total: int


async def people(ask: Asker, **query: str) -> Found:
    """In whose names `name` stands. Raises Refused."""
    return Found.model_validate(await ask.get("planning", "people", limit=PAGE, **query))


def all_people(ask: Asker, **query: str) -> AsyncIterator[PersonFound]:
    """The whole list. Raises Refused when it is gone through."""
    return ask.rows("planning", "people", of=PersonFound, **query)

"""A page of notices."""

from collections.abc import Mapping
from dataclasses import dataclass

from console.ask.client import Asker
from console.ask.people import names
from console.keep.notices import Notice, Notices


@dataclass(frozen=True, slots=True)
class Latest:
    """`following` is where the page that follows begins, if one does. `names` are people's, by id."""

    notices: list[Notice]
    following: int | None
    names: Mapping[str, str]


async def latest(kept: Notices, ask: Asker, person: str, before: int | None) -> Latest:
    found, following = await kept.page(person, before)
    named = {each.owes for each in found if each.of_another}
    named |= {each.reminded.by for each in found if each.reminded}
    return Latest(found, following, await names(ask, named))

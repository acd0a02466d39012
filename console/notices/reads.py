"""Notices, with the names of those whom they are about."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

from console.ask.client import Asker
from console.ask.people import names
from console.keep.notices import Notice, Notices
from console.web.lists import Chosen


@dataclass(frozen=True, slots=True)
class Told:
    """`late` is who owes it, if that is another; `reminded` who had its reader reminded: by their names, where those
    are known."""

    notice: Notice
    late: str | None
    reminded: str | None

    @property
    def kind(self) -> str:
        return self.notice.matter.kind


async def latest(
    kept: Notices, ask: Asker, person: str, chosen: Chosen
) -> tuple[list[Told], int | None]:
    """A page of the list; and where the page that follows begins, if one does."""
    return await _page(kept, ask, person, chosen.filters, int(chosen.after or 0) or None)


async def every(kept: Notices, ask: Asker, person: str, chosen: Chosen) -> AsyncIterator[Told]:
    """The whole list."""
    following = None
    while True:
        found, following = await _page(kept, ask, person, chosen.filters, following)
        for each in found:
            yield each
        if not following:
            return


async def _page(
    kept: Notices, ask: Asker, person: str, wanted: Mapping[str, str], before: int | None
) -> tuple[list[Told], int | None]:
    found, following = await kept.page(
        person,
        before,
        is_open={"open": True, "closed": False}.get(wanted["state"]),
        of_another={"others": True, "own": False}.get(wanted["whose"]),
    )
    named = {each.owes for each in found if each.of_another}
    named |= {each.reminded.by for each in found if each.reminded}
    called = await names(ask, named)
    rows = [
        Told(
            each,
            called.get(each.owes, each.owes) if each.of_another else None,
            called.get(each.reminded.by, each.reminded.by) if each.reminded else None,
        )
        for each in found
    ]
    return rows, following

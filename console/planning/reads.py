"""What planning's pages show, and what its documents print."""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict

from console.ask import people
from console.ask.client import Asker, Refused
from console.forms.answers import MatrixForm, SKPForm
from console.planning.changed import Change
from console.planning.skp import SKP, Listed

PAGE = 50
"""Rows of a list."""


class Finding(BaseModel):
    """What a check has found, at a JSON pointer."""

    model_config = ConfigDict(frozen=True)

    code: str
    detail: str
    article: str
    pointer: str


class Checks(BaseModel):
    """What would be refused, and what had better be mended; `unserved` are ids of results that none of the
    employee's own team serves."""

    model_config = ConfigDict(frozen=True)

    refusals: tuple[Finding, ...] = ()
    warnings: tuple[Finding, ...] = ()
    unserved: tuple[str, ...] = ()


class Appraiser(BaseModel):
    """`open`: the employee has said that this is not theirs, and nobody has answered."""

    model_config = ConfigDict(frozen=True)

    appraiser: str | None
    appraiser_name: str | None
    open: bool
    may: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """An SKP, the name of the position that it is in, what the reader may do with it, what checks say of it, people's names by id, and the changes that were
    approved, the latest first. `appraiser` is whoever is named as theirs, to its employee; None to anybody else."""

    skp: SKP
    position: str
    may: Collection[str]
    checks: Checks
    names: Mapping[str, str]
    changes: Sequence[Change] = ()
    appraiser: Appraiser | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A page of a list; `next` is where the following one begins."""

    skps: list[Listed]
    next: str | None
    total: int

    @property
    def approvable(self) -> bool:
        return any("approve" in row.may for row in self.skps)


async def skp_form(ask: Asker, skp: str) -> SKPForm:
    """Raises Refused."""
    return SKPForm.model_validate(await ask.get("planning", "skps", skp, "form"))


async def matrix_form(ask: Asker, unit: str, year: int) -> MatrixForm:
    """Raises Refused."""
    told = await ask.get("planning", "matrix", "form", unit=unit, year=str(year))
    return MatrixForm.model_validate(told)


async def skp(ask: Asker, id: str, reader: str = "") -> Shown:
    """As `reader` is shown it. Raises Refused."""
    told = SKP.model_validate(await ask.get("planning", "skps", id))
    listed, checks, changes, appraiser = await asyncio.gather(
        ask.get("planning", "skps", assignment=told.assignment, limit=str(PAGE)),
        _checks(ask, id),
        _changes(ask, told),
        _appraiser(ask, told.assignment, asks=told.person == reader),
    )
    named = {told.person, *(each.by for each in changes)}
    names = await people.names(ask, named | ({told.returned.by} if told.returned else set()))
    own = (row for row in listed["items"] if row["skp"] == id)
    row: Mapping[str, Any] = next(own, {"may": (), "position": ""})
    return Shown(told, row["position"], row["may"], checks, names, changes, appraiser)


async def skps(ask: Asker, **query: str) -> Found:
    """Raises Refused."""
    told = await ask.get("planning", "skps", limit=str(PAGE), **query)
    rows = [Listed.model_validate(each) for each in told["items"]]
    return Found(rows, told["next"], told["total"])


async def waiting(ask: Asker) -> str | None:
    """The SKP that is to be reviewed next by the reader; None if there is none, or nobody can say."""
    try:
        told = await ask.get("planning", "duties")
    except Refused:
        return None
    due = (each["facts"]["skp"] for each in told["items"] if each["kind"] == "approve-skp")
    return next(due, None)


def all_skps(ask: Asker, **query: str) -> AsyncIterator[Listed]:
    """The whole list. Raises Refused when it is gone through."""
    return ask.rows("planning", "skps", of=Listed, **query)


async def begun(ask: Asker, source: str, assignment: str, year: str) -> Mapping[str, Any] | None:
    """A draft from a `source`: `matrix`, `position` or `last`; None if it has none."""
    match source:
        case "matrix":
            return await _asked(ask, assignment, year, "asked")
        case "position":
            return await _asked(ask, assignment, year, "position")
        case "last":
            return await _copied(ask, assignment)
    return None


async def _asked(ask: Asker, assignment: str, year: str, source: str) -> Mapping[str, Any] | None:
    """What a year's matrices ask of the assignment, and what its holder has agreed to as a head; or what its
    position's template says."""
    try:
        found: dict[str, Any] = await ask.get(
            "planning", "skp-drafts", assignment=assignment, year=year, source=source
        )
    except Refused as refused:
        if refused.status not in (403, 404):
            raise
        return None
    return found


COPIED = ("approved", "closed", "cancelled")


async def _copied(ask: Asker, assignment: str) -> dict[str, Any] | None:
    """What the assignment's last agreed SKP says, as the draft of the one that follows it; None if there is
    none to copy."""
    try:
        told = await ask.get("planning", "skps", assignment=assignment, sort="-start")
        last = next(row for row in told["items"] if row["status"] in COPIED)
        copy: dict[str, Any] = await ask.get("planning", "skps", last["skp"], "copy")
    except StopIteration:
        return None
    except Refused as refused:
        if refused.status not in (403, 404):
            raise
        return None
    return copy


async def _appraiser(ask: Asker, assignment: str, *, asks: bool) -> Appraiser | None:
    """None to anybody who is not asked for, and of an assignment that has ended."""
    if not asks:
        return None
    try:
        told = await ask.get("planning", "assignments", assignment, "appraiser")
    except Refused:
        return None
    return Appraiser.model_validate(told)


async def checked(ask: Asker, body: Mapping[str, Any], *, kept: bool) -> Checks | None:
    """What would be told of a draft, or of a change of the SKP that is `kept`; None if nobody can say."""
    query = {"changes": "true"} if kept else {}
    try:
        told = await ask.check("planning", "skp-checks", body=body, **query)
    except Refused:
        return None
    return Checks.model_validate(told)


async def _changes(ask: Asker, skp: SKP) -> list[Change]:
    """None of what has never been agreed."""
    if skp.status not in ("approved", "closed"):
        return []
    told = await ask.get("planning", "skps", skp.skp, "changes")
    return [Change.model_validate(each) for each in reversed(told)]


async def _checks(ask: Asker, id: str) -> Checks:
    """A page does not fail for want of advice."""
    try:
        return Checks.model_validate(await ask.get("planning", "skps", id, "checks"))
    except Refused:
        return Checks()

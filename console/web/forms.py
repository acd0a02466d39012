"""Forms that lose nothing that was typed.

A form brings, besides its fields and its session's word: `key`, made with the page, so that sending it twice
does it once; `version`, of what it was made from; `page`, on which it stands. While somebody types, it is saved
as a draft; a session that has ended meanwhile still says whose it is.
"""

import json
from collections.abc import Awaitable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated, TypeAlias, TypeVar
from urllib.parse import unquote
from uuid import uuid4

from fastapi import Depends, Request, Response

from console.ask.client import Refused
from console.keep.database import OUTAGE
from console.keep.drafts import Draft, Drafts, Fields
from console.keep.sessions import Sessions
from console.show.words import N_
from console.web import csrf
from console.web.page import Visit

Answer = TypeVar("Answer")

KEY, VERSION, PAGE = "key", "version", "page"
OWN = {csrf.FIELD, KEY, VERSION, PAGE}
UNREADABLE = N_("Isian ini tidak dapat dibaca atau di luar batasnya.")
"""Of what a service has refused to read at a field."""
LARGE = 1024 * 1024
"""Bytes of a form with an SKP as large as planning takes, and of what it was made from."""
MOST = 20_000
"""Fields of a form that is no larger: a matrix has some for each of its cells."""
LONGEST = 500
"""Characters of a page's path."""


class Kept(Refused):
    """What was typed is saved, and not done: who sends it has to sign in again (401), or has done so since the form
    was made (412) and sends it once more from its page."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A form as it was sent. `is_late` if an earlier session of its person's made it, or the session is over."""

    visit: Visit
    fields: Fields
    key: str
    version: str
    page: str
    is_late: bool

    def __getitem__(self, name: str) -> str:
        """The last value of the name, without blanks around it; empty if there is none."""
        return next((value.strip() for n, value in reversed(self.fields) if n == name), "")

    def all(self, name: str) -> list[str]:
        return [value for n, value in self.fields if n == name]

    @property
    def owner(self) -> str:
        assert self.visit.session
        return self.visit.session.person


async def typed(request: Request) -> Typed:
    """Raises Refused for a form that stood on no page of its person's, in this session or an earlier one."""
    visit = await Visit.of(request)
    if not visit.session:
        raise Refused(401)
    sent = [(name, value) for name, value in (await request.form(max_fields=MOST)).multi_items()
            if isinstance(value, str)]  # fmt: skip
    own, seal = dict(sent), visit.settings.seal
    word = own.get(csrf.FIELD, "")
    if not csrf.is_theirs(seal, word, visit.session):
        raise Refused(403)
    path, mark, query = own.get(PAGE, "").partition("?")
    page = unquote(path) + mark + query  # as `Visit.form_page` has it
    is_path = page.startswith("/") and not page.startswith(("//", "/\\"))
    if not is_path or len(page) > LONGEST:
        raise Refused(422)
    request.state.page = visit.back = page
    fields = tuple((name, value) for name, value in sent if name not in OWN)
    is_late = not visit.signed_in or not csrf.holds(seal, word, visit.session)
    return Typed(visit, fields, own.get(KEY) or made_key(), own.get(VERSION, ""), page, is_late)


async def _filled(request: Request) -> Typed:
    form = await typed(request)
    if form.is_late:
        status = 412 if form.visit.signed_in else 401
        # A file, or a button, is nothing that was typed, and an earlier draft is not to be lost for it.
        if _brings_a_file(request) or not any(text for name, text in form.fields if name != "do"):
            raise Refused(status)
        await save(request, form)
        raise Kept(status)
    request.state.form = form
    return form


Filled: TypeAlias = Annotated[Typed, Depends(_filled)]
"""The parameter of a handler that takes a form. What comes after the end of its session is saved, and not done."""


def _brings_a_file(request: Request) -> bool:
    return "multipart" in request.headers.get("Content-Type", "")


async def kept(request: Request, form: Typed) -> Fields:
    """What has been typed so far on the page that the form stands on."""
    found = await _drafts(request).find(form.owner, form.page)
    return found.fields if found else ()


async def draft(request: Request, visit: Visit) -> Draft | None:
    """What the reader has typed on this page and not yet sent."""
    if not visit.session:
        return None
    return await _drafts(request).find(visit.session.person, visit.form_page)


async def sent(request: Request, form: Typed) -> None:
    """The form's act is done: its draft goes, and for a while pages wait for the effect."""
    await _drafts(request).drop(form.owner, form.page)
    assert form.visit.session
    sessions: Sessions = request.app.state.sessions
    await sessions.note_act(form.visit.session.word, json.dumps(form.visit.ask.done))


async def given(request: Request, form: Typed, command: Awaitable[Answer]) -> Answer | Refused:
    """What a service answers to the command that the form says, which then is done. A refusal that the form's own page
    tells is returned, and what was typed is kept as a draft."""
    try:
        answer = await command
    except Refused as refused:
        if not refused.in_place:
            raise
        await save(request, form)
        return refused
    await sent(request, form)
    return answer


async def save(request: Request, form: Typed) -> None:
    """What has been typed so far."""
    await _drafts(request).save(form.owner, form.page, form.fields)


async def drop(request: Request, form: Typed) -> None:
    """What was typed is not wanted."""
    await _drafts(request).drop(form.owner, form.page)


async def unsent(request: Request) -> Response | None:
    """The page with which a form that no service has answered is sent once more, as it is and under its key; None if
    there is no such form. One with a file is not among them: its page still has it."""
    form: Typed | None = getattr(request.state, "form", None)
    if form is None or _brings_a_file(request):
        return None
    with suppress(*OUTAGE):
        await save(request, form)
    return await form.visit.render("show/unsent.html", 503, form=form)


def by_name(fields: Fields) -> Mapping[str, list[str]]:
    """All that was said under each name."""
    found: dict[str, list[str]] = {}
    for name, text in fields:
        found.setdefault(name, []).append(text)
    return found


def made_key() -> str:
    """For a form: the id of its command."""
    return uuid4().hex


def merged(base: Mapping[str, str], theirs: Mapping[str, str], mine: Mapping[str, str]) -> "Merge":
    """Three-way, field by field: what only one side has changed is taken; where both have, differently,
    both are shown."""
    taken: dict[str, str] = {}
    both: dict[str, tuple[str, str]] = {}
    for name in {**base, **theirs, **mine}:
        before, other, own = (side.get(name, "") for side in (base, theirs, mine))
        taken[name] = other if own == before else own
        if own != before and other not in (before, own):
            both[name] = (own, other)
    changed = {name for name in taken if theirs.get(name, "") != base.get(name, "")}
    return Merge(taken, both, frozenset(changed))


@dataclass(frozen=True, slots=True)
class Merge:
    """fields  the merged form: mine where both have changed a field
    both    mine and theirs, where both have changed it
    theirs  the fields that they have changed
    """

    fields: Mapping[str, str]
    both: Mapping[str, tuple[str, str]]
    theirs: frozenset[str]


def _drafts(request: Request) -> Drafts:
    drafts: Drafts = request.app.state.drafts
    return drafts

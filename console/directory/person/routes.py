"""The page of a person, and what personnel do there: register somebody; start, end and correct what they hold."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request, Response

from console.ask.client import Asker, Refused
from console.ask.units import Units, units
from console.directory import offices
from console.directory.person import reads
from console.directory.person.acts import (
    OF_ASSIGNMENT,
    OF_PERSON,
    OUTSIDE,
    REGISTER,
    Act,
    at_first,
    field_of,
    why,
)
from console.directory.person.reads import Assignment, Person
from console.show.posts import KINDS, LEAVES, STATUSES
from console.web import forms
from console.web.forms import Filled, Typed
from console.web.page import Page, Visit, go

router = APIRouter()


@dataclass(frozen=True)
class About:
    """What a form is about: a person and, of theirs, an assignment; nobody yet who is to be registered."""

    act: Act
    person: str = ""
    assignment: str = ""

    @property
    def path(self) -> tuple[str, ...]:
        """Where planning takes it."""
        named = {"person": self.person, "assignment": self.assignment}
        return tuple(part.format_map(named) for part in self.act.path)


@dataclass(frozen=True)
class Told:
    """The same as planning tells it."""

    units: Units
    who: Person | None = None
    held: Assignment | None = None


async def _told(ask: Asker, about: About) -> Told:
    """Raises Refused, also if planning would not take it from the reader."""
    if not about.person:
        return Told(await units(ask))
    who, every = await reads.person(ask, about.person)
    held = next((each for each in who.assignments if each.assignment == about.assignment), None)
    if about.assignment and held is None:
        raise Refused(404)
    if about.act.name not in (held or who).may:
        raise Refused(403)
    return Told(every, who, held)


@router.get("/people/new")
async def to_register(request: Request, page: Page) -> Response:
    """The form of somebody who is not known yet."""
    return await _form(request, page, About(REGISTER))


@router.post("/people/new")
async def register(request: Request, form: Filled) -> Response:
    return await _do(request, form, About(REGISTER))


@router.get("/people/{id}")
async def person(page: Page, id: str, done: str = "", of: str = "") -> Response:
    """A person, what they hold, held and will hold, and what the reader can do about it."""
    who, every = await reads.person(page.ask, id)
    did = (OF_ASSIGNMENT if of else {**OF_PERSON, REGISTER.name: REGISTER}).get(done)
    return await page.render(
        "directory/person/person.html",
        who=who,
        units=every,
        today=await page.today(),
        kinds=KINDS,
        statuses=STATUSES,
        leaves=LEAVES,
        acts=[act for act in OF_PERSON.values() if act.name in who.may],
        of_assignment=OF_ASSIGNMENT.values(),
        said=did.done if did else "",
    )


@router.get("/people/{id}/{act}")
async def to_do(request: Request, page: Page, id: str, act: str) -> Response:
    """The form of an act about a person."""
    return await _form(request, page, About(_of(OF_PERSON, act), id))


@router.post("/people/{id}/{act}")
async def do(request: Request, form: Filled, id: str, act: str) -> Response:
    return await _do(request, form, About(_of(OF_PERSON, act), id))


@router.get("/people/{id}/{assignment}/{act}")
async def to_do_about(request: Request, page: Page, id: str, assignment: str, act: str) -> Response:
    """The form of an act about an assignment."""
    return await _form(request, page, About(_of(OF_ASSIGNMENT, act), id, assignment))


@router.post("/people/{id}/{assignment}/{act}")
async def do_about(request: Request, form: Filled, id: str, assignment: str, act: str) -> Response:
    return await _do(request, form, About(_of(OF_ASSIGNMENT, act), id, assignment))


def _of(acts: Mapping[str, Act], name: str) -> Act:
    if name not in acts:
        raise Refused(404)
    return acts[name]


async def _form(request: Request, page: Visit, about: About) -> Response:
    """As the reader left it."""
    draft = await forms.draft(request, page)
    told = await _told(page.ask, about)
    typed = dict(draft.fields) if draft else at_first(about.act, told.who, told.held)
    return await _show(page, page.form_page, about, told, typed, saved=bool(draft))


async def _do(request: Request, form: Typed, about: About) -> Response:
    """Look for an appraiser of the name; or do it."""
    visit, typed = form.visit, dict(form.fields)
    if form["do"] == "find":
        typed = offices.looked_for(form, "start")
        await forms.save(request, replace(form, fields=tuple(typed.items())))
        told = await _told(visit.ask, about)
        return await _show(visit, form.page, about, told, typed, version=form.version)
    done = await forms.given(request, form, _send(form, about))
    if isinstance(done, Refused):
        told = await _told(visit.ask, about)
        # The record has moved on: what is sent next is made from how it is now.
        version = "" if done.status == 409 else form.version
        return await _show(visit, form.page, about, told, typed, done, version=version)
    query = {"done": about.act.name} | ({"of": about.assignment} if about.assignment else {})
    return go(f"/people/{quote(about.person or form['person'])}?{urlencode(query)}")


async def _send(form: Typed, about: About) -> None:
    """Raises Refused; OUTSIDE where whoever may do it is refused for the unit that they have chosen."""
    body = about.act.body(form, about.person)
    try:
        await form.visit.ask.post(
            "planning", *about.path, key=form.key, body=body, version=form.version
        )
    except Refused as refused:
        if refused.status == 403 and form["unit"]:
            raise OUTSIDE from refused
        raise


async def _show(
    visit: Visit,
    page: str,
    about: About,
    told: Told,
    typed: Mapping[str, str],
    refused: Refused | None = None,
    *,
    version: str = "",
    saved: bool = False,
) -> Response:
    """`page` is where the form stands; it is made from `version`, if that is empty from the one that is shown."""
    problem, act = refused.problem if refused else None, about.act
    seen = version or str(told.who.version) if told.who and act.has_version else ""
    return await visit.render(
        "directory/person/act.html",
        refused.status if refused else 200,
        act=act,
        told=told,
        fields=forms.by_name(tuple(typed.items())),
        offices=await offices.offices(visit.ask, about.person, typed)
        if "superior" in act.asks
        else None,
        units=told.units,
        kinds=KINDS,
        statuses=STATUSES,
        leaves=LEAVES,
        stale=bool(refused and refused.status == 409),
        problem=problem,
        at=field_of(problem) if problem else "",
        why=why(problem) if problem else "",
        saved=saved,
        page=page,
        version=seen,
        key=forms.made_key(),
    )

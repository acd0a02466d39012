"""Who of a unit has an SKP that is set: counted by unit, and one by one."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel, ConfigDict

from console.ask.people import names
from console.keep.notices import Notices
from console.keep.reminders import Reminder, Reminders, Whose
from console.show.posts import LEAVES
from console.show.words import N_
from console.web.export import Column, Ending, as_file, each_of
from console.web.lists import Chosen
from console.web.page import Act, Page, Visit, go
from contracts.planning import LeaveKind

router = APIRouter()
STATES = {
    "set": N_("Ditetapkan"),
    "submitted": N_("Diajukan"),
    "returned": N_("Dikembalikan"),
    "draft": N_("Draf"),
    "none": N_("Belum ada SKP"),
    "exempt": N_("Dikecualikan"),
}
"""In the order in which a bar has them, and its table."""
TO_ACT = ("none", "draft", "returned")
"""The states of whom a reminder goes to."""
PAGE = "50"
BY_UNIT = "unit"


class Told(BaseModel):
    model_config = ConfigDict(frozen=True)


class Part(NamedTuple):
    """Of a bar, in percent of its width."""

    state: str
    start: float
    width: float


class Unit(Told):
    """`whole`: with all units below it."""

    unit: str
    name: str
    whole: bool
    counts: Mapping[str, int]
    total: int
    may: tuple[str, ...]

    @property
    def owing(self) -> int:
        return sum(self.counts.get(state, 0) for state in TO_ACT)

    @property
    def bar(self) -> list[Part]:
        parts, start = [], 0.0
        for state in STATES:
            width = 100 * self.counts.get(state, 0) / (self.total or 1)
            if width:
                parts.append(Part(state, round(start, 3), round(width, 3)))
            start += width
        return parts

    @property
    def share(self) -> int | None:
        """Of those who need one, how many percent have one that is set, rounded down; None if nobody
        needs one."""
        needed = self.total - self.counts.get("exempt", 0)
        return 100 * self.counts.get("set", 0) // needed if needed else None


class Above(Told):
    unit: str
    name: str


class Completion(Told):
    unit: str | None
    name: str | None
    above: tuple[Above, ...]
    year: int
    on: date
    due: date
    units: tuple[Unit, ...]


class Person(Told):
    person: str
    name: str | None
    unit: str
    unit_name: str | None
    position: str
    state: str
    reason: LeaveKind | None
    skp: str | None
    may: tuple[str, ...]

    @property
    def called(self) -> str:
        return self.name or self.person


class Found(Told):
    items: tuple[Person, ...]
    next: str | None
    total: int


@router.get("/completion")
async def completion(request: Request, page: Page) -> Response:
    """Of a unit and of those below it; at first of all that the reader sees."""
    found = await _completion(page)
    over = [each.unit for each in found.above] + ([found.unit] if found.unit else [])
    units = [*over, *(row.unit for row in found.units)]
    latest = await _reminders(request).latest(units, found.year)
    rows = [(row, _last(row, over, found.year, latest)) for row in found.units]
    asked = {reminder.asked_by for _, reminder in rows if reminder}
    return await page.render(
        "directory/completion.html",
        found=found,
        rows=rows,
        names=await names(page.ask, asked),
        today=await page.today(),
        states=STATES,
        chosen=_of_units(page),
    )


@router.post("/completion/remind")
async def remind(
    request: Request,
    act: Act,
    unit: Annotated[str, Form()],
    year: Annotated[int, Form()],
    whole: Annotated[bool, Form()],
    shown: Annotated[str, Form()] = "",
) -> Response:
    """Have those reminded of what they owe who are counted there; then the page again, `shown` the unit that it
    is of. Planning tells what they owe to whoever may, and refuses others."""
    of = {"unit": unit, "year": str(year), "whole": str(whole)}
    await act.ask.get("planning", "completion", "owing", limit="1", **of)
    assert act.session
    whose = Whose(unit, year, whole)
    await _reminders(request).ask(whose, await act.today(), act.session.person)
    query = {"unit": shown, "year": str(year)} if shown else {"year": str(year)}
    return go(f"/completion?{urlencode(query)}")


@router.get("/completion.{ending}")
async def completion_file(page: Page, ending: Ending) -> Response:
    found = await _completion(page)
    columns = [
        Column[Unit](page.say(N_("Unit kerja")), 44, lambda row: row.name),
        *(_count(state, page.say(name)) for state, name in STATES.items()),
        Column[Unit](page.say(N_("Jumlah")), 12, lambda row: row.total),
    ]
    name = f"{page.say(N_('Kelengkapan SKP'))} {found.year}"
    return await as_file(ending, name, columns, each_of(found.units))


@router.get("/completion/people")
async def people(request: Request, page: Page) -> Response:
    """Those who are counted, and who of them has been reminded."""
    chosen = _of_people(page)
    told = await page.ask.get("planning", "completion", "people", limit=PAGE, **chosen.query)
    found = Found.model_validate(told)
    notices: Notices = request.app.state.notices
    reminded = await notices.reminded([row.person for row in found.items])
    return await page.render(
        "directory/completion_people.html",
        found=found,
        reminded=reminded,
        names=await names(page.ask, {each.by for each in reminded.values()}),
        year=chosen.filters["year"] or (await page.today()).year,
        chosen=chosen,
        states=STATES,
        reasons=LEAVES,
    )


@router.get("/completion/people.{ending}")
async def people_file(page: Page, ending: Ending) -> Response:
    def state(row: Person) -> str:
        return page.say(STATES.get(row.state, row.state))

    def reason(row: Person) -> str:
        return page.say(LEAVES[row.reason]) if row.reason else ""

    columns = [
        Column[Person](page.say(N_("Pegawai")), 32, lambda row: row.called),
        Column[Person](page.say(N_("Jabatan")), 36, lambda row: row.position),
        Column[Person](page.say(N_("Unit kerja")), 36, lambda row: row.unit_name or row.unit),
        Column[Person](page.say(N_("Keadaan")), 16, state),
        Column[Person](page.say(N_("Alasan")), 32, reason),
    ]
    query = _of_people(page).query
    rows = page.ask.rows("planning", "completion", "people", of=Person, **query)
    return await as_file(ending, page.say(N_("Kelengkapan SKP")), columns, rows)


async def _completion(page: Visit) -> Completion:
    """Raises Refused."""
    query = _of_units(page).query
    return Completion.model_validate(await page.ask.get("planning", "completion", **query))


def _last(
    row: Unit, over: list[str], year: int, latest: Mapping[Whose, Reminder]
) -> Reminder | None:
    """The last time that those of a row were reminded, by themselves or with all of a unit that it is in; of one
    day, that which reminded anybody."""
    of = [Whose(row.unit, year, row.whole), *(Whose(unit, year, True) for unit in over)]
    found = [latest[each] for each in of if each in latest]
    return max(found, key=lambda each: (each.day, not each.is_done or each.count > 0), default=None)


def _reminders(request: Request) -> Reminders:
    reminders: Reminders = request.app.state.reminders
    return reminders


def _of_units(page: Visit) -> Chosen:
    said = {name: page.query.get(name, "") for name in ("unit", "year")}
    return Chosen("/completion", said, "", "")


def _of_people(page: Visit) -> Chosen:
    said = {name: page.query.get(name, "") for name in ("unit", "year", "whole", "state")}
    sort = page.query.get("sort") or BY_UNIT
    return Chosen("/completion/people", said, sort, BY_UNIT, page.query.get("after", ""))


def _count(state: str, name: str) -> Column[Unit]:
    return Column(name, 14, lambda row: row.counts.get(state, 0))

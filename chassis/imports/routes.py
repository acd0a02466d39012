"""HTTP of imports: send a file, see what is wrong in it, have it loaded, and see how far it is.

An officer sends what is of the units of their mandate, and sees their own files; the personnel unit sees
all.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from chassis import assignments
from chassis.access import asked_by, given_by
from chassis.fields import Name, PersonId
from chassis.imports import uploads
from chassis.imports.kind import Kind
from chassis.imports.uploads import State, Upload, UploadRow
from chassis.lists import After, Limit, Page, answer
from chassis.problems import NotFound
from chassis.requests import Caller, Commander
from eventlog.database import Record
from law.refusal import Forbidden, Refused
from law.standing import Who, must_be
from sheets.problems import Problem
from sheets.template import template as blank
from sheets.words import LANGUAGES, tell

MAX_FILE = 24 * 1024 * 1024
"""Bytes. An XLSX file of 240,000 people with 15 columns has about 15 MB."""
router = APIRouter()
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

ByPersonnel = Annotated[Commander, given_by(Who.OFFICER, Who.PERSONNEL)]
AskedByPersonnel = Annotated[Caller, asked_by(Who.OFFICER, Who.PERSONNEL)]
PathImport = Annotated[str, Path(pattern=r"^[A-Za-z0-9._-]{1,64}$")]
_FILE = {"schema": {"type": "string", "format": "binary"}}
_BODY = {"requestBody": {"required": True, "content": {"application/octet-stream": _FILE}}}


class ImportShown(BaseModel):
    """A file, and how far it has come.

    state     `received`: waits to be checked, or is; `checked`; `loading`; `loaded`; `cancelled`
    rows      in the file; `done` of them have been gone through
    events    that come of them, or, as it loads, that have
    problems  in all
    may       what can be done with it now: load, check, cancel
    """

    id: str
    kind: str
    name: str
    size: int
    sha256: str
    by: str
    received: datetime
    state: State
    rows: int
    done: int
    events: int
    problems: int
    may: list[str]


class ProblemShown(BaseModel):
    """`row` as the spreadsheet counts, 0 of the file as a whole; `column` is its letter, empty of the whole
    row; `found` what stands there, shortened; `message` by language says what to write instead."""

    number: int
    row: int
    column: str
    heading: str
    code: str
    found: str
    facts: dict[str, str | int]
    message: dict[str, str]


class ColumnShown(BaseModel):
    name: str
    heading: str
    synonyms: list[str]
    required: bool


class KindShown(BaseModel):
    """A kind of file that can be sent, and its columns in the order of the template."""

    kind: str
    columns: list[ColumnShown]


@router.post("/imports", max_body_size=MAX_FILE, openapi_extra=_BODY)
async def send(
    request: Request, command: ByPersonnel, kind: str, name: Annotated[Name, Query()]
) -> ImportShown:
    """Send a file (XLSX or CSV, as the body) to be checked. Nothing is loaded yet."""
    personnel = await _stands(command)
    _kind(command, kind)
    upload = await uploads.keep(
        command.pool,
        kind=kind,
        name=name,
        content=await request.body(),
        command=command.command,
        actor=command.actor.id,
        personnel=personnel,
        at=command.at,
        correlation=command.correlation,
    )
    command.runtime.tell_of_import()
    return _shown(upload)


@router.get("/imports", response_model=Page[ImportShown])
async def every(
    request: Request,
    by: AskedByPersonnel,
    name: Annotated[str, Query(max_length=300, description="what the file's name holds")] = "",
    kind: Annotated[str | None, Query(max_length=100)] = None,
    state: State | None = None,
    sent_by: PersonId | None = None,
    sort: Literal["received", "-received", "name", "-name", "state", "-state"] = "-received",
    after: After = "",
    limit: Limit = 50,
) -> Page[ImportShown] | StreamingResponse:
    """Files that were sent: an officer's own, or everybody's."""
    if not await _stands(by):
        if sent_by not in (None, by.actor.id):
            raise Forbidden(f"{by.actor.id} sees their own files")
        sent_by = by.actor.id
    listing = uploads.listing(sent_by, kind, state, name, sort)

    async def dress(rows: Sequence[Record]) -> list[ImportShown]:
        return [_shown(UploadRow.model_validate(dict(row))) for row in rows]

    return await answer(request, by.pool, listing, dress, after, limit)


@router.get("/imports/{upload}")
async def show(upload: PathImport, by: AskedByPersonnel) -> ImportShown:
    """A file, and how far it has come."""
    return _shown(await _find(by, upload))


@router.get("/imports/{upload}/problems")
async def problems(
    upload: PathImport,
    by: AskedByPersonnel,
    after: Annotated[int, Query(ge=0, lt=2**31)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> list[ProblemShown]:
    """What is wrong, by row, behind the problem with the number `after`."""
    found = await _find(by, upload)
    told = await uploads.problems(by.pool, upload, after, limit)
    return [_problem(number, each, _kind(by, found.kind)) for number, each in told]


@router.post("/imports/{upload}/load")
async def load(upload: PathImport, command: ByPersonnel) -> ImportShown:
    """Have it loaded, all of it, unless there is a problem. Again, it is answered as it is."""
    personnel = await _stands(command)
    found = await _find(command, upload)
    if found.state in ("received", "cancelled"):
        raise Refused("not-checked", f"the file is {found.state}", field="upload")
    if found.state == "checked" and found.wrong:
        raise Refused("has-problems", f"{found.wrong} problems", field="upload")
    loading = await uploads.load(command.pool, upload, command.actor.id, personnel, command.at)
    command.runtime.tell_of_import()
    return _shown(loading)


@router.post("/imports/{upload}/check")
async def check(upload: PathImport, command: ByPersonnel) -> ImportShown:
    """Have it checked again, against what has changed since."""
    personnel = await _stands(command)
    await _find(command, upload)
    checking = await uploads.check(command.pool, upload, command.actor.id, personnel, command.at)
    command.runtime.tell_of_import()
    return _shown(checking)


@router.post("/imports/{upload}/cancel")
async def cancel(upload: PathImport, command: ByPersonnel) -> ImportShown:
    """Give it up before it is loaded; the file is not kept."""
    await _stands(command)
    await _find(command, upload)
    cancelled = await uploads.cancel(command.pool, upload)
    if cancelled.state != "cancelled":
        raise Refused("too-late", f"the file is {cancelled.state}", field="upload")
    return _shown(cancelled)


@router.get("/import-kinds")
async def every_kind(by: Annotated[Caller, asked_by(Who.ANYBODY)]) -> list[KindShown]:
    """What can be sent."""
    return [_told(each) for each in by.runtime.service.imports]


@router.get("/import-kinds/{kind}/template", response_class=Response)
async def template(kind: str, by: Annotated[Caller, asked_by(Who.ANYBODY)]) -> Response:
    """A workbook with the headings of our own, all cells as text, so that no number is rounded."""
    found = _kind(by, kind)
    attached = {"Content-Disposition": f'attachment; filename="{kind}.xlsx"'}
    return Response(blank(found.name, found.columns), media_type=XLSX, headers=attached)


def _kind(by: Caller, name: str) -> Kind:
    """Raises NotFound."""
    for each in by.runtime.service.imports:
        if each.name == name:
            return each
    raise NotFound(f"no kind of import {name}")


async def _stands(by: Caller) -> bool:
    """Whether it is the personnel unit, else an officer. Raises Forbidden, NotCaughtUp."""
    personnel = Who.PERSONNEL in by.actor.capacities
    if not personnel:
        mandated = await assignments.has_mandate(by.pool, by.actor.id, Who.OFFICER, await by.day())
        must_be({Who.OFFICER} if mandated else (), by.may, by.actor.id)
    by.must_have_arrived()
    return personnel


async def _find(by: Caller, id: str) -> Upload:
    """Raises NotFound; Forbidden for an officer, whether there is none or it is not theirs."""
    personnel = await _stands(by)
    found = await uploads.find(by.pool, id)
    if not personnel and (found is None or found.by != by.actor.id):
        raise Forbidden(f"{by.actor.id} has sent no file {id}")
    if found is None:
        raise NotFound(f"no import {id}")
    return found


def _shown(upload: Upload | UploadRow) -> ImportShown:
    may = {
        "received": ["cancel"],
        "checked": ["check", "cancel"] if upload.wrong else ["load", "check", "cancel"],
    }
    return ImportShown(
        id=upload.id,
        kind=upload.kind,
        name=upload.name,
        size=upload.size,
        sha256=upload.sha256,
        by=upload.by,
        received=upload.received,
        state=upload.state,
        rows=upload.rows,
        done=upload.done,
        events=upload.events,
        problems=upload.wrong,
        may=may.get(upload.state, []),
    )


def _problem(number: int, problem: Problem, kind: Kind) -> ProblemShown:
    return ProblemShown(
        number=number,
        message={language: tell(problem, kind.words, language) for language in LANGUAGES},
        **{**problem._asdict(), "facts": dict(problem.facts)},
    )


def _told(kind: Kind) -> KindShown:
    columns = [
        ColumnShown(
            name=each.name,
            heading=each.heading,
            synonyms=list(each.synonyms),
            required=each.required,
        )
        for each in kind.columns
    ]
    return KindShown(kind=kind.name, columns=columns)

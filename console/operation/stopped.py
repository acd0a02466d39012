"""Partitions that stand, and their cures: for operators, as `./kinerja stopped` has them."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, NamedTuple, TypeAlias
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict

from console.ask.client import Asker, Problem, Refused
from console.show.words import N_
from console.web import forms
from console.web.export import Column, Ending, as_file, each_of
from console.web.forms import Filled
from console.web.lists import Chosen
from console.web.page import Page, Visit, go
from contracts.catalogue import SERVICES

router = APIRouter()
PATH = "/stopped/{service}/{subscription}/{topic}/{partition}"
WHY: Mapping[str, str] = {
    "moved-on": N_("Partisi ini tidak lagi berhenti di catatan itu. Ini keadaannya sekarang."),
    "not-proven": N_(
        "Catatan ini tidak terbukti berasal dari log. Periksa dengan ./kinerja verify."
    ),
    "not-found": N_("Partisi ini tidak berhenti lagi."),
}


class Stopped(BaseModel):
    """A partition that a view or reaction stands in, before the record at `offset`."""

    model_config = ConfigDict(frozen=True)

    subscription: str
    topic: str
    partition: int
    offset: int
    since: datetime
    reason: str

    @property
    def clock(self) -> str:
        """When on that day, as logs have it."""
        return self.since.astimezone(UTC).strftime("%H.%M UTC")


class StoppedRecord(Stopped):
    """And what the record is; None is what cannot be read of it. `size` in bytes."""

    position: int
    size: int
    type: str | None
    stream: str | None
    version: int | None
    subject: str | None


class Where(NamedTuple):
    """One partition's place, as addresses have it."""

    service: str
    subscription: str
    topic: str
    partition: str

    @classmethod
    def of(cls, service: str, stopped: Stopped) -> "Where":
        return cls(service, stopped.subscription, stopped.topic, str(stopped.partition))

    @property
    def page(self) -> str:
        return "/stopped/" + "/".join(quote(part, safe="") for part in self)

    @property
    def asked(self) -> tuple[str, ...]:
        return "stopped", self.subscription, self.topic, self.partition


Row: TypeAlias = tuple[Where, Stopped]


@router.get("/stopped")
async def every(page: Page, tried: bool = False, passed: bool = False) -> Response:
    """All that stand, in every service. `tried`, `passed`: what has just been done."""
    rows, away = await _all(page.ask)
    return await page.render(
        "operation/stopped.html",
        rows=rows,
        away=away,
        chosen=Chosen("/stopped", {}, "", ""),
        tried=tried,
        passed=passed,
    )


@router.get("/stopped.{ending}")
async def every_file(page: Page, ending: Ending) -> Response:
    """Raises Refused if a service does not answer: a file would not say so."""
    rows, away = await _all(page.ask)
    if away:
        raise Refused(503)
    columns = [
        Column[Row](page.say(N_("Layanan")), 16, lambda row: row[0].service),
        Column(page.say(N_("Langganan")), 32, lambda row: row[1].subscription),
        Column(page.say(N_("Partisi")), 40, lambda row: f"{row[1].topic}/{row[1].partition}"),
        Column(page.say(N_("Offset")), 14, lambda row: row[1].offset),
        Column(page.say(N_("Sejak")), 24, lambda row: row[1].since.astimezone(UTC).isoformat()),
        Column(page.say(N_("Sebab")), 60, lambda row: row[1].reason),
    ]
    return await as_file(ending, page.say(N_("Partisi yang berhenti")), columns, each_of(rows))


async def _all(ask: Asker) -> tuple[list[Row], list[str]]:
    """Those of every service, and the services that do not answer. Raises Refused if none may be asked."""
    answers = await asyncio.gather(*(_of(ask, service) for service in SERVICES))
    if all(isinstance(each, Refused) and each.status < 500 for each in answers):
        raise next(each for each in answers if isinstance(each, Refused))
    found = dict(zip(SERVICES, answers, strict=True))
    rows = [
        (Where.of(service, each), each)
        for service, told in found.items()
        if not isinstance(told, Refused)
        for each in told
    ]
    return rows, [service for service, told in found.items() if isinstance(told, Refused)]


async def _of(ask: Asker, service: str) -> list[Stopped] | Refused:
    try:
        return [Stopped.model_validate(each) for each in await ask.get(service, "stopped")]
    except Refused as refused:
        return refused


async def _where(service: str, subscription: str, topic: str, partition: str) -> Where:
    """As the address says. Raises Refused."""
    if service not in SERVICES:
        raise Refused(404)
    return Where(service, subscription, topic, partition)


Here = Annotated[Where, Depends(_where)]


@router.get(PATH)
async def show(request: Request, page: Page, where: Here) -> Response:
    """What one stands before, and its two cures."""
    draft = await forms.draft(request, page)
    why = dict(draft.fields).get("why", "") if draft else ""
    return await _show(page, where, why)


async def _show(
    page: Visit, where: Where, why: str = "", problem: Problem | None = None, code: int = 200
) -> Response:
    told = await page.ask.get(where.service, *where.asked)
    return await page.render(
        "operation/stopped_one.html",
        code,
        found=StoppedRecord.model_validate(told),
        where=where,
        why=why,
        problem=problem,
        told=WHY,
        key=forms.made_key(),
    )


@router.post(PATH + "/retry")
async def retry(form: Filled, where: Here) -> Response:
    """Have it tried again."""
    try:
        await form.visit.ask.send(where.service, *where.asked, "retry", key=form.key)
    except Refused as refused:
        if refused.status != 404:
            raise  # a partition that has gone on meanwhile needs no cure
    return go("/stopped?tried=true")


@router.post(PATH + "/pass-over")
async def pass_over(request: Request, form: Filled, where: Here) -> Response:
    """Let it go on behind the record: after a page that names what follows from it."""
    if not form["why"] or not form["offset"].isdecimal():
        empty = Problem(detail=N_("Tulis alasannya: alasan itu masuk catatan."))
        return await _show(form.visit, where, problem=empty, code=422)
    if form["sure"] != "yes":
        told = await form.visit.ask.get(where.service, *where.asked)
        return await form.visit.render(
            "operation/pass_over.html",
            found=StoppedRecord.model_validate(told),
            where=where,
            why=form["why"],
            offset=form["offset"],
            key=form.key,
        )
    body = {"offset": int(form["offset"]), "why": form["why"]}
    asked = form.visit.ask.post(where.service, *where.asked, "pass-over", key=form.key, body=body)
    done = await forms.given(request, form, asked)
    if isinstance(done, Refused):
        return await _show(form.visit, where, form["why"], done.problem, done.status)
    return go("/stopped?passed=true")

"""Lists as files: what stands in them, what they cost, and what becomes of one that is cut short."""

import asyncio
import csv
import http.client
import json
import tracemalloc
import zipfile
from collections.abc import AsyncIterator, Iterator
from datetime import date
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from fastapi import Response
from fastapi.responses import StreamingResponse
from python_calamine import CalamineWorkbook

from console.web import export
from console.web.export import BATCH, Cells, Column, Ending, as_file
from console.web.lists import Chosen
from deploy.local import ports
from tests.console.conftest import Running, Visitor, running

COLUMNS = [
    Column[Cells](heading, 12, lambda row, at=at: row[at])  # type: ignore[misc]
    for at, heading in enumerate(("Nama", "Mulai", "Jumlah", "Catatan"))
]
ROWS: list[Cells] = [
    ("Dewi; S.E.", date(2026, 1, 31), 3, None),
    ("=1+1", date(2026, 2, 1), -4, "@SUM(A1)"),
    ("+62", date(2026, 2, 2), 2.5, "-x"),
    ("198701012010011001", date(2026, 2, 3), 0, 'dua "baris"\nsatu sel'),
]


async def each(rows: list[Cells]) -> AsyncIterator[Cells]:
    for row in rows:
        yield row


async def content(answer: Response) -> bytes:
    assert isinstance(answer, StreamingResponse)
    return b"".join([bytes(piece) async for piece in answer.body_iterator])  # type: ignore[arg-type]


async def made(ending: Ending, rows: list[Cells]) -> bytes:
    return await content(await as_file(ending, "Daftar", COLUMNS, each(rows)))


async def test_a_csv_file_opens_in_a_spreadsheet_as_what_it_says() -> None:
    """By semicolons, with the mark by which Excel knows UTF-8; no text is a formula or loses a digit."""
    told = (await made("csv", ROWS)).decode()
    assert told.startswith("\ufeffNama;Mulai;Jumlah;Catatan\r\n")
    assert list(csv.reader(StringIO(told[1:]), delimiter=";"))[1:] == [
        ["Dewi; S.E.", "2026-01-31", "3", ""],
        ["'=1+1", "2026-02-01", "-4", "'@SUM(A1)"],
        ["'+62", "2026-02-02", "2,5", "'-x"],
        ["'198701012010011001", "2026-02-03", "0", 'dua "baris"\nsatu sel'],
    ]


async def test_a_workbook_has_days_as_days_and_numbers_as_numbers() -> None:
    told = await made("xlsx", ROWS)
    sheet = CalamineWorkbook.from_filelike(BytesIO(told)).get_sheet_by_index(0)
    assert sheet.to_python()[1:] == [
        ["" if cell is None else float(cell) if isinstance(cell, int) else cell for cell in row]
        for row in ROWS
    ]


async def test_a_workbook_keeps_its_headings_in_sight_and_filters_by_them() -> None:
    with zipfile.ZipFile(BytesIO(await made("xlsx", ROWS))) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert '<pane ySplit="1"' in sheet
    assert '<autoFilter ref="A1:D5"/>' in sheet
    assert "<f>" not in sheet


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@pytest.mark.parametrize("count", [0, 1, BATCH - 1, BATCH, BATCH + 1, 2 * BATCH])
async def test_every_row_is_there_once_and_in_order(ending: Ending, count: int) -> None:
    rows: list[Cells] = [(f"n{n}", date(2026, 1, 1), n, None) for n in range(count)]
    told = await made(ending, rows)
    if ending == "csv":
        names = [line.partition(";")[0] for line in told.decode().splitlines()[1:]]
    else:
        sheet = CalamineWorkbook.from_filelike(BytesIO(told)).get_sheet_by_index(0)
        names = [str(row[0]) for row in sheet.to_python()[1:]]
    assert names == [row[0] for row in rows]


async def test_what_does_not_fit_on_a_sheet_stands_on_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(export, "HIGHEST", 4)
    told = await made("xlsx", [(f"n{n}", None, n, None) for n in range(7)])
    book = CalamineWorkbook.from_filelike(BytesIO(told))
    sheets = [book.get_sheet_by_index(n).to_python() for n in range(len(book.sheet_names))]
    assert [[row[0] for row in sheet] for sheet in sheets] == [
        ["Nama", "n0", "n1", "n2"], ["Nama", "n3", "n4", "n5"], ["Nama", "n6"],
    ]  # fmt: skip


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
async def test_a_long_list_takes_no_more_memory_than_a_short_one(ending: Ending) -> None:
    async def many(count: int) -> AsyncIterator[Cells]:
        for n in range(count):
            yield (f"Pegawai {n}", date(2026, 1, 1), n, f"Catatan tentang pegawai {n}")

    async def peak(count: int) -> int:
        tracemalloc.start()
        try:
            answer = await as_file(ending, "Daftar", COLUMNS, many(count))
            assert isinstance(answer, StreamingResponse)
            async for _ in answer.body_iterator:
                pass
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    await peak(2 * BATCH)  # what is loaded once
    assert await peak(20 * BATCH) < 1.3 * await peak(4 * BATCH)


# --- A service that stops in the middle ---------------------------------------------------------


async def cut_short(request: web.Request) -> web.StreamResponse:
    """Rows, and then the connection is gone."""
    answer = web.StreamResponse(headers={"Content-Type": "application/x-ndjson"})
    await answer.prepare(request)
    for n in range(3 * BATCH):
        row = {"person": f"p{n}", "name": f"Pegawai {n}", "position": None}
        await answer.write(json.dumps(row).encode() + b"\n")
    assert request.transport
    request.transport.abort()
    return answer


async def refused(request: web.Request) -> web.Response:
    return web.json_response({"type": "urn:kinerja:problem:forbidden"}, status=403)


@pytest.fixture
async def planning() -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_get("/people", cut_short)
    app.router.add_get("/skps", refused)
    async with TestServer(app) as server:
        yield str(server.make_url("")).rstrip("/")


@pytest.fixture
def reader(planning: str, dsn: str, tmp_path: Path) -> Iterator[Running]:
    listening = {name: ports.listen() for name in ("issuer", "console")}
    settings = {
        "OIDC_ISSUER": f"http://{ports.HOST}:{listening['issuer'].getsockname()[1]}",
        "ISSUER_SECRET": "known to the tests",
        "ISSUER_KEY": str(tmp_path / "issuer.pem"),
        "DATABASE_URL": dsn,
        "PLANNING_URL": planning,
    }
    modules = {"issuer": "deploy.local.issuer", "console": "console"}
    with running(listening, modules, tmp_path, **settings) as console:
        yield console


async def test_a_file_that_is_cut_short_never_looks_whole(reader: Running) -> None:
    def ask() -> None:
        clerk = Visitor(reader)
        clerk.sign_in("clerk", "personnel")
        with pytest.raises(http.client.IncompleteRead) as cut:
            clerk.get("/people.csv")
        assert b"Pegawai 0;" in cut.value.partial
        workbook = clerk.get("/people.xlsx")
        assert workbook.status == 503
        assert "Coba lagi" in workbook.text
        assert "Content-Disposition" not in workbook.headers
        for ending in ("csv", "xlsx"):
            assert clerk.get(f"/skps.{ending}").status == 403
        assert clerk.get("/people.pdf").status == 422

    await asyncio.to_thread(ask)


# --- How a list is chosen -----------------------------------------------------------------------


def test_paging_sorting_and_files_keep_what_is_chosen() -> None:
    chosen = Chosen("/skps", {"team": "true", "status": ""}, "start", "-start", after="k&1")
    assert chosen.query == {"team": "true", "sort": "start", "after": "k&1"}
    assert chosen.following("k2") == "/skps?team=true&sort=start&after=k2"
    assert chosen.by("start") == "/skps?team=true"  # the usual order, from the beginning
    assert chosen.by("status") == "/skps?team=true&sort=status"
    assert chosen.file("csv") == "/skps.csv?team=true&sort=start"
    assert (chosen.direction("start"), chosen.direction("status")) == ("ascending", "")
    assert Chosen("/people", {"name": ""}, "name", "name").file("xlsx") == "/people.xlsx"

"""Agreements as a file, which could be loaded again as it is."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from functools import partial

import pytest
from fastapi.responses import StreamingResponse

from console.ask.units import Unit, Units
from console.planning.agreement import table
from console.planning.agreement.fields import Agreement
from console.show.words import LANGUAGES, translate
from console.web.export import Ending, as_file
from contracts.alignment import AgreedIndicator, Objective, YearTarget
from services.planning.agreement.columns import AGREEMENTS, Period
from services.planning.agreement.decisions import Agreement as Kept
from services.planning.agreement.rows import objectives_of, told_twice
from sheets.table import read

UNITS = Units(
    {
        "u1": Unit(
            unit="u1", name="Biro Umum", level="II", parent=None,
            since=date(2020, 1, 1), until=None, there=True,
        )
    }
)  # fmt: skip


def indicator(id: str, *targets: tuple[int, str], **more: str) -> AgreedIndicator:
    said = tuple(YearTarget(year=year, target=target) for year, target in targets)
    return AgreedIndicator(id=id, text=f"Indikator {id}", targets=said, **more)


def agreement(first: int, last: int, *objectives: Objective) -> Agreement:
    return Agreement(
        agreement=f"u1.{first}", version=1, unit="u1", assignment="head.a", person="head",
        first=first, last=last, objectives=objectives,
    )  # fmt: skip


YEARS = agreement(
    2026,
    2026,
    Objective(
        id="s1",
        text="Layanan prima; cepat",
        serves="u0.2026/i1",
        indicators=(
            indicator("i1", (2026, "0,71"), (2027, "0,72"), unit="Indeks", baseline="0,69"),
            indicator("i2", (2026, "95"), aspect="quality", perspective="penerima layanan"),
        ),
    ),
    Objective(id="s2", text="Tata kelola", indicators=(indicator("i3", (2026, "12")),)),
)
PLAN = agreement(
    2025,
    2029,
    Objective(
        id="s1",
        text="Layanan prima",
        indicators=(
            indicator("i1", (2025, "70"), (2029, "90"), unit="persen", aspect="time"),
            indicator("i2", (2027, "1")),
        ),
    ),
)


def made(ending: Ending, language: str, *agreements: Agreement) -> bytes:
    """The file of these."""

    async def rows() -> AsyncIterator[table.Row]:
        for each in agreements:
            for row in table.rows(each, UNITS):
                yield row

    async def content() -> bytes:
        say = partial(translate, language=language)
        answer = await as_file(ending, "x", table.columns(say), rows())
        assert isinstance(answer, StreamingResponse)
        return b"".join([bytes(piece) async for piece in answer.body_iterator])  # type: ignore[arg-type]

    return asyncio.run(content())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@pytest.mark.parametrize("told", [YEARS, PLAN])
def test_what_is_kept_as_a_file_says_the_same_when_it_is_loaded(
    told: Agreement, ending: Ending, language: str
) -> None:
    found = read(made(ending, language, told), AGREEMENTS)
    assert found.problems == []
    assert {row.values["unit"] for row in found.rows} == {"u1"}
    plan = Period(told.first, told.last) if told.is_plan else None
    assert {row.values["period"] for row in found.rows} == {plan}
    assert not told_twice(found.rows, found)
    kept = Kept(**{name: getattr(told, name) for name in Kept.__dataclass_fields__})
    assert objectives_of(found.rows, kept) == told.objectives


def test_no_target_is_left_out() -> None:
    """An agreement may look further than a file that is loaded has columns for."""
    far = agreement(
        2026,
        2026,
        Objective(
            id="s1",
            text="Jauh",
            indicators=(indicator("i1", (2028, "3"), (2026, "1"), (2027, "2")),),
        ),
    )
    rows = [*table.rows(far, UNITS)]
    assert [(row.target.year, row.later and row.later.year) for row in rows] == [
        (2026, 2027),
        (2026, 2028),
    ]

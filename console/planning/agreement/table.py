"""Agreements as a file: its rows are as those of a file that is loaded, one for each indicator, and of a strategic
plan one for each year that has a target."""

from collections.abc import AsyncIterator, Callable, Iterator
from typing import NamedTuple

from console.ask.client import Asker
from console.ask.units import Units, units
from console.planning.agreement.fields import Agreement
from console.planning.words import ASPECTS
from console.show.words import N_
from console.web.export import Column
from contracts.alignment import AgreedIndicator, YearTarget


class Row(NamedTuple):
    """`later` is a target of a year after that of the agreement."""

    agreement: Agreement
    unit: str
    objective: str
    indicator: AgreedIndicator
    target: YearTarget
    later: YearTarget | None = None


def columns(say: Callable[[str], str]) -> list[Column[Row]]:
    def aspect(row: Row) -> str:
        return say(ASPECTS[row.indicator.aspect]) if row.indicator.aspect else ""

    def period(row: Row) -> str:
        of = row.agreement
        return f"{of.first}-{of.last}" if of.is_plan else ""

    return [
        Column(say(N_("Kode unit")), 14, lambda row: row.agreement.unit),
        Column(say(N_("Nama unit")), 36, lambda row: row.unit),
        Column(say(N_("Tahun target")), 8, lambda row: row.target.year),
        Column(say(N_("Periode Renstra")), 16, period),
        Column(say(N_("Sasaran")), 48, lambda row: row.objective),
        Column(say(N_("Indikator")), 48, lambda row: row.indicator.text),
        Column(say(N_("Target")), 14, lambda row: row.target.target),
        Column(say(N_("Satuan target")), 14, lambda row: row.indicator.unit),
        Column(
            say(N_("Target berikutnya")), 18, lambda row: row.later.target if row.later else None
        ),
        Column(say(N_("Tahun berikutnya")), 16, lambda row: row.later.year if row.later else None),
        Column(say(N_("Kondisi awal")), 14, lambda row: row.indicator.baseline),
        Column(say(N_("Aspek")), 12, aspect),
        Column(say(N_("Perspektif")), 24, lambda row: row.indicator.perspective),
    ]


async def all_rows(ask: Asker, **query: str) -> AsyncIterator[Row]:
    """Of all that the reader may see. Raises Refused."""
    named = await units(ask)
    async for each in ask.rows("planning", "agreements", of=Agreement, **query):
        for row in rows(each, named):
            yield row


def rows(agreement: Agreement, named: Units) -> Iterator[Row]:
    unit = named.name(agreement.unit)
    for objective in agreement.objectives:
        for indicator in objective.indicators:
            first, *others = sorted(indicator.targets, key=lambda each: each.year)
            of = (agreement, unit, objective.text, indicator)
            if agreement.is_plan:
                yield from (Row(*of, target) for target in (first, *others))
            else:
                yield from (Row(*of, first, later) for later in others or (None,))

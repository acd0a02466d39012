"""Templates: the results a position's SKP is drafted from, grouped from real rows.

A row of `skp_examples.csv` is used if its approach is that of PermenPANRB 6/2022 (quantitative,
qualitative, or JPT for heads of units), it has a result and an indicator, and, unless qualitative,
a target. Not used: older forms, whose items are duties and not results; sample data (`provenance`
with dummy, demo or test_fixture); a text wholly in parentheses, which is a collector's note that
the source doesn't give the value. A row of `perjanjian_kinerja.csv` is used if it has a target and
its agency isn't a sample ("(demo) ..."): the results of a unit's head carry the unit's performance
agreement. A template has at least one main result (PermenPANRB 6/2022, Arts 9-13).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast

if TYPE_CHECKING:
    from ministry.rows import Agreement, SKPRow

Aspect = Literal["kuantitas", "kualitas", "waktu", "biaya"]
ASPECTS = ("kuantitas", "kualitas", "waktu", "biaya")
PERSPECTIVES = (
    "penerima layanan",
    "proses bisnis",
    "penguatan internal",
    "penguatan internal/tata kelola",
    "anggaran",
)
IN_FORCE = ("kuantitatif", "kualitatif", "JPT")
SAMPLE_DATA = ("dummy", "demo", "test_fixture")


@dataclass(frozen=True)
class Indicator:
    text: str
    aspect: Aspect | None
    perspective: str | None
    target: str | None
    """None only in the qualitative form, where the indicator itself says what success is."""
    unit: str | None


@dataclass(frozen=True)
class Result:
    text: str
    leader_result: str | None
    main: bool
    indicators: tuple[Indicator, ...]


@dataclass(frozen=True)
class Template:
    key: str
    position: str
    level: str | None
    approach: Literal["kuantitatif", "kualitatif"]
    head: bool
    """For the head of a unit (JPT row, or performance agreement)."""
    results: tuple[Result, ...]


def from_skp_rows(rows: Iterable[SKPRow]) -> dict[str, Template]:
    """Templates by position."""
    by_position: dict[str, list[SKPRow]] = {}
    for row in rows:
        if _usable(row):
            by_position.setdefault(row.position, []).append(row)
    templates: dict[str, Template] = {}
    for position, group in by_position.items():
        results: dict[tuple[str, str | None, bool], list[Indicator]] = {}
        for row in group:
            leader_result = _given(row.leader_result_rhk_pimpinan)
            result = (row.result_rhk, leader_result, row.jenis == "utama")
            results.setdefault(result, []).append(_indicator(row))
        template = Template(
            key=position,
            position=position,
            level=_given(group[0].jenjang),
            approach="kualitatif" if group[0].approach == "kualitatif" else "kuantitatif",
            head=group[0].approach == "JPT",
            results=tuple(Result(*result, tuple(found)) for result, found in results.items()),
        )
        if any(result.main for result in template.results):
            templates[template.key] = template
    return templates


def from_agreements(rows: Iterable[Agreement]) -> dict[str, Template]:
    """Templates of heads of units by `agreement_key`."""
    by_unit: dict[tuple[str, str], dict[str, list[Indicator]]] = {}
    for row in rows:
        if row.target and _given(row.sasaran) and not row.agency.startswith("("):
            indicator = Indicator(row.indikator, None, None, row.target, _given(row.satuan))
            results = by_unit.setdefault((row.agency, row.unit), {})
            results.setdefault(row.sasaran, []).append(indicator)
    return {
        agreement_key(agency, unit): Template(
            key=agreement_key(agency, unit),
            position=unit,
            level=None,
            approach="kuantitatif",
            head=True,
            results=tuple(Result(s, None, True, tuple(found)) for s, found in results.items()),
        )
        for (agency, unit), results in by_unit.items()
    }


def agreement_key(agency: str, unit: str) -> str:
    return f"Perjanjian Kinerja {unit}, {agency}"


def _usable(row: SKPRow) -> bool:
    return bool(
        row.approach.startswith(IN_FORCE)
        and not any(word in (row.provenance or "") for word in SAMPLE_DATA)
        and _given(row.result_rhk)
        and _given(row.indicator_iki)
        and (row.target or row.approach == "kualitatif")
    )


def _indicator(row: SKPRow) -> Indicator:
    measure = row.aspect_or_perspective
    return Indicator(
        text=cast(str, row.indicator_iki),
        aspect=cast(Aspect, measure) if measure in ASPECTS else None,
        perspective=measure if measure in PERSPECTIVES else None,
        target=row.target,
        unit=_given(row.unit),
    )


def _given(value: str | None) -> str | None:
    in_parentheses = value is not None and value.startswith("(") and value.endswith(")")
    return None if in_parentheses else value

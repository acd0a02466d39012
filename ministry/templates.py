"""Templates: the results a position's SKP is drafted from, grouped from real rows.

Every row is used whose column `unused` does not say why it is not; `ministry.rows` has seen to it
that such a row is whole: its approach is that of PermenPANRB 6/2022 (quantitative, qualitative, or
JPT for heads of units), it has a result and an indicator, and, unless qualitative, a target. The
results of a unit's head carry the unit's performance agreement. A template has at least one main
result (PermenPANRB 6/2022, Arts 9-13).
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
        if not row.unused:
            by_position.setdefault(row.position, []).append(row)
    templates: dict[str, Template] = {}
    for position, group in by_position.items():
        results: dict[tuple[str, str | None, bool], list[Indicator]] = {}
        for row in group:
            leader_result = given(row.leader_result_rhk_pimpinan)
            result = (row.result_rhk, leader_result, row.jenis == "utama")
            results.setdefault(result, []).append(_indicator(row))
        template = Template(
            key=position,
            position=position,
            level=given(group[0].jenjang),
            approach="kualitatif" if group[0].approach.startswith("kualitatif") else "kuantitatif",
            head=group[0].approach.startswith("JPT"),
            results=tuple(Result(*result, tuple(found)) for result, found in results.items()),
        )
        if any(result.main for result in template.results):
            templates[template.key] = template
    return templates


def from_agreements(rows: Iterable[Agreement]) -> dict[str, Template]:
    """Templates of heads of units by `agreement_key`."""
    by_unit: dict[tuple[str, str], dict[str, list[Indicator]]] = {}
    for row in rows:
        if not row.unused:
            indicator = Indicator(row.indikator, None, None, row.target, given(row.satuan))
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


def _indicator(row: SKPRow) -> Indicator:
    measure = row.aspect_or_perspective
    return Indicator(
        text=cast(str, row.indicator_iki),
        aspect=cast(Aspect, measure) if measure in ASPECTS else None,
        perspective=measure if measure in PERSPECTIVES else None,
        target=row.target,
        unit=given(row.unit),
    )


def given(value: str | None) -> str | None:
    """The value, unless it stands wholly in parentheses: a collector's note that there is none."""
    in_parentheses = value is not None and value.startswith("(") and value.endswith(")")
    return None if in_parentheses else value

"""An agency's rows: three files in one folder, read whole or not at all.

`org_units.csv`, `skp_examples.csv` and `perjanjian_kinerja.csv` are comma-separated UTF-8 with one
header row. What planning would refuse later is refused here: codes that are no ids, texts of more
than 2,000 characters or with control characters, SKPs of more than 50 results.
Columns may stand in any order. A column marked * must stand in the header, and ** also needs a
value in every row; the others may be left out. Any other column is refused, lest a misspelt one
be lost unseen.

- **org_units.csv**: agency**, unit_code** (unique in the file), parent_code* (empty for the root;
  each agency has one root, and a folder may hold several agencies), unit_name**, leader_position**,
  level, typical_functional_positions (separated by `;`), code_basis, source_id.
- **skp_examples.csv**: position**, result_rhk**, jenis** (`utama` or `tambahan`), approach**
  (`kuantitatif…`, `kualitatif`, `JPT`, or the superseded `format lama…` and `rencana kinerja`),
  aspect_or_perspective* (one of `ASPECTS` or `PERSPECTIVES`), indicator_iki*, target*, row_id,
  jenjang, unit_type, leader_result_rhk_pimpinan, unit, source_id, provenance. A row with a target
  needs its indicator and, when quantitative, its aspect (PermenPANRB 6/2022, Arts 9-13).
- **perjanjian_kinerja.csv**: agency**, unit** (the unit or the position that signs), sasaran**,
  indikator**, target*, row_id, year, level, parent_unit, satuan, target_next, year_next,
  realisasi, source_id, notes.

Which rows become the results of an SKP: see `ministry.templates`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, field_validator
from pydantic_core.core_schema import ValidationInfo

from ministry.reader import BadRows, Problems, read_csv
from ministry.templates import ASPECTS, PERSPECTIVES, Template, from_agreements, from_skp_rows

DEMONSTRATION = Path(__file__).parent / "data"
UNITS, SKPS, AGREEMENTS = "org_units.csv", "skp_examples.csv", "perjanjian_kinerja.csv"
APPROACHES = ("kuantitatif", "kualitatif", "JPT", "format lama", "rencana kinerja")
MOST_RESULTS, MOST_INDICATORS = 50, 50
"""Results of an SKP, and indicators of a result, that planning takes."""


def _printable(value: str) -> str:
    if re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", value):
        raise ValueError("holds a control character")
    return value


def _id(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", value):
        raise ValueError(
            "should be 1 to 64 letters, digits, '.', '_' or '-', from a letter or digit on"
        )
    return value


Text = Annotated[str, StringConstraints(min_length=1, max_length=2000), AfterValidator(_printable)]
Code = Annotated[str, AfterValidator(_id)]


def _known_approach(value: str) -> str:
    if not value.startswith(APPROACHES):
        raise ValueError(f"should start with one of {', '.join(APPROACHES)}")
    return value


def _known_aspect(value: str) -> str:
    if value not in ASPECTS + PERSPECTIVES:
        raise ValueError(f"should be one of {', '.join(ASPECTS + PERSPECTIVES)}")
    return value


class Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Unit(Row):
    agency: Text
    unit_code: Code
    parent_code: Code | None
    unit_name: Text
    leader_position: Text
    level: Text | None = None
    typical_functional_positions: Text | None = None
    code_basis: Text | None = None
    source_id: Text | None = None


class SKPRow(Row):
    position: Text
    result_rhk: Text
    jenis: Literal["utama", "tambahan"]
    approach: Annotated[Text, AfterValidator(_known_approach)]
    target: Text | None
    indicator_iki: Text | None
    aspect_or_perspective: Annotated[Text, AfterValidator(_known_aspect)] | None
    row_id: Text | None = None
    jenjang: Text | None = None
    unit_type: Text | None = None
    leader_result_rhk_pimpinan: Text | None = None
    unit: Text | None = None
    source_id: Text | None = None
    provenance: Text | None = None

    @field_validator("indicator_iki", "aspect_or_perspective")
    @classmethod
    def _target_has_indicator_and_aspect(
        cls, value: str | None, info: ValidationInfo
    ) -> str | None:
        quantitative = info.data.get("approach", "").startswith("kuantitatif")
        needed = info.field_name == "indicator_iki" or quantitative
        if value is None and info.data.get("target") and needed:
            raise ValueError("is empty, though the row has a target")
        return value


class Agreement(Row):
    agency: Text
    unit: Text
    sasaran: Text
    indikator: Text
    target: Text | None
    row_id: Text | None = None
    year: Text | None = None
    level: Text | None = None
    parent_unit: Text | None = None
    satuan: Text | None = None
    target_next: Text | None = None
    year_next: Text | None = None
    realisasi: Text | None = None
    source_id: Text | None = None
    notes: Text | None = None


@dataclass(frozen=True)
class Agency:
    """What a folder holds: the units of one agency or of several (one root each)."""

    units: tuple[Unit, ...]
    templates: Mapping[str, Template]
    agreements: tuple[Agreement, ...]


def load(folder: Path = DEMONSTRATION) -> Agency:
    """Read the folder's files. Raises `BadRows` with every problem found in any of them."""
    problems: Problems = []
    units = read_csv(folder / UNITS, Unit, problems)
    if not problems:  # a bad row missing from the tree would accuse the units below it
        problems += _tree_problems(units)
    skp_rows = read_csv(folder / SKPS, SKPRow, problems)
    templates = from_skp_rows(skp_rows.values())
    problems += _size_problems(SKPS, "position", templates)
    agreements = read_csv(folder / AGREEMENTS, Agreement, problems)
    signed = from_agreements(agreements.values())
    problems += _size_problems(AGREEMENTS, "unit", signed)
    if not problems and all(template.head for template in templates.values()):
        problems.append(f"{SKPS}:1: -: no row can be a main result of an employee's SKP")
    if problems:
        raise BadRows(problems)
    return Agency(
        units=tuple(units.values()),
        templates=templates | signed,
        agreements=tuple(agreements.values()),
    )


def _size_problems(file: str, column: str, templates: Mapping[str, Template]) -> Iterator[str]:
    """SKPs that planning would not take. The row is 1: it is their sum that is too much."""
    for template in templates.values():
        if (found := len(template.results)) > MOST_RESULTS:
            wrong = f"{found} results for one SKP; at most {MOST_RESULTS}"
            yield f"{file}:1: {column}: {wrong} (value {template.position!r})"
        for result in template.results:
            if (found := len(result.indicators)) > MOST_INDICATORS:
                wrong = f"{found} indicators for {result.text!r}; at most {MOST_INDICATORS}"
                yield f"{file}:1: {column}: {wrong} (value {template.position!r})"


def _tree_problems(units: Mapping[int, Unit]) -> Iterator[str]:
    """What keeps the units from being one tree per agency. Keys are row numbers."""

    def problem(row: int, column: str, wrong: str) -> str:
        value = getattr(units[row], column) or ""
        return f"{UNITS}:{row}: {column}: {wrong} (value {value!r})"

    row_of: dict[str, int] = {}
    root_of: dict[str, int] = {}
    for row, unit in units.items():
        if (first := row_of.setdefault(unit.unit_code, row)) != row:
            yield problem(row, "unit_code", f"already used in row {first}")
        if unit.parent_code is None and (first := root_of.setdefault(unit.agency, row)) != row:
            yield problem(row, "parent_code", f"second root; the agency's root is in row {first}")
    for row, unit in units.items():
        if unit.agency not in root_of:
            root_of[unit.agency] = row  # say it once an agency
            yield problem(row, "agency", "no unit without a parent_code, so it has no root")
        if unit.parent_code is None:
            continue
        if unit.parent_code not in row_of:
            yield problem(row, "parent_code", "no such unit_code")
        elif units[row_of[unit.parent_code]].agency != unit.agency:
            yield problem(row, "parent_code", "the parent is a unit of another agency")
    safe: set[str] = set()
    for unit in units.values():
        path: dict[str, None] = {}
        code: str | None = unit.unit_code
        while code in row_of and code not in safe and code not in path:
            path[code] = None
            code = units[row_of[code]].parent_code
        if code in path:
            loop = " -> ".join([*list(path)[list(path).index(code) :], code])
            yield problem(row_of[code], "parent_code", f"the unit is its own superior: {loop}")
        safe.update(path)

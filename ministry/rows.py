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
- **skp_examples.csv**: position**, result_rhk**, jenis** (`utama`, or `tambahan`, also called
  `penunjang`), approach** (`kuantitatif…`, `kualitatif…`, `JPT…`, or the superseded `format lama…`
  and `rencana kinerja…`), aspect_or_perspective* (one of `ASPECTS` or `PERSPECTIVES`),
  indicator_iki*, target*, unused, row_id, jenjang, unit_type, leader_result_rhk_pimpinan, unit,
  source_id, provenance. A quantitative row needs its target and aspect, and any row its indicator
  (PermenPANRB 6/2022, Arts 9-13). Capitals do not matter in jenis, approach and aspect.
- **perjanjian_kinerja.csv**: agency**, unit** (the unit or the position that signs), sasaran**,
  indikator**, target*, unused, row_id, year, level, parent_unit, satuan, target_next, year_next,
  realisasi, source_id, notes.

A row that no SKP would be drafted from is refused too, unless its column `unused` says why it is
kept. So is a row that stands twice, and a name that is written in two ways: a person finds their
results by it. Which rows become results: `ministry.templates`, and whose: `ministry.fitting`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StringConstraints,
    field_validator,
)
from pydantic_core.core_schema import ValidationInfo

from ministry.fitting import bare, for_anybody, functional_positions
from ministry.reader import BadRows, Problems, read_csv
from ministry.templates import (
    ASPECTS,
    IN_FORCE,
    PERSPECTIVES,
    Template,
    agreement_key,
    from_agreements,
    from_skp_rows,
    given,
)

DEMONSTRATION = Path(__file__).parent / "data"
UNITS, SKPS, AGREEMENTS = "org_units.csv", "skp_examples.csv", "perjanjian_kinerja.csv"
APPROACHES = ("kuantitatif", "kualitatif", "JPT", "format lama", "rencana kinerja")
JENIS = {
    **{"utama": "utama", "kinerja utama": "utama"},
    **dict.fromkeys(("tambahan", "kinerja tambahan", "penunjang", "kinerja penunjang"), "tambahan"),
}
"""What agencies write, and what is meant."""
KEEP = "or say in the column unused why the row is kept"
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


def squashed(text: str) -> str:
    """The text without what tells two spellings of it apart: capitals, and more than one blank."""
    return " ".join(text.split()).casefold()


def _meant(known: Mapping[str, str]) -> BeforeValidator:
    def meant(value: object) -> object:
        return known.get(squashed(value), value) if isinstance(value, str) else value

    return BeforeValidator(meant)


def _one_blank(value: str) -> str:
    if (single := " ".join(value.split())) != value:
        raise ValueError(f"holds more than one blank together; write {single!r}")
    return value


Text = Annotated[str, StringConstraints(min_length=1, max_length=2000), AfterValidator(_printable)]
Name = Annotated[Text, AfterValidator(_one_blank)]
"""By which other rows, and people, find it."""
Code = Annotated[str, AfterValidator(_id)]


def _known_approach(value: str) -> str:
    for known in APPROACHES:
        if squashed(value).startswith(known.casefold()):
            return known + " ".join(value.split())[len(known) :]
    raise ValueError(f"should start with one of {', '.join(APPROACHES)}")


def _known_aspect(value: str) -> str:
    if value not in ASPECTS + PERSPECTIVES:
        raise ValueError(f"should be one of {', '.join(ASPECTS + PERSPECTIVES)}")
    return value


class Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Unit(Row):
    agency: Name
    unit_code: Code
    parent_code: Code | None
    unit_name: Name
    leader_position: Name
    level: Text | None = None
    typical_functional_positions: Text | None = None
    code_basis: Text | None = None
    source_id: Text | None = None


class SKPRow(Row):
    unused: Text | None = None  # first, because it decides what the others need
    position: Name
    result_rhk: Text
    jenis: Annotated[Literal["utama", "tambahan"], _meant(JENIS)]
    approach: Annotated[Text, AfterValidator(_known_approach)]
    target: Text | None
    indicator_iki: Text | None
    aspect_or_perspective: (
        Annotated[
            Text, AfterValidator(_known_aspect), _meant({a: a for a in ASPECTS + PERSPECTIVES})
        ]
        | None
    )
    row_id: Text | None = None
    jenjang: Text | None = None
    unit_type: Text | None = None
    leader_result_rhk_pimpinan: Text | None = None
    unit: Text | None = None
    source_id: Text | None = None
    provenance: Text | None = None

    @field_validator("approach", "result_rhk", "target", "indicator_iki", "aspect_or_perspective")
    @classmethod
    def _whole(cls, value: str | None, info: ValidationInfo) -> str | None:
        """As a result of an SKP, unless the row says that it makes none."""
        approach = info.data.get("approach", "")
        quantitative = approach.startswith("kuantitatif")
        if info.data.get("unused"):
            return value
        match info.field_name:
            case "approach" if value and not value.startswith(IN_FORCE):
                raise ValueError(
                    f"is superseded and makes no SKP; write one of {', '.join(IN_FORCE)}, {KEEP}"
                )
            case "result_rhk" | "indicator_iki" if value and not given(value):
                raise ValueError(f"is a note in parentheses; write the value, {KEEP}")
            case "target" if value is None and (quantitative or approach.startswith("JPT")):
                raise ValueError(f"is empty, though the row is not qualitative; write it, {KEEP}")
            case "indicator_iki" if value is None:
                raise ValueError(f"is empty; write it, {KEEP}")
            case "aspect_or_perspective" if value is None and quantitative:
                raise ValueError(f"is empty, though the row is quantitative; write it, {KEEP}")
        return value


class Agreement(Row):
    unused: Text | None = None  # first, because it decides what the others need
    agency: Name
    unit: Name
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

    @field_validator("sasaran", "indikator", "target")
    @classmethod
    def _whole(cls, value: str | None, info: ValidationInfo) -> str | None:
        """As a result of a head's SKP, unless the row says that it makes none."""
        if info.data.get("unused"):
            return value
        if value is None:
            raise ValueError(f"is empty; write it, {KEEP}")
        if not given(value):
            raise ValueError(f"is a note in parentheses; write the value, {KEEP}")
        return value


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
    problems += _twice(SKPS, skp_rows)
    problems += _twice(AGREEMENTS, agreements)
    problems += _spelt_otherwise(UNITS, units, ("agency",))
    problems += _spelt_otherwise(SKPS, skp_rows, ("position",))
    problems += _spelt_otherwise(AGREEMENTS, agreements, ("agency", "unit"))
    problems += _mixed(skp_rows)
    agency = Agency(
        units=tuple(units.values()),
        templates=templates | signed,
        agreements=tuple(agreements.values()),
    )
    if not problems:  # what is wrong with a row is why nothing uses it
        problems += _lost_skps(agency, units, skp_rows)
        problems += _lost_agreements(agency, agreements)
    if not problems and all(template.head for template in templates.values()):
        problems.append(f"{SKPS}:1: -: no row can be a main result of an employee's SKP")
    if problems:
        raise BadRows(problems)
    return agency


def _line(file: str, number: int, row: Row, column: str, wrong: str) -> str:
    return f"{file}:{number}: {column}: {wrong} (value {getattr(row, column) or ''!r})"


def _twice(file: str, rows: Mapping[int, Row]) -> Iterator[str]:
    """Rows that say what another said: counted twice, they would be appraised twice."""
    seen: dict[tuple[str, ...], int] = {}
    for number, row in rows.items():
        said = row.model_dump(exclude={"row_id"})
        first = seen.setdefault(tuple(squashed(value or "") for value in said.values()), number)
        if first != number:
            yield f"{file}:{number}: -: says the same as row {first}; delete one of them"


def _spelt_otherwise(file: str, rows: Mapping[int, Row], columns: Sequence[str]) -> Iterator[str]:
    for column in columns:
        seen: dict[str, tuple[int, str]] = {}
        for number, row in rows.items():
            name = getattr(row, column)
            first, spelt = seen.setdefault(squashed(name), (number, name))
            if name != spelt:
                wrong = f"row {first} writes {spelt!r}; write it in the same way"
                yield _line(file, number, row, column, wrong)


def _form(row: SKPRow) -> str:
    return next(form for form in IN_FORCE if row.approach.startswith(form))


def _mixed(rows: Mapping[int, SKPRow]) -> Iterator[str]:
    """Rows of one position that would be taken for what its first one is."""
    seen: dict[str, tuple[int, SKPRow]] = {}
    for number, row in rows.items():
        if row.unused:
            continue
        first, other = seen.setdefault(row.position, (number, row))
        if _form(row) != _form(other):
            wrong = f"row {first} of this position is {_form(other)}; an SKP has one form"
            yield _line(SKPS, number, row, "approach", wrong)
        if row.jenjang != other.jenjang:
            wrong = f"row {first} of this position says {other.jenjang or ''!r}"
            yield _line(SKPS, number, row, "jenjang", wrong)


def _lost_skps(
    agency: Agency, units: Mapping[int, Unit], rows: Mapping[int, SKPRow]
) -> Iterator[str]:
    """Positions that no SKP would be drafted for; a line each."""
    found = set(for_anybody(agency))
    named = {
        squashed(bare(position)): (number, position)
        for number, unit in units.items()
        for position in functional_positions(unit)
    }
    seen: set[str] = set()
    for number, row in rows.items():
        if row.unused or row.position in found or row.position in seen:
            continue
        seen.add(row.position)
        column, wrong = "position", "no unit names it in typical_functional_positions: do so"
        if row.position not in agency.templates:
            wrong = "has no main result (jenis utama): write one"
        elif row.approach.startswith("JPT"):
            column, wrong = "jenjang", "fits the leader of no unit: write another"
        elif (alike := named.get(squashed(bare(row.position)))) and alike[1] != bare(row.position):
            wrong = f"row {alike[0]} of {UNITS} writes {alike[1]!r}: write it in the same way"
        yield _line(SKPS, number, row, column, f"{wrong}, {KEEP}")


def _lost_agreements(agency: Agency, rows: Mapping[int, Agreement]) -> Iterator[str]:
    """Agreements that are of no unit; a line each."""
    found = set(for_anybody(agency))
    names = {
        squashed(name): name
        for unit in agency.units
        for name in (unit.unit_name, unit.leader_position)
    }
    agencies = {squashed(unit.agency): unit.agency for unit in agency.units}
    seen: set[str] = set()
    for number, row in rows.items():
        key = agreement_key(row.agency, row.unit)
        if row.unused or key in found or key in seen:
            continue
        seen.add(key)
        column, wrong = (
            "unit",
            f"no unit of this agency, nor its leader's position, is called so in {UNITS}",
        )
        ours = [name for each, name in agencies.items() if each.startswith(squashed(row.agency))]
        if not ours:
            column, wrong = "agency", f"no unit of {UNITS} is of this agency"
        elif not any(name.startswith(row.agency) for name in ours):
            column, wrong = "agency", f"{UNITS} writes {ours[0]!r}"
        elif (alike := names.get(squashed(row.unit))) and alike != row.unit:
            wrong = f"{UNITS} writes {alike!r}"
        yield _line(AGREEMENTS, number, row, column, f"{wrong}: write it in the same way, {KEEP}")


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

"""Files to rows, with a line for every problem: `FILE:ROW: COLUMN: what is wrong (value …)`.

ROW is the number a spreadsheet shows (the header is row 1). COLUMN is `-` where the whole row or file
is meant.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from sheets.columns import SPREADSHEET_ERROR

Problems = list[str]
Model = TypeVar("Model", bound=BaseModel)


class BadRows(Exception):
    """Rows that can't be used; `problems` has a line for each."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


def read_csv(path: Path, model: type[Model], problems: Problems) -> dict[int, Model]:
    """The file's good rows by row number; what is wrong with the others goes to `problems`."""
    text = _text(path, problems)
    if text is None:
        return {}
    records = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: dict[int, Model] = {}
    number = 0
    try:
        header = [cell.strip() for cell in next(records, [])]
        if bad := list(_header_problems(header, model)):
            problems += [f"{path.name}:1: {line}" for line in bad]
            return {}
        number = 1
        for number, cells in enumerate(records, start=2):
            if not any(cell.strip() for cell in cells):
                continue  # spreadsheets leave empty rows behind
            if len(cells) != len(header):
                wrong = f"{len(cells)} cells, but the header has {len(header)}"
                problems.append(f"{path.name}:{number}: -: {wrong}")
                continue
            raw = {name: cell.strip() or None for name, cell in zip(header, cells, strict=True)}
            if bad := [name for name in raw if SPREADSHEET_ERROR.fullmatch(raw[name] or "")]:
                wrong = "is a spreadsheet's error, not a value; write what was meant, or nothing"
                problems += [f"{path.name}:{number}: {n}: {wrong} (value {raw[n]!r})" for n in bad]
                continue
            try:
                rows[number] = model.model_validate(raw)
            except ValidationError as error:
                problems += _row_problems(f"{path.name}:{number}", error)
    except csv.Error as error:
        problems.append(f"{path.name}:{number + 1}: -: not readable as CSV: {error}")
        return {}
    if number == 1:
        problems.append(f"{path.name}:2: -: no rows below the header")
    return rows


def _text(path: Path, problems: Problems) -> str | None:
    wrong = "-: "
    row = 1
    try:
        content = path.read_bytes()
        text = content.decode("utf-8-sig")
        if text.strip():
            return text
        wrong += "the file is empty"
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n") + 1
        wrong += f"not UTF-8; save the file as UTF-8 (value {content[error.start]:#04x})"
    except OSError as error:
        wrong += f"can't be read: {error.strerror}"
    problems.append(f"{path.name}:{row}: {wrong}")
    return None


def _header_problems(header: list[str], model: type[BaseModel]) -> Iterator[str]:
    if len(header) == 1 and ";" in header[0]:
        yield "-: columns are separated by ';'; save the file with commas"
        return
    for name, field in model.model_fields.items():
        if field.is_required() and name not in header:
            yield f"{name}: the column is missing"
    for place, name in enumerate(header):
        if name not in model.model_fields:
            yield f"{name or '-'}: unknown column"
        elif name in header[:place]:
            yield f"{name}: the column stands twice"


def _row_problems(where: str, error: ValidationError) -> Iterator[str]:
    for found in error.errors(include_url=False):
        column = found["loc"][0] if found["loc"] else "-"
        value: Any = found["input"]
        wrong = found["msg"].removeprefix("Value error, ").removeprefix("Input ")
        if value is None:
            value, wrong = "", wrong if found["type"] == "value_error" else "is empty"
        yield f"{where}: {column}: {wrong[0].lower()}{wrong[1:]} (value {value!r})"

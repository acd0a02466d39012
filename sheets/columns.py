"""What a column holds: its names, and how a cell becomes a value."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from pydantic import TypeAdapter, ValidationError

from sheets.files import Value
from sheets.problems import Wrong

Convert = Callable[[Value], Any]

SPREADSHEET_ERROR = re.compile(
    r"#(REF!|N/A|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|SPILL!|CALC!|FIELD!|BLOCKED!|BUSY!|CONNECT!"
    r"|UNKNOWN!|GETTING_DATA|#+)|Err:\d+",
    re.IGNORECASE,
)
"""What a formula that failed, or a column that was too narrow, leaves in the place of its value."""
EXACT = 10**15
"""Spreadsheets keep fifteen digits of a number; of a longer one the last are lost."""
_ROUNDED = re.compile(r"\d([.,]\d+)?[eE]\+?\d\d?")
_MONTHS = [
    *("januari", "februari", "maret", "april", "mei", "juni"),
    *("juli", "agustus", "september", "oktober", "november", "desember"),
]


@dataclass(frozen=True)
class Column:
    """
    name      by which the value is had from a row
    heading   as our template has it
    synonyms  what else files call it; case, blanks and punctuation do not count
    required  the column must be there, and filled in every row; else None stands for an empty cell
    """

    name: str
    heading: str
    convert: Convert
    synonyms: tuple[str, ...] = ()
    required: bool = False

    @property
    def names(self) -> frozenset[str]:
        return frozenset(map(plain, (self.heading, *self.synonyms)))


def plain(heading: Value) -> str:
    """A heading as it is compared: letters and digits alone, in lower case, without accents."""
    text = unicodedata.normalize("NFKD", str(heading)).casefold()
    return "".join(each for each in text if each.isalnum())


def text(value: Value) -> str:
    """As a person reads it. Raises Wrong."""
    match value:
        case str():
            if SPREADSHEET_ERROR.fullmatch(value.strip()):  # as a CSV file has it
                raise Wrong("cell-error")
            return value.strip()
        case bool():
            raise Wrong("not-text")
        case int() | float():
            if abs(value) >= EXACT:
                raise Wrong("number-rounded")
            return str(int(value)) if value == int(value) else str(value)
        case datetime() | date():
            return value.isoformat()[:10]
    raise Wrong("not-text")


def of(type_: Any, code: str = "malformed-text") -> Convert:
    """Text that is of a pydantic type."""
    adapter = TypeAdapter(type_)

    def convert(value: Value) -> Any:
        try:
            return adapter.validate_python(text(value).lstrip("'"))
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            if first["type"] == "string_too_long":
                raise Wrong("too-long", most=first["ctx"]["max_length"]) from None
            raise Wrong(code) from None

    return convert


def nip(value: Value) -> str:
    """Eighteen digits. Raises Wrong, which tells a number that a spreadsheet has rounded from a mistyped
    one."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        raise Wrong("number-rounded" if abs(value) >= EXACT else "malformed-nip")
    if not isinstance(value, str):
        raise Wrong("malformed-nip")
    said = value.strip().lstrip("'`").strip()
    if _ROUNDED.fullmatch(said):
        raise Wrong("number-rounded")
    digits = re.sub(r"[\s.\-]", "", said)
    if not re.fullmatch(r"[0-9]{18}", digits):
        raise Wrong("malformed-nip")
    if digits.endswith("000"):  # no serial is; of a number kept in fifteen digits all are
        raise Wrong("number-rounded")
    return digits


def day(value: Value) -> date:
    """A date, or text with day, month and year in the order of the country or of ISO 8601."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, str) and (found := _day(value.strip().lstrip("'"))):
        return found
    raise Wrong("not-a-day")


def _day(said: str) -> date | None:
    said = re.sub(r"[ T]\d\d?:\d\d(:\d\d(\.\d+)?)?$", "", said)
    try:
        if iso := re.fullmatch(r"(\d{4})-(\d\d?)-(\d\d?)", said, re.ASCII):
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
        if local := re.fullmatch(r"(\d\d?)([-/.])(\d\d?)\2(\d{4})", said, re.ASCII):
            return date(int(local[4]), int(local[3]), int(local[1]))
        if named := re.fullmatch(r"(\d\d?) ([a-z]+) (\d{4})", said.lower(), re.ASCII):
            return date(int(named[3]), _MONTHS.index(named[2]) + 1, int(named[1]))
    except ValueError:
        pass
    return None


def choice(words: Mapping[str, Any], shown: str) -> Convert:
    """One of a few words; `shown` are those that people are told."""
    return partial(_choice, {plain(word): value for word, value in words.items()}, shown)


def _choice(words: Mapping[str, Any], shown: str, value: Value) -> Any:
    said = ("ya" if value else "tidak") if isinstance(value, bool) else plain(text(value))
    if said not in words:
        raise Wrong("not-a-choice", choices=shown)
    return words[said]


_YES, _NO = ("ya", "y", "yes", "true", "1"), ("tidak", "t", "no", "n", "false", "0")
yes_or_no = choice(dict.fromkeys(_YES, True) | dict.fromkeys(_NO, False), "ya, tidak")

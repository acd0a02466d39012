"""What is wrong in a file, and where; or with the file as a whole."""

from collections.abc import Mapping
from typing import NamedTuple

SHOWN = 60
"""Characters of what stands in a cell that a problem repeats."""

Facts = Mapping[str, str | int]


class Problem(NamedTuple):
    """
    row      as a spreadsheet counts them, from 1; 0 for the file as a whole
    column   the letter, or empty where it is about the whole row
    heading  what the column is called in the file
    found    what stands there, shortened
    code     what is wrong; `words` says it for people, with the facts filled in
    """

    row: int
    column: str
    heading: str
    code: str
    found: str
    facts: Facts


class Unreadable(Exception):
    """The file is no table that could be read: `code` and `facts` as a problem has them."""

    def __init__(self, code: str, **facts: str | int) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts

    @property
    def problem(self) -> Problem:
        return Problem(0, "", "", self.code, "", self.facts)


class Wrong(Exception):
    """A cell's value is not what its column holds."""

    def __init__(self, code: str, **facts: str | int) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


def shorten(value: object) -> str:
    """On one line, with nothing that could do harm where it is shown."""
    text = "".join(c if c.isprintable() else " " for c in str(value)[: 4 * SHOWN])
    text = " ".join(text.split())
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def letter(column: int) -> str:
    """A spreadsheet's name of the column, counted from 0."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name

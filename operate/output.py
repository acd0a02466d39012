"""What the commands print: tables for a terminal, lines of JSON for programs."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.status import Status
from rich.table import Table
from rich.text import Text

Row = Mapping[str, Any]


def show(rows: Iterable[Row], columns: Sequence[str], *, as_json: bool) -> None:
    """JSON has the whole of each row; a table has these columns, as far as any row has them."""
    if as_json or not sys.stdout.isatty():
        for row in rows:
            print(json.dumps(row), flush=True)
        return
    listed = list(rows)
    if not listed:
        print("none")
        return
    there = [column for column in columns if any(column in row for row in listed)]
    table = Table(*there, box=None, header_style="bold", pad_edge=False)
    for row in listed:
        table.add_row(*(_cell(row.get(column)) for column in there))
    Console().print(table)


def working(told: str) -> Status:
    """While it is entered, a terminal's standard error shows that work goes on."""
    return Console(stderr=True).status(told)


def _cell(value: object) -> Text:
    match value:
        case None | [] | {}:
            told = ""
        case list():
            told = "\n".join(map(str, value))
        case dict():
            told = "\n".join(f"{key}: {each}" for key, each in value.items())
        case _:
            told = str(value)
    # Some of it was written by nobody knows whom: it does nothing to the terminal.
    return Text(
        "".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in told)
    )

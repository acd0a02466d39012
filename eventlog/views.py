"""Views: tables that only the log feeds.

A view is a pure function from an event to row changes. A batch's changes are merged in memory and
written as a few set-based statements. The same function fills the live view, a rebuild beside it
and a replay for comparison: they differ only in the schema that they write to.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contracts.event import Recorded
from eventlog.database import Connection

LIVE = "view"
"""The database schema of the live views."""


@dataclass(frozen=True, slots=True)
class Table:
    """name, PostgreSQL type by column, and how many leading columns make the key.

    Columns behind the key hold null (or 0, if `bigint`: these may be counted up) until set.
    """

    name: str
    columns: Mapping[str, str]
    key: int = 1

    __hash__ = object.__hash__

    @property
    def key_columns(self) -> tuple[str, ...]:
        return tuple(self.columns)[: self.key]

    def ddl(self, schema: str) -> str:
        columns = ", ".join(
            f'"{name}" {kind}' + (" not null default 0" if kind == "bigint" else "")
            for name, kind in self.columns.items()
        )
        keys = ", ".join(f'"{name}"' for name in self.key_columns)
        return f"create table if not exists {schema}.{self.name} ({columns}, primary key ({keys}))"


@dataclass(frozen=True, slots=True)
class Put:
    """Set these columns of the row with this key; other columns stay."""

    table: Table
    key: tuple[Any, ...]
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Add:
    """Add to these counting columns of the row with this key."""

    table: Table
    key: tuple[Any, ...]
    counts: Mapping[str, int]


Change = Put | Add


@dataclass(frozen=True, slots=True)
class View:
    """name      also the subscription's name; names the tables' owner in reports
    topics    what it is fed from
    tables    where it writes
    project   event → changes; pure, called once per event in order of each subject
    version   raise it when `tables` or `project` change: the view is then built anew
    """

    name: str
    topics: tuple[str, ...]
    tables: tuple[Table, ...]
    project: Callable[[Recorded], Iterable[Change]]
    version: int = 1

    async def create(self, connection: Connection, schema: str = LIVE) -> None:
        for table in self.tables:
            await connection.execute(table.ddl(schema))

    async def apply(
        self, connection: Connection, events: Sequence[Recorded], schema: str = LIVE
    ) -> None:
        """Write what the events change, in the caller's transaction."""
        await write(connection, merge(c for e in events for c in self.project(e)), schema)


Merged = dict[tuple[type[Change], Table], dict[tuple[Any, ...], dict[str, Any]]]


def merge(changes: Iterable[Change]) -> Merged:
    """One row change per key: the last value put, the sum added."""
    merged: Merged = {}
    for change in changes:
        rows = merged.setdefault((type(change), change.table), {})
        row = rows.setdefault(change.key, {})
        if isinstance(change, Put):
            row.update(change.values)
        else:
            for column, count in change.counts.items():
                row[column] = row.get(column, 0) + count
    return merged


async def write(connection: Connection, merged: Merged, schema: str = LIVE) -> None:
    for (kind, table), rows in merged.items():
        by_columns: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
        # Sorted, so that two writers of one table lock its rows in one order.
        for key, values in sorted(rows.items(), key=lambda item: repr(item[0])):
            by_columns.setdefault(tuple(values), []).append((*key, *values.values()))
        for columns, tuples in by_columns.items():
            statement = _upsert(table, columns, schema, adding=kind is Add)
            await connection.execute(statement, *map(list, zip(*tuples, strict=True)))


def _upsert(table: Table, columns: Sequence[str], schema: str, *, adding: bool) -> str:
    names = [*table.key_columns, *columns]
    arrays = ", ".join(f"${n}::{table.columns[name]}[]" for n, name in enumerate(names, start=1))
    quoted = ", ".join(f'"{name}"' for name in names)
    keys = ", ".join(f'"{name}"' for name in table.key_columns)
    target = "t.{0} + excluded.{0}" if adding else "excluded.{0}"
    updates = ", ".join(f'"{c}" = ' + target.format(f'"{c}"') for c in columns)
    action = f"update set {updates}" if columns else "nothing"
    return (
        f"insert into {schema}.{table.name} as t ({quoted}) select * from unnest({arrays})"
        f" on conflict ({keys}) do {action}"
    )

"""Views: tables that only the log feeds.

A view is a pure function from an event to row changes. A batch's changes are merged in memory and
written as a few set-based statements. The same function fills the live view, a rebuild beside it
and a replay for comparison: they differ only in the schema that they write to.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Generic,
    Literal,
    NamedTuple,
    TypeAlias,
    TypeVar,
    Union,
    get_args,
    get_origin,
)

from pydantic import BaseModel, ConfigDict, Json

from contracts.event import Event, Recorded
from eventlog.database import Connection, Pool

LIVE = "view"
"""The database schema of the live views."""


class Row(BaseModel):
    """One row of a table. The same class gives the columns, what queries answer, and its schema.

    Columns behind the key may be null until they are set, and say so in their type.
    """

    model_config = ConfigDict(frozen=True)


class _Counted:
    """Marks a column that is counted up, from 0."""


Count: TypeAlias = Annotated[int, _Counted()]

R = TypeVar("R", bound=Row)


@dataclass(frozen=True, slots=True)
class Table(Generic[R]):
    """name, the model of its rows, how many leading columns make the key, and other columns that
    queries find rows by.

    A column holds what its field's type says: text (also for enumerations, literals and `Json[…]`),
    integer, bigint (`Count`), boolean, date, timestamptz.
    """

    name: str
    row: type[R]
    key: int = 1
    indexes: tuple[str, ...] = ()
    columns: Mapping[str, str] = field(init=False)

    __hash__ = object.__hash__

    def __post_init__(self) -> None:
        columns = {
            name: _postgres_type(info.annotation, info.metadata)
            for name, info in self.row.model_fields.items()
        }
        object.__setattr__(self, "columns", columns)

    async def find(self, database: Pool | Connection, *key: object) -> R | None:
        """The row with this key."""
        rows = await self.where(database, **dict(zip(self.key_columns, key, strict=True)))
        return rows[0] if rows else None

    async def where(self, database: Pool | Connection, **equal: object) -> list[R]:
        """The rows whose columns equal these values, in order of their keys."""
        names = ", ".join(f'"{name}"' for name in self.columns)
        conditions = [f'"{name}" = ${n}' for n, name in enumerate(equal, start=1)]
        keys = ", ".join(f'"{name}"' for name in self.key_columns)
        rows = await database.fetch(
            f"select {names} from {LIVE}.{self.name}"
            + (f" where {' and '.join(conditions)}" if conditions else "")
            + f" order by {keys}",
            *equal.values(),
        )
        return [self.row.model_validate(dict(row)) for row in rows]

    @property
    def key_columns(self) -> tuple[str, ...]:
        return tuple(self.columns)[: self.key]

    def ddl(self, schema: str) -> str:
        columns = ", ".join(
            f'"{name}" {kind}' + (" not null default 0" if kind == "bigint" else "")
            for name, kind in self.columns.items()
        )
        keys = ", ".join(f'"{name}"' for name in self.key_columns)
        table = f"{schema}.{self.name}"
        # Asked first: "if not exists" would look only once nobody writes, and hold all others up.
        indexes = [
            f"do $$ begin if to_regclass('{schema}.{self.name}_{name}') is null then"
            f' create index {self.name}_{name} on {table} ("{name}"); end if; end $$'
            for name in self.indexes
        ]
        table = f"create table if not exists {table} ({columns}, primary key ({keys}))"
        return "; ".join([table, *indexes])


def _postgres_type(annotation: Any, metadata: Sequence[Any] = ()) -> str:
    if any(isinstance(each, _Counted) for each in metadata):
        return "bigint"
    if any(type(each) is Json for each in metadata):
        return "text"
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _postgres_type(arguments[0], arguments[1:])
    if origin in (Union, UnionType):
        (only,) = (each for each in arguments if each is not NoneType)
        return _postgres_type(only)
    if origin is Literal:
        return "text"
    return next(kind for python, kind in _TYPES if issubclass(annotation, python))


# In this order: a bool is an int, a datetime is a date.
_TYPES = (
    (str, "text"),
    (bool, "boolean"),
    (int, "integer"),
    (datetime, "timestamptz"),
    (date, "date"),
)


class Put(NamedTuple):
    """Set these columns of the row with this key; other columns stay."""

    table: Table[Any]
    key: tuple[Any, ...]
    values: Mapping[str, Any]


class Add(NamedTuple):
    """Add to these counting columns of the row with this key."""

    table: Table[Any]
    key: tuple[Any, ...]
    counts: Mapping[str, int]


Change = Put | Add


@dataclass(frozen=True, slots=True)
class View:
    """name      also the subscription's name; names the tables' owner in reports
    topics    what it is fed from
    takes     the events that change it; those of any other type are passed over
    tables    where it writes
    project   event → changes; pure, called once per event that it takes, in order of each subject
    version   raise it when `takes`, `tables` or `project` change, also when a change is taken back: the
              view is then built anew, and programs that have a lower one leave it alone
    """

    name: str
    topics: tuple[str, ...]
    takes: tuple[type[Event], ...]
    tables: tuple[Table[Any], ...]
    project: Callable[[Recorded], Iterable[Change]]
    version: int = 1

    async def create(self, connection: Connection, schema: str = LIVE) -> None:
        for table in self.tables:
            await connection.execute(table.ddl(schema))

    async def kept(self, database: Pool | Connection) -> int | None:
        """The version that the live tables hold; None before any were made."""
        version: int | None = await database.fetchval(
            "select version from view_version where view = $1", self.name
        )
        return version

    def changes(self, event: Recorded) -> Iterable[Change]:
        """What an event changes. Raises UnknownType if it is of a newer version of one that the view
        takes, MalformedRecord."""
        return self.project(event) if event.is_one_of(self.takes) else ()

    def shows(self, event: Recorded) -> bool:
        return event.is_one_of(self.takes)

    async def apply(self, connection: Connection, events: Sequence[Recorded]) -> None:
        """Write what the events change, in the caller's transaction."""
        merged: Merged = {}
        for event in events:
            merge(self.changes(event), merged)
        await write(connection, merged)


class Changed(NamedTuple):
    """What becomes of one row: the columns put, those added to."""

    put: dict[str, Any]
    added: dict[str, int]


Merged = dict[Table[Any], dict[tuple[Any, ...], Changed]]


def merge(changes: Iterable[Change], into: Merged | None = None) -> Merged:
    """One row change per key, the last value put and the sum added; onto those in `into`."""
    into = {} if into is None else into
    for change in changes:
        table, key, values = change
        rows = into.get(table)
        if rows is None:
            rows = into[table] = {}
        row = rows.get(key)
        if row is None:
            row = rows[key] = Changed({}, {})
        put, added = row
        if type(change) is Put:
            put.update(values)
        else:
            for column, count in values.items():
                added[column] = added.get(column, 0) + count
    return into


async def write(connection: Connection, merged: Merged, schema: str = LIVE) -> None:
    """Write merged changes: a statement for each table and set of columns."""
    for table, rows in merged.items():
        batches: dict[tuple[tuple[str, ...], tuple[str, ...]], list[tuple[Any, ...]]] = {}
        # In order of their keys, so that two writers of one table lock its rows in one order.
        for key in sorted(rows):
            put, added = rows[key]
            batch = batches.setdefault((tuple(put), tuple(added)), [])
            batch.append((*key, *put.values(), *added.values()))
        for (put_columns, added_columns), tuples in batches.items():
            statement = _upsert(table, put_columns, added_columns, schema)
            await connection.execute(statement, *map(list, zip(*tuples, strict=True)))


@cache
def _upsert(table: Table[Any], put: Sequence[str], added: Sequence[str], schema: str) -> str:
    names = [*table.key_columns, *put, *added]
    arrays = ", ".join(f"${n}::{table.columns[name]}[]" for n, name in enumerate(names, start=1))
    quoted = ", ".join(f'"{name}"' for name in names)
    keys = ", ".join(f'"{name}"' for name in table.key_columns)
    updates = [f'"{column}" = excluded."{column}"' for column in put]
    updates += [f'"{column}" = t."{column}" + excluded."{column}"' for column in added]
    action = f"update set {', '.join(updates)}" if updates else "nothing"
    return (
        f"insert into {schema}.{table.name} as t ({quoted}) select * from unnest({arrays})"
        f" on conflict ({keys}) do {action}"
    )

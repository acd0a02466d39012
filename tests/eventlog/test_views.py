"""A view is the fold of its log, however the log is cut into batches."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import Json

from contracts.event import Event, Recorded
from eventlog.database import Pool
from eventlog.log import EventLog
from eventlog.views import LIVE, Add, Change, Count, Put, Row, Table, merge, write
from tests.eventlog.ledger import (
    Credited,
    Opened,
    recorded,
    view,
)

VIEW = view("no topic")


@pytest.fixture
async def tables(pool: Pool, log: EventLog) -> Pool:
    async with pool.acquire() as connection:
        await VIEW.create(connection)
        await connection.execute(NOTE.ddl(LIVE))
    return pool


# -- any accepted history -----------------------------------------------------------------------


@dataclass
class Ledger:
    """The rules: an account is opened before it is credited (a first credit is taken for its
    opening), and may change its owner."""

    accounts: dict[str, int] = field(default_factory=dict)
    history: list[Recorded] = field(default_factory=list)

    def take(self, account: str, event: Event) -> None:
        if account not in self.accounts and not isinstance(event, Opened):
            event = Opened(owner="first")
        version = self.accounts[account] = self.accounts.get(account, 0) + 1
        self.history.append(recorded(len(self.history) + 1, account, version, event))


ACCOUNTS = st.sampled_from(["a", "ç'\"{},\\", ""])
EVENTS = st.one_of(
    st.sampled_from(["Siti", "Budi", "O'Neil {null}", "null", ""]).map(lambda o: Opened(owner=o)),
    st.integers(-(2**31), 2**31 - 1).map(lambda n: Credited(amount=n)),
)


@st.composite
def histories(draw: st.DrawFn) -> list[Recorded]:
    ledger = Ledger()
    for account, event in draw(st.lists(st.tuples(ACCOUNTS, EVENTS), min_size=8, max_size=25)):
        ledger.take(account, event)
    return ledger.history


def folded(history: Iterable[Recorded]) -> tuple[dict[str, Any], dict[Any, int]]:
    """The same two tables from the records' bytes, with nothing of the kernel."""
    accounts: dict[str, dict[str, Any]] = {}
    owned: dict[Any, int] = {}
    for position, event in enumerate((json.loads(each.record) for each in history), start=1):
        account, data = event["subject"], event["data"]
        row = accounts.setdefault(
            account, {"owner": None, "total": 0, "credits": 0, "latest": None}
        )
        if "owner" in data:
            row["owner"] = data["owner"]
            owned[data["owner"], account] = position
        else:
            row["latest"] = data["amount"]
            row["total"] += data["amount"]
            row["credits"] += 1
    return accounts, owned


@pytest.mark.integration
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=histories(), cuts=st.lists(st.integers(0, 25), max_size=4))
async def test_any_history_in_any_batches_gives_the_view_that_a_fold_gives(
    tables: Pool, history: list[Recorded], cuts: list[int]
) -> None:
    edges = [0, *sorted(cuts), len(history)]
    async with tables.acquire() as connection:
        await connection.execute(f"truncate {LIVE}.account, {LIVE}.owned")
        for start, end in pairwise(edges):
            await VIEW.apply(connection, history[start:end])
        accounts = {
            row["account"]: {key: row[key] for key in ("owner", "total", "credits", "latest")}
            for row in await connection.fetch(f"select * from {LIVE}.account")
        }
        owned = {
            (row["owner"], row["account"]): row["position"]
            for row in await connection.fetch(f"select * from {LIVE}.owned")
        }
    assert (accounts, owned) == folded(history)


# -- changes ------------------------------------------------------------------------------------


class NoteRow(Row):
    kind: str
    nth: int
    text: str | None
    tags: Json[list[str]] | None
    seen: Count


NOTE = Table("note", NoteRow, key=2)


async def notes(pool: Pool, changes: Sequence[Change]) -> list[tuple[object, ...]]:
    async with pool.acquire() as connection:
        await write(connection, merge(changes))
    return [tuple(row) for row in await pool.fetch(f"select * from {LIVE}.note order by kind, nth")]


@pytest.mark.integration
async def test_a_put_sets_its_columns_and_leaves_the_others(tables: Pool) -> None:
    key = ("k", 1)
    await notes(tables, [Put(NOTE, key, {"text": "x", "tags": "[1]"}), Add(NOTE, key, {"seen": 2})])
    assert await notes(tables, [Put(NOTE, key, {"text": "y"})]) == [("k", 1, "y", "[1]", 2)]
    assert await notes(tables, [Put(NOTE, key, {"text": None})]) == [("k", 1, None, "[1]", 2)]


@pytest.mark.integration
async def test_a_count_is_added_to_what_stands_there(tables: Pool) -> None:
    key = ("k", 1)
    assert await notes(tables, [Add(NOTE, key, {"seen": 2})]) == [("k", 1, None, None, 2)]
    assert await notes(tables, [Add(NOTE, key, {"seen": 3})]) == [("k", 1, None, None, 5)]


@pytest.mark.integration
async def test_rows_with_other_columns_and_rows_of_only_a_key_go_in_one_batch(
    tables: Pool,
) -> None:
    changes: list[Change] = [
        Put(NOTE, ("k", 1), {"text": "x"}),
        Put(NOTE, ("k", 2), {"tags": "{}"}),
        Put(NOTE, ("k", 3), {}),
        Add(NOTE, ("k", 4), {"seen": 5}),
    ]
    expected = [
        ("k", 1, "x", None, 0), ("k", 2, None, "{}", 0), ("k", 3, None, None, 0),
        ("k", 4, None, None, 5),
    ]  # fmt: skip
    assert await notes(tables, changes) == expected
    assert await notes(tables, changes[:3]) == expected


@pytest.mark.integration
async def test_a_batch_is_as_many_statements_as_kinds_of_change(tables: Pool) -> None:
    """And not as events: set-based."""
    ledger = Ledger()
    for nth in range(200):
        ledger.take(f"a{nth % 20}", Opened(owner="o") if nth < 40 else Credited(amount=nth))
    said: list[Any] = []
    async with tables.acquire() as connection:
        with connection.query_logger(said.append):
            await VIEW.apply(connection, ledger.history)
    statements = [each.query for each in said if "view." in each.query]
    # Every account has been opened and credited; who owns what is the other table.
    assert len(statements) == 2
    assert await tables.fetchval(f"select sum(credits) from {LIVE}.account") == 160

"""What can be done to the tables of a view."""

from eventlog.views import LIVE
from tests.tamper.ledger import Ledger, Tampering


async def edit_a_row(it: Ledger) -> str:
    account = await it.account()
    change = it.random.choice(["total = total + 1", "owner = null", "credits = 0", "latest = 99"])
    await it.do(f"update {LIVE}.account set {change} where account = $1", account)
    return f"1 rows of account: {account}"


async def drop_a_row(it: Ledger) -> str:
    account = await it.account()
    await it.do(f"delete from {LIVE}.owned where account = $1", account)
    return f"1 rows of owned: owner of {account}/{account}"


async def insert_a_row(it: Ledger) -> str:
    table, key, columns = it.random.choice(
        [("account", "z", "(account)"), ("owned", "y/z", "(owner, account)")]
    )
    values = ", ".join(f"'{each}'" for each in key.split("/"))
    await it.do(f"insert into {LIVE}.{table} {columns} values ({values})")
    return f"1 rows of {table}: {key}"


async def give_a_row_another_key(it: Ledger) -> str:
    account = await it.account()
    await it.do(f"update {LIVE}.account set account = 'z' where account = $1", account)
    return f"2 rows of account: {account}, z"


TAMPERINGS: tuple[Tampering, ...] = (edit_a_row, drop_a_row, insert_a_row, give_a_row_another_key)

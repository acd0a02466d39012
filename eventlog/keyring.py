"""The keys that a service signs, or has signed, its log with; beside the log, so that all processes
serve the same ones and a rotation forgets none."""

from dataclasses import dataclass

from eventlog.database import Connection, Pool
from eventlog.keys import BadKey, PublicKey


@dataclass(frozen=True, slots=True)
class Keyring:
    """good       whose signatures hold, the newest last
    withdrawn  whose signatures hold only where a good key has signed later
    """

    good: tuple[PublicKey, ...]
    withdrawn: tuple[PublicKey, ...] = ()


async def enter_key(pool: Pool, key: PublicKey) -> None:
    """Note the key that is signed with from now on. Raises BadKey if it has been withdrawn."""
    await pool.execute(
        "insert into signing_key (kid, key) values ($1, $2) on conflict do nothing", key.id, key.raw
    )
    if key.id not in [each.id for each in (await read_keyring(pool)).good]:
        raise BadKey(f"the key {key.id} has been withdrawn: sign with another")


async def read_keyring(on: Pool | Connection) -> Keyring:
    rows = await on.fetch("select key, withdrawn from signing_key order by since, kid")
    return Keyring(
        tuple(PublicKey(row["key"]) for row in rows if row["withdrawn"] is None),
        tuple(PublicKey(row["key"]) for row in rows if row["withdrawn"] is not None),
    )

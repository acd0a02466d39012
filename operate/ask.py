"""What anybody may ask of the services: whether they keep up, their keys and their checkpoints."""

import argparse
import asyncio
import sys
from base64 import b64encode
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from eventlog.keys import BadKey, PublicKey, read_key_set
from eventlog.notes import Checkpoint, Malformed, Note
from operate.http import Client, asking, of_each
from operate.output import Row, show

Ask = Callable[[Client, str], Awaitable[Any]]


def rows_of_each(
    options: argparse.Namespace,
    ask: Ask,
    rows: Callable[[str, Any], Sequence[Row]],
    columns: Sequence[str],
    is_well: Callable[[Row], object],
) -> int:
    """Show the rows of each service's answer; 0 if all of them are well, 2 if a service could not be
    asked."""

    async def run() -> int:
        async with asking(options.folder) as client:
            found, failed = await of_each(client, options.service, ask)
        told = [row for service, answer in found for row in rows(service, answer)]
        show(told, columns, as_json=options.json)
        for reason in failed:
            print(reason, file=sys.stderr)
        return 2 if failed else 0 if all(map(is_well, told)) else 1

    return asyncio.run(run())


def status(options: argparse.Namespace) -> int:
    """Whether all keeps up: nothing is stopped, and nothing is in trouble."""
    return rows_of_each(
        options,
        lambda client, service: client.ask(service, "/status"),
        lambda _, answer: [answer | {"behind": _behind(answer)}],
        ("service", "position", "relayed", "behind", "trouble"),
        lambda row: not row["stopped"] and not row["trouble"],
    )


def _behind(status: Any) -> dict[str, int | str]:
    """The subscriptions that have not applied everything, and by how much; or that may not have."""
    lags = {name: each["lag"] for name, each in status["subscriptions"].items()}
    return {name: "unknown" if lag is None else lag for name, lag in lags.items() if lag != 0}


def keys(options: argparse.Namespace) -> int:
    """The keys that sign each log, or have signed it and not been withdrawn."""
    return rows_of_each(
        options,
        lambda client, service: client.ask(service, "/keys"),
        lambda service, answer: [{"service": service} | key for key in answer["keys"]],
        ("service", "kid", "x"),
        lambda row: True,
    )


def checkpoint(options: argparse.Namespace) -> int:
    """The last signed checkpoint of each log, and whether one of its keys has signed it."""
    return rows_of_each(
        options,
        _checkpoint,
        lambda service, answer: [_told(service, *answer)],
        ("service", "origin", "size", "root", "signed_by", "why"),
        lambda row: row["signed_by"],
    )


async def _checkpoint(client: Client, service: str) -> tuple[str, Any]:
    return await client.ask(service, "/checkpoint"), await client.ask(service, "/keys")


def _told(service: str, text: str, key_set: Any) -> Row:
    told = {"service": service, "note": text}
    try:
        note = Note.read(text)
        found = Checkpoint.read(note.text)
        signed_by = [key.id for key in read_key_set(key_set) if _signs(key, note, found.origin)]
    except (Malformed, BadKey) as error:
        return told | {"signed_by": [], "why": str(error)}
    return told | {
        "origin": found.origin,
        "size": found.size,
        "root": b64encode(found.root).decode(),
        "signed_by": signed_by,
        **({} if signed_by else {"why": "signed by none of its keys"}),
    }


def _signs(key: PublicKey, note: Note, origin: str) -> bool:
    return any(key.verifies(each, note.text.encode()) for each in note.of(origin, key))

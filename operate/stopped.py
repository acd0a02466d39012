"""What an operator does about partitions that are stopped."""

import argparse
import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from hashlib import blake2b
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from operate import output
from operate.ask import rows_of_each
from operate.http import Client, asking

COLUMNS = (
    *("service", "subscription", "topic", "partition", "offset", "since", "reason"),
    *("position", "size", "type", "stream", "version", "subject"),
)
SETTLED = 30.0
"""Seconds after which a retry that has neither failed nor gone on is left to itself."""


def partition(given: str) -> tuple[str, int]:
    """TOPIC/PARTITION, as `/status` and the log write it."""
    if not (match := re.fullmatch(r"([a-z][a-z0-9._-]*)/([0-9]{1,9})", given)):
        raise argparse.ArgumentTypeError(f"TOPIC/0, not {given}")
    return match[1], int(match[2])


def list_all(options: argparse.Namespace) -> int:
    return rows_of_each(
        options,
        lambda client, service: client.ask(service, "/stopped", signed_in=True),
        lambda service, answer: [{"service": service} | row for row in answer],
        COLUMNS,
        lambda row: False,
    )


def show(options: argparse.Namespace) -> int:
    async def run(client: Client) -> int:
        _print(options, await client.ask(options.service, _path(options), signed_in=True))
        return 1

    return _run(options, run)


def retry(options: argparse.Namespace) -> int:
    """0 if it has gone on, 1 if it has been stopped again, or nobody has tried yet."""

    async def run(client: Client) -> int:
        path = _path(options) + "/retry"
        stop = await client.ask(options.service, path, signed_in=True, key=uuid4().hex)
        with output.working("It is tried again …"):
            now = await _settled(client, options, stop)
        _print(options, now or stop | {"goes_on": True})
        return 1 if now else 0

    return _run(options, run)


def pass_over(options: argparse.Namespace) -> int:
    """The same command again is the same command: its key is what it says."""

    async def run(client: Client) -> int:
        path, body = _path(options) + "/pass-over", {"offset": options.offset, "why": options.why}
        key = blake2b(repr((path, body)).encode(), digest_size=16).hexdigest()
        answer = await client.ask(options.service, path, signed_in=True, key=key, body=body)
        _print(options, _named(options) | {"offset": options.offset, "stream": answer["stream"]})
        return 0

    return _run(options, run)


def _run(options: argparse.Namespace, ask: Callable[[Client], Awaitable[int]]) -> int:
    async def run() -> int:
        async with asking(options.folder) as client:
            return await ask(client)

    return asyncio.run(run())


async def _settled(client: Client, options: argparse.Namespace, stop: Any) -> Any:
    """The stop, once it is another than this, or has been this for long; None once it is gone."""
    deadline = time.monotonic() + SETTLED
    while True:
        listed = await client.ask(options.service, "/stopped", signed_in=True)
        now = next((each for each in listed if each.items() >= _named(options).items()), None)
        if now != stop or time.monotonic() > deadline:
            return now
        await asyncio.sleep(0.2)


def _named(options: argparse.Namespace) -> dict[str, Any]:
    topic, number = options.partition
    return {"subscription": options.subscription, "topic": topic, "partition": number}


def _path(options: argparse.Namespace) -> str:
    topic, number = options.partition
    return f"/stopped/{quote(options.subscription, safe='')}/{topic}/{number}"


def _print(options: argparse.Namespace, row: output.Row) -> None:
    told = [{"service": options.service, **row}]
    output.show(told, (*COLUMNS, "goes_on"), as_json=options.json)

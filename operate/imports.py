"""`./kinerja import KIND FILE`: send a file, show what is wrong in it, and load it if nothing is.

Whoever asks is the token's (KINERJA_TOKEN); in the local run, its personnel unit. The same file again is
another upload: what is so already is not done twice.
"""

import argparse
import asyncio
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from operate import CannotAsk
from operate.http import Client, asking
from operate.output import show, working

SERVICE = "planning"
PERSONNEL = {"sub": "personnel-unit", "roles": "personnel"}
"""As whom the local run is asked."""
COLUMNS = ("row", "column", "heading", "found", "code", "message")
LANGUAGE = "en"
SHOWN = 1000
"""Problems that are shown at most; the service keeps more."""
LOOK = 0.3
"""Seconds between two looks at how far it is."""


def run(options: argparse.Namespace) -> int:
    """0: loaded, or right if it is a dry run; 1: there are problems, and nothing is loaded."""
    try:
        content = options.file.read_bytes()
    except OSError as error:
        raise CannotAsk(f"{options.file} cannot be read: {error.strerror}") from error
    return asyncio.run(_run(options, content))


async def _run(options: argparse.Namespace, content: bytes) -> int:
    async with asking(options.folder, as_whom=PERSONNEL) as client:
        path = (
            f"/imports?kind={quote(options.kind, safe='')}&name={quote(options.file.name, safe='')}"
        )
        sent = await _do(client, path, content)
        checked = await _follow(client, sent, "received", "Checking")
        if checked["problems"] or options.dry_run:
            await _tell(client, checked, options)
            await _do(client, f"/imports/{sent['id']}/cancel")
            return 1 if checked["problems"] else 0
        await _do(client, f"/imports/{sent['id']}/load")
        loaded = await _follow(client, sent, "loading", "Loading")
        await _tell(client, loaded, options)
        return 0 if loaded["state"] == "loaded" else 1


async def _do(client: Client, path: str, content: bytes | None = None) -> Any:
    return await client.ask(SERVICE, path, signed_in=True, key=uuid4().hex, content=content)


async def _follow(client: Client, upload: Any, state: str, doing: str) -> Any:
    """The upload, once it is no longer in this state; a terminal is told how far it is meanwhile."""
    with working(f"{doing} …") as status:
        while True:
            now = await client.ask(SERVICE, f"/imports/{upload['id']}", signed_in=True)
            if now["state"] != state:
                return now
            status.update(f"{doing}: {now['done']:,} of {now['rows']:,} rows …")
            await asyncio.sleep(LOOK)


async def _tell(client: Client, upload: Any, options: argparse.Namespace) -> None:
    """The problems, if there are any, else what came of it."""
    path, after = f"/imports/{upload['id']}/problems", 0
    problems: list[Any] = []
    while len(problems) < SHOWN:
        page = await client.ask(SERVICE, f"{path}?after={after}", signed_in=True)
        if not page:
            break
        problems += [each | {"message": each["message"][LANGUAGE]} for each in page]
        after = page[-1]["number"]
    if problems:
        show(problems, COLUMNS, as_json=options.json)
    else:
        show([upload], ("name", "state", "rows", "events", "sha256"), as_json=options.json)


def add(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=run)
    parser.add_argument("kind", choices=("units", "people"), metavar="KIND", help="units, people")
    parser.add_argument("file", type=Path, metavar="FILE", help="XLSX or CSV")
    parser.add_argument("--dry-run", action="store_true", help="only say what would come of it")
    parser.add_argument("--json", action="store_true", help="lines of JSON, also to a terminal")

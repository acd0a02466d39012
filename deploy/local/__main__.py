"""`python -m deploy.local run`: everything on this machine, and one performance year."""

import argparse
import asyncio
import hashlib
import logging
import os
import shutil
import signal
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import aiohttp
import uvloop
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)

from chassis.process import end_as_by_ctrl_c
from contracts.catalogue import SERVICES
from deploy.local import LOCAL, CannotStart, shown
from deploy.local.guests import Guest, guests
from deploy.local.stack import Stack
from deploy.local.summary import Summary, summarize
from ministry.bookmark import Bookmark
from ministry.client import Client, Refusal
from ministry.people import MOST
from ministry.reader import BadRows
from ministry.rows import AGREEMENTS, DEMONSTRATION, SKPS, UNITS, Agency, load
from ministry.year import Year

YEAR, SEED = 2026, 2026
LEAST_DISK, DISK_EACH = 1_000_000_000, 120_000
"""Bytes that a year takes, and each person's more."""
console = Console()


def main() -> int:
    options = _options()
    os.umask(0o077)  # data, logs and secrets are their owner's alone
    # What it fails at is told in our words.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    end_as_by_ctrl_c(signal.SIGTERM, signal.SIGHUP)
    try:
        agency = load(options.data)
    except BadRows as bad:
        print(bad, file=sys.stderr)
        return 2
    folder = options.folder or LOCAL / _name(options.people, options.data)
    stack = Stack(folder, str(YEAR))
    try:
        began = time.monotonic()
        if "DATABASE_URL" not in os.environ:
            _check_disk(folder, options.people)
        stack.hold()
        console.print("Starting PostgreSQL, Kafka, five services and the console …")
        stack.start()
        console.print(
            f"Ready in {time.monotonic() - began:.1f} s. The year: {stack.url('console')}"
        )
        console.print(stack.told, soft_wrap=True, highlight=False, markup=False)
        summary, there = uvloop.run(_year(stack, agency, options.people))
        summary.show(console)
        if options.once:
            return 1 if summary.faults else 0
        _show_what_next(stack, there)
        while True:
            time.sleep(1)
            stack.check()
    except KeyboardInterrupt:
        console.print("Stopping.")
        return 0 if not options.once else 130
    except CannotStart as error:
        print(error, file=sys.stderr)
        return 1
    except (Refusal, ExceptionGroup) as refused:
        print(f"The year was refused: {_first(refused)}", file=sys.stderr)
        return 1
    finally:
        for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(ending, signal.SIG_IGN)
        stack.stop()


def _show_what_next(stack: Stack, there: Sequence[Guest]) -> None:
    lines = [
        f"The year stays to be looked at: {stack.console_url}  (Ctrl-C stops)",
        "  Sign in there as anybody; an auditor finds people and reads their history in sentences.",
        "  Today there awaits",
        *(f"    {guest}" for guest in there),
        "  Verify it yourself:  ./kinerja verify",
        '  Give a command:      README.md, "Give a command", with the addresses in',
        f"                       {shown(stack.published)}",
    ]
    console.print("\n".join(lines), soft_wrap=True, highlight=False, markup=False)


def _check_disk(folder: Path, people: int) -> None:
    """Raises CannotStart when the year would not fit beside what is there of it already."""
    folder.mkdir(parents=True, exist_ok=True)
    there = 0
    for file in folder.rglob("*"):
        with suppress(FileNotFoundError):  # of a run that is at work there
            there += file.stat().st_size
    missing = LEAST_DISK + people * DISK_EACH - there - shutil.disk_usage(folder).free
    if missing > 0:
        raise CannotStart(
            f"needs {missing / 1e9:.1f} GB more of free disk in {folder} for {people:,} people:"
            " free some, or name fewer."
        )


def _first(error: BaseException) -> BaseException:
    """What a task group's failure began with."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m deploy.local", usage=argparse.SUPPRESS)
    parser.add_argument("command", choices=["run"])
    parser.add_argument("--people", type=_people, default=300)
    parser.add_argument("--once", action="store_true", help="stop after the summary")
    parser.add_argument("--data", type=Path, default=DEMONSTRATION, help="another agency's rows")
    parser.add_argument("--folder", type=Path, help="where the data is kept")
    return parser.parse_args()


def _people(given: str) -> int:
    if not given.isdecimal() or not 1 <= int(given) <= MOST:
        raise argparse.ArgumentTypeError(f"between 1 and {MOST:,}, not {given}")
    return int(given)


def _name(people: int, data: Path) -> str:
    """One folder per number of people and rows: another year does not mix with this one."""
    if data == DEMONSTRATION:
        return f"ministry-{people}"
    rows = hashlib.sha256()
    for file in (UNITS, SKPS, AGREEMENTS):
        rows.update((data / file).read_bytes())
    return f"agency-{rows.hexdigest()[:8]}-{people}"


async def _year(stack: Stack, agency: Agency, people: int) -> tuple[Summary, Sequence[Guest]]:
    """Live the year unless it has been lived, then sum it up and see who there is to sign in as."""
    timeout = aiohttp.ClientTimeout(total=60)
    async with aiohttp.ClientSession(
        timeout=timeout, connector=aiohttp.TCPConnector(limit=128)
    ) as http:
        client = Client(stack.addresses, http)
        year = Year(client, agency, people, SEED, YEAR, Bookmark(stack.bookmark))
        watch = asyncio.create_task(_watch(stack))
        live = asyncio.create_task(_live(stack, client, year))
        try:
            await asyncio.wait([watch, live], return_when=asyncio.FIRST_COMPLETED)
            if watch.done():
                watch.result()
            return await live, await guests(client, year)
        finally:
            watch.cancel()
            live.cancel()
            await asyncio.gather(watch, live, return_exceptions=True)


async def _watch(stack: Stack) -> None:
    while True:
        await asyncio.sleep(1)
        stack.check()


async def _live(stack: Stack, client: Client, year: Year) -> Summary:
    began = time.monotonic()
    with Progress(
        TextColumn("{task.description:<12}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
        TextColumn("{task.fields[rate]}"), console=console, disable=not console.is_terminal,
    ) as bar:  # fmt: skip
        stages: dict[str, TaskID] = {}

        def progress(stage: str, count: int, of: int, rate: str = "") -> None:
            if stage not in stages:
                stages[stage] = bar.add_task(stage, total=of, rate=rate)
                if bar.disable:  # a log has no use for a moving bar
                    console.print(f"{stage} of {of:,} …")
            bar.update(stages[stage], completed=count, total=of, rate=rate)

        def lived(stage: str, count: int, of: int) -> None:
            rate = client.commands / (time.monotonic() - began)
            progress(stage, count, of, f"{rate:,.0f} commands/s")

        if year.is_over:
            console.print("The year has been lived before; its data is there.")
        else:
            await year.live(lived)
            took, commands = time.monotonic() - began, client.commands
            console.print(f"{commands:,} commands in {took:.0f} s, {commands / took:,.0f} a second")
        services = len(SERVICES)
        return await summarize(
            stack, client, str(YEAR), lambda done: progress("verification", done, services)
        )


if __name__ == "__main__":
    sys.exit(main())

"""A service in processes of one role each, two of every role: they do together what one does that has all.

(By its name this runs before `test_standing_still`, which leaves partitions stopped.)
"""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from typing import get_args

import pytest

from chassis.settings import Role
from deploy.local import ports
from tests.http.api import Api
from tests.http.test_commands import stream
from tests.http.test_outages import until, well
from tests.http.world import PERSONNEL, appraise, bring, skp

pytestmark = pytest.mark.integration

SERVICE = "rewards"
FOLLOWED_UP = ["CreditPointsAwarded", "AllowanceDetermined"]


@dataclass
class Member:
    """A process of the service, and what it may be asked through."""

    role: str
    process: asyncio.subprocess.Process
    api: Api

    async def kill(self) -> None:
        self.process.kill()
        await self.process.wait()


@asynccontextmanager
async def member(api: Api, role: str, **more: str) -> AsyncIterator[Member]:
    settings = api.stack.settings(SERVICE) | {"ROLES": json.dumps([role])} | more
    if role != "relay":
        del settings["SIGNING_KEY"]
    if role == "api":
        settings["KAFKA_BOOTSTRAP_SERVERS"] = f"{ports.HOST}:1"  # nobody there
    with ports.listen() as listener:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", f"services.{SERVICE}",
            env=os.environ | settings | {"LISTEN_FD": str(listener.fileno())},
            pass_fds=[listener.fileno()], stdout=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        urls = {SERVICE: f"http://{ports.HOST}:{listener.getsockname()[1]}"}
        try:
            yield Member(role, process, replace(api, urls=urls))
        finally:
            if process.returncode is None:
                process.terminate()
                await process.wait()


@asynccontextmanager
async def in_its_place(api: Api) -> AsyncIterator[AsyncExitStack]:
    """Meanwhile the process that has all roles is away; what is entered takes its place."""
    await asyncio.to_thread(api.stack.children.stop, SERVICE)
    try:
        async with AsyncExitStack() as stack:
            yield stack
    finally:
        api.stack.spawn_service(SERVICE)
        await until(api, (SERVICE,), well)


@pytest.fixture
async def apart(api: Api) -> AsyncIterator[Sequence[Member]]:
    """Two processes of each role in the place of the one that has all."""
    async with in_its_place(api) as stack:
        yield [
            await stack.enter_async_context(member(api, role))
            for role in get_args(Role)
            for _ in range(2)
        ]


async def followed_up(api: Api, name: str, through: Sequence[Member]) -> None:
    """An appraisal is finalized: the reaction answers it once, the relay carries that, the view shows it
    through every process that answers requests."""
    seen = await bring(api, name, "approved", "colleague")
    of = skp(name, "colleague")
    await appraise(api, of, actor="rival", headers={"At-Least": seen})
    for each in through:
        await each.api.until(
            SERVICE, "/people/colleague/rewards",
            lambda rewards: of in {reward["skp"] for reward in rewards}, **PERSONNEL,
        )  # fmt: skip
    effects = await stream(api, SERVICE, f"followup/{of}")
    assert [each.model.__name__ for each in effects] == FOLLOWED_UP


async def test_a_service_works_in_processes_of_one_role_each(
    api: Api, apart: Sequence[Member]
) -> None:
    for each in apart:
        await until(each.api, (SERVICE,), well)
        # Only those that answer requests know any path but the probes'.
        answer = await each.api.ask(SERVICE, "GET", "/people/colleague/rewards", **PERSONNEL)
        assert answer.status == (200 if each.role == "api" else 404), each.role
    first, second = apart[::2], apart[1::2]
    answering = [each for each in apart if each.role == "api"]
    await followed_up(api, "apart", answering)
    # One of each role dies: the other goes on in its place.
    await asyncio.gather(*(each.kill() for each in first))
    await followed_up(api, "half-gone", [each for each in answering if each in second])

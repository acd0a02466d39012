"""The local issuer's page: who there is to sign in as."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import aiohttp
from jinja2 import Environment, StrictUndefined

PATIENCE = 3.0
"""Seconds that planning has to name its people."""
SHOWN = 12
TEMPLATE = Path(__file__).with_name("authorize.html")


class Part(NamedTuple):
    """What the agency made of somebody who is nobody of the directory: in both languages."""

    sub: str
    roles: str
    indonesian: str
    english: str


PARTS = (
    Part("personnel-unit", "personnel", "Pengelola kepegawaian", "Personnel officer"),
    Part("demonstration-auditor", "auditor", "Auditor", "Auditor"),
    Part("appointing-authority", "appointing-authority", "PPK", "Appointing authority"),
    Part("operator-1", "operator", "Operator", "Operator"),
)


class Found(NamedTuple):
    """Somebody of the directory."""

    person: str
    name: str
    position: str


async def people(planning: str, name: str, token: str) -> Sequence[Found]:
    """In whose names `name` stands; nobody while planning is away."""
    timeout = aiohttp.ClientTimeout(total=PATIENCE)
    headers = {"Authorization": f"Bearer {token}"}
    try:
        async with aiohttp.ClientSession(timeout=timeout, raise_for_status=True) as http:
            async with http.get(
                f"{planning}/people", params={"name": name}, headers=headers
            ) as told:
                found = (await told.json())["items"]
    except (aiohttp.ClientError, TimeoutError):
        return []
    return [Found(each["person"], each["name"], each["position"] or "") for each in found[:SHOWN]]


def page(asked: dict[str, Any], find: str, found: Sequence[Found]) -> str:
    """`asked` is the client's request, which every form sends on."""
    environment = Environment(autoescape=True, undefined=StrictUndefined)
    english = str(asked["ui_locales"]).startswith("en")
    return environment.from_string(TEMPLATE.read_text()).render(
        asked=asked, find=find, found=found, parts=PARTS, english=english
    )

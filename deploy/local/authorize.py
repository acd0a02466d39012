"""The local issuer's page: who there is to sign in as, and what awaits whom."""

from collections import Counter
from collections.abc import Mapping, Sequence
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


WAITING: Mapping[str, tuple[str, str]] = {
    "draft-skp": ("SKP untuk disusun", "an SKP to draft"),
    "submit-skp": ("draf untuk diajukan", "a draft to submit"),
    "mend-skp": ("SKP yang dikembalikan", "a returned SKP to mend"),
    "approve-skp": ("SKP untuk ditinjau", "an SKP to review"),
    "fill-matrix": ("matriks untuk diisi", "a matrix to fill in"),
    "name-appraiser": ("pegawai tanpa atasan", "somebody without an appraiser"),
    "answer-dispute": ("“bukan atasan saya” untuk dijawab", "an appraiser that is disputed"),
    "see-to-skps": ("pegawai tanpa SKP", "somebody without an SKP"),
}
"""Kinds of planning's duties, in both languages."""


class Found(NamedTuple):
    """Somebody of the directory."""

    person: str
    name: str
    position: str


class Waiting(NamedTuple):
    """Somebody for whom something waits, so `many` of one kind: in both languages."""

    person: str
    name: str
    many: int
    indonesian: str
    english: str


async def people(planning: str, name: str, token: str) -> Sequence[Found]:
    """In whose names `name` stands; nobody while planning is away."""
    told = await _ask(planning, "/people", {"name": name}, token)
    found = told["items"][:SHOWN] if told else []
    return [Found(each["person"], each["name"], each["position"] or "") for each in found]


async def waiting(planning: str, token: str) -> Sequence[Waiting]:
    """One of the first people for each kind that is due from any of them, whoever has most of it; nobody while
    planning is away. `token`: the notifier's."""
    told = await _ask(planning, "/duties/people", {}, token)
    most: dict[str, tuple[int, str]] = {}
    for each in told["items"] if told else []:
        for kind, count in Counter(duty["kind"] for duty in each["duties"]).items():
            most[kind] = max(most.get(kind, (0, "")), (count, each["person"]))
    ids = [("ids", person) for _, person in most.values()]
    told = await _ask(planning, "/people/names", ids, token) if ids else None
    names = {each["person"]: each["name"] for each in told or []}
    return [
        Waiting(person, names.get(person, person), count, *words)
        for kind, words in WAITING.items()
        if kind in most
        for count, person in [most[kind]]
    ]


async def _ask(planning: str, path: str, query: Any, token: str) -> Any:
    """None while planning is away."""
    timeout = aiohttp.ClientTimeout(total=PATIENCE)
    headers = {"Authorization": f"Bearer {token}"}
    try:
        async with aiohttp.ClientSession(timeout=timeout, raise_for_status=True) as http:
            async with http.get(f"{planning}{path}", params=query, headers=headers) as told:
                return await told.json()
    except (aiohttp.ClientError, TimeoutError):
        return None


def page(
    asked: dict[str, Any], find: str, found: Sequence[Found], awaited: Sequence[Waiting]
) -> str:
    """`asked` is the client's request, which every form sends on."""
    environment = Environment(autoescape=True, undefined=StrictUndefined)
    english = str(asked["ui_locales"]).startswith("en")
    return environment.from_string(TEMPLATE.read_text()).render(
        asked=asked, find=find, found=found, awaited=awaited, parts=PARTS, english=english
    )

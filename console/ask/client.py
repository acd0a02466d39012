"""The console's way to the services: it asks as whoever reads, and shows what they answer."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import quote

import aiohttp
from pydantic import BaseModel, ConfigDict, ValidationError
from yarl import URL

from chassis.tracing import asking
from console.settings import Common

Row = TypeVar("Row", bound=BaseModel)
FILES = ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",)
"""What is no JSON."""
NDJSON = "application/x-ndjson"
UNHURRIED = aiohttp.ClientTimeout(total=None, connect=10, sock_read=60)
"""Of a list that is told whole: seconds to the next of its rows, however many follow."""
UNREACHED = (aiohttp.ClientError, TimeoutError, ValueError)
"""A service is away or slow, or something answers in its place that speaks no JSON."""


class FieldProblem(BaseModel):
    """What is wrong in the body, at a JSON pointer (RFC 6901)."""

    model_config = ConfigDict(frozen=True)

    pointer: str = ""
    code: str = ""
    detail: str = ""


class Problem(BaseModel):
    """Why a service refuses (RFC 9457). `article` is the rule's, if it rests on one; `field` where a decision
    says one, as dotted names."""

    model_config = ConfigDict(frozen=True)

    type: str = ""
    detail: str = ""
    article: str = ""
    field: str = ""
    errors: tuple[FieldProblem, ...] = ()

    @property
    def code(self) -> str:
        return self.type.rpartition(":")[2]

    @property
    def place(self) -> str:
        """The field that it is about, the first of several, as dotted names; empty if none is said."""
        if self.field or not self.errors:
            # What could not be read is told with where it was.
            return self.field.removeprefix("body.")
        return self.errors[0].pointer.strip("#/").replace("/", ".")


class Refused(Exception):
    """The reader gets no page, or no act is done. `status` as in HTTP."""

    def __init__(self, status: int, problem: Problem | None = None) -> None:
        self.status = status
        self.problem = problem or Problem()

    @property
    def is_behind(self) -> bool:
        """What the reader has just done is kept, and not yet in what would be shown."""
        return self.problem.code == "not-caught-up"

    @property
    def in_place(self) -> bool:
        """Whether the page itself tells it, with what was typed: as whatever names a field."""
        return self.status in (400, 409, 422) or bool(self.problem.field)


class Receipt(BaseModel):
    """A command is done: its stream is at `version`, and who asks for `at_least` sees its effect."""

    model_config = ConfigDict(frozen=True)

    stream: str
    version: int
    at_least: str


class Outcome(BaseModel):
    """Of one of several: it is accepted, or there is a problem. `assignment`, where it is about one."""

    model_config = ConfigDict(frozen=True)

    assignment: str = ""
    accepted: Receipt | None = None
    problem: Problem | None = None


class Services:
    def __init__(self, settings: Common, http: aiohttp.ClientSession) -> None:
        self.settings = settings
        self.http = http

    async def ask(
        self,
        method: str,
        service: str,
        path: tuple[str, ...],
        headers: Mapping[str, str],
        /,
        *,
        query: Mapping[str, str | list[str]] | None = None,
        body: Any = None,
        content: bytes | None = None,
    ) -> Any:
        """Each part of the path stays one part, whatever it holds. An answer's JSON, or what else it holds.
        Raises Refused, with the service's own status and problem; 503 if it is away."""
        url = self._url(service, path, query)
        try:
            with asking(service, method) as trace:
                async with self.http.request(
                    method,
                    url,
                    headers={**headers, **trace},
                    json=body,
                    data=content,
                    allow_redirects=False,
                ) as answer:
                    is_file = answer.status == 200 and answer.content_type in FILES
                    told = await answer.read() if is_file else await answer.json(content_type=None)
        except UNREACHED as error:
            raise Refused(503) from error
        # A success of another kind (a redirect, no JSON) comes from something that is no service.
        if answer.status != 200:
            raise Refused(answer.status if answer.status >= 400 else 503, _problem(told))
        return told

    async def lines(
        self,
        service: str,
        path: tuple[str, ...],
        headers: Mapping[str, str],
        query: Mapping[str, str | list[str]],
    ) -> AsyncIterator[bytes]:
        """Every row of a list as a line of JSON, as it comes. Raises Refused before the first one; and, if
        the answer ends before it is whole, 503 in its place."""
        url = self._url(service, path, query)
        try:
            async with self.http.get(
                url, headers={**headers, "Accept": NDJSON}, allow_redirects=False, timeout=UNHURRIED
            ) as answer:
                if answer.status != 200 or answer.content_type != NDJSON:
                    told = await answer.json(content_type=None)
                    raise Refused(answer.status if answer.status >= 400 else 503, _problem(told))
                async for line in answer.content:
                    yield line
        except UNREACHED as error:
            raise Refused(503) from error

    def _url(
        self, service: str, path: tuple[str, ...], query: Mapping[str, str | list[str]] | None
    ) -> URL:
        whole = "/".join([self.settings.url(service), *(quote(part, safe="") for part in path)])
        return URL(whole, encoded=True).with_query(query or None)


@dataclass(frozen=True, slots=True)
class Asker:
    """One reader's way to the services. `done` has what the reader has just done: the positions that a later
    answer must have arrived at, by service."""

    services: Services
    token: str
    done: dict[str, str] = field(default_factory=dict)

    async def get(self, service: str, /, *path: str, **query: str | list[str]) -> Any:
        """A service's answer to this reader. Who has not signed in is not asked for. Raises Refused."""
        return await self.services.ask("GET", service, path, self._headers(service), query=query)

    async def rows(
        self, service: str, /, *path: str, of: type[Row], **query: str | list[str]
    ) -> AsyncIterator[Row]:
        """A whole list, row by row, in its order. Raises Refused: before the first row, or in the place of
        those that did not come."""
        lines = self.services.lines(service, path, self._headers(service), query)
        async for line in lines:
            yield of.model_validate_json(line)

    async def post(
        self, service: str, /, *path: str, key: str, body: Any = None, version: str = ""
    ) -> Receipt:
        """Gives a command: once for a `key`, however often; at `version` of its stream, if one is given.
        The receipt of one that comes to several is the last one's. Raises Refused."""
        headers = self._headers(service) | {"Idempotency-Key": key}
        if version:
            headers["If-Match"] = f'"{version}"'
        told = await self.services.ask("POST", service, path, headers, body=body)
        receipt = Receipt.model_validate(told[-1] if isinstance(told, list) else told)
        self.done[service] = receipt.at_least
        return receipt

    async def post_many(self, service: str, /, *path: str, key: str, body: Any) -> list[Outcome]:
        """Gives a command that is several, each with an outcome of its own. Raises Refused."""
        headers = self._headers(service) | {"Idempotency-Key": key}
        told = await self.services.ask("POST", service, path, headers, body=body)
        outcomes = [Outcome.model_validate(each) for each in told]
        reached = [each.accepted.at_least for each in outcomes if each.accepted]
        if reached:  # as many as a request may wait for
            self.done[service] = ",".join(dict.fromkeys(reached[-8:]))
        return outcomes

    async def check(self, service: str, /, *path: str, body: Any, **query: str) -> Any:
        """What a service says of something that is not given. Raises Refused."""
        headers = self._headers(service)
        return await self.services.ask("POST", service, path, headers, query=query, body=body)

    async def send(
        self, service: str, /, *path: str, key: str, content: bytes | None = None, **query: str
    ) -> Any:
        """Gives a file, or a word about one that was given; the answer is how it stands. Raises Refused."""
        headers = self._headers(service) | {"Idempotency-Key": key}
        return await self.services.ask("POST", service, path, headers, query=query, content=content)

    async def status(self, service: str) -> Any:
        """What a service tells of itself, open to all; None if it does not answer."""
        try:
            return await self.services.ask("GET", service, ("status",), {})
        except Refused:
            return None

    def _headers(self, service: str) -> dict[str, str]:
        if not self.token:
            raise Refused(401)
        at_least = self.done.get(service, "")
        behind = {"At-Least": at_least} if at_least else {}
        return {"Authorization": f"Bearer {self.token}"} | behind


def _problem(told: Any) -> Problem:
    try:
        return Problem.model_validate(told)
    except ValidationError:
        return Problem()

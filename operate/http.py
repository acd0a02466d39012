"""Asks the services over HTTP, wherever they are, as whoever asks."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from yarl import URL

from audit.runs import at_work
from contracts.catalogue import SERVICES
from operate import CannotAsk

PATIENCE = 60.0
"""Seconds that an answer may take."""
OPERATOR = {"sub": "operator-1", "roles": "operator"}
"""As whom the local run is asked, unless KINERJA_TOKEN says."""


@dataclass(frozen=True, slots=True)
class Places:
    """The services' addresses; those of a local run with its issuer, which gives tokens for a secret."""

    services: Mapping[str, str]
    issuer: str = ""
    secret: str = ""


def find(folder: Path | None) -> Places:
    """Those that PLANNING_URL and so on name, or of the local run at work. Raises NotFound, CannotAsk."""
    named = {
        service: url.rstrip("/")
        for service in SERVICES
        if (url := os.environ.get(f"{service.upper()}_URL"))
    }
    if named and not folder:
        return Places(named)
    of, told = at_work(folder, instead="set PLANNING_URL and so on to the services' addresses")
    try:
        secret = (of / "issuer.secret").read_text()
    except OSError as error:
        raise CannotAsk(f"The run's secret cannot be read: {error}") from None
    return Places({service: told[service] for service in SERVICES}, told["issuer"], secret)


class Client:
    """`signed_in` requests bring the token of KINERJA_TOKEN, or one that the local issuer gives."""

    def __init__(
        self, places: Places, http: aiohttp.ClientSession, as_whom: Mapping[str, str]
    ) -> None:
        self.places = places
        self._as_whom = as_whom
        self._http = http
        self._token = os.environ.get("KINERJA_TOKEN", "")

    async def ask(
        self,
        service: str,
        path: str,
        *,
        signed_in: bool = False,
        key: str = "",
        body: Mapping[str, Any] | None = None,
        content: bytes | None = None,
    ) -> Any:
        """An answer: of JSON, or of text; with a `key` to a command, whose body is JSON, or bytes. Raises
        CannotAsk."""
        if (url := self.places.services.get(service)) is None:
            raise CannotAsk(f"{service.upper()}_URL is not set.")
        headers = {"Idempotency-Key": key} if key else {}
        if signed_in:
            headers["Authorization"] = f"Bearer {await self._signed_in()}"
        method = "POST" if key else "GET"
        sent: dict[str, Any] = {"json": body}
        if content is not None:
            sent = {"data": content}
        # A path is as it is written.
        return await self._answer(
            service, method, URL(url + path, encoded=True), headers=headers, **sent
        )

    async def _signed_in(self) -> str:
        if not self._token and not self.places.issuer:
            raise CannotAsk("KINERJA_TOKEN is not set: the token of whoever asks.")
        if not self._token:
            form = {**self._as_whom, "secret": self.places.secret}
            url = f"{self.places.issuer}/anybody"
            given = await self._answer("the issuer", "POST", url, data=form)
            self._token = given["access_token"]
        return self._token

    async def _answer(self, who: str, method: str, url: str | URL, **sent: Any) -> Any:
        try:
            async with self._http.request(method, url, allow_redirects=False, **sent) as answer:
                is_json = answer.content_type.endswith("json")
                said = await answer.json(content_type=None) if is_json else await answer.text()
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise CannotAsk(f"{who} could not be asked: {error or type(error).__name__}") from error
        if answer.status != 200:
            told = said if isinstance(said, dict) else {}
            why = ": ".join(str(told[each]) for each in ("title", "detail") if each in told)
            raise CannotAsk(f"{who} answers {answer.status}: {why or answer.reason}")
        return said


@asynccontextmanager
async def asking(
    folder: Path | None, as_whom: Mapping[str, str] = OPERATOR
) -> AsyncIterator[Client]:
    """A client of the services; of the local run, as whom."""
    timeout = aiohttp.ClientTimeout(total=PATIENCE)
    async with aiohttp.ClientSession(timeout=timeout) as http:
        yield Client(find(folder), http, as_whom)


async def of_each(
    client: Client,
    service: str | None,
    ask: Callable[[Client, str], Awaitable[Any]],
) -> tuple[list[tuple[str, Any]], list[CannotAsk]]:
    """What the service answers, or each that there is; and why some could not be asked."""
    asked: Iterable[str] = [service] if service else client.places.services
    answers = await asyncio.gather(*(ask(client, each) for each in asked), return_exceptions=True)
    found, failed = [], []
    for each, answer in zip(asked, answers, strict=True):
        if isinstance(answer, CannotAsk):
            failed.append(answer)
        elif isinstance(answer, BaseException):
            raise answer
        else:
            found.append((each, answer))
    return found, failed

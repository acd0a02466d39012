"""Asks the owners of other logs: for their public keys, and whatever else they tell anybody."""

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

import aiohttp
from pydantic import TypeAdapter

from eventlog.keys import PublicKey, read_key_set

PATIENCE = 5.0
"""Seconds that an owner may take to answer."""

_JSON = TypeAdapter(dict[str, object])


async def ask(url: str) -> Sequence[PublicKey]:
    """The keys of the key set at a URL: `http:`, `https:`, or `file:` where whoever runs the services has
    laid it down. Raises OSError, aiohttp.ClientError, TimeoutError, BadKey, ValidationError."""
    if (where := urlsplit(url)).scheme == "file":
        return read_key_set(_JSON.validate_json(Path(url2pathname(where.path)).read_bytes()))
    return read_key_set(_JSON.validate_json(await fetch(url, PATIENCE)))


async def fetch(url: str, patience: float) -> bytes:
    """What is at a URL of a service, which may take so many seconds to answer. Raises OSError,
    aiohttp.ClientError, TimeoutError."""
    timeout = aiohttp.ClientTimeout(total=patience)
    async with (
        aiohttp.ClientSession(timeout=timeout, raise_for_status=True) as http,
        http.get(url, allow_redirects=False) as answer,
    ):
        return await answer.read()

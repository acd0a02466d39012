"""What anybody may hold a service's log against: its keys, its signed checkpoints, and proofs.

Hashes of records tell nothing of people: each record holds ids and a time to the microsecond, so that
none is guessed from its hash. What an answer costs does not grow with the log, and few are made at
once: whoever is known here is served before whoever is not.
"""

from asyncio import Semaphore
from base64 import b64encode
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from chassis.problems import NotFound
from chassis.runtime import Runtime
from eventlog.keyring import read_keyring
from eventlog.keys import write_key_set

MAX_AT_ONCE = 4
"""Answers under way in one process; whoever comes then is told to come again. Each holds one connection,
and has PostgreSQL hash some hundred records at most."""

_free = Semaphore(MAX_AT_ONCE)


async def _few_at_once() -> AsyncIterator[None]:
    if _free.locked():
        raise HTTPException(503, "Try again shortly", {"Retry-After": "1"})
    async with _free:
        yield


router = APIRouter(dependencies=[Depends(_few_at_once)])

Size = Annotated[int, Query(ge=1, lt=2**63)]


class Key(BaseModel):
    """An Ed25519 key (RFC 8037); `kid` is its thumbprint (RFC 7638), `x` the key, base64url."""

    kty: str
    crv: str
    x: str
    kid: str
    alg: str
    use: str


class KeySet(BaseModel):
    """A JSON Web Key Set (RFC 7517)."""

    keys: list[Key]


class InclusionProof(BaseModel):
    """That the record at `position` is leaf `position` - 1 of the tree of `size` leaves. `hashes` are base64,
    from the leaf to the root (RFC 9162, section 2.1.3)."""

    position: int
    size: int
    hashes: list[str]


class ConsistencyProof(BaseModel):
    """That the tree of `new` leaves begins with that of `old`. `hashes` are base64 (RFC 9162, section
    2.1.4)."""

    old: int
    new: int
    hashes: list[str]


@router.get("/keys")
async def keys(request: Request) -> KeySet:
    """The keys that sign the log, or have signed it and not been withdrawn."""
    runtime: Runtime = request.app.state.runtime
    return KeySet(**write_key_set((await read_keyring(runtime.pool)).good))


@router.get("/checkpoint", response_class=PlainTextResponse)
async def checkpoint(request: Request, size: Size = 2**63 - 1) -> str:
    """The log's last signed checkpoint, or the last of at most `size` leaves, as a signed note (C2SP
    tlog-checkpoint)."""
    runtime: Runtime = request.app.state.runtime
    if (note := await runtime.checkpoints.latest(size)) is None:
        raise NotFound("no checkpoint yet, or none so small")
    return note


@router.get("/proofs/inclusion")
async def inclusion(request: Request, position: Size, size: Size) -> InclusionProof:
    """Prove that a record is in the log of this size, which a checkpoint must cover."""
    runtime: Runtime = request.app.state.runtime
    hashes = await runtime.checkpoints.prove_inclusion(position, size)
    return InclusionProof(position=position, size=size, hashes=_base64(hashes))


@router.get("/proofs/consistency")
async def consistency(request: Request, old: Size, new: Size) -> ConsistencyProof:
    """Prove that the log of the new size, which a checkpoint must cover, continues that of the old."""
    runtime: Runtime = request.app.state.runtime
    hashes = await runtime.checkpoints.prove_consistency(old, new)
    return ConsistencyProof(old=old, new=new, hashes=_base64(hashes))


def _base64(hashes: list[bytes]) -> list[str]:
    return [b64encode(each).decode() for each in hashes]

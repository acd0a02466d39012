"""Serves the browser's files. An address stands for one content, so a browser keeps it for a year."""

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from console.show.assets import BUILT, PATH, manifest

TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "woff2": "font/woff2",
}
KEPT = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class File:
    """`compressed` by gzip, if that makes it smaller."""

    kind: str
    body: bytes
    compressed: bytes | None


def router() -> APIRouter:
    """Reads them once. Raises NotBuilt."""
    files = {name: _read(name) for name in manifest().files.values()}
    made = APIRouter()

    @made.get(f"{PATH}/{{name}}")
    async def file(name: str, request: Request) -> Response:
        if not (found := files.get(name)):
            raise HTTPException(404)
        headers = {"Cache-Control": KEPT}
        if found.compressed and "gzip" in request.headers.get("Accept-Encoding", ""):
            headers |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
            return Response(found.compressed, headers=headers, media_type=found.kind)
        return Response(found.body, headers=headers, media_type=found.kind)

    return made


def _read(name: str) -> File:
    compressed = BUILT / f"{name}.gz"
    return File(
        TYPES[name.rpartition(".")[2]],
        (BUILT / name).read_bytes(),
        compressed.read_bytes() if compressed.exists() else None,
    )

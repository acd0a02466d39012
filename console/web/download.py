"""Files that a page lets its reader keep."""

from urllib.parse import quote

from fastapi import Response

TYPES = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""By their endings."""


def download(content: bytes, name: str, ending: str) -> Response:
    """A file to be kept under this name (RFC 6266), not shown in the page's place."""
    kept = f"attachment; filename*=UTF-8''{quote(f'{name}.{ending}', safe='')}"
    return Response(content, headers={"Content-Disposition": kept}, media_type=TYPES[ending])

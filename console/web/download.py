"""Files that a page lets its reader keep."""

from collections.abc import Mapping
from urllib.parse import quote

from fastapi import Response

TABLES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
TYPES = {"pdf": "application/pdf", **TABLES}
"""By their endings."""


def kept_as(name: str, ending: str) -> Mapping[str, str]:
    """The header of a file that is to be kept under this name (RFC 6266), not shown in the page's place."""
    return {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(f'{name}.{ending}', safe='')}"
    }


def download(content: bytes, name: str, ending: str) -> Response:
    return Response(content, headers=dict(kept_as(name, ending)), media_type=TYPES[ending])

"""The list of SKPs: how it is chosen, and its columns as a file."""

from collections.abc import Callable

from console.planning.skp import Listed
from console.planning.words import STATES
from console.show.words import N_
from console.web.export import Column
from console.web.lists import Chosen
from console.web.page import Visit

LATEST = "-start"
WHOSE = ("team", "unit")
"""Filters that say whose; one's own, if neither is there."""


def of_skps(page: Visit) -> Chosen:
    """As the page's address says."""
    said = {name: page.query.get(name, "") for name in (*WHOSE, "status")}
    return Chosen(
        "/skps", said, page.query.get("sort") or LATEST, LATEST, page.query.get("after", "")
    )


def asked(chosen: Chosen) -> dict[str, str]:
    """As planning is asked for it."""
    return chosen.query | ({"team": "me"} if chosen.filters["team"] else {})


def columns(say: Callable[[str], str]) -> list[Column[Listed]]:
    return [
        Column(say(N_("Pegawai")), 32, lambda row: row.called),
        Column(say(N_("Jabatan")), 36, lambda row: row.position),
        Column(say(N_("Unit kerja")), 36, lambda row: row.unit_name or row.unit),
        Column(say(N_("Mulai")), 14, lambda row: row.start),
        Column(say(N_("Sampai")), 14, lambda row: row.until),
        Column(say(N_("Keadaan")), 16, lambda row: say(STATES.get(row.status, row.status))),
        Column(
            say(N_("Perubahan")),
            16,
            lambda row: say(STATES.get(row.amendment, "")) if row.amendment else "",
        ),
        Column(say(N_("Perlu diperiksa")), 16, lambda row: row.warnings),
    ]

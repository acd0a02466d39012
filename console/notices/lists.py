"""The list of notices: how it is chosen, and its columns as a file."""

from collections.abc import Mapping

from console.ask.client import Refused
from console.keep.notices import Notice
from console.notices.reads import Told
from console.show.matters import told
from console.show.words import N_
from console.web.export import Column
from console.web.lists import Chosen
from console.web.page import Visit

STATES: Mapping[str, str] = {"open": N_("Belum selesai"), "closed": N_("Selesai")}
WHOSE: Mapping[str, str] = {
    "own": N_("Yang menunggu Anda"),
    "others": N_("Yang terlambat pada bawahan"),
}
LATEST = "-opened"
"""The one order of them."""
MOST = 2**63 - 1
"""PostgreSQL's bigint."""


def of_notices(page: Visit) -> Chosen:
    """As the page's address says. Raises Refused (422) for what no page's does."""
    said = {name: page.query.get(name, "") for name in ("state", "whose")}
    after = page.query.get("after", "")
    is_known = said["state"] in {"", *STATES} and said["whose"] in {"", *WHOSE}
    if not is_known or (after and not (after.isdecimal() and 1 <= int(after) <= MOST)):
        raise Refused(422)
    return Chosen("/notices", said, LATEST, LATEST, after)


def columns(page: Visit) -> list[Column[Told]]:
    say = page.say
    return [
        Column(say(N_("Pemberitahuan")), 48, lambda row: told(row.kind, page.language)),
        Column(say(N_("Terlambat pada")), 32, lambda row: row.late or ""),
        Column(say(N_("Diingatkan oleh")), 32, lambda row: row.reminded or ""),
        Column(say(N_("Sejak")), 14, lambda row: row.notice.matter.since),
        Column(say(N_("Tenggat")), 14, lambda row: row.notice.matter.due),
        Column(say(N_("Keadaan")), 16, lambda row: say(STATES[_state(row.notice)])),
    ]


def _state(notice: Notice) -> str:
    return "open" if notice.is_open else "closed"

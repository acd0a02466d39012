"""Who could be named as somebody's appraiser, found by name: each by what makes them one."""

from collections.abc import Mapping
from datetime import date

from pydantic import BaseModel, ConfigDict

from console.ask.client import Asker
from console.show.words import N_
from console.web.forms import Typed
from contracts.planning import AssignmentKind

WHY = {
    "own-appraiser": N_("Tidak seorang pun menilai kinerjanya sendiri; pilih yang lain."),
    "unknown-office": N_("Jabatan itu tidak tercatat padanya; cari lagi."),
    "not-in-office": N_(
        "Jabatan itu tidak didudukinya pada hari pertama itu; pilih yang lain, atau ubah harinya."
    ),
    "circle": N_("Ia sendiri dinilai oleh pegawai ini, langsung atau tidak; pilih yang lain."),
}
FIELDS = {"appraiser": "superior", "office": "superior", "superior": "superior"}
"""The form's field, by those of what is sent."""


class Office(BaseModel):
    """What somebody holds, by which they can be named. `until` is None of one that goes on."""

    model_config = ConfigDict(frozen=True)

    assignment: str
    person: str
    name: str
    position: str
    kind: AssignmentKind
    unit: str
    unit_name: str | None
    until: date | None

    @property
    def choice(self) -> str:
        """As the form has it: both, parted by what neither holds."""
        return f"{self.person}/{self.assignment}"


class Offices(BaseModel):
    """There are `more` of the name."""

    model_config = ConfigDict(frozen=True)

    items: tuple[Office, ...]
    more: bool


def looked_for(form: Typed, day: str) -> dict[str, str]:
    """The form's fields once somebody is looked for by its name, on the day of that field: what is found stays,
    until something else is looked for."""
    return dict(form.fields) | {"sought": form["name"], "on": form[day]}


async def offices(ask: Asker, person: str, typed: Mapping[str, str]) -> Offices | None:
    """What people of the name that was looked for hold on the day, the person aside; None if nobody was looked
    for. Raises Refused."""
    if not typed.get("sought"):
        return None
    query = {"name": typed["sought"][:300]}
    if day := day_of(typed.get("on", "")):
        query["on"] = day.isoformat()
    return Offices.model_validate(await ask.get("planning", "people", person, "superiors", **query))


def chosen(form: Typed) -> dict[str, str] | None:
    """As planning takes it; None if nobody was chosen."""
    person, _, office = form["superior"].partition("/")
    return {"appraiser": person, "office": office} if office else None


def day_of(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None

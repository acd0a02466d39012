"""What a result may serve, as the editor of an SKP offers it."""

import re
from collections.abc import Mapping, Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict

from console.ask.client import Asker, Refused
from console.planning.rows import Fields, base, ids
from console.show.words import N_

OF = {
    "cell": N_("Matriks peran hasil"),
    "agreement": N_("Perjanjian kinerja Anda"),
    "leader": N_("SKP pimpinan Anda"),
}


OF_SKP = re.compile(r".+\.\d{8}/[^/]+")
"""An SKP is called by its assignment and its first day, an agreement by its unit and its year or years."""


class Place(BaseModel):
    """`text` is what stands there, `of` what it is in; `served`, that some SKP says to serve it."""

    model_config = ConfigDict(frozen=True)

    place: str
    text: str
    of: Literal["cell", "agreement", "leader"]
    served: bool


async def places(ask: Asker, fields: Fields) -> Sequence[Place]:
    """Of the assignment and the year of an SKP, by its fields. Nobody is kept from writing for want of them."""
    year = fields.get("start", "")[:4]
    try:
        told = await ask.get(
            "planning", "skp-places", assignment=fields.get("assignment", ""), year=year
        )
    except Refused:
        return ()
    return [Place.model_validate(each) for each in told]


def by_kind(found: Sequence[Place]) -> Mapping[str, list[Place]]:
    """Those of each kind that there are."""
    every = {kind: [each for each in found if each.of == kind] for kind in OF}
    return {kind: those for kind, those in every.items() if those}


def choosing(fields: Fields) -> bool:
    """Whether somebody has just chosen what a result serves."""
    made_from = base(fields)
    chosen = (f"{id}/serves_at" for id in ids(fields, "order"))
    return any(fields.get(at) and fields[at] != made_from.get(at) for at in chosen)


def worded(fields: Fields, found: Sequence[Place]) -> dict[str, str]:
    """The fields, in which each result that serves a place says what stands there, unless somebody has written
    that in words of their own."""
    texts = {each.place: each.text for each in found}
    said = dict(fields)
    for id in ids(fields, "order"):
        words = fields.get(f"{id}/serves", "").strip()
        text = texts.get(fields.get(f"{id}/serves_at", ""))
        if text and (not words or words in texts.values()):
            said[f"{id}/serves"] = text
    return said


def is_in_cascade(place: str) -> bool:
    """Whether the cascade leads there: not to a result of an SKP."""
    return not OF_SKP.fullmatch(place)

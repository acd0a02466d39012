"""Events of planning about the agency's positions: what each is, and what an SKP in it begins with."""

from typing import ClassVar, Literal

from contracts.event import FreeText
from contracts.planning import Form, PlanningEvent, Result

PositionKind = Literal[
    "jpt-utama",
    "jpt-madya",
    "jpt-pratama",
    "administrator",
    "supervisor",
    "functional",
    "executing",
]
"""Jabatan manajerial: pimpinan tinggi utama, madya and pratama, administrator, pengawas; nonmanajerial:
fungsional, pelaksana (UU 20/2023 Arts 13, 14, 18)."""

CLASSES = range(1, 18)
"""Kelas jabatan (PermenPANRB 34/2011)."""


class PositionDescribed(PlanningEvent):
    """What the position is from now on known to be. `level` is a functional one's jenjang, `grade` its class
    (kelas jabatan), `form` the one that an SKP in it has; `ground` is the decree, or why it is corrected."""

    about: ClassVar[str] = "position"

    position: str
    name: str
    kind: PositionKind
    level: str | None
    grade: int | None
    form: Form
    ground: FreeText


class PositionTemplateSet(PlanningEvent):
    """What an SKP of whoever holds the position may begin with; with no results, nothing."""

    about: ClassVar[str] = "position"

    position: str
    results: tuple[Result, ...]
    by: str


EVENTS = (PositionDescribed, PositionTemplateSet)

"""Events of planning: what units are to achieve, and who carries which part of it.

What they are about is named by its place: `AGREEMENT/OBJECTIVE`, `AGREEMENT/INDICATOR`, or the cell
`MATRIX/INDICATOR/ASSIGNMENT`, where a matrix has the name of the agreement whose indicators stand in its top
row; a cell below a team leader's, `MATRIX/INDICATOR/LEADER/ASSIGNMENT`.
"""

from typing import ClassVar, Literal

from contracts.event import FreeText, Part
from contracts.planning import PlanningEvent


class YearTarget(Part):
    """What an indicator is to reach in a year: a number or words, in the indicator's unit."""

    year: int
    target: FreeText


class AgreedIndicator(Part):
    """IKU: what an objective is measured by. `baseline` is where it stood when this was agreed. It has an
    aspect or a perspective, as the form of the head's SKP has."""

    id: str
    aspect: Literal["quantity", "quality", "time", "cost"] | None = None
    perspective: FreeText | None = None
    text: FreeText
    unit: FreeText | None = None
    baseline: FreeText | None = None
    targets: tuple[YearTarget, ...]


class Objective(Part):
    """Sasaran. `serves` is the place of what it contributes to above: an objective or an indicator of the
    strategic plan or of the agreement of a unit above, or the head's cell in that unit's matrix."""

    id: str
    text: FreeText
    serves: str | None = None
    indicators: tuple[AgreedIndicator, ...]


Role = Literal["responsible", "member", "additional"]
"""Penanggung jawab, anggota, tambahan: the first two give an SKP a main result, the last an additional one."""


class Cell(Part):
    """Who carries which part of a head's indicator: `text` is a result of the assignment's SKP. `under` is the
    team leader's assignment below whose cell it is. A `direct` one hands the head's result down and counts in
    it; another one contributes to it."""

    place: str
    indicator: str
    under: str | None
    assignment: str
    person: str
    role: Role
    direct: bool
    text: FreeText


class AgreementSet(PlanningEvent):
    """What a unit's head is to achieve from the year `first` through `last`: a performance agreement
    (perjanjian kinerja) of one year, or the agency's strategic plan (Renstra), of several."""

    about: ClassVar[str] = "unit"

    agreement: str
    unit: str
    assignment: str
    person: str
    first: int
    last: int
    objectives: tuple[Objective, ...]
    by: str


class AgreementAmended(PlanningEvent):
    """What it says from now on, as a whole. Another `assignment` than before is that of the head who has
    followed."""

    about: ClassVar[str] = "unit"

    agreement: str
    unit: str
    assignment: str
    person: str
    objectives: tuple[Objective, ...]
    reason: FreeText
    by: str


class CellsPut(PlanningEvent):
    """Cells of a unit's role–result matrix (matriks peran hasil) of a year, new ones or in the place of what
    they said before."""

    about: ClassVar[str] = "unit"

    matrix: str
    unit: str
    year: int
    cells: tuple[Cell, ...]
    by: str


class CellsRemoved(PlanningEvent):
    """`cells` are their places."""

    about: ClassVar[str] = "unit"

    matrix: str
    unit: str
    year: int
    cells: tuple[str, ...]
    reason: FreeText
    by: str


EVENTS = (AgreementSet, AgreementAmended, CellsPut, CellsRemoved)

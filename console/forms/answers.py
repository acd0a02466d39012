"""What planning answers for its forms (`GET /skps/{skp}/form`, `GET /matrix/form`)."""

from datetime import date, datetime
from typing import Literal, TypeAlias

from pydantic import BaseModel, ConfigDict

from contracts.alignment import Role
from contracts.planning import Annexes, AssignmentKind, Expectation, Form, Result

Status: TypeAlias = Literal[
    "draft", "submitted", "returned", "approved", "closed", "withdrawn", "cancelled"
]


class Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class Party(Answer):
    """The position, with its `level`, and the `unit` are None of whoever holds none by which they sign."""

    nip: str | None
    name: str
    position: str | None
    level: str | None
    kind: AssignmentKind | None
    unit: str | None


class Ground(Answer):
    """The event that the form rests on; `leaf` is its hash in the log's tree."""

    at: datetime
    day: date
    position: int
    version: int
    leaf: str


class Plan(Answer):
    results: tuple[Result, ...]
    expectations: tuple[Expectation, ...]
    annexes: Annexes


class SKP(Answer):
    skp: str
    person: str
    start: date
    until: date
    approach: Literal["quantitative", "qualitative"]
    status: Status
    plan: Plan


class SKPForm(Answer):
    skp: SKP
    agency: str
    form: Form
    employee: Party
    appraiser: Party | None
    ground: Ground


class Top(Answer):
    """An indicator of the head's."""

    indicator: str
    text: str
    unit: str | None
    target: str | None


class Cell(Answer):
    """`under` is the assignment of the team leader below whose cell it is."""

    indicator: str
    under: str | None
    role: Role
    direct: bool
    text: str


class Carrier(Answer):
    """Somebody at the left."""

    assignment: str
    name: str | None
    position: str
    leads: bool
    cells: tuple[Cell, ...]


class MatrixForm(Answer):
    matrix: str
    unit: str
    unit_name: str
    year: int
    agency: str
    head: Party
    indicators: tuple[Top, ...]
    rows: tuple[Carrier, ...]
    ground: Ground

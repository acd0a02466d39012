"""The cells of all matrices."""

from collections.abc import Iterable

from contracts.alignment import CellsPut, CellsRemoved, Role
from contracts.event import Recorded
from contracts.topics import topic
from eventlog.views import Change, Put, Row, Table, View


class MatrixRow(Row):
    matrix: str
    version: int


class CellRow(Row):
    """`parent` is the place of what it is below: an indicator, or a team leader's cell. One that was removed is
    not `there`."""

    place: str
    parent: str
    matrix: str
    unit: str
    year: int
    indicator: str
    under: str | None
    assignment: str
    person: str
    role: Role
    direct: bool
    text: str
    there: bool


MATRIX = Table("matrix", MatrixRow)
CELL = Table("matrix_cell", CellRow, indexes=("parent", "matrix", "assignment"))


def project(recorded: Recorded) -> Iterable[Change]:
    version = {"version": recorded.version}
    match recorded.event:
        case CellsPut() as e:
            yield Put(MATRIX, (e.matrix,), version)
            for cell in e.cells:
                row = cell.model_dump(exclude={"place"}) | {
                    "parent": cell.place.rpartition("/")[0],
                    "matrix": e.matrix,
                    "unit": e.unit,
                    "year": e.year,
                    "there": True,
                }
                yield Put(CELL, (cell.place,), row)
        case CellsRemoved() as e:
            yield Put(MATRIX, (e.matrix,), version)
            for place in e.cells:
                yield Put(CELL, (place,), {"there": False})


VIEW = View(
    "planning_matrices", (topic("planning"),), (CellsPut, CellsRemoved), (MATRIX, CELL), project
)

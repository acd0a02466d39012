"""A unit's role–result matrix of a year (matriks peran hasil): the head's indicators stand in the top row, those
who carry them at the left, and a filled cell is a result of that employee's SKP. PermenPANRB 8/2021.

The grid of PermenPANRB 6/2022 was not read; manuals of it describe this one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from contracts.alignment import Cell, CellsPut, CellsRemoved, Role
from contracts.event import Event
from eventlog.aggregate import Aggregate, unexpected
from law.refusal import Forbidden, Refused, must_be_none
from law.standing import Assignment, Decider, Who
from services.planning.agreement.decisions import Agreement

MATRIX = "PermenPANRB 8/2021"
"""Its annex has the matrix: indicators on top, results in cells, who works for another unit in that one's."""
MAY = (Who.HEAD, Who.PERFORMANCE_TEAM)


@dataclass(frozen=True, slots=True)
class Matrix:
    """`cells` by their places."""

    matrix: str
    unit: str
    year: int
    cells: Mapping[str, Cell] = field(default_factory=dict)


def evolve(state: Matrix | None, event: Event) -> Matrix:
    match event:
        case CellsPut():
            matrix = state or Matrix(event.matrix, event.unit, event.year)
            put = {cell.place: cell for cell in event.cells}
            return replace(matrix, cells={**matrix.cells, **put})
        case CellsRemoved() if state:
            gone = set(event.cells)
            left = {place: cell for place, cell in state.cells.items() if place not in gone}
            return replace(state, cells=left)
    raise unexpected(event, state)


AGGREGATE = Aggregate[Matrix]("matrix", evolve)


@dataclass(frozen=True, slots=True)
class Said:
    """What a cell is to say."""

    indicator: str
    under: str | None
    assignment: str
    role: Role
    direct: bool
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """An assignment, and whether it is `within` the unit: in it or below it."""

    held: Assignment
    within: bool


def place_of(matrix: str, indicator: str, under: str | None, assignment: str) -> str:
    """One cell for each pair of what stands above and who stands at the left."""
    return "/".join(each for each in (matrix, indicator, under, assignment) if each)


def put(
    matrix: Matrix | None,
    by: Decider,
    agreement: Agreement | None,
    said: Sequence[Said],
    rows: Mapping[str, Row],
) -> CellsPut:
    """Fill cells of a unit's matrix, or say anew what is in them. PermenPANRB 8/2021."""
    if agreement is None:
        raise Refused(
            "no-agreement", "the head has no agreement of the year", article=MATRIX, field="year"
        )
    if any(each.assignment in rows and rows[each.assignment].held.person == by.id for each in said):
        raise Forbidden(f"{by.id} cannot say what they carry themselves")
    before = matrix.cells if matrix else {}
    refused = [*_unfit(agreement, said, rows)]
    must_be_none(refused)
    cells = [_cell(agreement.agreement, each, rows) for each in said]
    after = {**before, **{cell.place: cell for cell in cells}}
    must_be_none(_leaderless(agreement.agreement, cells, after))
    changed = tuple(cell for cell in cells if before.get(cell.place) != cell)
    if not changed:
        raise Refused("nothing-changed", "that is what the cells say", field="cells")
    return CellsPut(
        matrix=agreement.agreement,
        unit=agreement.unit,
        year=agreement.first,
        cells=changed,
        by=by.id,
    )


def remove(matrix: Matrix | None, by: Decider, places: Sequence[str], reason: str) -> CellsRemoved:
    """Empty cells, with the reason; a team leader's only with all below it."""
    if matrix is None:
        raise Refused("unknown-matrix", "no such matrix", field="unit")
    must_be_none(_not_there(matrix, places))
    if any(matrix.cells[place].person == by.id for place in places):
        raise Forbidden(f"{by.id} cannot say what they carry themselves")
    left = matrix.cells.keys() - set(places)
    for place in sorted(left):
        cell = matrix.cells[place]
        above = cell.under and place_of(matrix.matrix, cell.indicator, None, cell.under)
        if above in places:
            raise Refused("cells-below", f"{place} is below {above}", article=MATRIX, field="cells")
    return CellsRemoved(
        matrix=matrix.matrix,
        unit=matrix.unit,
        year=matrix.year,
        cells=tuple(places),
        reason=reason,
        by=by.id,
    )


def _not_there(matrix: Matrix, places: Sequence[str]) -> Iterator[Refused]:
    for n, place in enumerate(places):
        if place in places[:n]:
            yield Refused("repeated-cell", f"{place} stands twice", field=f"cells.{n}")
        elif place not in matrix.cells:
            yield Refused("unknown-cell", f"no cell {place}", field=f"cells.{n}")


def _cell(matrix: str, said: Said, rows: Mapping[str, Row]) -> Cell:
    return Cell(
        place=place_of(matrix, said.indicator, said.under, said.assignment),
        indicator=said.indicator,
        under=said.under,
        assignment=said.assignment,
        person=rows[said.assignment].held.person,
        role=said.role,
        direct=said.direct,
        text=said.text,
    )


def _unfit(
    agreement: Agreement, said: Sequence[Said], rows: Mapping[str, Row]
) -> Iterator[Refused]:
    """What no cell may say, whatever the others do."""
    told = set[str]()
    for n, each in enumerate(said):
        where = f"cells.{n}"
        if agreement.indicator(each.indicator) is None:
            detail = f"the agreement has no indicator {each.indicator}"
            yield Refused("unknown-indicator", detail, article=MATRIX, field=f"{where}.indicator")
        place = place_of("", each.indicator, each.under, each.assignment)
        if place in told:
            yield Refused("repeated-cell", f"{place} stands twice", field=where)
        told.add(place)
        yield from _misplaced(agreement, each, rows.get(each.assignment), where)
        if each.under is not None and each.role == "responsible":
            yield Refused(
                "second-level",
                "below a team leader are members, and nobody in charge",
                article=MATRIX,
                field=f"{where}.role",
            )


def _misplaced(agreement: Agreement, said: Said, row: Row | None, where: str) -> Iterator[Refused]:
    at = f"{where}.assignment"
    if row is None:
        yield Refused("unknown-assignment", f"no assignment {said.assignment}", field=at)
        return
    first, last = date(agreement.first, 1, 1), date(agreement.last, 12, 31)
    if row.held.start > last or (row.held.until and row.held.until < first):
        yield Refused("outside-assignment", "it is of other years", field=at)
    if said.assignment == agreement.assignment:
        yield Refused("heads-own", "it is the head's own agreement", article=MATRIX, field=at)
    # Whoever works for another unit is in the matrix of the unit where the work is, by an additional result.
    if not row.within and said.role != "additional":
        yield Refused(
            "not-additional",
            f"{said.assignment} is of another unit",
            article=MATRIX,
            field=f"{where}.role",
        )


def _leaderless(matrix: str, cells: Sequence[Cell], after: Mapping[str, Cell]) -> Iterator[Refused]:
    """Cells that would be below somebody who is not in charge."""
    at = {cell.place: n for n, cell in enumerate(cells)}
    for place, cell in after.items():
        if cell.under is None:
            continue
        above = place_of(matrix, cell.indicator, None, cell.under)
        leader = after.get(above)
        if leader and leader.role == "responsible" and cell.under != cell.assignment:
            continue
        if place in at:
            yield Refused(
                "no-leader",
                f"{cell.under} is not in charge of {cell.indicator}",
                article=MATRIX,
                field=f"cells.{at[place]}.under",
            )
        else:
            yield Refused(
                "cells-below",
                f"{place} is below {above}",
                article=MATRIX,
                field=f"cells.{at[above]}.role",
            )

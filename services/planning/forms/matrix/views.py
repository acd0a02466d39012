"""What the form of a role–result matrix prints, gathered from log and views."""

from pydantic import BaseModel

from chassis import assignments, policies
from eventlog.log import EventLog
from services.planning.agreement.views import AgreementRow
from services.planning.forms.views import Ground, Party, agency_of, ground_of, party_of
from services.planning.matrix.decisions import AGGREGATE
from services.planning.matrix.reading import views as grid
from services.planning.matrix.views import MatrixRow
from services.planning.unit.views import names

PAGE = 200
"""Rows that are read at a time."""


class MatrixForm(BaseModel):
    """`agency` is the name of the unit above all others, `head` whoever's agreement the matrix is of. All rows,
    also of those who carry nothing; `ground` is the matrix's last event."""

    matrix: str
    unit: str
    unit_name: str
    year: int
    agency: str
    head: Party
    indicators: list[grid.TopShown]
    rows: list[grid.RowShown]
    ground: Ground


async def matrix_form(log: EventLog, matrix: MatrixRow, agreement: AgreementRow) -> MatrixForm:
    """Of the matrix as the view has it."""
    pool, unit = log.pool, agreement.unit
    rows = list[grid.RowShown]()
    following: str | None = ""
    while following is not None:
        page, following = await grid.rows(
            pool,
            matrix=matrix.matrix,
            unit=unit,
            year=agreement.first,
            head=agreement.assignment,
            idle=False,
            after=following,
            limit=PAGE,
        )
        rows += page
    stream = await log.read_stream(AGGREGATE.stream(matrix.matrix))
    # The log may be ahead of the view.
    last = next(each for each in reversed(stream) if each.version <= matrix.version)
    zones = await policies.zones_of_unit(pool, unit)
    on = zones.day(unit, last.at)[0]
    called = await names(pool, on, [unit])
    return MatrixForm(
        matrix=matrix.matrix,
        unit=unit,
        unit_name=called.get(unit, unit),
        year=agreement.first,
        agency=await agency_of(pool, unit, on),
        head=await party_of(
            pool, agreement.person, await assignments.find(pool, agreement.assignment), on
        ),
        indicators=grid.top(agreement, await grid.counts(pool, matrix.matrix)),
        rows=rows,
        ground=ground_of(last, on),
    )

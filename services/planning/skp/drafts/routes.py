"""HTTP of drafts that nobody has given yet."""

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Query

from chassis import assignments
from chassis.access import asked_by
from chassis.fields import AssignmentId, Year
from chassis.problems import NotFound
from chassis.requests import Caller, found
from law.standing import Assignment
from services.planning.agreement.decisions import agreement_id
from services.planning.agreement.views import AGREEMENT, AgreementRow
from services.planning.agreement.views import VIEW as AGREEMENTS
from services.planning.matrix.views import CELL, CellRow
from services.planning.matrix.views import VIEW as MATRICES
from services.planning.position.decisions import position_id
from services.planning.position.views import VIEW as POSITIONS
from services.planning.position.views import template
from services.planning.skp.drafts.filling import of_asked, results_of
from services.planning.skp.drafts.views import PlaceShown, of_leader, served, team
from services.planning.skp.reading.routes import READERS_OF_SKPS
from services.planning.skp.routes import Draft, ResultBody
from services.planning.skp.views import VIEW as SKPS

router = APIRouter()
READS = [AGREEMENTS, MATRICES, assignments.view("planning")]
Reader = Annotated[Caller, asked_by(*READERS_OF_SKPS, reads=[*READS, POSITIONS])]
ReaderWithSKPs = Annotated[Caller, asked_by(*READERS_OF_SKPS, reads=[*READS, SKPS])]


@router.get("/skp-drafts")
async def fill(
    by: Reader,
    assignment: AssignmentId,
    year: Annotated[Year, Query()],
    source: Annotated[
        Literal["asked", "position"],
        Query(description="what is asked of it, or its position's template"),
    ] = "asked",
) -> Draft:
    """What a year's matrices ask of an assignment, and the agreement of whoever leads a unit, as the draft of an
    SKP; or the template of its position. The sender completes it and gives it as a draft of their own, so that
    nothing is on record that nobody has looked at."""
    of, start, until = await _in_year(by, assignment, year)
    results = await (_asked_of(by, of, year) if source == "asked" else _usual(by, of))
    if not results:
        raise NotFound(
            f"nothing is asked of {assignment} in {year}, or no template of its position"
        )
    return Draft(
        results=results, assignment=assignment, start=start, until=until, approach="quantitative"
    )


@router.get("/skp-places")
async def places(
    by: ReaderWithSKPs,
    assignment: AssignmentId,
    year: Annotated[Year, Query()],
) -> list[PlaceShown]:
    """What a result of the assignment may serve in a year: what the matrices and the agreement of whoever leads a
    unit ask of it, and what is agreed with its leader. Of several leaders of a year, the one of today."""
    of, start, until = await _in_year(by, assignment, year)
    today, _ = of.day(by.at)
    named = of.appraised_by(min(max(today, start), until))
    told, theirs = of_asked(assignment, await _asked_of(by, of, year)), [assignment]
    if named:
        told += await of_leader(by.pool, named.appraiser, start, until)
        theirs += await team(by.pool, named.appraiser, start)
    there = await served(by.pool, theirs, [each.place for each in told])
    return [each.model_copy(update={"served": each.served or each.place in there}) for each in told]


async def _in_year(by: Caller, assignment: str, year: int) -> tuple[Assignment, date, date]:
    """The assignment, and its first and last day of the year. Raises Forbidden, NotFound."""
    held = await assignments.find(by.pool, assignment)
    await by.must_read(held)
    of = found(held, f"assignment {assignment}")
    start = max(date(year, 1, 1), of.start)
    until = min(date(year, 12, 31), of.until or date.max)
    if until < start:
        raise NotFound(f"no day of {year} in {assignment}")
    return of, start, until


async def _usual(by: Caller, of: Assignment) -> list[ResultBody]:
    results = await template(by.pool, position_id(of.position))
    return [ResultBody.model_validate(each.model_dump()) for each in results]


async def _asked_of(by: Caller, of: Assignment, year: int) -> list[ResultBody]:
    rows = await CELL.where(by.pool, assignment=of.assignment, year=year, there=True)
    tops = dict[str, AgreementRow]()
    leaders = dict[str, CellRow]()
    for cell in rows:
        if cell.matrix not in tops and (top := await AGREEMENT.find(by.pool, cell.matrix)):
            tops[cell.matrix] = top
        if cell.under and (leader := await CELL.find(by.pool, cell.parent)):
            leaders[cell.parent] = leader
    own = await AGREEMENT.find(by.pool, agreement_id(of.unit, year, year))
    if own and own.assignment != of.assignment:
        own = None
    return results_of(year, own, rows, tops, leaders)

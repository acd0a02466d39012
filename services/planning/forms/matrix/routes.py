"""HTTP of what the form of a matrix prints."""

from typing import Annotated

from fastapi import APIRouter, Query

from chassis import assignments
from chassis.access import READERS_OF_UNITS, asked_by
from chassis.fields import Id, Year
from chassis.requests import Caller, found
from law.standing import must_be
from services.planning.agreement.decisions import agreement_id
from services.planning.agreement.views import AGREEMENT
from services.planning.agreement.views import VIEW as AGREEMENTS
from services.planning.forms.matrix.views import MatrixForm
from services.planning.forms.matrix.views import matrix_form as gathered
from services.planning.matrix.views import MATRIX
from services.planning.matrix.views import VIEW as MATRICES
from services.planning.person import views as people
from services.planning.unit import views as units

router = APIRouter()
READS = [MATRICES, AGREEMENTS, people.VIEW, units.VIEW, assignments.view("planning")]


@router.get("/matrix/form")
async def matrix_form(
    by: Annotated[
        Caller,
        asked_by(*READERS_OF_UNITS, reads=READS),
    ],
    unit: Id,
    year: Annotated[Year, Query()],
) -> MatrixForm:
    """All that the form of a unit's matrix prints, once any cell was filled. For whom the matrix is."""
    must_be(await by.in_unit(unit, READERS_OF_UNITS), READERS_OF_UNITS, by.actor.id)
    by.must_have_arrived()
    id = agreement_id(unit, year, year)
    matrix = found(await MATRIX.find(by.pool, id), f"matrix of {unit} in {year}")
    agreement = found(await AGREEMENT.find(by.pool, id), f"agreement of {unit} in {year}")
    return await gathered(by.runtime.log, matrix, agreement)

"""HTTP of positions."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse
from pydantic import Field

from chassis.access import asked_by, given_by
from chassis.fields import Body, Name, PathId, Text
from chassis.lists import After, Limit, Page, answer
from chassis.requests import Accepted, Caller, Commander, found
from contracts.planning import Form
from contracts.positions import CLASSES, PositionKind
from law.standing import Who
from services.planning.position import decisions, views
from services.planning.position.decisions import AGGREGATE, Description, position_id
from services.planning.skp.routes import PLAN_BYTES, ResultBody, results_of

router = APIRouter()
ByPersonnel = Annotated[Commander, given_by(Who.PERSONNEL)]
Asked = Annotated[Caller, asked_by(Who.ANYBODY, reads=[views.VIEW])]


class PositionBody(Body):
    """`grade` is the class (kelas jabatan), from 1 to 17 (PermenPANRB 34/2011); without a `form` it is the one
    that goes with the kind; `ground` is the decree and its number."""

    name: Name
    kind: PositionKind
    level: Name | None = None
    grade: Annotated[int, Field(ge=CLASSES[0], le=CLASSES[-1])] | None = None
    form: Form | None = None
    ground: Text

    def description(self) -> Description:
        form = self.form or decisions.usual_form(self.kind)
        return Description(self.name, self.kind, self.level, self.grade, form)


class TemplateBody(Body):
    name: Name
    results: list[ResultBody] = Field(max_length=50)


@router.post("/positions")
async def describe(body: PositionBody, command: ByPersonnel) -> Accepted:
    """Say what the position of a name is, for the first time or anew."""
    return await command.administer(
        AGGREGATE,
        position_id(body.name),
        decisions.describe,
        body.description(),
        body.ground,
    )


@router.post("/position-templates", max_body_size=PLAN_BYTES)
async def set_template(body: TemplateBody, command: ByPersonnel) -> Accepted:
    """Set what an SKP in the position of a name may begin with, whatever was before; with no results, nothing."""
    return await command.administer(
        AGGREGATE, position_id(body.name), decisions.set_template, results_of(body.results)
    )


@router.get("/positions", response_model=Page[views.PositionListed])
async def several(
    request: Request,
    by: Asked,
    name: Annotated[str, Query(max_length=300, description="a part of it")] = "",
    kind: PositionKind | None = None,
    template: Annotated[bool | None, Query(description="whether it has one")] = None,
    sort: Literal["name", "-name", "grade", "-grade"] = "name",
    after: After = "",
    limit: Limit = 50,
) -> Page[views.PositionListed] | StreamingResponse:
    """The agency's positions: public within it."""
    listing = views.listing(name, kind, template, sort)
    return await answer(request, by.pool, listing, views.listed, after, limit)


@router.get("/positions/{position}")
async def show(position: PathId, by: Asked) -> views.PositionShown:
    """A position, with its template: public within the agency."""
    told = found(await views.position(by.pool, position), f"position {position}")
    if Who.PERSONNEL in by.actor.capacities:
        told.may += ["describe", "set-template"]
    return told

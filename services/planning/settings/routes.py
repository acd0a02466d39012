"""HTTP of the settings."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import JsonValue

from chassis import assignments
from chassis.access import asked_by, given_by
from chassis.fields import Body, Day, Id, PathId, Text
from chassis.problems import NotFound
from chassis.requests import Accepted, Caller, Commander
from contracts.settings import KINDS
from law.standing import Who
from services.planning.settings import decisions, views
from services.planning.settings.decisions import AGGREGATE
from services.planning.unit.decisions import AGGREGATE as UNIT

router = APIRouter()
Anybody = Annotated[Caller, asked_by(Who.ANYBODY, reads=[assignments.view("planning")])]
On = Annotated[Day | None, Query(description="today, if it is not given")]


class Adoption(Body):
    """`value` as the kind has it (docs/settings.md); `ground` is the decree and its number."""

    unit: Id | None = None
    value: dict[str, JsonValue]
    since: Day
    ground: Text


@router.post("/settings/{kind}")
async def adopt(
    kind: PathId, body: Adoption, command: Annotated[Commander, given_by(Who.PERSONNEL)]
) -> Accepted:
    """Adopt a setting from a day on; what was adopted for the same day is superseded."""
    unit = (await command.look_up(UNIT, body.unit)).basis if body.unit is not None else ""
    return await command.resting_on(unit).administer(
        AGGREGATE,
        decisions.setting_id(kind, body.unit),
        decisions.adopt,
        kind,
        body.unit,
        body.value,
        body.since,
        body.ground,
        unit_known=bool(unit),
    )


@router.get("/settings")
async def every(by: Anybody, on: On = None) -> list[views.SettingShown]:
    """What is in force on a date, of every kind: adopted, or what ships."""
    return await views.in_force(by.pool, on or await by.day())


@router.get("/settings/{kind}")
async def one(kind: PathId, by: Anybody, on: On = None) -> list[views.SettingShown]:
    """What is in force on a date, of one kind: the agency's, then those that units have of their own."""
    if kind not in KINDS:
        raise NotFound(f"no setting {kind}")
    return await views.in_force(by.pool, on or await by.day(), kind)

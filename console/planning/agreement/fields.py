"""An agreement as planning tells it, and as the fields of its form (`console.planning.rows`); an indicator's
target of a year is `OBJECTIVE/INDICATOR/y2026`."""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict

from console.planning.rows import Fields, Kind, filled, ids
from contracts.alignment import Objective

OF_OBJECTIVE = ("text", "serves")
OF_INDICATOR = ("aspect", "perspective", "text", "unit", "baseline")
BLANK = {"order": "s1", "s1/order": "i1"}
"""One objective with one indicator, to begin with."""
ROWS = Kind("s", "i")
PLAN_YEARS = 5
"""Of a strategic plan."""


class Agreement(BaseModel):
    """`may`: what planning would accept from the reader now."""

    model_config = ConfigDict(frozen=True)

    agreement: str
    version: int
    unit: str
    assignment: str
    person: str
    first: int
    last: int
    objectives: tuple[Objective, ...]
    may: tuple[str, ...] = ()

    @property
    def is_plan(self) -> bool:
        return self.first < self.last

    @property
    def years(self) -> list[int]:
        """Those of the agreement, and those that indicators have targets of besides."""
        return years_of(self.first, self.last, to_fields(self.objectives))


def years_of(first: int, last: int, fields: Fields) -> list[int]:
    """The columns of targets."""
    told = {
        int(name.rpartition("/y")[2])
        for name, text in fields.items()
        if "/y" in name and text and name.rpartition("/y")[2].isdecimal()
    }
    return sorted(told | set(range(first, last + 1)))


def to_fields(objectives: Sequence[Objective]) -> dict[str, str]:
    """The same objectives give the same fields."""
    fields = {"order": " ".join(each.id for each in objectives)}
    for objective in objectives:
        fields |= {
            f"{objective.id}/{name}": getattr(objective, name) or "" for name in OF_OBJECTIVE
        }
        fields[f"{objective.id}/order"] = " ".join(each.id for each in objective.indicators)
        for each in objective.indicators:
            of = f"{objective.id}/{each.id}"
            fields |= {f"{of}/{name}": getattr(each, name) or "" for name in OF_INDICATOR}
            fields |= {f"{of}/y{target.year}": target.target for target in each.targets}
    return fields


def to_body(fields: Fields) -> dict[str, Any]:
    """What planning is sent: what is empty and may be is left out."""
    return {"objectives": [_objective(fields, id) for id in ids(fields, "order")]}


def _objective(fields: Fields, id: str) -> dict[str, Any]:
    indicators = [
        {"id": each, "text": "", "targets": _targets(fields, f"{id}/{each}")}
        | filled(fields, f"{id}/{each}", OF_INDICATOR)
        for each in ids(fields, f"{id}/order")
    ]
    return {"id": id, "text": "", "indicators": indicators} | filled(fields, id, OF_OBJECTIVE)


def _targets(fields: Fields, of: str) -> list[dict[str, Any]]:
    return [
        {"year": year, "target": fields[f"{of}/y{year}"].strip()}
        for year in _filled_years(fields, of)
    ]


def _filled_years(fields: Fields, of: str) -> list[int]:
    years = (
        int(name.removeprefix(f"{of}/y"))
        for name, text in fields.items()
        if name.startswith(f"{of}/y") and name.removeprefix(f"{of}/y").isdecimal() and text.strip()
    )
    return sorted(years)


def field_at(fields: Fields, pointer: str, first: int) -> str:
    """The field that a JSON pointer into `to_body` is about, of an agreement from the year `first` on; of a
    whole row its text, of targets that are missing the first; empty if none is."""
    match pointer.removeprefix("#").strip("/").split("/"):
        case ["objectives", n, *rest] if objective := _nth(ids(fields, "order"), n):
            match rest:
                case ["indicators", m, *last] if each := _nth(ids(fields, f"{objective}/order"), m):
                    return _of_indicator(fields, f"{objective}/{each}", last, first)
                case [name] if name in OF_OBJECTIVE:
                    return f"{objective}/{name}"
                case _:
                    return f"{objective}/text"
        case ["reason"]:
            return "reason"
        case ["assignment"]:
            return "assignment"
        case _:
            return ""


def _of_indicator(fields: Fields, of: str, rest: list[str], first: int) -> str:
    match rest:
        case ["targets", n, *_] if n.isdecimal():
            years = _filled_years(fields, of)
            return f"{of}/y{years[int(n)] if int(n) < len(years) else first}"
        case ["targets"]:
            return f"{of}/y{first}"
        case [name] if name in OF_INDICATOR:
            return f"{of}/{name}"
        case _:
            return f"{of}/text"


def _nth(ids: list[str], n: str) -> str:
    return ids[int(n)] if n.isdecimal() and int(n) < len(ids) else ""

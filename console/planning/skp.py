"""An SKP as planning tells it, and as the fields of its form (`console.planning.rows`)."""

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from console.planning.rows import Fields, Kind, filled, ids
from contracts.planning import Annexes, Dialogue, Expectation, Form, Result, RowReason, Value

OF_RESULT = ("kind", "text", "serves", "serves_at", "decision")
OF_INDICATOR = ("aspect", "perspective", "text", "target", "unit", "baseline")
ANNEXES = ("resources", "accountability", "consequences")
BLANK = {"order": "r1", "r1/kind": "main", "r1/order": "i1"}
"""One result with one indicator, to begin with."""
ROWS = Kind("r", "i", {"kind": "main"})


class Plan(BaseModel):
    model_config = ConfigDict(frozen=True)

    results: tuple[Result, ...] = ()
    expectations: tuple[Expectation, ...] = ()
    annexes: Annexes = Annexes()
    dialogue: Dialogue = Dialogue()


class Returned(BaseModel):
    model_config = ConfigDict(frozen=True)

    by: str
    reason: str
    rows: tuple[RowReason, ...] = ()


class SKP(BaseModel):
    """`amended` is what an approved SKP would say once its `amendment` is approved."""

    model_config = ConfigDict(frozen=True)

    skp: str
    version: int
    person: str
    assignment: str
    start: date
    until: date
    approach: Literal["quantitative", "qualitative"]
    form: Form | None = None
    status: str
    plan: Plan
    returned: Returned | None = None
    amendment: str | None = None
    amended: Plan | None = None
    amendment_reason: str | None = None

    @property
    def at_hand(self) -> str:
        """How far what is at hand has come: the SKP, or a change of it."""
        return self.amendment or self.status

    @property
    def says(self) -> Plan:
        """What is at hand."""
        return self.amended or self.plan


class Listed(BaseModel):
    """`may`: what planning would accept from the reader now; `warnings`: how many there are of what it says."""

    model_config = ConfigDict(frozen=True)

    skp: str
    version: int
    person: str
    name: str | None
    assignment: str
    unit: str
    unit_name: str | None
    position: str
    start: date
    until: date
    status: str
    amendment: str | None
    warnings: int
    may: tuple[str, ...]

    @property
    def at_hand(self) -> str:
        return self.amendment or self.status

    @property
    def called(self) -> str:
        return self.name or self.person


def to_fields(plan: Plan) -> dict[str, str]:
    """The same plan gives the same fields."""
    fields = {"order": " ".join(result.id for result in plan.results)}
    for result in plan.results:
        fields |= {f"{result.id}/{name}": getattr(result, name) or "" for name in OF_RESULT}
        fields[f"{result.id}/order"] = " ".join(each.id for each in result.indicators)
        for each in result.indicators:
            of = f"{result.id}/{each.id}"
            fields |= {f"{of}/{name}": getattr(each, name) or "" for name in OF_INDICATOR}
    fields |= {f"expect/{each.value}": each.text for each in plan.expectations}
    fields |= {f"annex/{name}": "\n".join(getattr(plan.annexes, name)) for name in ANNEXES}
    return fields | {
        "dialogue/feedback": plan.dialogue.feedback or "",
        "dialogue/notes": plan.dialogue.notes or "",
    }


def to_body(fields: Fields) -> dict[str, Any]:
    """What planning is sent: what is empty and may be is left out."""
    return {
        "results": [_result(fields, id) for id in ids(fields, "order")],
        "expectations": [
            {"value": value, "text": text}
            for value in Value
            if (text := fields.get(f"expect/{value}", "").strip())
        ],
        "annexes": {
            name: [
                line.strip()
                for line in fields.get(f"annex/{name}", "").splitlines()
                if line.strip()
            ]
            for name in ANNEXES
        },
        "dialogue": filled(fields, "dialogue", ("feedback", "notes")),
    }


def finished(fields: Fields) -> dict[str, str]:
    """The fields without the rows that somebody is still writing, for which planning would not take the others
    either: results without a text, indicators without one or without a target."""
    done = dict(fields)

    def says(of: str, *names: str) -> bool:
        return all(fields.get(f"{of}/{name}", "").strip() for name in names)

    for id in ids(fields, "order"):
        indicators = ids(fields, f"{id}/order")
        kept = [each for each in indicators if says(f"{id}/{each}", "text", "target")]
        done[f"{id}/order"] = " ".join(kept)
    done["order"] = " ".join(id for id in ids(fields, "order") if says(id, "text"))
    return done


def _result(fields: Fields, id: str) -> dict[str, Any]:
    indicators = [
        {"id": each, "text": "", "target": ""} | filled(fields, f"{id}/{each}", OF_INDICATOR)
        for each in ids(fields, f"{id}/order")
    ]
    return {"id": id, "kind": "main", "text": "", "indicators": indicators} | filled(
        fields, id, OF_RESULT
    )


def field_at(fields: Fields, pointer: str) -> str:
    """The field that a JSON pointer into `to_body` is about; of a whole row its text; empty if none is."""
    parts = pointer.removeprefix("#").strip("/").split("/")
    match parts:
        case ["results", n, *rest] if n.isdecimal() and int(n) < len(ids(fields, "order")):
            result = ids(fields, "order")[int(n)]
            match rest:
                case ["indicators", m, *last] if m.isdecimal() and int(m) < len(
                    ids(fields, f"{result}/order")
                ):
                    return (
                        f"{result}/{ids(fields, f'{result}/order')[int(m)]}/{(last or ['text'])[0]}"
                    )
                case [name] if name in OF_RESULT:
                    return f"{result}/{name}"
                case _:
                    return f"{result}/text"
        case ["annexes", name, *_] if name in ANNEXES:
            return f"annex/{name}"
        case ["annexes"]:
            return f"annex/{ANNEXES[0]}"
        case ["dialogue", name]:
            return f"dialogue/{name}"
        case _:
            return ""

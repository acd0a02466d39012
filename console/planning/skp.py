"""An SKP as planning tells it, and as the fields of its form.

A field is named by the row that it is in, `RESULT/text` or `RESULT/INDICATOR/target`, so that rows that move, come
or go change no other's name; `order` and `RESULT/order` say in which order they stand.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from contracts.planning import Annexes, Dialogue, Expectation, Form, Result, RowReason, Value

OF_RESULT = ("kind", "text", "serves", "serves_at", "decision")
OF_INDICATOR = ("aspect", "perspective", "text", "target", "unit", "baseline")
ANNEXES = ("resources", "accountability", "consequences")
BLANK = {"order": "r1", "r1/kind": "main", "r1/order": "i1"}
"""One result with one indicator, to begin with."""

Fields = Mapping[str, str]


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
    """`may`: what planning would accept from the reader now."""

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
    may: tuple[str, ...]

    @property
    def at_hand(self) -> str:
        return self.amendment or self.status

    @property
    def called(self) -> str:
        return self.name or self.person


def is_plans(name: str) -> bool:
    """Whether the field says something of the SKP."""
    return name == "order" or "/" in name


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
        "results": [_result(fields, id) for id in _ids(fields, "order")],
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
        "dialogue": _filled(fields, "dialogue", ("feedback", "notes")),
    }


def _result(fields: Fields, id: str) -> dict[str, Any]:
    indicators = [
        {"id": each, "text": "", "target": ""} | _filled(fields, f"{id}/{each}", OF_INDICATOR)
        for each in _ids(fields, f"{id}/order")
    ]
    return {"id": id, "kind": "main", "text": "", "indicators": indicators} | _filled(
        fields, id, OF_RESULT
    )


def _filled(fields: Fields, of: str, names: tuple[str, ...]) -> dict[str, str]:
    return {name: text for name in names if (text := fields.get(f"{of}/{name}", "").strip())}


def _ids(fields: Fields, name: str) -> list[str]:
    return fields.get(name, "").split()


def rows(fields: Fields) -> Iterator[tuple[str, list[str]]]:
    """Each result's id with those of its indicators, as they stand."""
    for id in _ids(fields, "order"):
        yield id, _ids(fields, f"{id}/order")


def field_at(fields: Fields, pointer: str) -> str:
    """The field that a JSON pointer into `to_body` is about; of a whole row its text; empty if none is."""
    parts = pointer.removeprefix("#").strip("/").split("/")
    match parts:
        case ["results", n, *rest] if n.isdecimal() and int(n) < len(_ids(fields, "order")):
            result = _ids(fields, "order")[int(n)]
            match rest:
                case ["indicators", m, *last] if m.isdecimal() and int(m) < len(
                    _ids(fields, f"{result}/order")
                ):
                    return f"{result}/{_ids(fields, f'{result}/order')[int(m)]}/{(last or ['text'])[0]}"
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


def change(fields: Fields, act: str) -> dict[str, str]:
    """The fields after a row was added, dropped or moved: `add`, `add/RESULT`, `drop/RESULT[/INDICATOR]`,
    `up/RESULT`, `down/RESULT`. Anything else leaves them as they are."""
    changed = dict(fields)
    match act.split("/"):
        case ["add"]:
            result, indicator = _new(fields, "r"), _new(fields, "i")
            changed |= {"order": f"{fields.get('order', '')} {result}".strip()}
            changed |= {f"{result}/kind": "main", f"{result}/order": indicator}
        case ["add", result]:
            held = fields.get(f"{result}/order", "")
            changed[f"{result}/order"] = f"{held} {_new(fields, 'i')}".strip()
        case ["drop", result]:
            changed["order"] = _without(fields, "order", result)
        case ["drop", result, indicator]:
            changed[f"{result}/order"] = _without(fields, f"{result}/order", indicator)
        case [("up" | "down") as way, result] if result in _ids(fields, "order"):
            changed["order"] = " ".join(
                _moved(_ids(fields, "order"), result, -1 if way == "up" else 1)
            )
    return changed


def _new(fields: Fields, letter: str) -> str:
    """An id that no row has, of results or of indicators."""
    used = {
        part for name, text in fields.items() for part in (*name.split("/"), *text.split()) if part
    }
    return next(f"{letter}{n}" for n in range(1, 10_000) if f"{letter}{n}" not in used)


def _without(fields: Fields, name: str, id: str) -> str:
    return " ".join(each for each in _ids(fields, name) if each != id)


def _moved(ids: list[str], id: str, by: int) -> list[str]:
    at = ids.index(id)
    to = min(max(at + by, 0), len(ids) - 1)
    ids.insert(to, ids.pop(at))
    return ids

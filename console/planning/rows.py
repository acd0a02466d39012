"""Rows of rows, as the fields of a form: results with their indicators, objectives with theirs.

A field is named by the row that it is in, `ROW/text` or `ROW/INNER/target`, so that rows that move, come or go
change no other's name; `order` and `ROW/order` say in which order they stand.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

Fields = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Kind:
    """The letters that ids of new rows begin with, and what a new outer row says."""

    outer: str
    inner: str
    new: Fields = field(default_factory=dict)


def rows(fields: Fields) -> Iterator[tuple[str, list[str]]]:
    """Each outer row's id with those of its inner rows, as they stand."""
    for id in ids(fields, "order"):
        yield id, ids(fields, f"{id}/order")


def ids(fields: Fields, name: str) -> list[str]:
    return fields.get(name, "").split()


def filled(fields: Fields, of: str, names: tuple[str, ...]) -> dict[str, str]:
    """Those of the names that say something, by their last part."""
    return {name: text for name in names if (text := fields.get(f"{of}/{name}", "").strip())}


def change(fields: Fields, act: str, kind: Kind) -> dict[str, str]:
    """The fields after a row was added, dropped or moved: `add`, `add/ROW`, `drop/ROW[/INNER]`, `up/ROW`,
    `down/ROW`. Anything else leaves them as they are."""
    changed = dict(fields)
    match act.split("/"):
        case ["add"]:
            outer, inner = _new(fields, kind.outer), _new(fields, kind.inner)
            changed |= {"order": f"{fields.get('order', '')} {outer}".strip()}
            changed |= {f"{outer}/{name}": text for name, text in kind.new.items()}
            changed[f"{outer}/order"] = inner
        case ["add", outer]:
            held = fields.get(f"{outer}/order", "")
            changed[f"{outer}/order"] = f"{held} {_new(fields, kind.inner)}".strip()
        case ["drop", outer]:
            changed["order"] = _without(fields, "order", outer)
        case ["drop", outer, inner]:
            changed[f"{outer}/order"] = _without(fields, f"{outer}/order", inner)
        case [("up" | "down") as way, outer] if outer in ids(fields, "order"):
            changed["order"] = " ".join(
                _moved(ids(fields, "order"), outer, -1 if way == "up" else 1)
            )
    return changed


def base(fields: Fields) -> dict[str, str]:
    """What the form was made from, as it brings it along."""
    try:
        told = json.loads(fields.get("base", ""))
    except ValueError:
        return {}
    return {str(n): str(t) for n, t in told.items()} if isinstance(told, dict) else {}


def _new(fields: Fields, letter: str) -> str:
    """An id that no row has, nor one of those that the form was made from."""
    every = {**base(fields), **fields}
    used = {part for name, text in every.items() for part in (*name.split("/"), *text.split())}
    return next(f"{letter}{n}" for n in range(1, 10_000) if f"{letter}{n}" not in used)


def _without(fields: Fields, name: str, id: str) -> str:
    return " ".join(each for each in ids(fields, name) if each != id)


def _moved(ids: list[str], id: str, by: int) -> list[str]:
    at = ids.index(id)
    to = min(max(at + by, 0), len(ids) - 1)
    ids.insert(to, ids.pop(at))
    return ids

"""The cells of a matrix as the fields of a form, and what is sent of them."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from console.planning.matrix.fields import (
    MOST,
    added,
    cells,
    columns,
    field_at,
    place,
    rows,
    to_fields,
    wanted,
)
from console.planning.matrix.reads import Grid, Row
from console.web.forms import merged


def cell(indicator: str, assignment: str, **more: Any) -> dict[str, Any]:
    under = more.get("under")
    at = "/".join(each for each in ("u1.2026", indicator, under, assignment) if each)
    said = {"role": "member", "direct": False, "text": f"Hasil {assignment}", "under": None}
    return {"place": at, "indicator": indicator} | said | more


def grid(**of: list[dict[str, Any]]) -> Grid:
    """The cells of people, by their assignments' first part."""
    top = [
        {"indicator": id, "objective": "s1", "text": id, "unit": None, "target": "1", "cells": 0}
        for id in ("i1", "i2")
    ]
    left = [
        {"assignment": f"{name}.a", "person": name, "name": name.title(), "position": "Analis",
         "unit": "u1", "leads": False, "cells": held, "elsewhere": 0}
        for name, held in of.items()
    ]  # fmt: skip
    return Grid.model_validate({
        "matrix": "u1.2026", "version": 3, "unit": "u1", "year": 2026, "head": "head.a",
        "indicators": top, "rows": left, "next": None, "may": ["put"],
    })  # fmt: skip


LED = grid(
    sri=[cell("i1", "sri.a", role="responsible", direct=True)],
    budi=[cell("i1", "budi.a", under="sri.a"), cell("i2", "budi.a")],
    ayu=[],
)


def test_a_page_has_the_cells_of_its_level() -> None:
    assert to_fields(LED, None) == {
        "i1/sri.a/role": "responsible", "i1/sri.a/direct": "direct", "i1/sri.a/text": "Hasil sri.a",
        "i2/budi.a/role": "member", "i2/budi.a/text": "Hasil budi.a",
    }  # fmt: skip
    assert to_fields(LED, "sri.a") == {
        "i1/budi.a/role": "member",
        "i1/budi.a/text": "Hasil budi.a",
    }
    assert cells(to_fields(LED, None, "i2")) == ["i2/budi.a"]
    assert [top.indicator for top in columns(LED, None)] == ["i1", "i2"]
    assert [top.indicator for top in columns(LED, None, "i2")] == ["i2"]
    # Below a team leader are the indicators that they are in charge of, and everybody but them.
    assert [top.indicator for top in columns(LED, "sri.a")] == ["i1"]
    assert not columns(LED, "budi.a")
    assert [row.assignment for row in rows(LED, "sri.a", {})] == ["budi.a", "ayu.a"]
    guests = {"i1/guest.a/role": ""}
    assert added(LED, guests | {"i1/budi.a/role": ""}) == ["guest.a"]
    assert rows(LED, None, guests)[-1].called == "guest.a"
    known = {"guest.a": Row(assignment="guest.a", name="Guest")}
    assert rows(LED, None, guests, known)[-1].called == "Guest"


SAID = st.tuples(
    st.sampled_from(["", "responsible", "member"]), st.sampled_from(["", "direct"]),
    st.sampled_from(["", "satu", "dua\nbaris"]),
)  # fmt: skip
FORMS = st.dictionaries(
    st.tuples(st.sampled_from(["i1", "i2"]), st.sampled_from(["sri.a", "budi.a"])), SAID
).map(
    lambda told: {
        f"{indicator}/{assignment}/{name}": text
        for (indicator, assignment), said in told.items()
        for name, text in zip(("role", "direct", "text"), said, strict=True)
    }
)


@given(FORMS, FORMS)
def test_what_is_sent_makes_of_what_was_there_what_is_typed(
    before: dict[str, str], typed: dict[str, str]
) -> None:
    """Cells without text are none; those that the form has not stay."""
    to_do = wanted(typed, before)
    after = {c: _of(before, c) for c in cells(before) if _of(before, c)[2]}
    unseen = {c: said for c, said in after.items() if c not in cells(typed)}
    for body in to_do.bodies(typed, None):
        for each in body:
            name = f"{each['indicator']}/{each['assignment']}"
            direct = "direct" if each["direct"] else ""
            after[name] = (each.get("role", ""), direct, each["text"])
    for gone in to_do.empty:
        del after[gone]
    # Of a role without a text planning tells what is wrong; the rest is what was typed.
    assert {c: said for c, said in after.items() if said[2]} == {
        c: _of(typed, c) for c in cells(typed) if _of(typed, c)[2]
    } | unseen
    assert not {*to_do.put} & {*to_do.empty}
    unchanged = wanted(typed, typed)
    assert (unchanged.put, unchanged.empty) == ((), ())


def _of(fields: dict[str, str], cell: str) -> tuple[str, ...]:
    return tuple(fields.get(f"{cell}/{name}", "") for name in ("role", "direct", "text"))


def test_a_command_takes_so_many_cells() -> None:
    typed = {f"i{n}/sri.a/text": "x" for n in range(MOST + 1)}
    assert [len(each) for each in wanted(typed, {}).bodies(typed, "budi.a")] == [MOST, 1]


def test_a_pointer_into_a_command_leads_to_its_field() -> None:
    sent = ("i1/sri.a", "i2/budi.a")
    assert field_at(sent, "#/cells/1/role") == "i2/budi.a/role"
    assert field_at(sent, "/cells/0") == field_at(sent, "cells/0/assignment") == "i1/sri.a/text"
    assert field_at(sent, "/reason") == "reason"
    for nowhere in ("", "/cells", "/cells/2/role", "/cells/x", "/unit"):
        assert field_at(sent, nowhere) == ""


def test_a_cell_has_its_place() -> None:
    assert place("u1.2026", "i1/sri.a", None) == "u1.2026/i1/sri.a"
    assert place("u1.2026", "i1/budi.a", "sri.a") == "u1.2026/i1/sri.a/budi.a"


def test_two_who_fill_different_cells_lose_nothing() -> None:
    base = to_fields(LED, None)
    mine, theirs = base | {"i2/ayu.a/text": "Saya"}, base | {"i2/budi.a/text": "Lain"}
    merge = merged(base, theirs, mine)
    assert (merge.fields["i2/ayu.a/text"], merge.fields["i2/budi.a/text"]) == ("Saya", "Lain")
    assert not merge.both
    to_do = wanted(merge.fields, theirs)
    assert (to_do.put, to_do.empty) == (("i2/ayu.a",), ())

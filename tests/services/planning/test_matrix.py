"""Who carries which part of what a unit's head has agreed to."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from contracts.alignment import Cell, CellsPut, CellsRemoved
from contracts.event import Event
from law.refusal import Refused
from law.standing import Actor, Decider
from services.planning.agreement.decisions import Agreement
from services.planning.matrix.decisions import (
    AGGREGATE,
    MATRIX,
    Matrix,
    Row,
    Said,
    place_of,
    put,
    remove,
)
from services.planning.matrix.views import VIEW
from tests.services.planning.test_agreement import indicator, objective
from tests.services.scenario import HELD, SUPERIOR, forbidden, of, refused
from tests.services.test_views import happened, rows

given = of(AGGREGATE)
AGREEMENT = Agreement(
    "u1.2026", "u1", "budi.a", 2026, 2026, (objective("s1", indicator("i1"), indicator("i2")),)
)
PEOPLE = ("sri", "joko", "rahma")


def row(person: str, *, within: bool = True, **changes: Any) -> Row:
    held = replace(HELD, assignment=f"{person}.a", person=person, **changes)
    return Row(held, within)


ROWS = {f"{person}.a": row(person) for person in PEOPLE} | {
    "ani.a": row("ani", within=False),
    "budi.a": row("budi"),
}
WHY = "Mutasi"


def said(**changes: Any) -> Said:
    return replace(Said("i1", None, "sri.a", "responsible", True, "Layanan prima"), **changes)


def cell(of: Said) -> Cell:
    return Cell(
        place=place_of("u1.2026", of.indicator, of.under, of.assignment),
        person=of.assignment.removesuffix(".a"),
        indicator=of.indicator,
        under=of.under,
        assignment=of.assignment,
        role=of.role,
        direct=of.direct,
        text=of.text,
    )


def filled(*each: Said) -> CellsPut:
    return CellsPut(
        matrix="u1.2026", unit="u1", year=2026, cells=tuple(map(cell, each)), by=SUPERIOR
    )


def words(*each: Said, **changes: Any) -> dict[str, Any]:
    return {"agreement": AGREEMENT, "said": each, "rows": ROWS, "by": SUPERIOR} | changes


LEADER = said()
MEMBER = said(under="sri.a", assignment="joko.a", role="member", direct=False)
BESIDE = said(assignment="rahma.a", role="member", direct=False)
FOREIGN = said(assignment="ani.a", role="additional", direct=False)


def test_several_cells_are_filled_at_once_on_two_levels() -> None:
    every = (MEMBER, LEADER, BESIDE, FOREIGN)
    given().when(put, **words(*every)).then(filled(*every))


def test_a_cell_is_said_anew_and_only_what_changes_is_an_event() -> None:
    better = replace(LEADER, text="Layanan prima dan tepat waktu")
    given(filled(LEADER, BESIDE)).when(put, **words(better, BESIDE)).then(filled(better))
    given(filled(LEADER)).when(put, **words(LEADER)).then(refused("nothing-changed", field="cells"))


def test_a_matrix_is_of_an_agreement() -> None:
    given().when(put, **words(LEADER, agreement=None)).then(
        refused("no-agreement", MATRIX, field="year")
    )


@pytest.mark.parametrize(
    ("wrong", "code", "article", "field"),
    [
        (said(indicator="i9"), "unknown-indicator", MATRIX, "indicator"),
        (said(assignment="nobody.a"), "unknown-assignment", "", "assignment"),
        (replace(FOREIGN, role="member"), "not-additional", MATRIX, "role"),
        (replace(MEMBER, role="responsible"), "second-level", MATRIX, "role"),
        (replace(MEMBER, under="rahma.a"), "no-leader", MATRIX, "under"),
        (replace(MEMBER, assignment="sri.a"), "no-leader", MATRIX, "under"),
        (replace(MEMBER, indicator="i2"), "no-leader", MATRIX, "under"),
    ],
)
def test_what_a_cell_may_not_say(wrong: Said, code: str, article: str, field: str) -> None:
    given(filled(LEADER, BESIDE)).when(put, **words(said(indicator="i2"), wrong) | {
        "said": (replace(BESIDE, indicator="i2"), wrong)
    }).then(refused(code, article, field=f"cells.1.{field}"))  # fmt: skip


def test_the_head_has_no_cell_and_nobody_says_what_they_carry_themselves() -> None:
    team = "pengelola"
    given().when(put, **words(said(assignment="budi.a"), by=team)).then(
        refused("heads-own", MATRIX, field="cells.0.assignment")
    )
    given().when(put, **words(LEADER, by="sri")).then(forbidden)
    given(filled(LEADER)).when(remove, [cell(LEADER).place], WHY, by="sri").then(forbidden)


def test_a_cell_is_of_the_year() -> None:
    later = ROWS | {"sri.a": row("sri", start=date(2027, 1, 1))}
    earlier = ROWS | {"sri.a": row("sri", until=date(2025, 12, 31))}
    for others in (later, earlier):
        given().when(put, **words(LEADER, rows=others)).then(
            refused("outside-assignment", field="cells.0.assignment")
        )


def test_a_pair_stands_once_in_a_command() -> None:
    given().when(put, **words(LEADER, replace(LEADER, text="x"))).then(
        refused("repeated-cell", field="cells.1")
    )


def test_a_leader_of_others_stays_in_charge_while_there_are_any() -> None:
    there = given(filled(LEADER, MEMBER))
    there.when(put, **words(replace(LEADER, role="member"))).then(
        refused("cells-below", MATRIX, field="cells.0.role")
    )
    there.when(remove, [cell(LEADER).place], WHY, by=SUPERIOR).then(
        refused("cells-below", MATRIX, field="cells")
    )


def test_cells_are_emptied_with_a_reason() -> None:
    places = [cell(LEADER).place, cell(MEMBER).place]
    given(filled(LEADER, MEMBER)).when(remove, places, WHY, by=SUPERIOR).then(
        CellsRemoved(
            matrix="u1.2026", unit="u1", year=2026, cells=tuple(places), reason=WHY, by=SUPERIOR
        )
    )
    given(filled(LEADER)).when(remove, [cell(MEMBER).place], WHY, by=SUPERIOR).then(
        refused("unknown-cell", field="cells.0")
    )
    given(filled(LEADER)).when(remove, [places[0], places[0]], WHY, by=SUPERIOR).then(
        refused("repeated-cell", field="cells.1")
    )
    given().when(remove, places, WHY, by=SUPERIOR).then(refused("unknown-matrix", field="unit"))


one = st.sampled_from
cells_said = st.builds(
    Said,
    indicator=one(["i1", "i2"]),
    under=one([None, None, "sri.a", "joko.a"]),
    assignment=one([*ROWS]),
    role=one(["responsible", "member", "additional"]),
    direct=st.booleans(),
    text=one(["a", "b"]),
)
moves = st.one_of(st.lists(cells_said, min_size=1, max_size=3), st.integers(0, 7))
"""Cells to fill, or which of those that are there to empty."""


def _do(state: Matrix | None, move: Sequence[Said] | int) -> Event:
    by = Decider(Actor("pengelola"), date(2026, 1, 12))
    if not isinstance(move, int):
        return put(state, by, AGREEMENT, move, ROWS)
    places = sorted(state.cells) if state else []
    return remove(state, by, places[move : move + 1] or ["u1.2026/i1/none.a"], WHY)


def _hold(state: Matrix) -> None:
    """One cell for a pair, in its place; below a leader are members, and only a leader has any below."""
    pairs = [(each.indicator, each.under, each.assignment) for each in state.cells.values()]
    assert len(set(pairs)) == len(pairs)
    for place, each in state.cells.items():
        assert (
            place == each.place == place_of("u1.2026", each.indicator, each.under, each.assignment)
        )
        assert ROWS[each.assignment].within or each.role == "additional"
        assert each.assignment != AGREEMENT.assignment
        if each.under:
            leader = state.cells[place_of("u1.2026", each.indicator, None, each.under)]
            assert (leader.role, leader.under) == ("responsible", None)
            assert each.role != "responsible"
            assert each.assignment != each.under


def test_whatever_is_done_in_whatever_order_a_matrix_stays_consistent() -> None:
    seen: set[str] = set()

    @settings(max_examples=200)
    @drawn(st.lists(moves, min_size=4, max_size=20))
    def lives(course: Sequence[Sequence[Said] | int]) -> None:
        state: Matrix | None = None
        history: list[Event] = []
        for move in course:
            try:
                event = _do(state, move)
            except Refused as no:
                seen.add(no.code)
                continue
            state = AGGREGATE.evolve(state, event)
            history.append(event)
            seen.add(type(event).__name__)
            _hold(state)
            if isinstance(event, CellsRemoved):
                assert not state.cells.keys() & set(event.cells)
            shown = rows(VIEW, happened(*history))["matrix_cell"]
            assert {place for (place,), row in shown.items() if row["there"]} == set(state.cells)
            for (place,), row in shown.items():
                assert not row["there"] or row["text"] == state.cells[place].text
            if any(each.under for each in state.cells.values()):
                seen.add("second level")

    lives()
    assert seen >= {"CellsPut", "CellsRemoved", "second level", "no-leader", "cells-below"}

"""Results of an SKP from what is asked of its assignment."""

from typing import Any

from services.planning.agreement.views import AgreementRow
from services.planning.matrix.views import CellRow
from services.planning.skp.drafts.filling import RESULTS, results_of
from tests.services.planning.test_agreement import indicator, objective


def agreement(unit: str, serves: str | None = None) -> AgreementRow:
    objectives = (objective("s1", indicator("i1"), indicator("i2"), serves=serves),)
    return AgreementRow.model_construct(
        agreement=f"{unit}.2026", version=1, unit=unit, assignment=f"{unit}.head", person=unit,
        first=2026, last=2026, objectives=objectives,
    )  # fmt: skip


def cell(assignment: str = "sri.a", under: str | None = None, **changes: Any) -> CellRow:
    parent = "u1.2026/i1" + (f"/{under}" if under else "")
    said: dict[str, Any] = {
        "place": f"{parent}/{assignment}", "parent": parent, "matrix": "u1.2026", "unit": "u1",
        "year": 2026, "indicator": "i1", "under": under, "assignment": assignment, "person": "sri",
        "role": "member", "direct": True, "text": f"Hasil {assignment}", "there": True,
    }  # fmt: skip
    return CellRow(**said | changes)


TOPS = {"u1.2026": agreement("u1")}


def test_what_is_handed_down_brings_its_indicator_and_what_contributes_does_not() -> None:
    direct, contributing = cell(), cell("sri.b", direct=False, role="additional")
    first, second = results_of(2026, None, [direct, contributing], TOPS, {})
    assert (first.id, first.kind, first.serves_at) == ("r1", "main", direct.place)
    assert first.serves == "Layanan tepat waktu"
    [brought] = first.indicators
    assert (brought.id, brought.target, brought.unit, brought.baseline) == (
        "r1.1", "95", "persen", "80",
    )  # fmt: skip
    assert (second.id, second.kind, second.indicators) == ("r2", "additional", [])


def test_below_a_team_leader_it_serves_what_they_carry() -> None:
    leader = cell("budi.a", role="responsible")
    member = cell(under="budi.a")
    [result] = results_of(2026, None, [member], TOPS, {leader.place: leader})
    assert result.serves == "Hasil budi.a"
    assert result.serves_at == member.place


def test_a_heads_objectives_are_results_and_their_cell_is_in_the_one_that_serves_it() -> None:
    mine, besides = cell("u2.head"), cell("u2.head", indicator="i2", place="u1.2026/i2/u2.head")
    own = agreement("u2", serves=mine.place)
    found = results_of(2026, own, [mine, besides], TOPS, {})
    assert [(each.id, each.serves_at) for each in found] == [
        ("r1", "u2.2026/s1"), ("r2", besides.place),
    ]  # fmt: skip
    assert [each.id for each in found[0].indicators] == ["r1.1", "r1.2"]


def test_an_skp_has_no_more_than_it_may() -> None:
    every = [cell(place=f"u1.2026/i1/{n}.a") for n in range(RESULTS + 1)]
    assert len(results_of(2026, None, every, TOPS, {})) == RESULTS

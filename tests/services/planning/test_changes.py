"""What a change of an SKP has changed."""

from datetime import UTC, datetime

from contracts.planning import Expectation, Value
from services.planning.skp.changes import amendments
from services.planning.skp.content import Plan
from services.planning.skp.views import AgreedRow, PlanShown
from tests.services.planning.test_skp import ANNEXES, PLAN, RICH, indicator, result

AT = datetime(2026, 6, 1, tzinfo=UTC)


def agreed(version: int, plan: Plan, reason: str | None = None) -> AgreedRow:
    shown = PlanShown(
        results=plan.results, expectations=plan.expectations, annexes=plan.annexes,
        dialogue=plan.dialogue,
    )  # fmt: skip
    row = {"skp": "s1", "version": version, "at": AT, "by": "budi", "reason": reason}
    return AgreedRow.model_validate(row | {"plan": shown.model_dump_json()})


def test_what_was_agreed_once_has_not_been_changed() -> None:
    assert amendments([]) == []
    assert amendments([agreed(3, PLAN)]) == []


def test_each_change_is_told_beside_what_was_before_it() -> None:
    kept = result("r1", indicators=(indicator("i1"), indicator("i2", target="5")))
    later = Plan((kept, result("r3", indicators=(indicator("i4"),))), annexes=ANNEXES)
    first, second = amendments([agreed(3, RICH), agreed(6, later, "Tugas baru"), agreed(9, PLAN)])
    assert (first.follows, first.version, first.by, first.reason) == (3, 6, "budi", "Tugas baru")
    assert [(row.id, row.change) for row in first.results] == [
        ("r1", "changed"), ("r3", "added"), ("r2", "removed"),
    ]  # fmt: skip
    assert (first.results[0].before, first.results[0].after) == (RICH.results[0], kept)
    assert [(row.id, row.change) for row in first.indicators] == [
        ("i2", "changed"), ("i4", "added"), ("i3", "removed"),
    ]  # fmt: skip
    assert first.annexes is None
    assert first.dialogue
    assert (first.dialogue.before, first.dialogue.after) == (RICH.dialogue, later.dialogue)
    assert first.expectations
    assert first.expectations.before == (
        Expectation(value=Value.LOYAL, text="Menjaga rahasia jabatan"),
    )
    assert first.expectations.after == ()
    assert (second.follows, second.version, second.reason) == (6, 9, None)
    assert [second.expectations, second.annexes, second.dialogue] == [None, None, None]


def test_an_indicator_that_moves_to_another_result_is_no_other_indicator() -> None:
    moved = indicator("i2")
    before = Plan((result("r1", indicators=(indicator(), moved)), result("r2", indicators=())))
    after = Plan((result("r1"), result("r2", indicators=(moved,))))
    (change,) = amendments([agreed(1, before), agreed(2, after)])
    assert [row.id for row in change.results] == ["r1", "r2"]
    assert change.indicators == []

"""What an SKP's change changes, in words."""

from datetime import UTC, datetime

from console.planning.changed import Change, IndicatorRow, ResultRow, differences
from console.planning.skp import Plan
from console.show.words import translate
from contracts.planning import Annexes, Dialogue, Expectation, Indicator, Result, Value

INDICATOR = Indicator(id="i1", aspect="quantity", text="Laporan", target="12", unit="laporan")
RESULT = Result(id="r1", kind="main", text="Layanan prima", indicators=(INDICATOR,))
PLAN = Plan(
    results=(RESULT,),
    expectations=(Expectation(value=Value.LOYAL, text="Menjaga rahasia"),),
    annexes=Annexes(resources=("Laptop",)),
    dialogue=Dialogue(feedback="monthly"),
)


def same(text: str) -> str:
    return text


def test_what_says_the_same_has_no_difference() -> None:
    assert differences(PLAN, PLAN, same) == []


def test_only_the_rows_that_differ_are_told_with_what_was_and_what_is() -> None:
    aimed = INDICATOR.model_copy(update={"target": "15"})
    added = Result(id="r2", kind="additional", text="Tim", decision="SK 7", indicators=())
    changed = PLAN.model_copy(
        update={
            "results": (RESULT.model_copy(update={"indicators": (aimed,)}), added),
            "expectations": (),
            "annexes": Annexes(resources=("Laptop", "Anggaran")),
            "dialogue": Dialogue(feedback="monthly", notes="Disepakati"),
        }
    )
    assert differences(PLAN, changed, same) == [
        ("Laporan (12 laporan, Kuantitas)", "Laporan (15 laporan, Kuantitas)"),
        ("", "Tim (tambahan, SK 7)"),
        ("Dukungan sumber daya: Laptop", "Dukungan sumber daya: Laptop; Anggaran"),
        ("", "Catatan dialog: Disepakati"),
        ("Loyal: Menjaga rahasia", ""),
    ]


def test_a_change_that_was_approved_is_told_alike_and_in_the_readers_language() -> None:
    aimed = INDICATOR.model_copy(update={"target": "15"})
    change = Change(
        version=7,
        at=datetime(2026, 4, 10, tzinfo=UTC),
        by="boss",
        reason="Anggaran",
        results=(
            ResultRow(
                id="r1", before=RESULT, after=RESULT.model_copy(update={"indicators": (aimed,)})
            ),
        ),
        indicators=(IndicatorRow(id="i1", before=INDICATOR, after=aimed),),
        expectations=None,
        annexes=None,
        dialogue=None,
    )
    assert change.rows(lambda text: translate(text, "en")) == [
        ("Laporan (12 laporan, Quantity)", "Laporan (15 laporan, Quantity)")
    ]

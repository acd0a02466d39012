"""An SKP as the fields of its form, and back."""

import json
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from console.keep.drafts import Draft
from console.planning.editor import checked
from console.planning.places import Place, choosing, is_in_cascade, worded
from console.planning.reads import Checks, Finding
from console.planning.rows import change, rows
from console.planning.sheet import Sheet, restored
from console.planning.skp import BLANK, ROWS, Plan, field_at, finished, to_body, to_fields
from console.web.forms import merged
from contracts.planning import Annexes, Dialogue, Expectation, Indicator, Result, Value

WORDS = st.text("abc XYZ-,.", min_size=1, max_size=20).map(str.strip).filter(bool)
MAYBE = st.none() | WORDS
INDICATOR = st.builds(
    Indicator, id=st.just(""), aspect=st.sampled_from([None, "quantity", "time"]), perspective=MAYBE,
    text=WORDS, target=WORDS, unit=MAYBE, baseline=MAYBE,
)  # fmt: skip
RESULT = st.builds(
    Result, id=st.just(""), kind=st.sampled_from(["main", "additional"]), text=WORDS, serves=MAYBE, serves_at=MAYBE,
    decision=MAYBE, indicators=st.lists(INDICATOR, min_size=1, max_size=3).map(tuple),
)  # fmt: skip


def named(results: list[Result]) -> tuple[Result, ...]:
    """Each row with an id of its own."""
    return tuple(
        result.model_copy(update={
            "id": f"r{n}",
            "indicators": tuple(
                each.model_copy(update={"id": f"i{n}-{m}"})
                for m, each in enumerate(result.indicators)
            ),
        })
        for n, result in enumerate(results)
    )  # fmt: skip


PLANS = st.builds(
    Plan,
    results=st.lists(RESULT, min_size=1, max_size=4).map(named),
    expectations=st.lists(st.sampled_from(Value), unique=True).flatmap(
        lambda values: st.tuples(
            *(
                st.builds(Expectation, value=st.just(v), text=WORDS)
                for v in sorted(values, key=list(Value).index)
            )
        )
    ),
    annexes=st.builds(Annexes, resources=st.lists(WORDS, max_size=3).map(tuple)),
    dialogue=st.builds(Dialogue, feedback=st.sampled_from([None, "monthly"]), notes=MAYBE),
)


@given(PLANS)
def test_what_the_form_sends_is_what_it_was_made_from(plan: Plan) -> None:
    assert Plan.model_validate(to_body(to_fields(plan))) == plan


@given(PLANS)
def test_a_pointer_into_what_is_sent_leads_to_its_field(plan: Plan) -> None:
    fields = to_fields(plan)
    body = to_body(fields)
    for n, result in enumerate(body["results"]):
        assert fields[field_at(fields, f"#/results/{n}/text")] == result["text"]
        assert field_at(fields, f"/results/{n}") == field_at(fields, f"results/{n}/text")
        assert field_at(fields, f"/results/{n}/indicators") == field_at(fields, f"/results/{n}")
        for m, each in enumerate(result["indicators"]):
            assert fields[field_at(fields, f"/results/{n}/indicators/{m}/target")] == each["target"]
    for nowhere in ("", "#", "/results", "/results/99/text", "/results/x", "/elsewhere/0"):
        assert field_at(fields, nowhere) == ""
    assert field_at(fields, "/annexes/consequences") == "annex/consequences"


@given(PLANS, st.data())
def test_rows_are_added_dropped_and_moved_without_touching_another(
    plan: Plan, data: st.DataObject
) -> None:
    fields = to_fields(plan)
    ids = [id for id, _ in rows(fields)]
    one = data.draw(st.sampled_from(ids))
    added = change(fields, "add", ROWS)
    new = [id for id, _ in rows(added) if id not in ids]
    assert len(new) == 1
    assert all(added[name] == text for name, text in fields.items() if name != "order")
    more = change(added, f"add/{one}", ROWS)
    assert len(dict(rows(more))[one]) == len(dict(rows(fields))[one]) + 1
    every = [each for _, indicators in rows(more) for each in indicators]
    assert len(set(every)) == len(every)
    assert [id for id, _ in rows(change(fields, f"drop/{one}", ROWS))] == [
        i for i in ids if i != one
    ]
    moved = change(fields, f"up/{one}", ROWS)
    assert sorted(i for i, _ in rows(moved)) == sorted(ids)
    if ids[0] != one:
        assert change(moved, f"down/{one}", ROWS) == fields
    for nothing in ("", "drop", "up/nowhere", "save", "a/b/c/d"):
        assert change(fields, nothing, ROWS) == fields


def test_a_blank_form_has_one_result_with_one_indicator() -> None:
    assert list(rows(BLANK)) == [("r1", ["i1"])]
    (result,) = to_body(BLANK)["results"]
    assert result == {
        "id": "r1",
        "kind": "main",
        "text": "",
        "indicators": [{"id": "i1", "text": "", "target": ""}],
    }


def found(code: str, pointer: str) -> Finding:
    return Finding(code=code, detail="", article="", pointer=pointer)


def test_what_is_finished_is_checked_and_each_finding_stands_at_its_field() -> None:
    fields = change(change(BLANK, "add", ROWS), "add/r2", ROWS) | {
        "r2/text": "Menyusun laporan",
        "r2/i3/text": "Laporan",
        "r2/i3/target": "12",
    }
    assert list(rows(fields)) == [("r1", ["i1"]), ("r2", ["i2", "i3"])]
    sent = finished(fields)
    assert list(rows(sent)) == [("r2", ["i3"])]
    [result] = to_body(sent)["results"]
    assert [each["id"] for each in result["indicators"]] == ["i3"]
    checks = Checks(
        refusals=(
            found("no-aspect", "#/results/0/indicators/0/aspect"),
            found("no-main-result", "#/results"),
            found("no-indicator", "#/results/0/indicators"),
        ),
        warnings=(found("activity", "#/results/0/text"), found("past-due", "#/start")),
    )
    sheet = checked(fields, sent, checks)
    at = {"r2/i3/aspect": "no-aspect", "r2/text": "activity", "": "past-due"}
    assert {each.field: each.code for each in sheet.warnings} == at
    assert [each.code for each in sheet.hints("r2/text")] == ["activity"]
    assert not sheet.refusals
    # Of what is finished, nothing that is missing is left out; of what the page tells of, everything is.
    whole = checked(sent, sent, checks)
    assert "no-main-result" in [each.code for each in whole.hints("")]
    again = checked(fields | {"told": "r2/text:activity "}, sent, checks)
    assert [each.code for each in again.warnings] == ["no-aspect", "past-due"]


CELL = Place(place="u1.2026/i1/sri.a", text="Layanan tepat waktu", of="cell", served=True)
LEADERS = Place(place="budi.a.20260101/r1", text="Layanan prima", of="leader", served=False)


def test_what_is_chosen_says_what_stands_there_unless_it_has_words_of_its_own() -> None:
    def words(serves: str, at: str) -> str:
        fields = BLANK | {"r1/serves": serves, "r1/serves_at": at}
        said = worded(fields, [CELL, LEADERS])
        assert {**said, "r1/serves": serves} == fields
        return said["r1/serves"]

    assert words("", LEADERS.place) == LEADERS.text
    assert words(CELL.text, LEADERS.place) == LEADERS.text
    assert words("Kata sendiri", LEADERS.place) == "Kata sendiri"
    assert words(CELL.text, "") == CELL.text
    assert words("", "gone") == ""


def test_something_is_chosen_when_it_is_another_than_the_form_was_made_from() -> None:
    fields = BLANK | {"r1/serves_at": CELL.place}
    made_from = json.dumps(fields)
    assert choosing(fields)
    assert not choosing(fields | {"base": made_from})
    assert choosing(fields | {"base": made_from, "r1/serves_at": LEADERS.place})
    assert not choosing(fields | {"base": made_from, "r1/serves_at": ""})


def test_the_cascade_leads_to_cells_and_objectives_and_to_no_skp() -> None:
    assert is_in_cascade(CELL.place)
    assert is_in_cascade("u1.2025-2029/s1")
    assert not is_in_cascade(LEADERS.place)


@given(PLANS, WORDS, WORDS)
def test_two_who_change_different_rows_lose_nothing(plan: Plan, mine: str, theirs: str) -> None:
    base = to_fields(plan)
    first, last = plan.results[0].id, plan.results[-1].id
    own = base | {f"{first}/text": mine}
    other = change(base, "add", ROWS) | {f"{last}/serves": theirs}
    merge = merged(base, other, own)
    assert merge.fields[f"{first}/text"] == mine
    assert merge.fields[f"{last}/serves"] == theirs
    assert len(list(rows(merge.fields))) == len(plan.results) + 1
    assert not merge.both


def test_what_was_chosen_is_restored_with_what_was_typed() -> None:
    sheet = Sheet({"approach": "quantitative", "order": "r1", "r1/text": "x"})
    draft = Draft(
        (("approach", "qualitative"), ("order", "r1"), ("r1/text", "y")), datetime.now(UTC)
    )
    fields = restored(sheet, draft).fields
    assert (fields["approach"], fields["r1/text"]) == ("qualitative", "y")

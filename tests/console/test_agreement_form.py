"""An agreement as the fields of its form, and back."""

from hypothesis import given
from hypothesis import strategies as st

from console.planning.agreement.fields import (
    BLANK,
    ROWS,
    field_at,
    to_body,
    to_fields,
    years_of,
)
from console.planning.rows import change, rows
from contracts.alignment import AgreedIndicator, Objective, YearTarget

WORDS = st.text("abc XYZ-,.", min_size=1, max_size=20).map(str.strip).filter(bool)
MAYBE = st.none() | WORDS
TARGETS = st.lists(st.integers(2026, 2029), min_size=1, unique=True).flatmap(
    lambda years: st.tuples(
        *(st.builds(YearTarget, year=st.just(y), target=WORDS) for y in sorted(years))
    )
)
INDICATOR = st.builds(
    AgreedIndicator,
    id=st.just(""),
    aspect=st.sampled_from([None, "quantity", "time"]),
    perspective=MAYBE,
    text=WORDS,
    unit=MAYBE,
    baseline=MAYBE,
    targets=TARGETS,
)
OBJECTIVE = st.builds(
    Objective,
    id=st.just(""),
    text=WORDS,
    serves=st.sampled_from([None, "u1.2026/i1"]),
    indicators=st.lists(INDICATOR, min_size=1, max_size=3).map(tuple),
)


def named(objectives: list[Objective]) -> tuple[Objective, ...]:
    """Each row with an id of its own."""
    return tuple(
        objective.model_copy(
            update={
                "id": f"s{n}",
                "indicators": tuple(
                    each.model_copy(update={"id": f"i{n}.{m}"})
                    for m, each in enumerate(objective.indicators)
                ),
            }
        )
        for n, objective in enumerate(objectives)
    )


OBJECTIVES = st.lists(OBJECTIVE, min_size=1, max_size=4).map(named)


@given(OBJECTIVES)
def test_what_the_form_sends_is_what_it_was_made_from(objectives: tuple[Objective, ...]) -> None:
    sent = to_body(to_fields(objectives))["objectives"]
    assert tuple(Objective.model_validate(each) for each in sent) == objectives


@given(OBJECTIVES)
def test_a_pointer_into_what_is_sent_leads_to_its_field(objectives: tuple[Objective, ...]) -> None:
    fields = to_fields(objectives)
    for n, objective in enumerate(to_body(fields)["objectives"]):
        where = f"/objectives/{n}"
        assert fields[field_at(fields, f"#{where}/text", 2026)] == objective["text"]
        assert field_at(fields, where, 2026) == field_at(fields, f"{where}/indicators", 2026)
        for m, each in enumerate(objective["indicators"]):
            at = f"{where}/indicators/{m}"
            assert fields[field_at(fields, f"{at}/text", 2026)] == each["text"]
            for k, target in enumerate(each["targets"]):
                for last in ("year", "target"):
                    told = field_at(fields, f"{at}/targets/{k}/{last}", 2026)
                    assert fields[told] == target["target"]
            # One that is missing has a field too.
            assert field_at(fields, f"{at}/targets", 2026).endswith("/y2026")
    for nowhere in ("", "#", "/objectives", "/objectives/99/text", "/objectives/x", "/year"):
        assert field_at(fields, nowhere, 2026) == ""


def test_a_blank_form_has_one_objective_with_one_indicator() -> None:
    assert list(rows(BLANK)) == [("s1", ["i1"])]
    (objective,) = to_body(BLANK)["objectives"]
    indicators = [{"id": "i1", "text": "", "targets": []}]
    assert objective == {"id": "s1", "text": "", "indicators": indicators}


def test_a_new_row_takes_no_id_of_one_that_was_dropped() -> None:
    """Else what rests on the place of the old one would rest on the new one."""
    begun = {**BLANK, "base": '{"order": "s1 s2", "s1/order": "i1", "s2/order": "i2"}'}
    assert list(rows(change(begun, "add", ROWS))) == [("s1", ["i1"]), ("s3", ["i3"])]


def test_targets_have_the_columns_of_the_years_and_of_what_is_there() -> None:
    assert years_of(2026, 2026, {}) == [2026]
    assert years_of(2025, 2029, {}) == [2025, 2026, 2027, 2028, 2029]
    told = {"s1/i1/y2028": "5", "s1/i1/y2030": "", "s1/yes": "x", "s1/text": "/y2040"}
    assert years_of(2026, 2026, told) == [2026, 2028]

"""What a unit's head is to achieve, and the agency's strategic plan."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from contracts.alignment import (
    AgreedIndicator,
    AgreementAmended,
    AgreementSet,
    Objective,
    YearTarget,
)
from services.planning.agreement.changes import changes_of
from services.planning.agreement.decisions import AGGREGATE, Above, Agreement, amend, set_
from services.planning.agreement.views import VIEW, SetRow
from tests.services.scenario import HELD, SUPERIOR, of, refused
from tests.services.test_views import happened, rows

given = of(AGGREGATE)
HEAD = replace(HELD, leads=True)
NEXT = replace(HEAD, assignment="joko.a", person="joko", start=date(2026, 4, 1))
WHY = "Refokus anggaran"


def indicator(id: str = "i1", targets: dict[int, str] | None = None) -> AgreedIndicator:
    years = {2026: "95"} if targets is None else targets
    return AgreedIndicator(
        id=id,
        perspective="penerima layanan",
        text="Layanan tepat waktu",
        unit="persen",
        baseline="80",
        targets=tuple(YearTarget(year=year, target=target) for year, target in years.items()),
    )


def objective(id: str = "s1", *indicators: AgreedIndicator, serves: str | None = None) -> Objective:
    return Objective(
        id=id, text="Layanan prima", serves=serves, indicators=indicators or (indicator(),)
    )


ONE = (objective(),)
SET = AgreementSet(
    agreement="u1.2026", unit="u1", assignment="a1", person="sri", first=2026, last=2026,
    objectives=ONE, by=SUPERIOR,
)  # fmt: skip
TOP = Agreement("u0.2026", "u0", "o1", 2026, 2026, (objective("s1", indicator("i9")),))
PLAN = replace(TOP, agreement="u1.2025-2029", unit="u1", first=2025, last=2029)
ABOVE = Above(frozenset({"u0"}), {"u0.2026/i9": TOP})


def words(**changes: Any) -> dict[str, Any]:
    return {
        "first": 2026, "last": 2026, "objectives": ONE, "above": Above(), "by": SUPERIOR, "held": HEAD,
    } | changes  # fmt: skip


def test_an_agreement_is_set_once_for_a_unit_and_year() -> None:
    given().when(set_, **words()).then(SET)
    given(SET).when(set_, **words()).then(refused("agreement-exists", field="year"))


def test_a_strategic_plan_has_targets_of_its_years_and_is_the_agencys() -> None:
    years = (objective("s1", indicator(targets={2025: "80", 2029: "99"})),)
    plan = SET.model_copy(
        update={"agreement": "u1.2025-2029", "first": 2025, "last": 2029, "objectives": years}
    )
    given().when(set_, **words(first=2025, last=2029, objectives=years)).then(plan)
    given().when(set_, **words(first=2025, last=2029, objectives=years, above=ABOVE)).then(
        refused("not-the-agency", field="until")
    )
    beyond = (objective("s1", indicator(targets={2025: "80", 2030: "99"})),)
    given().when(set_, **words(first=2025, last=2029, objectives=beyond)).then(
        refused("outside-years", field="objectives.0.indicators.0.targets.1.year")
    )
    given().when(set_, **words(first=2026, last=2025)).then(
        refused("years-reversed", field="until")
    )


@pytest.mark.parametrize(
    ("head", "code"),
    [
        (HELD, "not-a-head"),
        (replace(HEAD, start=date(2027, 1, 1)), "outside-assignment"),
        (replace(HEAD, until=date(2025, 12, 31)), "outside-assignment"),
    ],
)
def test_it_is_that_of_a_head_in_the_year(head: Any, code: str) -> None:
    given().when(set_, **words(held=head)).then(refused(code, field="assignment"))


@pytest.mark.parametrize(
    ("objectives", "code", "field"),
    [
        ((), "no-objective", "objectives"),
        ((objective("s1"), objective("s1", indicator("i2"))), "repeated-id", "objectives.1.id"),
        ((objective("i1"),), "repeated-id", "objectives.0.indicators.0.id"),
        ((ONE[0].model_copy(update={"indicators": ()}),), "no-indicator", "objectives.0.indicators"),
        ((objective("s1", indicator(targets={})),), "no-target", "objectives.0.indicators.0.targets"),
        ((objective("s1", indicator(targets={2027: "9"})),), "no-target", "objectives.0.indicators.0.targets"),
        ((objective("s1", indicator(targets={2026: "9", 2025: "8"})),), "outside-years",
         "objectives.0.indicators.0.targets.1.year"),
    ],
)  # fmt: skip
def test_what_it_may_not_say(objectives: Any, code: str, field: str) -> None:
    given().when(set_, **words(objectives=objectives)).then(refused(code, field=field))
    given(SET).when(amend, objectives, WHY, Above(), by=SUPERIOR, held=HEAD).then(
        refused(code, field=field)
    )


def test_a_year_has_one_target_and_an_agreement_may_look_further() -> None:
    further = (objective("s1", indicator(targets={2026: "95", 2027: "97"})),)
    given().when(set_, **words(objectives=further)).then(
        SET.model_copy(update={"objectives": further})
    )
    twice = further[0].indicators[0].model_copy(update={"targets": indicator().targets * 2})
    given().when(set_, **words(objectives=(objective("s1", twice),))).then(
        refused("repeated-year", field="objectives.0.indicators.0.targets")
    )


def test_an_objective_serves_what_stands_above_it_in_the_same_year() -> None:
    place = "objectives.0.serves"
    served = (objective(serves="u0.2026/i9"),)
    given().when(set_, **words(objectives=served, above=ABOVE)).then(
        SET.model_copy(update={"objectives": served})
    )
    given().when(set_, **words(objectives=served)).then(refused("unknown-place", field=place))
    beside = replace(ABOVE, units=frozenset())
    given().when(set_, **words(objectives=served, above=beside)).then(
        refused("not-above", field=place)
    )
    other = replace(ABOVE, served={"u0.2026/i9": replace(TOP, first=2025, last=2025)})
    given().when(set_, **words(objectives=served, above=other)).then(
        refused("other-years", field=place)
    )


def test_the_agencys_own_agreement_serves_its_strategic_plan() -> None:
    served = (objective(serves="u1.2025-2029/s1"),)
    above = Above(frozenset(), {"u1.2025-2029/s1": PLAN})
    given().when(set_, **words(objectives=served, above=above)).then(
        SET.model_copy(update={"objectives": served})
    )
    itself = replace(above, served={"u1.2025-2029/s1": replace(PLAN, first=2026, last=2026)})
    given().when(set_, **words(objectives=served, above=itself)).then(
        refused("not-above", field="objectives.0.serves")
    )


MORE = (objective("s1", indicator(targets={2026: "97"}), indicator("i2")),)
AMENDED = AgreementAmended(
    agreement="u1.2026", unit="u1", assignment="a1", person="sri", objectives=MORE, reason=WHY,
    by=SUPERIOR,
)  # fmt: skip


def test_it_is_amended_with_a_reason() -> None:
    given(SET).when(amend, MORE, WHY, Above(), by=SUPERIOR, held=HEAD).then(AMENDED)
    given(SET, AMENDED).when(amend, MORE, WHY, Above(), by=SUPERIOR, held=HEAD).then(
        refused("nothing-changed", field="objectives")
    )
    given().when(amend, MORE, WHY, Above(), by=SUPERIOR, held=HEAD).then(
        refused("unknown-agreement", field="agreement")
    )


def test_it_loses_no_indicator_that_somebody_carries() -> None:
    less = (objective("s1", indicator("i2")),)
    given(SET).when(amend, less, WHY, Above(), {"i1"}, by=SUPERIOR, held=HEAD).then(
        refused("carried", field="objectives")
    )
    given(SET).when(amend, MORE, WHY, Above(), {"i1"}, by=SUPERIOR, held=HEAD).then(AMENDED)


def test_another_head_of_the_same_unit_takes_it_over() -> None:
    taken = AMENDED.model_copy(update={"assignment": "joko.a", "person": "joko", "objectives": ONE})
    given(SET).when(amend, ONE, WHY, Above(), by=SUPERIOR, held=NEXT).then(taken)
    given(SET).when(amend, ONE, WHY, Above(), by=SUPERIOR, held=replace(NEXT, unit="u2")).then(
        refused("other-unit", field="assignment")
    )
    given(SET).when(amend, ONE, WHY, Above(), by=SUPERIOR, held=replace(NEXT, leads=False)).then(
        refused("not-a-head", field="assignment")
    )


def test_what_an_amendment_has_changed_is_told_by_ids() -> None:
    found = rows(VIEW, happened(SET, AMENDED))
    assert found["agreement"][("u1.2026",)]["version"] == 2
    versions = [
        SetRow(agreement=key[0], version=key[1], **row)
        for key, row in found["agreement_set"].items()
    ]
    [change] = changes_of(versions)
    assert (change.version, change.follows, change.reason) == (2, 1, WHY)
    assert change.assignment is None
    assert [(each.id, each.change) for each in change.objectives] == [("s1", "changed")]
    assert [(each.id, each.change) for each in change.indicators] == [
        ("i1", "changed"), ("i2", "added"),
    ]  # fmt: skip


def test_a_place_that_an_amendment_has_left_out_is_of_an_earlier_version() -> None:
    less = AMENDED.model_copy(update={"objectives": (objective("s1", indicator("i2")),)})
    places = rows(VIEW, happened(SET, less))["agreement_place"]
    assert {place: row["version"] for (place,), row in places.items()} == {
        "u1.2026/s1": 2, "u1.2026/i1": 1, "u1.2026/i2": 2,
    }  # fmt: skip
    assert places[("u1.2026/i2",)]["parent"] == "u1.2026/s1"

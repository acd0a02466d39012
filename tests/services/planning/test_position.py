"""Positions: what each is, and what an SKP in it may begin with."""

from dataclasses import replace

import pytest

from contracts.planning import Indicator, Result
from contracts.positions import PositionDescribed, PositionKind, PositionTemplateSet
from services.planning.position.decisions import (
    AGGREGATE,
    Description,
    describe,
    position_id,
    set_template,
    usual_form,
)
from services.planning.skp.content import CONTENT
from tests.services.scenario import EMPLOYEE, of, refused

given = of(AGGREGATE)
GROUND = "SK 1/2026"
NURSE = PositionDescribed(
    position="perawat-ahli-pertama",
    name="Perawat Ahli Pertama",
    kind="functional",
    level="Ahli Pertama",
    grade=8,
    form="ja-jf",
    ground=GROUND,
)
SAID = Description("Perawat Ahli Pertama", "functional", "Ahli Pertama", 8, "ja-jf")
INDICATOR = Indicator(id="i1", aspect="quality", text="Kepuasan", target="90", unit="persen")
RESULT = Result(id="r1", kind="main", text="Pasien terlayani", indicators=(INDICATOR,))
TEMPLATE = PositionTemplateSet(position=NURSE.position, results=(RESULT,), by=EMPLOYEE)


def test_a_position_is_described_and_described_anew() -> None:
    given().when(describe, SAID, GROUND).then(NURSE)
    given(NURSE).when(describe, replace(SAID, grade=9), "SK 2/2026").then(
        NURSE.model_copy(update={"grade": 9, "ground": "SK 2/2026"})
    )
    given(NURSE).when(describe, SAID, GROUND).then(refused("nothing-changed", field="name"))


def test_its_template_stays_when_it_is_described_anew() -> None:
    again = NURSE.model_copy(update={"grade": 9})
    given(NURSE, TEMPLATE, again).when(set_template, (RESULT,)).then(
        refused("nothing-changed", field="results")
    )


@pytest.mark.parametrize("kind", ["jpt-pratama", "administrator", "supervisor", "executing"])
def test_only_a_functional_position_has_a_level(kind: PositionKind) -> None:
    said = replace(SAID, kind=kind)
    given().when(describe, said, GROUND).then(
        refused("level-of-functional", "UU 20/2023 Art 18", "level")
    )


@pytest.mark.parametrize(
    ("kind", "form"),
    [
        ("jpt-utama", "jpt"),
        ("jpt-madya", "jpt"),
        ("jpt-pratama", "jpt"),
        ("administrator", "ja-jf"),
        ("supervisor", "ja-jf"),
        ("functional", "ja-jf"),
        ("executing", "ja-jf"),
    ],
)
def test_the_form_goes_with_the_kind(kind: PositionKind, form: str) -> None:
    assert usual_form(kind) == form


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Perawat Ahli Pertama", "PERAWAT  AHLI-PERTAMA"),
        ("Pengurus Barang / Pengelola BMD", "Pengurus Barang/Pengelola BMD"),
        ("Analis Kebijakan", "Anális Kebijakan"),
    ],
)
def test_names_that_differ_in_what_parts_their_words_are_one(one: str, other: str) -> None:
    assert position_id(one) == position_id(other)


def test_ids_part_what_differs_and_are_ids() -> None:
    long = "Kepala Subbagian Perencanaan, Keuangan, dan Pelaporan Kinerja Wilayah "
    names = ["Penata", "Penata Muda", f"{long}I", f"{long}II", "аналитик", "аналитика"]
    ids = [position_id(name) for name in names]
    assert len({*ids}) == len(names)
    assert all(0 < len(id) <= 64 and id.isascii() and id == id.strip("-") for id in ids)


def test_a_template_is_set_and_taken_away() -> None:
    given(NURSE).when(set_template, (RESULT,)).then(TEMPLATE)
    given(NURSE, TEMPLATE).when(set_template, ()).then(
        PositionTemplateSet(position=NURSE.position, results=(), by=EMPLOYEE)
    )
    given().when(set_template, (RESULT,)).then(refused("unknown-position", field="name"))


@pytest.mark.parametrize(
    "own", [{"serves": "Hasil pimpinan"}, {"serves_at": "u1.2026/o1"}, {"decision": "SK 7"}]
)
def test_a_template_says_nothing_of_one_person(own: dict[str, str]) -> None:
    result = RESULT.model_copy(update=own)
    given(NURSE).when(set_template, (RESULT, result)).then(
        refused("of-one-person", field="results.1")
    )


def test_a_template_is_what_an_skp_could_say() -> None:
    additional = RESULT.model_copy(update={"kind": "additional"})
    given(NURSE).when(set_template, (additional,)).then(
        refused("no-main-result", CONTENT, "results")
    )
    bare = RESULT.model_copy(
        update={"indicators": (INDICATOR.model_copy(update={"aspect": None}),)}
    )
    given(NURSE).when(set_template, (bare,)).then(
        refused("no-aspect", CONTENT, "results.0.indicators.0.aspect")
    )
    executive = NURSE.model_copy(update={"form": "jpt"})
    given(executive).when(set_template, (bare,)).then(
        TEMPLATE.model_copy(update={"results": (bare,)})
    )

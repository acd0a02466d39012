"""Each event in words, in both languages."""

import re
from typing import Any, get_args

import pytest

from console.show.sentences import SENTENCES, WORDS, sentence
from console.show.sentences.choice import Choice
from console.show.sentences.period import in_words
from console.show.words import LANGUAGES
from contracts.appraisal import Rating
from contracts.catalogue import EVENTS, SERVICES
from contracts.event import Event
from contracts.generate import file_name
from contracts.rewards import CreditPointsNotDue, SanctionLevel
from contracts.settings import KINDS
from services.rewards.discipline.scale import ALLOWANCE_CUT, FIXED, TRANSITION
from tests.contracts.records import sample


def entry(service: str, type_: str, **data: Any) -> dict[str, Any]:
    return {"service": service, "type": type_, "data": data}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("model", EVENTS, ids=file_name)
def test_every_event_has_a_sentence(model: type[Event], language: str) -> None:
    told = sentence(
        entry(model.service, model.__name__, **sample(model).document["data"]), language
    )
    assert told != model.__name__
    assert not re.search(r"[{}]|None|True|False", told)


def test_every_sentence_is_of_an_event() -> None:
    told = {(service, type_) for service in SERVICES for type_ in SENTENCES[service]}
    assert told == {(model.service, model.__name__) for model in EVENTS}


def test_every_code_has_words() -> None:
    assert set(WORDS["planning"]["setting"]) == set(KINDS)
    assert set(WORDS["appraisal"]["rating"]) == {rating.value for rating in Rating}
    assert set(WORDS["rewards"]["level"]) == set(get_args(SanctionLevel))
    medium = (*TRANSITION.values(), *ALLOWANCE_CUT.values())
    names = {each.name for each in medium} | {each.name for each in FIXED}
    assert set(WORDS["rewards"]["sanction"]) == names
    why = get_args(CreditPointsNotDue.model_fields["reason"].annotation)
    told = SENTENCES["rewards"]["CreditPointsNotDue"]
    assert isinstance(told, Choice)
    assert set(told.sentences) == set(why)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("model", EVENTS, ids=file_name)
def test_a_field_that_is_missing_costs_the_sentence_and_no_more(
    model: type[Event], language: str
) -> None:
    told = SENTENCES[model.service][model.__name__]
    needed = [told.field] if isinstance(told, Choice) else re.findall(r"{(\w+)}", told)
    for field in needed:
        for data in ({}, {field: None}):
            without = sample(model).document["data"] | data
            if not data:
                del without[field]
            name = entry(model.service, model.__name__, **without)
            assert sentence(name, language) == model.__name__


def test_a_value_that_no_sentence_knows_costs_the_sentence_and_no_more() -> None:
    for kind in ("praise", ["feedback"], 1):
        assert sentence(entry("monitoring", "FeedbackGiven", kind=kind, text="x"), "id") == (
            "FeedbackGiven"
        )


def test_a_sanction_is_named_in_its_own_language() -> None:
    issued = entry(
        "rewards", "SanctionIssued", level="medium", sanction="allowance cut by 25 %", months=6,
        objection_until="2026-11-16", estimated=False,
    )  # fmt: skip
    assert sentence(issued, "id") == (
        "Hukuman disiplin (sedang): pemotongan tunjangan kinerja sebesar 25 % selama 6 bulan;"
        " keberatan atau banding s.d. 16 November 2026"
    )
    assert sentence(issued, "en") == (
        "Sanction (medium): allowance cut by 25 % for 6 months; objection or appeal until 16 November 2026"
    )


def test_a_deadline_that_rests_on_an_estimate_says_so() -> None:
    issued = entry(
        "rewards", "SanctionIssued", level="medium", sanction="rank lowered one step", months=12,
        objection_until="2028-01-10", estimated=True,
    )  # fmt: skip
    assert sentence(issued, "id") == (
        "Hukuman disiplin (sedang): penurunan pangkat setingkat lebih rendah selama 12 bulan;"
        " keberatan atau banding s.d. 10 Januari 2028 (perkiraan)"
    )
    assert sentence(issued, "en") == (
        "Sanction (medium): rank lowered one step for 12 months;"
        " objection or appeal until 10 January 2028 (estimated)"
    )


def test_the_days_of_an_absence_are_named() -> None:
    opened = entry("rewards", "DisciplineCaseOpened", absent=["2026-07-01", "2026-07-03"])
    assert sentence(opened, "id").endswith("tanpa alasan yang sah pada 1 Juli 2026, 3 Juli 2026")


def test_a_level_of_a_position_stays_as_it_is() -> None:
    started = entry(
        "planning", "AssignmentStarted", position="Analis", level="Ahli Muda", start="2026-01-01"
    )
    assert sentence(started, "id") == "Mulai bertugas sebagai Analis sejak 1 Januari 2026"


@pytest.mark.parametrize(
    ("kind", "told"),
    [("feedback", "Umpan balik"), ("guidance", "Bimbingan"), ("counselling", "Konseling")],
)
def test_guidance_and_counselling_are_no_feedback(kind: str, told: str) -> None:
    given = entry("monitoring", "FeedbackGiven", kind=kind, text="x")
    assert sentence(given, "id").startswith(told)


def test_who_did_not_come_to_an_examination_was_not_examined() -> None:
    absent = entry("rewards", "Examined", present=False, minutes="Tidak hadir")
    assert sentence(absent, "en") == "Did not come to the second examination: Tidak hadir"


def test_a_predicate_for_misconduct_says_so_as_the_forms_do() -> None:
    final = entry(
        "appraisal", "AppraisalFinalized", cycle="2026", predicate="Kurang", misconduct=True
    )
    assert sentence(final, "id") == "Predikat kinerja pegawai 2026: Kurang (misconduct)"
    final["data"]["misconduct"] = False
    assert sentence(final, "id") == "Predikat kinerja pegawai 2026: Kurang"


def test_a_period_is_printed_as_the_forms_do() -> None:
    reported = entry(
        "monitoring", "ProgressReported", period="2026-Q1", indicator="i1", realisation="90"
    )
    assert sentence(reported, "id") == "Realisasi Triwulan I 2026 untuk indikator i1: 90"


@pytest.mark.parametrize(
    ("period", "indonesian", "english"),
    [
        ("2026", "2026", "2026"),
        ("2026-H2", "Semester II 2026", "Half-year II of 2026"),
        ("2026-Q4", "Triwulan IV 2026", "Quarter IV of 2026"),
        ("2026-03", "Maret 2026", "March 2026"),
        ("2026-13", "2026-13", "2026-13"),
        ("minggu 3", "minggu 3", "minggu 3"),
    ],
)
def test_a_period_in_words(period: str, indonesian: str, english: str) -> None:
    assert (in_words(period, "id"), in_words(period, "en")) == (indonesian, english)


def test_braces_that_people_write_are_only_text() -> None:
    told = sentence(entry("planning", "SKPReturned", reason="{person} {0} %s"), "id")
    assert told == "SKP dikembalikan: {person} {0} %s"


@pytest.mark.parametrize("reason", ["2026-13-45", "2026-01-01 salah", "20260101"])
def test_what_only_looks_like_a_day_stays_as_it_is(reason: str) -> None:
    told = sentence(entry("planning", "SKPReturned", reason=reason), "id")
    assert told == f"SKP dikembalikan: {reason}"


def test_an_event_that_came_after_this_program_is_named() -> None:
    assert sentence(entry("planning", "SKPReplaced"), "id") == "SKPReplaced"
    assert sentence(entry("talent", "PoolOpened"), "id") == "PoolOpened"

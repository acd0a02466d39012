"""What happened to a person, in words: every event, in both languages."""

import re
from typing import Any, get_args

import pytest

from console.sentences import WORDS, day, sentence
from contracts.appraisal import Rating
from contracts.catalogue import EVENTS
from contracts.event import Event
from contracts.generate import file_name
from contracts.rewards import SanctionLevel
from services.rewards.discipline.decisions import SCALE
from tests.contracts.records import sample


def entry(type_: str, **data: Any) -> dict[str, Any]:
    return {"type": type_, "data": data}


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("model", EVENTS, ids=file_name)
def test_every_event_has_a_sentence(model: type[Event], language: str) -> None:
    told = sentence(entry(model.__name__, **sample(model).document["data"]), language)
    assert told != model.__name__
    assert not re.search(r"[{}]|None|True|False", told)


def test_every_code_has_words() -> None:
    assert set(WORDS["rating"]) == {rating.value for rating in Rating}
    assert set(WORDS["level"]) == set(get_args(SanctionLevel))
    assert set(WORDS["sanction"]) == {sanction.name for _, sanction in SCALE}


def test_a_sanction_is_named_in_its_own_language() -> None:
    issued = entry(
        "SanctionIssued", level="medium", sanction="allowance cut by 25 %", months=6,
        objection_until="2026-11-16",
    )  # fmt: skip
    assert sentence(issued, "id") == (
        "Hukuman disiplin (sedang): pemotongan tunjangan kinerja sebesar 25 % selama 6 bulan;"
        " keberatan atau banding s.d. 2026-11-16"
    )
    assert sentence(issued, "en") == (
        "Sanction (medium): allowance cut by 25 % for 6 months; objection or appeal until 2026-11-16"
    )


def test_a_level_of_a_position_stays_as_it_is() -> None:
    started = entry("AssignmentStarted", position="Analis", level="Ahli Muda", start="2026-01-01")
    assert sentence(started, "id") == "Mulai bertugas sebagai Analis sejak 2026-01-01"


@pytest.mark.parametrize(
    ("kind", "told"),
    [("feedback", "Umpan balik"), ("guidance", "Bimbingan"), ("counselling", "Konseling")],
)
def test_guidance_and_counselling_are_no_feedback(kind: str, told: str) -> None:
    assert sentence(entry("FeedbackGiven", kind=kind, text="x"), "id").startswith(told)


def test_who_did_not_come_to_an_examination_was_not_examined() -> None:
    absent = entry("Examined", present=False, minutes="Tidak hadir")
    assert sentence(absent, "en") == "Did not come to the second examination: Tidak hadir"


def test_braces_that_people_write_are_only_text() -> None:
    told = sentence(entry("SKPReturned", reason="{person} {0} %s"), "id")
    assert told == "SKP dikembalikan: {person} {0} %s"


def test_an_event_that_came_after_this_program_is_named() -> None:
    assert sentence(entry("SKPReplaced"), "id") == "SKPReplaced"


def test_a_day_is_jakartas() -> None:
    assert str(day("2026-01-12T02:00:00Z")) == "2026-01-12"
    assert str(day("2026-01-11T17:00:00Z")) == "2026-01-12"
    assert str(day("2026-01-11T16:59:59Z")) == "2026-01-11"

"""What people may write, and how it is kept."""

import importlib
import pkgutil
from datetime import date, datetime
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

import services
from chassis.fields import Body, Day, Id, Link, Name, PersonId, Text, searchable

name, text, day, link, person = (TypeAdapter(each) for each in (Name, Text, Day, Link, PersonId))


def refused(adapter: TypeAdapter[Any], value: Any) -> bool:
    try:
        adapter.validate_python(value)
    except ValidationError:
        return True
    return False


NUMBERS = (0, "0", 86400, "86400", 86400.0, "1767225600", -1, True, 20260101, "20260101")


@pytest.mark.parametrize("value", [*NUMBERS, "2026-1-1", "2026-01-01T00:00:00", "2026-01-01 ", "٢٠٢٦-٠١-٠١",
                                   "01-01-2026", "2026-02-30", "0000-01-01", "", None, [], datetime(2026, 1, 1)])  # fmt: skip
def test_what_is_no_day(value: Any) -> None:
    assert refused(day, value)


def test_a_day() -> None:
    for written in ("2026-01-01", "2024-02-29", "9999-12-31"):
        assert day.validate_python(written) == date.fromisoformat(written)


def bodies() -> list[type[Body]]:
    for module in pkgutil.walk_packages(services.__path__, "services."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)

    def below(kind: type[Body]) -> list[type[Body]]:
        return [each for sub in kind.__subclasses__() for each in (sub, *below(sub))]

    return [each for each in below(Body) if each.__module__.startswith("services.")]


def test_no_body_takes_a_number_for_a_day() -> None:
    """Of those there are, and will be."""
    days = 0
    for body in bodies():
        for name, schema in body.model_json_schema()["properties"].items():
            formats = {each.get("format") for each in (schema, *schema.get("anyOf", ()))}
            if "date" not in formats:
                continue
            days += 1
            for number in NUMBERS:
                with pytest.raises(ValidationError) as caught:
                    body.model_validate({name: number})
                assert (name,) in {each["loc"] for each in caught.value.errors()}, (body, name)
    assert days >= 9


def test_no_body_takes_what_text_may_not_hold() -> None:
    """Every string of a body is of a closed list, has a pattern, or is text, a name, a day, a link."""
    for body in bodies():
        for name, schema in body.model_json_schema()["properties"].items():
            for each in (schema, *schema.get("anyOf", ())):
                if each.get("type") == "string":
                    assert {"pattern", "enum", "const", "format"} & set(each), (body, name)


HIDDEN = {
    "a zero-width space": "Sri\u200b Rahayu",
    "a zero-width joiner": "Sri\u200dRahayu",
    "a soft hyphen": "Ra\u00adhayu",
    "a byte order mark": "\ufeffSri",
    "an override": "Sri \u202euyahaR",
    "an isolate": "Sri \u2067Rahayu\u2069",
    "a mark of direction": "Sri\u200f",
    "a tag": "Sri\U000e0041",
    "a filler": "Sri\u3164",
    "a filler alone": "\u3164",
    "an empty Braille pattern": "\u2800",
    "a variation selector": "Sri\ufe00",
    "a joiner of graphemes": "Sri\u034f",
    "a line break": "Sri\nRahayu",
    "a tab": "Sri\tRahayu",
    "a paragraph's end": "Sri\u2029Rahayu",
    "NUL": "Sri\0",
    "an escape": "Sri\x1b[31m",
    "C1": "Sri\x9b31m",
    "a private character": "Sri\ue000",
    "no character": "Sri\uffff",
    "half a character": "Sri\ud800",
    "nothing": "",
    "blanks": " \u00a0\u3000",
    "signs alone": "--",
    "too much": "x" * 301,
}


@pytest.mark.parametrize("why", HIDDEN)
def test_what_is_no_name(why: str) -> None:
    assert refused(name, HIDDEN[why])


@pytest.mark.parametrize("value", [
    "Drs. H. Ma'ruf Amin, M.Si.", "I Gusti Ngurah Rai", "D’Angelo", "R. Ay. Siti-Hartinah", "José", "Ngo Đình",
    "Seksi P2 & K (Wilayah II/III)", "Analis SDM Aparatur – Ahli Muda", "Dewi", "Ø", "王小明", "محمد", "அருண்", "A1",
])  # fmt: skip
def test_a_name(value: str) -> None:
    assert name.validate_python(value) == value


def test_a_name_has_one_spelling() -> None:
    assert name.validate_python("Jose\u0301") == name.validate_python("José") == "Jos\u00e9"
    assert name.validate_python("  Sri \u00a0 Rahayu ") == "Sri Rahayu"
    assert text.validate_python("Jose\u0301") == "Jos\u00e9"


@pytest.mark.parametrize("value", [
    "a\u202eb", "a\u202ab", "a\u2066b\u2069", "a\0b", "a\x1b[31mb", "a\x7f", "a\x85b", "a\x9bb", "a\udc00", "\u200b",
    "\u200b\n\u3164", "\ufeff", "", " \n ", "a" * 4001,
])  # fmt: skip
def test_what_is_no_text(value: str) -> None:
    assert refused(text, value)


def test_a_text() -> None:
    for value in ("a\nb\r\n\tc", "👨‍👩‍👧 keluarga", "“ya” – 50 %", "…", "a" * 4000):
        assert text.validate_python(value) == value


@pytest.mark.parametrize("value", [
    "https://sri:rahasia@dokumen.go.id/1", "https://sri@dokumen.go.id/", "https://:rahasia@dokumen.go.id/",
    "ftp://dokumen.go.id/1", "javascript:alert(1)", "https://", "x", "https://x/" + "y" * 2000,
])  # fmt: skip
def test_what_is_no_link(value: str) -> None:
    assert refused(link, value)


def test_a_link() -> None:
    for value in ("https://dokumen.go.id/1", "http://10.0.0.1:8080/a@b?c=d:e@f#g"):
        assert str(link.validate_python(value)) == value


@pytest.mark.parametrize("value", [
    "auth0|64f0", "google-oauth2|1089", "sri.rahayu+uji@dinas.go.id", "_x", "f:4f1c-11:sri", "00u1abCDeF",
    "AAAAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bbtaQ=", "8e9d4b3c-11aa-4c8e-9f0e-000000000000", "x" * 255,
])  # fmt: skip
def test_ids_that_providers_give(value: str) -> None:
    assert person.validate_python(value) == value


@pytest.mark.parametrize(
    "value", ["", "_", ".", "..", "-", "a/b", "a b", "a,b", 'a"b', "a\n", "é", "x" * 256, "a%b"]
)
def test_what_is_no_persons_id(value: str) -> None:
    assert refused(person, value)


def test_ids_of_things_are_made_into_others_and_stay_narrow() -> None:
    for value in ("a|b", "a@b", "_x", "a:b"):
        assert refused(TypeAdapter(Id), value)


@pytest.mark.parametrize(
    ("kept", "asked"),
    [("José", "jose"), ("José", "JOSE\u0301"), ("Jose", "josé"), ("ÑURIA", "nuria"), ("Straße", "STRASSE"),
     ("ＳＲＩ", "sri"), ("İlhan", "ilhan"), ("ﬁrman", "firman"), ("Đinh", "đinh")],
)  # fmt: skip
def test_search_knows_no_case_and_no_accents(kept: str, asked: str) -> None:
    assert searchable(kept) == searchable(asked)
    assert searchable(searchable(kept)) == searchable(kept)

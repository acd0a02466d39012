"""What an agency has settled, as forms and as a year."""

from datetime import date
from typing import Any

import pytest

from console.agency.calendar import days_off, marked, zone_of
from console.agency.fields import WORDS, in_words, to_fields, to_value
from contracts.settings import KINDS, Kind


def shipped(kind: Kind[Any]) -> dict[str, Any]:
    value: dict[str, Any] = kind.shipped.model_dump(mode="json")
    return value


def told(setting: str, unit: str | None = None, **value: Any) -> dict[str, Any]:
    return {"setting": setting, "unit": unit, "value": value}


ALL = [told(kind.name, **shipped(kind)) for kind in KINDS.values()]


def test_every_kind_of_setting_has_a_form() -> None:
    assert set(WORDS) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_what_the_form_sends_is_what_it_was_made_from(kind: Kind[Any]) -> None:
    value = shipped(kind)
    sent = to_value(kind.name, to_fields(kind.name, value))
    assert kind.check(sent) == kind.shipped
    assert in_words(kind.name, value, "id") or kind.name == "allowance-deduction"


def test_what_is_typed_becomes_what_planning_takes() -> None:
    days = "01/01/2028; libur nasional; Tahun Baru\n\n2028-03-27; cuti bersama; Nyepi; lagi"
    sent = to_value("working-calendar", {"years": ["2028"], "days_off": [days]})
    calendar = KINDS["working-calendar"].check(sent)
    assert [(day.on, day.kind, day.name) for day in calendar.days_off] == [
        (date(2028, 1, 1), "national-holiday", "Tahun Baru"),
        (date(2028, 3, 27), "joint-leave", "Nyepi; lagi"),
    ]
    percent = {"percent.Kurang": ["10"], "percent.Baik": [""]}
    assert to_value("allowance-deduction", percent) == {"percent": {"Kurang": 10}}
    assert to_value("periods", {"length": ["monthly"], "filling_days": [" "]}) == {
        "length": "monthly", "filling_days": None,
    }  # fmt: skip


def test_a_month_is_said_by_its_name() -> None:
    due = shipped(KINDS["skp-due"])
    assert in_words("skp-due", due, "id")[:2] == [("Tanggal", "31"), ("Bulan", "Januari")]
    assert in_words("skp-due", due, "en")[:2] == [("Date", "31"), ("Month", "January")]


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("least-service", {"months": ["dua"]}),
        ("least-service", {}),
        ("working-calendar", {"years": ["2028"], "days_off": ["31/02/2028; libur nasional; X"]}),
        ("recognition", {"predicates": ["Hebat"]}),
    ],
)
def test_what_cannot_be_read_is_left_for_planning_to_refuse(
    kind: str, fields: dict[str, list[str]]
) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 (pydantic's)
        KINDS[kind].check(to_value(kind, fields))


def test_a_units_days_are_those_of_the_nearest_zone_above() -> None:
    zones = [told("time-zone", zone="WIB"), told("time-zone", "east", zone="WIT")]
    parents = {"top": None, "east": "top", "far": "east", "west": "top", "a": "b", "b": "a"}
    assert zone_of(zones, parents, "far") == ("WIT", "east")
    assert zone_of(zones, parents, "east") == ("WIT", "east")
    for unit in ("west", "top", "nowhere", "a", None):
        assert zone_of(zones, parents, unit) == ("WIB", None)


def test_a_year_has_its_periods_and_deadlines_in_order() -> None:
    settled = [each for each in ALL if each["setting"] != "periods"]
    settled.append(told("periods", length="half-yearly", filling_days=10))
    days = [(each.on, each.what, each.number) for each in marked(settled, 2028)]
    assert days == [
        (date(2027, 10, 1), "drafting", 0),
        (date(2028, 1, 15), "team", 0),
        (date(2028, 1, 31), "due", 0),
        (date(2028, 6, 30), "period", 1),
        (date(2028, 7, 10), "filling", 1),
        (date(2028, 10, 1), "next", 0),
        (date(2028, 12, 31), "period", 2),
        (date(2029, 1, 10), "filling", 2),
    ]
    assert days_off(settled, 2028) is None
    assert (date(2026, 8, 17), "national-holiday", "Proklamasi Kemerdekaan") in (
        days_off(settled, 2026) or []
    )

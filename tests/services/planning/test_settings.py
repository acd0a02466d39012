"""The agency adopts what no rule settles: from a day on, with its ground, and nothing is edited."""

from datetime import date
from typing import Any

import pytest

from contracts.planning import SettingAdopted
from contracts.settings import KINDS
from services.planning.settings.decisions import AGGREGATE, adopt, setting_id
from tests.services.scenario import PERSONNEL, of, refused

given = of(AGGREGATE)
TODAY = date(2026, 7, 15)
GROUND = "Keputusan Menteri Nomor 7 Tahun 2026"
DAY_OFF = {"on": "2027-01-01", "kind": "national-holiday", "name": "Tahun Baru"}


def adopted(**fields: Any) -> SettingAdopted:
    whole = {
        "setting": "least-service", "unit": None, "value": {"months": 3},
        "since": date(2026, 7, 1), "ground": GROUND, "by": PERSONNEL.id,
    }  # fmt: skip
    return SettingAdopted(**whole | fields)


def adopting(**changes: Any) -> dict[str, Any]:
    return {
        "by": PERSONNEL, "on": TODAY, "kind": "least-service", "unit": None, "value": {"months": 3},
        "since": date(2026, 7, 1), "ground": GROUND, "unit_known": False,
    } | changes  # fmt: skip


@pytest.mark.parametrize("since", [date(2020, 1, 1), date(2026, 7, 1), TODAY, date(2030, 1, 1)])
def test_a_setting_is_adopted_from_a_day_on_past_or_to_come(since: date) -> None:
    given().when(adopt, **adopting(since=since)).then(adopted(since=since))


def test_one_in_force_or_to_come_is_superseded() -> None:
    history = adopted(since=date(2026, 1, 1)), adopted(since=date(2027, 1, 1))
    for since in (date(2026, 1, 1), date(2026, 3, 1), date(2026, 12, 1), date(2027, 1, 1)):
        six = {"since": since, "value": {"months": 6}}
        given(*history).when(adopt, **adopting(**six)).then(adopted(**six))


def test_what_has_been_followed_by_another_is_over_and_stays() -> None:
    history = adopted(since=date(2026, 1, 1)), adopted(since=TODAY)
    for since in (date(2025, 1, 1), date(2026, 1, 1), date(2026, 7, 14)):
        given(*history).when(adopt, **adopting(since=since)).then(refused("over", field="since"))
    # On the day before, the second was still to come.
    given(*history).when(adopt, **adopting(since=date(2026, 7, 14), on=date(2026, 7, 14))).then(
        adopted(since=date(2026, 7, 14))
    )


def test_a_unit_may_have_a_time_zone_of_its_own_and_nothing_else() -> None:
    zone = {"kind": "time-zone", "value": {"zone": "WIT"}, "unit": "u1"}
    told = adopted(setting="time-zone", value={"zone": "WIT"}, unit="u1")
    given().when(adopt, **adopting(**zone, unit_known=True)).then(told)
    given().when(adopt, **adopting(**zone)).then(refused("unknown-unit", field="unit"))
    given().when(adopt, **adopting(unit="u1", unit_known=True)).then(
        refused("not-by-unit", field="unit")
    )


def test_an_unknown_kind_is_refused() -> None:
    given().when(adopt, **adopting(kind="salary")).then(refused("unknown-setting", field="kind"))


@pytest.mark.parametrize(
    ("kind", "value", "field"),
    [
        ("least-service", {}, "value.months"),
        ("least-service", {"months": "3"}, "value.months"),
        ("least-service", {"months": 13}, "value.months"),
        ("least-service", {"months": True}, "value.months"),
        ("least-service", {"months": float("nan")}, "value.months"),
        ("least-service", {"months": 3, "days": 1}, "value.days"),
        ("time-zone", {"zone": "Asia/Jakarta"}, "value.zone"),
        ("skp-due", {"month": 2, "day": 30, "late_start_working_days": None}, "value"),
        ("allowance-deduction", {"percent": {"Cukup": 1}}, "value.percent.Cukup.[key]"),
        ("allowance-deduction", {"percent": {"Kurang": 101}}, "value.percent.Kurang"),
        ("recognition", {"predicates": ["Baik", "Baik"]}, "value.predicates"),
        ("superior-sanctions", {"levels": ["deadly"]}, "value.levels.0"),
        ("medium-sanctions", {"are": "both"}, "value.are"),
        ("summons-distance", {"least": 8, "most": 7}, "value"),
        ("working-calendar", {"years": [], "days_off": []}, "value.years"),
        ("working-calendar", {"years": [2028], "days_off": [DAY_OFF]}, "value"),
        ("working-calendar", {"years": [2027], "days_off": [DAY_OFF, DAY_OFF]}, "value"),
        (
            "finding-thresholds",
            {
                name: {"above": 10, "action": "\0" if name == "no_feedback" else "Dialog"}
                for name in ("late_skp", "no_feedback", "need_unanswered", "below_expectation")
            },
            "value.no_feedback.action",
        ),
    ],
)
def test_a_value_that_is_not_of_its_kind_is_refused_where_it_is_wrong(
    kind: str, value: dict[str, Any], field: str
) -> None:
    given().when(adopt, **adopting(kind=kind, value=value)).then(
        refused("malformed-setting", field=field)
    )


def test_a_value_is_kept_as_its_kind_has_it() -> None:
    names = ("late_skp", "no_feedback", "need_unanswered", "below_expectation")
    spaced = {name: {"above": 10, "action": "  Dialog "} for name in names}
    [event] = given().when(adopt, **adopting(kind="finding-thresholds", value=spaced)).then_events()
    assert event.value == {name: {"above": 10, "action": "Dialog"} for name in names}


def test_every_kind_takes_what_ships() -> None:
    for kind in KINDS.values():
        value = kind.shipped.model_dump(mode="json")
        given().when(adopt, **adopting(kind=kind.name, value=value)).then(
            adopted(setting=kind.name, value=value)
        )


def test_a_settings_stream_is_of_the_agency_or_of_one_unit() -> None:
    assert setting_id("time-zone", None) == "time-zone"
    assert setting_id("time-zone", "u1") == "time-zone/u1"

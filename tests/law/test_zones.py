"""Whose day it is: Jakarta, Makassar and Jayapura are one hour apart each."""

from datetime import UTC, date, datetime

import pytest

from contracts.settings import TIME_ZONE, TimeZone, Zone
from law.policy import SHIPPED, Policy
from law.zones import Zones, day_in

WIB = Policy(SHIPPED, date.min, TIME_ZONE.shipped)


def zone(of: Zone, since: date = date(2026, 1, 1)) -> Policy[TimeZone]:
    return Policy(f"Keputusan tentang {of}", since, TimeZone(zone=of), f"planning:setting/{of}@1")


@pytest.mark.parametrize(
    ("zone", "before", "midnight"),
    [
        ("WIB", "2026-01-31T16:59:59Z", "2026-01-31T17:00:00Z"),
        ("WITA", "2026-01-31T15:59:59Z", "2026-01-31T16:00:00Z"),
        ("WIT", "2026-01-31T14:59:59Z", "2026-01-31T15:00:00Z"),
    ],
)
def test_a_day_begins_at_midnight_of_its_zone(zone: Zone, before: str, midnight: str) -> None:
    assert day_in(zone, datetime.fromisoformat(before)) == date(2026, 1, 31)
    assert day_in(zone, datetime.fromisoformat(midnight)) == date(2026, 2, 1)
    zones = Zones([Policy("", date.min, TimeZone(zone=zone))], {})
    assert zones.midnight("u1", date(2026, 2, 1)) == datetime.fromisoformat(midnight)


AT = datetime(2026, 1, 31, 15, 30, tzinfo=UTC)
"""22:30 in Jakarta, 00:30 of the next day in Jayapura."""


def always(**above: str) -> dict[str, list[tuple[date, str]]]:
    """The unit above each, since ever."""
    return {unit: [(date.min, parent)] for unit, parent in above.items()}


def test_a_units_own_zone_comes_before_the_agencys_and_that_before_what_ships() -> None:
    wit, wita = zone("WIT"), zone("WITA")
    assert Zones([WIB], {}).day("u1", AT) == (date(2026, 1, 31), WIB)
    assert Zones([WIB, wita], {}).day("u1", AT) == (date(2026, 1, 31), wita)
    assert Zones([WIB, wita], {"u1": [wit]}).day("u1", AT) == (date(2026, 2, 1), wit)
    assert Zones([WIB, wita], {"u1": [wit]}).day("u2", AT) == (date(2026, 1, 31), wita)


def test_a_unit_without_one_has_that_of_the_nearest_unit_above() -> None:
    wit, wita = zone("WIT"), zone("WITA")
    above = always(section="office", office="region", region="office2", office2="region")
    zones = Zones([WIB], {"region": [wit], "office": [wita]}, above)
    assert zones.day("section", AT) == (date(2026, 1, 31), wita)
    assert zones.day("region", AT) == (date(2026, 2, 1), wit)
    assert zones.day("office2", AT) == (date(2026, 2, 1), wit)
    assert zones.day("elsewhere", AT) == (date(2026, 1, 31), WIB)
    # Nor does what is not in force yet hide what is.
    later = zone("WITA", date(2026, 7, 1))
    assert Zones([WIB], {"region": [wit], "office": [later]}, above).day("section", AT)[1] is wit


def test_a_unit_that_is_put_below_another_has_the_zone_of_that_from_the_day_on() -> None:
    wit, wita = zone("WIT"), zone("WITA")
    moved = {"section": [(date.min, "east"), (date(2026, 2, 1), "middle")]}
    zones = Zones([WIB], {"east": [wit], "middle": [wita]}, moved)
    assert zones.day("section", AT)[1] is wit
    assert zones.day("section", datetime(2026, 1, 31, 17, 0, tzinfo=UTC))[1] is wita
    assert zones.midnight("section", date(2026, 1, 31)) == datetime(2026, 1, 30, 15, tzinfo=UTC)
    assert zones.midnight("section", date(2026, 2, 1)) == datetime(2026, 1, 31, 16, tzinfo=UTC)


def test_units_in_a_circle_have_an_end() -> None:
    assert Zones([WIB], {}, always(a="b", b="a")).day("a", AT) == (date(2026, 1, 31), WIB)


def test_a_zone_counts_from_its_own_first_midnight_on() -> None:
    """On 1 February: at 00:00 in Jayapura, which is 22:00 of the day before in Jakarta."""
    wit = zone("WIT", date(2026, 2, 1))
    zones = Zones([WIB], {"u1": [wit]})
    assert zones.day("u1", datetime(2026, 1, 31, 14, 59, tzinfo=UTC)) == (date(2026, 1, 31), WIB)
    assert zones.day("u1", datetime(2026, 1, 31, 15, 0, tzinfo=UTC)) == (date(2026, 2, 1), wit)
    assert zones.midnight("u1", date(2026, 1, 31)) == datetime(2026, 1, 30, 17, tzinfo=UTC)
    assert zones.midnight("u1", date(2026, 2, 1)) == datetime(2026, 1, 31, 15, tzinfo=UTC)

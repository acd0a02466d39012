"""Whose calendar date it is: Indonesia has three time zones, and a deadline follows the office's own."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time

from contracts.settings import TIME_ZONE, ZONES, TimeZone, Zone
from law.policy import SHIPPED, Policy


def day_in(zone: Zone, at: datetime) -> date:
    """The calendar date of a moment."""
    return at.astimezone(ZONES[zone]).date()


@dataclass(frozen=True, slots=True)
class Zones:
    """agency  what holds where neither a unit nor one above it has its own, beginning with what ships
    units   what units have adopted
    above   since when which unit is above each, as far as these are needed; none is empty

    All in order of their first days. A unit's place counts from its first day by the agency's calendar.
    """

    agency: Sequence[Policy[TimeZone]]
    units: Mapping[str, Sequence[Policy[TimeZone]]] = field(default_factory=dict)
    above: Mapping[str, Sequence[tuple[date, str]]] = field(default_factory=dict)

    def day(self, unit: str, at: datetime) -> tuple[date, Policy[TimeZone]]:
        """The calendar date of a moment in a unit, and by which policy. A zone counts from its own
        first midnight on."""
        placed = self.day("", at)[0] if unit else date.max
        for policy in self._latest_first(unit, placed):
            on = day_in(policy.value.zone, at)
            if policy.since <= on:
                return on, policy
        raise AssertionError("what ships has no first day")

    def midnight(self, unit: str, day: date) -> datetime:
        """The moment at which a day begins in a unit."""
        policy = next(p for p in self._latest_first(unit, day) if p.since <= day)
        return datetime.combine(day, time(), ZONES[policy.value.zone])

    def _latest_first(self, unit: str, on: date) -> Iterator[Policy[TimeZone]]:
        """The unit's own, then those of the units above it on a day, the nearest first, then the agency's."""
        passed = set[str]()
        while unit and unit not in passed:
            yield from reversed(self.units.get(unit, ()))
            passed.add(unit)
            places = (above for since, above in reversed(self.above.get(unit, ())) if since <= on)
            unit = next(places, "")
        yield from reversed(self.agency)


NONE_ADOPTED = Zones((Policy(SHIPPED, date.min, TIME_ZONE.shipped),))
"""What ships, everywhere."""

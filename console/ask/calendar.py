"""The agency's year, by what it has settled: the same for every reader, so kept for a minute."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from console.ask.client import Asker, Refused
from contracts.reminders import Reminders
from contracts.settings import (
    PERIODS,
    REMINDERS,
    SKP_DUE,
    TIME_ZONE,
    ZONES,
    PeriodLength,
    Periods,
    SKPDue,
    TimeZone,
)

KEPT = 60.0
"""Seconds."""
MONTHS: Mapping[PeriodLength, int] = {
    "monthly": 1,
    "quarterly": 3,
    "half-yearly": 6,
    "yearly": 12,
}


@dataclass(frozen=True, slots=True)
class Settled:
    """What of it the year's line shows, and when mail goes out; what ships, until planning has told."""

    zone: TimeZone = TIME_ZONE.shipped
    periods: Periods = PERIODS.shipped
    skp_due: SKPDue = SKP_DUE.shipped
    reminders: Reminders = REMINDERS.shipped

    @property
    def today(self) -> date:
        return datetime.now(ZONES[self.zone.zone]).date()

    @property
    def months(self) -> int:
        """Of a period."""
        return MONTHS[self.periods.length]


@dataclass(slots=True)
class Calendar:
    settled: Settled = field(default_factory=Settled)
    until: float = 0.0

    async def read(self, ask: Asker) -> Settled:
        """What planning told last; a page does not wait for it if it is away. Who has not signed in is
        not asked for: planning tells its settings to whoever has."""
        if ask.token and time.monotonic() > self.until:
            try:
                self.settled = _settled(await ask.get("planning", "settings"))
            except Refused:
                return self.settled
            self.until = time.monotonic() + KEPT
        return self.settled


def _settled(told: list[dict[str, Any]]) -> Settled:
    value = {each["setting"]: each["value"] for each in told if each["unit"] is None}
    return Settled(
        TIME_ZONE.read(value[TIME_ZONE.name]),
        PERIODS.read(value[PERIODS.name]),
        SKP_DUE.read(value[SKP_DUE.name]),
        # An older planning knows none.
        REMINDERS.read(value.get(REMINDERS.name, REMINDERS.shipped.model_dump())),
    )

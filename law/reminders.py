"""When somebody is to be reminded of what they owe, and when their superior is told."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from contracts.reminders import Reminders
from law.workdays import Calendar

DAY = timedelta(days=1)


class Reminder(NamedTuple):
    """last       the last day, up to the one that is asked about, on which to remind; None if none has come
    escalated  the day from which on the superior knows; None if it has not come
    """

    last: date | None
    escalated: date | None


@dataclass(frozen=True, slots=True)
class Reminding:
    """What the agency has settled, by its working days. Remembers what it has reckoned: many people owe the
    same on the same day."""

    rules: Reminders
    calendar: Calendar
    _reckoned: dict[tuple[date, date | None, date], Reminder] = field(default_factory=dict)

    def of(self, since: date, due: date | None, on: date) -> Reminder:
        """Of what came up on `since` and has `due` as its last day, if any, on a date."""
        key = since, due, on
        if key not in self._reckoned:
            self._reckoned[key] = self._reckon(*key)
        return self._reckoned[key]

    def _reckon(self, since: date, due: date | None, on: date) -> Reminder:
        days = {self.calendar.working_days_after(since - DAY, 1).day}
        escalated = None
        if due:
            days |= {self._before(due, count) for count in (0, *self.rules.before)}
            late = self._late(due, on)
            if self.rules.again:
                times = late // self.rules.again
                days |= {self._after(due, times * self.rules.again)} if times else set()
            if self.rules.superior and late >= self.rules.superior:
                escalated = self._after(due, self.rules.superior)
        return Reminder(max((day for day in days if since <= day <= on), default=None), escalated)

    def _before(self, due: date, count: int) -> date:
        """The `count`-th working day before the last day; of no day the last day itself, or the working day
        before it."""
        day = due if count == 0 else due - DAY
        count = count or 1
        while True:
            count -= self.calendar.is_working_day(day)
            if not count:
                return day
            day -= DAY

    def _after(self, due: date, count: int) -> date:
        return self.calendar.working_days_after(due, count).day

    def _late(self, due: date, on: date) -> int:
        """Working days behind the last day, that of the date with them."""
        days = (due + timedelta(days=n) for n in range(1, (on - due).days + 1))
        return sum(self.calendar.is_working_day(day) for day in days)

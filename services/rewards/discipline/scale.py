"""What unexcused absence leads to: working days in a calendar year, or in a row. PP 94/2021."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from contracts.rewards import SanctionLevel, YearTotal
from contracts.settings import MediumSanctions
from law.workdays import Calendar


@dataclass(frozen=True, slots=True)
class Sanction:
    """`reached` is the figure of the scale that it answers."""

    reached: int
    level: SanctionLevel
    name: str
    months: int | None
    article: str


LIGHT = "PP 94/2021 Arts 8, 9(2)(b)"
HEAVY = "PP 94/2021 Arts 8, 11(2)(d)"
FIXED = (
    Sanction(3, "light", "spoken reprimand", None, LIGHT),
    Sanction(4, "light", "written reprimand", None, LIGHT),
    Sanction(7, "light", "written statement of dissatisfaction", None, LIGHT),
    Sanction(21, "heavy", "one level down", 12, HEAVY),
    Sanction(25, "heavy", "released to an executing position", 12, HEAVY),
    Sanction(28, "heavy", "honourable dismissal not at own request", None, HEAVY),
)
"""The light and the heavy sanctions, each from its figure on. Which medium ones stand between, the
agency settles (`MediumSanctions`)."""


class Measure(NamedTuple):
    """A medium sanction by its name, how many months it lasts, and where both stand."""

    name: str
    months: int
    article: str


_TRANSITION = "PP 94/2021 Arts 10(2)(f), 42; PerBKN 6/2022 Art 62"
TRANSITION: Mapping[int, Measure] = {
    11: Measure("periodic raise delayed", 12, _TRANSITION),
    14: Measure("rank promotion delayed", 12, _TRANSITION),
    17: Measure("rank lowered one step", 12, _TRANSITION),
}
"""By the days of absence from which each is due, until the Government's regulation of pay and allowances
is in force (PP 94/2021 Art 42, PerBKN 6/2022 Art 62)."""

_CUT = "PP 94/2021 Arts 8, 10(2)(f)"
ALLOWANCE_CUT: Mapping[int, Measure] = {
    11: Measure("allowance cut by 25 %", 6, _CUT),
    14: Measure("allowance cut by 25 %", 9, _CUT),
    17: Measure("allowance cut by 25 %", 12, _CUT),
}
"""Those that follow once it is."""


def medium_sanctions(settled: MediumSanctions) -> Mapping[int, Measure]:
    return TRANSITION if settled.are == "transition" else ALLOWANCE_CUT


RUNNING_DISMISSAL = 10
"""Working days in a row that lead to dismissal by themselves. PP 94/2021 Art 11(2)(d),
PerBKN 6/2022 Art 11(1)."""


def sanction_for(days: int, running: int, medium: Mapping[int, Measure]) -> Sanction | None:
    """The sanction for absence; None below three days. PP 94/2021 Arts 9(2)(b), 10(2)(f), 11(2)(d)."""
    if running >= RUNNING_DISMISSAL:
        return FIXED[-1]
    scale = [*FIXED, *(Sanction(n, "medium", *measure) for n, measure in medium.items())]
    reached = [sanction for sanction in scale if days >= sanction.reached]
    return max(reached, key=lambda sanction: sanction.reached, default=None)


@dataclass(frozen=True, slots=True)
class Account:
    """What days of absence come to, with those held against the person before.

    sanction  the heaviest that they lead to beyond what has been answered; None if they reach no
              figure of the scale, or none that is new
    """

    totals: tuple[YearTotal, ...]
    running: int
    sanction: Sanction | None


def account(
    days: Collection[date],
    before: Collection[date],
    answered: Mapping[int, int],
    medium: Mapping[int, Measure],
    calendar: Calendar,
) -> Account:
    """Reckon days of absence up. `answered` has the figure that each year's sanctions have reached.

    A year begins anew on 1 January. Days that have been punished still count, and each figure that
    they newly reach brings its sanction (annex of PerBKN 6/2022); a figure is answered once.
    """
    every = {*days, *before}
    through = (len(run) for run in calendar.runs(every) if set(days).intersection(run))
    running = max(through, default=0)
    totals: list[YearTotal] = []
    due: list[Sanction] = []
    for year in sorted({day.year for day in days}):
        count = sum(day.year == year for day in every)
        sanction = sanction_for(count, running, medium)
        reached = sanction.reached if sanction else 0
        totals.append(YearTotal(year=year, days=count, reached=reached))
        if sanction and reached > answered.get(year, 0):
            due.append(sanction)
    heaviest = max(due, key=lambda sanction: sanction.reached, default=None)
    return Account(tuple(totals), running, heaviest)

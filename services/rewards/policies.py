"""Rewards' policies."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from contracts.appraisal import Predicate
from law.policy import Policy

ALLOWANCE: Sequence[Policy[Mapping[Predicate, int]]] = (
    Policy("none", date.min, {}),
    Policy(
        "as Bakamla 1/2023 Art 11",
        date(2023, 1, 1),
        {Predicate.SANGAT_KURANG: 2, Predicate.KURANG: 1},
    ),
)
"""Deduction from the monthly allowance, percent by predicate; 0 where none stands. No national rule
ties the two; the demonstration ministry has adopted Bakamla's figures."""

RECOGNIZED = (Policy("default", date.min, frozenset({Predicate.SANGAT_BAIK})),)
"""Predicates for which a commendation is proposed; the appointing authority decides."""

IMPROVING = (
    Policy(
        "default",
        date.min,
        frozenset({Predicate.BUTUH_PERBAIKAN, Predicate.KURANG, Predicate.SANGAT_KURANG}),
    ),
)
"""Predicates that are under-performance, which opens an improvement plan (PP 30/2019 Arts 56–58)."""

ISSUED_BY_SUPERIOR = (Policy("default", date.min, frozenset({"light"})),)
"""Levels of sanction that the direct superior may issue; others the appointing authority."""


class Measure(NamedTuple):
    """A sanction by its name, how many months it lasts, and where both stand."""

    name: str
    months: int
    article: str


_TRANSITION = "PP 94/2021 Arts 10(2)(f), 42; PerBKN 6/2022 Art 62"
TRANSITION: Mapping[int, Measure] = {
    11: Measure("periodic raise delayed", 12, _TRANSITION),
    14: Measure("rank promotion delayed", 12, _TRANSITION),
    17: Measure("rank lowered one step", 12, _TRANSITION),
}
"""Medium sanctions by the days of absence from which each is due, until the Government's regulation of
pay and allowances is in force (PP 94/2021 Art 42, PerBKN 6/2022 Art 62)."""

_CUT = "PP 94/2021 Arts 8, 10(2)(f)"
ALLOWANCE_CUT: Mapping[int, Measure] = {
    11: Measure("allowance cut by 25 %", 6, _CUT),
    14: Measure("allowance cut by 25 %", 9, _CUT),
    17: Measure("allowance cut by 25 %", 12, _CUT),
}
"""Those that follow once it is: an agency adopts them with the day."""

MEDIUM: Sequence[Policy[Mapping[int, Measure]]] = (
    Policy("transition, PP 94/2021 Art 42", date.min, TRANSITION),
)
"""Medium sanctions by the day on which they are issued."""


class Distance(NamedTuple):
    """Working days between two days: so many at least, and at most; None without an upper bound."""

    least: int
    most: int | None


SUMMONS: Sequence[Policy[Distance]] = (Policy("default", date.min, Distance(7, 7)),)
"""From a written summons to the examination. PP 94/2021 Art 26(2) reads as seven working days at most,
agencies' forms as seven at least, and the annex of PerBKN 6/2022 leaves eight: the seventh keeps to
both readings of the text."""

"""Rewards' policies."""

from collections.abc import Mapping, Sequence
from datetime import date

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

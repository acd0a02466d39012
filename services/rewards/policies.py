"""What an agency may decide for itself, dated. The last entry that has begun is in force."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from contracts.appraisal import Predicate


@dataclass(frozen=True, slots=True)
class AllowancePolicy:
    """Deduction from the monthly allowance, percent by predicate; 0 where none stands."""

    name: str
    since: date
    deduction: Mapping[Predicate, int]


# No national rule ties the allowance to the predicate. The demonstration ministry has adopted
# the figures of Bakamla 1/2023 Art 11.
ALLOWANCE = (
    AllowancePolicy("none", date.min, {}),
    AllowancePolicy(
        "as Bakamla 1/2023 Art 11",
        date(2023, 1, 1),
        {Predicate.SANGAT_KURANG: 2, Predicate.KURANG: 1},
    ),
)

RECOGNIZED = frozenset({Predicate.SANGAT_BAIK})
"""Predicates for which a commendation is proposed; the appointing authority decides."""

IMPROVING = frozenset({Predicate.BUTUH_PERBAIKAN, Predicate.KURANG, Predicate.SANGAT_KURANG})
"""Predicates that open an improvement plan (PP 30/2019 Arts 56–58 say under-performance)."""

IMPROVEMENT_MONTHS = 6
"""PP 30/2019 Arts 56–58."""

ISSUED_BY_SUPERIOR = frozenset({"light"})
"""Levels of sanction that the direct superior may issue; others the appointing authority.
Unsettled in the texts found."""


def allowance(on: date) -> AllowancePolicy:
    """The policy in force on a date."""
    return next(policy for policy in reversed(ALLOWANCE) if policy.since <= on)

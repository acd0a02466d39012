"""PermenPANRB 6/2022: work result × behaviour, each above, meets or below expectation."""

from contracts.appraisal import Predicate, Rating

NAME = "PermenPANRB 6/2022"

A, M, B = Rating.ABOVE, Rating.MEETS, Rating.BELOW

# (work result, behaviour): predicate, and whether the cell stands for misconduct.
MATRIX: dict[tuple[Rating, Rating], tuple[Predicate, bool]] = {
    (A, B): (Predicate.KURANG, True),
    (A, M): (Predicate.BAIK, False),
    (A, A): (Predicate.SANGAT_BAIK, False),
    (M, B): (Predicate.KURANG, True),
    (M, M): (Predicate.BAIK, False),
    (M, A): (Predicate.BAIK, False),
    (B, B): (Predicate.SANGAT_KURANG, False),
    (B, M): (Predicate.BUTUH_PERBAIKAN, False),
    (B, A): (Predicate.BUTUH_PERBAIKAN, False),
}


def predicate(result: Rating, behaviour: Rating) -> tuple[Predicate, bool]:
    """The predicate of a work-result and a behaviour rating, and whether it means misconduct.
    PermenPANRB 6/2022."""
    return MATRIX[result, behaviour]

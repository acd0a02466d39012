"""Credit points (angka kredit). PermenPANRB 1/2023 Art 37(1)."""

from fractions import Fraction

from contracts.appraisal import Predicate

COEFFICIENT = {
    "Pemula": Fraction("3.75"),
    "Terampil": Fraction(5),
    "Mahir": Fraction("12.5"),
    "Penyelia": Fraction(25),
    "Ahli Pertama": Fraction("12.5"),
    "Ahli Muda": Fraction(25),
    "Ahli Madya": Fraction("37.5"),
    "Ahli Utama": Fraction(50),
}
"""Points a year by level (jenjang) of a functional position."""

PERCENT = {
    Predicate.SANGAT_BAIK: 150,
    Predicate.BAIK: 100,
    Predicate.BUTUH_PERBAIKAN: 75,
    Predicate.KURANG: 50,
    Predicate.SANGAT_KURANG: 25,
}


def points(level: str, predicate: Predicate, months: int) -> Fraction:
    """Predicate × coefficient, pro rata by months (PermenPANRB 1/2023 Art 37(1)); exact, since
    published examples disagree on rounding. KeyError if `level` is not a functional level."""
    return COEFFICIENT[level] * Fraction(PERCENT[predicate], 100) * Fraction(months, 12)

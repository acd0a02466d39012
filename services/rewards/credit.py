"""Credit points (angka kredit). PermenPANRB 1/2023 Art 37(1)."""

from fractions import Fraction

from contracts.appraisal import Predicate
from law.levels import Level

COEFFICIENT = {
    Level.PEMULA: Fraction("3.75"),
    Level.TERAMPIL: Fraction(5),
    Level.MAHIR: Fraction("12.5"),
    Level.PENYELIA: Fraction(25),
    Level.AHLI_PERTAMA: Fraction("12.5"),
    Level.AHLI_MUDA: Fraction(25),
    Level.AHLI_MADYA: Fraction("37.5"),
    Level.AHLI_UTAMA: Fraction(50),
}
"""Points a year by level (jenjang) of a functional position."""

PERCENT = {
    Predicate.SANGAT_BAIK: 150,
    Predicate.BAIK: 100,
    Predicate.BUTUH_PERBAIKAN: 75,
    Predicate.KURANG: 50,
    Predicate.SANGAT_KURANG: 25,
}


def points(level: Level, predicate: Predicate, months: int) -> Fraction:
    """Predicate × coefficient, pro rata by months (PermenPANRB 1/2023 Art 37(1)); exact, since
    published examples disagree on rounding."""
    return COEFFICIENT[level] * Fraction(PERCENT[predicate], 100) * Fraction(months, 12)

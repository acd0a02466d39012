"""Credit points: predicate × the level's yearly coefficient, pro rata. PermenPANRB 1/2023 Art 37(1)."""

import json
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from contracts.appraisal import Predicate
from law.levels import Level
from services.rewards.credit import COEFFICIENT, PERCENT, points

EXAMPLES = {
    example["id"]: example
    for example in json.loads(
        (Path(__file__).parent / "data" / "credit_points.json").read_text(),
        parse_float=Decimal,
        parse_int=Decimal,
    )["examples"]
}
"""Examples whose answer is printed in their source, as printed."""

# A year's points by level, at 150, 100, 75, 50 and 25 %.
ONE_YEAR = {
    "Pemula": ("5.625", "3.75", "2.8125", "1.875", "0.9375"),
    "Terampil": ("7.5", "5", "3.75", "2.5", "1.25"),
    "Mahir": ("18.75", "12.5", "9.375", "6.25", "3.125"),
    "Penyelia": ("37.5", "25", "18.75", "12.5", "6.25"),
    "Ahli Pertama": ("18.75", "12.5", "9.375", "6.25", "3.125"),
    "Ahli Muda": ("37.5", "25", "18.75", "12.5", "6.25"),
    "Ahli Madya": ("56.25", "37.5", "28.125", "18.75", "9.375"),
    "Ahli Utama": ("75", "50", "37.5", "25", "12.5"),
}
PREDICATES = ("Sangat Baik", "Baik", "Butuh Perbaikan", "Kurang", "Sangat Kurang")


def printed(exact: Fraction, like: Decimal) -> Decimal:
    """Rounded half up to as many decimals as `like` has."""
    whole = Decimal(exact.numerator) / Decimal(exact.denominator)
    return whole.quantize(like, rounding=ROUND_HALF_UP)


@pytest.mark.parametrize("level", ONE_YEAR)
@pytest.mark.parametrize("column", range(5), ids=PREDICATES)
def test_a_year_of_every_level_at_every_predicate_art_37_1(level: str, column: int) -> None:
    expected = Fraction(ONE_YEAR[level][column])
    assert points(Level(level), Predicate(PREDICATES[column]), 12) == expected


def test_there_are_eight_levels_and_five_predicates() -> None:
    assert set(COEFFICIENT) == set(Level) == set(ONE_YEAR)
    assert set(PERCENT) == set(Predicate) == set(PREDICATES)


@pytest.mark.parametrize("level", ONE_YEAR)
@pytest.mark.parametrize("months", range(1, 13))
def test_points_are_pro_rata_by_months_and_exact(level: str, months: int) -> None:
    found = points(Level(level), Predicate.BAIK, months)
    assert found * 12 == Fraction(ONE_YEAR[level][1]) * months


@pytest.mark.parametrize("id", ["W001", "W006", "W007"])
def test_a_conversion_as_its_source_prints_it(id: str) -> None:
    inputs, answer = EXAMPLES[id]["inputs"], EXAMPLES[id]["outputs"]["angka_kredit"]
    level, predicate = Level(inputs["jenjang"]), Predicate(inputs["predikat"])
    assert COEFFICIENT[level] == Fraction(inputs["koefisien"])
    assert PERCENT[predicate] == inputs["persen"]
    assert printed(points(level, predicate, int(inputs["bulan"])), answer) == answer


def test_an_accumulation_as_its_source_prints_it() -> None:
    """A year of Sangat Baik and two months of Baik, Ahli Pertama: 2 of 12 months are printed as 2.08."""
    year, two_months = EXAMPLES["W003"]["inputs"]["angka_kredit"]
    total = EXAMPLES["W003"]["outputs"]["total"]
    of_year = points(Level.AHLI_PERTAMA, Predicate.SANGAT_BAIK, 12)
    of_two_months = points(Level.AHLI_PERTAMA, Predicate.BAIK, 2)
    assert printed(of_year, year) == year
    assert printed(of_two_months, two_months) == two_months
    assert of_two_months == Fraction(25, 12)
    assert printed(of_year + of_two_months, total) == total

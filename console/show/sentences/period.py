"""Periods in words, as the forms print them, Triwulan I 2026; and days."""

import re
from collections.abc import Sequence
from datetime import date

from babel.dates import format_skeleton

from console.show.format import long_day
from console.show.words import N_, translate

DAY = re.compile(r"\d{4}-\d\d-\d\d")
PERIOD = re.compile(r"(?P<year>\d{4})-(?:(?P<kind>[HQ])(?P<nth>[1-4])|(?P<month>0[1-9]|1[0-2]))")
ROMAN = {"1": "I", "2": "II", "3": "III", "4": "IV"}
KINDS = {
    "Q": N_("Triwulan {roman} {year}"),
    "H": N_("Semester {roman} {year}"),
}


def in_words(period: str, language: str) -> str:
    """`2026-Q1`, `2026-H1`, `2026-03` in words; anything else, a year too, as it is."""
    if not (found := PERIOD.fullmatch(period)):
        return period
    if found["month"]:
        first = date(int(found["year"]), int(found["month"]), 1)
        return format_skeleton("yMMMM", first, locale=language)
    told = translate(KINDS[found["kind"]], language)
    return told.format(roman=ROMAN[found["nth"]], year=found["year"])


def day(text: str, language: str) -> str:
    """`2026-01-31` in words; anything else as it is: people write in these fields too."""
    try:
        return long_day(date.fromisoformat(text), language) if DAY.fullmatch(text) else text
    except ValueError:
        return text


def dates(days: Sequence[str], language: str) -> str:
    """Days in words, as a list."""
    return ", ".join(day(each, language) for each in days)

"""Numbers, days and names as a language writes them (CLDR)."""

import re
from datetime import date, datetime
from typing import Literal

from babel.dates import format_date, format_skeleton, get_month_names
from babel.numbers import format_decimal

ARTICLE = re.compile(r"\bArts?\b")
TITLE = re.compile(r",.*$")
"""Degrees behind a name: Ratna Wulandari, S.Sos."""
WORD = re.compile(r"[^\W\d_][\w']*")


def number(value: float, language: str) -> str:
    """12.345 in Indonesian."""
    return format_decimal(value, locale=language)


def milliseconds(seconds: float, language: str) -> str:
    """1.234 ms."""
    return format_decimal(seconds * 1000, format="#,##0 ms", locale=language)


def day(value: date | datetime, language: str) -> str:
    """31 Jan 2026."""
    return format_date(value, "d MMM y", locale=language)


def long_day(value: date | datetime, language: str) -> str:
    """31 Januari 2026."""
    return format_date(value, "d MMMM y", locale=language)


def month(value: date | datetime, language: str) -> str:
    """Januari 2026."""
    return format_skeleton("yMMMM", value, locale=language)


def months(language: str, width: Literal["abbreviated", "wide"] = "abbreviated") -> list[str]:
    """Jan to Des; or Januari to Desember."""
    names = get_month_names(width, locale=language)
    return [names[number] for number in range(1, 13)]


def cited(article: str, language: str) -> str:
    """PermenPANRB 6/2022 Pasal 9–13, of what services cite as `Arts 9–13`."""
    return ARTICLE.sub("Pasal", article) if language == "id" else article


def initials(name: str) -> str:
    """Of the first two words, without degrees; of an identifier likewise."""
    return "".join(word[0] for word in WORD.findall(TITLE.sub("", name))[:2]).upper()

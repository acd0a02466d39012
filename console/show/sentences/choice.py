"""Events whose sentence depends on one of their fields."""

from collections.abc import Mapping
from typing import NamedTuple, TypeAlias


class Choice(NamedTuple):
    """A sentence for each value of a field."""

    field: str
    sentences: Mapping[object, str]


Sentences: TypeAlias = Mapping[str, str | Choice]
"""By the event's type. Fields in braces come from its data."""
Words: TypeAlias = Mapping[str, Mapping[str, str]]
"""Codes in words: field, code, word. A word may have fields in braces too."""

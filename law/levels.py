"""Levels (jenjang) of functional positions: a closed list, however agencies write them."""

from enum import StrEnum


class Level(StrEnum):
    PEMULA = "Pemula"
    TERAMPIL = "Terampil"
    MAHIR = "Mahir"
    PENYELIA = "Penyelia"
    AHLI_PERTAMA = "Ahli Pertama"
    AHLI_MUDA = "Ahli Muda"
    AHLI_MADYA = "Ahli Madya"
    AHLI_UTAMA = "Ahli Utama"


def _key(text: str) -> str:
    """Without case, and without what separates words."""
    return "".join(character for character in text.casefold() if character.isalnum())


_BY_KEY = {_key(level): level for level in Level}
# An expert's level is often written without the word; no level of the skilled is called like one.
_BY_KEY |= {_key(level.removeprefix("Ahli ")): level for level in Level}


def level(text: str | None) -> Level | None:
    """The level that is meant: `AHLI MUDA`, `ahli-muda` and `Muda` are all Ahli Muda. None if it is
    none of the list."""
    return _BY_KEY.get(_key(text or ""))

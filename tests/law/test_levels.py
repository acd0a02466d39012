"""Levels of functional positions, as agencies write them."""

import pytest

from law.levels import Level, level


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Ahli Muda", Level.AHLI_MUDA),
        ("AHLI MUDA", Level.AHLI_MUDA),
        ("ahli muda", Level.AHLI_MUDA),
        ("  Ahli   Muda ", Level.AHLI_MUDA),
        ("Ahli\u00a0Muda", Level.AHLI_MUDA),
        ("ahli-muda", Level.AHLI_MUDA),
        ("AHLI_MUDA", Level.AHLI_MUDA),
        ("AhliMuda", Level.AHLI_MUDA),
        ("Muda", Level.AHLI_MUDA),
        ("PERTAMA", Level.AHLI_PERTAMA),
        ("madya", Level.AHLI_MADYA),
        ("Utama", Level.AHLI_UTAMA),
        ("pemula", Level.PEMULA),
        ("TERAMPIL", Level.TERAMPIL),
        ("Mahir", Level.MAHIR),
        ("penyelia ", Level.PENYELIA),
    ],
)
def test_a_level_is_understood_however_it_is_written(written: str, meant: Level) -> None:
    assert level(written) is meant


@pytest.mark.parametrize("each", Level)
def test_a_level_is_itself(each: Level) -> None:
    assert level(each) is each


@pytest.mark.parametrize(
    "written", [None, "", " ", "Ahli", "Eselon II", "Pelaksana", "Ahli Terampil", "Ahli Muda 1"]
)
def test_what_is_no_level_is_none(written: str | None) -> None:
    assert level(written) is None

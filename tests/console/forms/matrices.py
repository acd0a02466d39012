"""Matrices to print: a small one, and one of more indicators and people than a sheet has room for."""

from typing import Any

from console.forms.answers import MatrixForm
from console.forms.matrix import Matrix, matrix
from tests.console.forms.samples import CONSOLE, HEAD, RESULTS

INDICATORS = (
    ("Indeks kepuasan pegawai atas layanan kepegawaian", "88", "indeks"),
    ("Persentase usul kenaikan pangkat tepat waktu", "95%", "%"),
    ("Tersedianya peta kompetensi seluruh pegawai", "1 dokumen", None),
)
PEOPLE = ("Ratna Wulandari", "Agus Salim", "Maria Tambunan", "Ketut Wirawan")


def cell(at: int, person: int, **more: Any) -> dict[str, Any]:
    return {
        "indicator": f"i{at}",
        "under": None,
        "role": ("responsible", "member", "additional")[person % 3],
        "direct": person == 0,
        "text": RESULTS[(at + person) % 3],
    } | more


def answer(indicators: int, people: int) -> dict[str, Any]:
    """The last person carries nothing; the second's cells are below the first's."""
    return {
        "matrix": "u1.2026", "unit": "u1", "unit_name": "Biro Kepegawaian", "year": 2026,
        "agency": "Kementerian Kesehatan", "head": HEAD,
        "indicators": [
            {"indicator": f"i{n}", "text": text, "target": target, "unit": unit}
            for n in range(indicators)
            for text, target, unit in [INDICATORS[n % 3]]
        ],
        "rows": [
            {
                "assignment": f"p-{p}.1", "name": PEOPLE[p % 4], "position": "Analis Kepegawaian Ahli Pertama",
                "leads": p == 0,
                "cells": [
                    cell(n, p, under="p-0.1" if p == 1 else None)
                    for n in range(indicators)
                    if p < people - 1 and (n + p) % 2 == 0
                ],
            }
            for p in range(people)
        ],
        "ground": {
            "at": "2026-01-20T02:03:04Z", "day": "2026-01-20", "position": 18233, "version": 3,
            "leaf": "0123456789abcdef" * 4,
        },
    }  # fmt: skip


def form(told: dict[str, Any]) -> Matrix:
    return matrix(MatrixForm.model_validate(told), CONSOLE)


MATRICES = {"matrix-short": form(answer(2, 3)), "matrix-long": form(answer(6, 24))}

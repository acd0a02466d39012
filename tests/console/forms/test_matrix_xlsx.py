"""The same matrix as a workbook."""

import re

import pytest

from console.forms.data import whole
from console.forms.matrix_xlsx import workbook
from console.forms.xlsx import LONGEST
from tests.console.forms.matrices import MATRICES, PEOPLE, answer, cell, form
from tests.console.forms.test_xlsx import parts, texts


@pytest.mark.parametrize("name", MATRICES)
def test_it_says_what_the_pdf_says(name: str) -> None:
    sample = MATRICES[name]
    found = texts(workbook(sample))
    said = "\n".join(found)
    for sheet in sample.sheets:
        for top in sheet.indicators:
            assert f"{whole(top.text)}\nTarget: {whole(top.target)}" in found
        for carrier in sheet.carriers:
            assert f"{whole(carrier.name)}\n{whole(carrier.position)}" in found
            for each in (one for several in carrier.cells for one in several):
                for words in (each.role, each.text, each.below):
                    assert whole(words) in said
    for text in (*sample.title, sample.agency, sample.period, *sample.proof.lines):
        assert whole(text) in found
    assert sample.proof.address in found
    assert f"Indikator kinerja: {whole(sample.head)}" in found


def test_everybody_has_one_row_however_many_indicators() -> None:
    """Those of the PDF's second sheet follow to the right of the first's."""
    sample = MATRICES["matrix-long"]
    indicators = sum(len(sheet.indicators) for sheet in sample.sheets)
    sheet = parts(workbook(sample))["xl/worksheets/sheet1.xml"]
    pane = re.search(r'<pane xSplit="2" ySplit="(\d+)"', sheet)
    assert pane  # the heading stays in sight
    rows = [int(pane[1]) + n for n in range(1 + len(sample.sheets[0].carriers))]
    last = "ABCDEFGHIJ"[1 + indicators]
    for n in rows:
        assert re.search(rf'<c r="{last}{n}" s="\d+" t="s">', sheet)
    assert not re.search(rf'<c r="{last}{rows[-1] + 1}" s="\d+" t="s">', sheet)


def test_what_people_typed_is_only_text() -> None:
    words = '=HYPERLINK("https://example.com","klik")'
    told = answer(1, 2) | {"unit_name": words}
    told["indicators"][0] |= {"text": words, "target": None, "unit": None}
    told["rows"][0] |= {"name": words, "cells": [cell(0, 0, text=words)]}
    made = workbook(form(told))
    assert words in texts(made)
    assert f"{words}\n{told['rows'][0]['position']}" in texts(made)
    for name, part in parts(made).items():
        if name.startswith("xl/worksheets/"):
            assert "<f>" not in part
            assert "hyperlink" not in part
            assert set(re.findall(r"<c [^>]*?t=\"(\w+)\"", part)) == {"s"}


def test_a_cell_that_is_too_full_says_so() -> None:
    told = answer(1, 2)
    told["rows"][1]["cells"] = [
        cell(0, 1, under="p-0.1", text=f"{n} " + "x" * 3990) for n in range(10)
    ]
    found = max(texts(workbook(form(told))), key=len)
    assert len(found) == LONGEST
    assert found.endswith("…")


def test_the_same_form_is_the_same_file() -> None:
    sample = MATRICES["matrix-long"]
    assert "2026-01-20T02:03:04Z" in parts(workbook(sample))["docProps/core.xml"]
    assert workbook(sample) == workbook(sample)
    assert whole(PEOPLE[0]) in "\n".join(texts(workbook(sample)))

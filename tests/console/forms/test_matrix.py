"""What the PDF of a role–result matrix says; its samples leave pictures in .local/looks, to be looked at."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from console.forms import worker
from console.forms.renderer import Renderer
from console.show.assets import FONTS
from tests.console.forms.golden import FOLDER, text
from tests.console.forms.matrices import INDICATORS, MATRICES, PEOPLE, answer, cell, form
from tests.console.forms.test_skp import A4, LOOKS, bare


@pytest.mark.parametrize("name", MATRICES)
async def test_it_says_what_was_looked_at(renderer: Renderer, name: str) -> None:
    said = text(await renderer.pdf("matrix.typ", MATRICES[name]))
    assert said == (FOLDER / f"{name}.txt").read_text(), "python -m tests.console.forms.golden"


async def test_it_goes_on_where_a_sheet_has_no_room(renderer: Renderer) -> None:
    """Each sheet has its indicators on every page, and everybody at the left."""
    found = PdfReader(BytesIO(await renderer.pdf("matrix.typ", MATRICES["matrix-long"]))).pages
    said = [bare(page.extract_text()) for page in found]
    assert [float(side) for side in found[0].mediabox[2:]] == pytest.approx(A4, abs=0.1)
    for sheet in MATRICES["matrix-long"].sheets:
        headings = [
            page for page in said if all(bare(top.text) in page for top in sheet.indicators)
        ]
        assert len(headings) >= 2
        assert all("PEGAWAI/JABATAN" in page for page in headings)
    everybody = "".join(said)
    assert all(everybody.count(bare(name)) >= 2 for name in PEOPLE)


async def test_what_nobody_carries_is_blank_and_what_is_below_a_leader_says_so(
    renderer: Renderer,
) -> None:
    told = answer(1, 2)
    told["rows"][1]["cells"] = [cell(0, 1, under="p-0.1", text="Tersusunnya usul")]
    said = bare(text(await renderer.pdf("matrix.typ", form(told))))
    assert bare("Anggota, tidak langsung Tersusunnya usul di bawah Ratna Wulandari") in said
    told["rows"][1]["cells"] = []
    said = bare(text(await renderer.pdf("matrix.typ", form(told))))
    assert bare(PEOPLE[1]) in said
    assert "Anggota" not in said
    assert bare(f"{INDICATORS[0][0]} Target: {INDICATORS[0][1]} {INDICATORS[0][2]}") in said


async def test_what_people_typed_is_only_text(renderer: Renderer) -> None:
    typed = '#eval("1+1") *tebal* $x^2$ @rujukan <label> #include "x.typ"'
    told = answer(1, 2)
    told["rows"][0]["cells"] = [cell(0, 0, text=typed)]
    said = bare(text(await renderer.pdf("matrix.typ", form(told))))
    assert bare(typed) in said


@pytest.mark.parametrize("name", MATRICES)
def test_it_is_looked_at(name: str, built: None) -> None:
    """By whoever changes a template."""
    sample = MATRICES[name]
    asked = {"form": sample.model_dump_json(), "address": sample.proof.address}
    compiler = worker.compiler("matrix.typ", worker.fonts(str(FONTS)))
    made = compiler.compile(format="png", ppi=96, sys_inputs=worker.inputs(asked))
    assert made
    LOOKS.mkdir(parents=True, exist_ok=True)
    for number, page in enumerate(made if isinstance(made, list) else [made], 1):
        (LOOKS / f"{name}-{number}.png").write_bytes(page)

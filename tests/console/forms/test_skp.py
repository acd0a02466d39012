"""What the PDF of an SKP says, and how it looks: each sample leaves pictures in .local/looks, to be looked at."""

import re
from datetime import datetime
from io import BytesIO
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PageObject, PdfReader

from console.forms import worker
from console.forms.data import whole
from console.forms.renderer import Renderer
from console.show.assets import FONTS
from deploy.local import LOCAL
from tests.console.forms.golden import FOLDER, text
from tests.console.forms.matrices import MATRICES
from tests.console.forms.samples import SAMPLES, answer, form, plan

LOOKS = LOCAL / "looks"
A4 = (841.89, 595.28)
"""Points, across."""


def pages(document: bytes) -> list[PageObject]:
    return list(PdfReader(BytesIO(document)).pages)


def bare(text: str) -> str:
    """Without what lines begin and end with."""
    return re.sub(r"\s", "", whole(text))


def fonts(page: PageObject) -> set[str]:
    """That it is set in, without the tag of each subset."""
    resources: Any = page["/Resources"]
    names = [str(font.get_object()["/BaseFont"]) for font in resources["/Font"].values()]
    return {name.partition("+")[2].removesuffix("-Identity-H") for name in names}


@pytest.mark.parametrize("name", SAMPLES)
async def test_it_says_what_was_looked_at(renderer: Renderer, name: str) -> None:
    said = text(await renderer.pdf("skp.typ", SAMPLES[name]))
    assert said == (FOLDER / f"{name}.txt").read_text(), "python -m tests.console.forms.golden"


def test_nothing_is_kept_of_a_sample_that_is_gone() -> None:
    assert {file.stem for file in FOLDER.iterdir()} == SAMPLES.keys() | MATRICES.keys()


@pytest.mark.parametrize("name", SAMPLES)
async def test_every_page_is_an_a4_sheet_with_its_number(renderer: Renderer, name: str) -> None:
    found = pages(await renderer.pdf("skp.typ", SAMPLES[name]))
    assert len(found) >= 3
    for number, page in enumerate(found, 1):
        assert [float(side) for side in page.mediabox[2:]] == pytest.approx(A4, abs=0.1)
        assert f"Halaman {number} dari {len(found)}" in page.extract_text()
        assert "planning 18.233, versi 3" in page.extract_text()
        assert fonts(page) <= {f"SourceSans3-{style}" for style in ("Regular", "Bold", "It")}


@pytest.mark.parametrize("name", [name for name in SAMPLES if name.endswith("long")])
async def test_headings_stand_on_every_page_that_a_table_goes_on_to(
    renderer: Renderer, name: str
) -> None:
    sample = SAMPLES[name]
    headings = bare("HASIL KERJA" + "".join(sample.headings))
    said = [bare(page.extract_text()) for page in pages(await renderer.pdf("skp.typ", sample))]
    told = [page for page in said if bare("Jumlah usul yang diselesaikan") in page]
    assert len(told) >= 2
    assert all(headings in page for page in told)


@pytest.mark.parametrize(
    ("status", "stamp"),
    [("draft", "DRAF"), ("submitted", "DIAJUKAN"), ("returned", "DIKEMBALIKAN"), ("approved", "")],
)
async def test_what_is_not_approved_says_so_on_every_page(
    renderer: Renderer, status: str, stamp: str
) -> None:
    found = pages(await renderer.pdf("skp.typ", form(answer(plan(1, 1), status=status))))
    for page in found:
        said = page.extract_text().splitlines()
        stamped = {"DRAF", "DIAJUKAN", "DIKEMBALIKAN"} & set(said)
        assert stamped == ({stamp} if stamp else set())
    assert ("belum ditetapkan" in found[0].extract_text()) == bool(stamp)
    signed = "20 Januari 2026\nPejabat Penilai Kinerja" in found[1].extract_text()
    assert signed == (not stamp)


async def test_the_document_is_of_the_moment_of_its_event(renderer: Renderer) -> None:
    document = await renderer.pdf("skp.typ", SAMPLES["aspects-short"])
    about = PdfReader(BytesIO(document)).metadata
    assert about
    assert about.creation_date == datetime.fromisoformat("2026-01-20T02:03:04+00:00")
    assert about.title == "SKP 2026 Ratna Wulandari, S.Sos."


async def test_the_same_form_is_the_same_document_whichever_process_renders_it(
    renderer: Renderer,
) -> None:
    sample = SAMPLES["aspects-long"]
    once = await renderer.pdf("skp.typ", sample)
    async with Renderer(1) as another:
        await another.pdf("skp.typ", SAMPLES["sentences-short"])
        assert await another.pdf("skp.typ", sample) == once


@pytest.mark.parametrize("name", SAMPLES)
def test_it_is_looked_at(name: str, built: None) -> None:
    """By whoever changes a template."""
    sample = SAMPLES[name]
    asked = {"form": sample.model_dump_json(), "address": sample.proof.address}
    compiler = worker.compiler("skp.typ", worker.fonts(str(FONTS)))
    made = compiler.compile(format="png", ppi=96, sys_inputs=worker.inputs(asked))
    assert isinstance(made, list)
    LOOKS.mkdir(parents=True, exist_ok=True)
    for number, page in enumerate(made, 1):
        (LOOKS / f"skp-{name}-{number}.png").write_bytes(page)


def saying(words: str) -> dict[str, Any]:
    """An SKP that says these words wherever people write their own."""
    told = plan(2, 2)
    for result in told["results"]:
        result |= {"text": words, "serves": words}
        for indicator in result["indicators"]:
            indicator |= {"text": words, "target": words, "unit": None}
    told["expectations"] = [{"value": "loyal", "text": words}]
    told["annexes"] = {name: [words] for name in told["annexes"]}
    made = answer(told)
    return made | {"agency": words, "employee": made["employee"] | {"name": words, "unit": words}}


MARKUP = (
    '#read("/etc/passwd")', '#eval("1 + 1")', "#pagebreak()", "]", "[", "#", "\\", "$x^2$", "*bold*", "_it_",
    "`raw`", "= Judul", "- butir", "+ satu", "/ istilah: arti", "<label>", "@rujukan", "https://example.go.id/#a",
    "// komentar", "/* komentar", "*/", '"petik"', "'satu'", "~", "--", "---", "...", "{{ 7 * 7 }}", "%PDF", "\\u{41}",
    "#import \"@preview/cetz:0.3.0\"", "&amp;<b>", "=1+1", "```",
)  # fmt: skip


@pytest.mark.parametrize("words", MARKUP)
async def test_what_people_typed_is_only_text(renderer: Renderer, words: str) -> None:
    said = text(await renderer.pdf("skp.typ", form(saying(f"Awal {words} akhir"))))
    # The agency, two names, and per result its text, what it serves, two indicators and two targets.
    assert bare(said).count(bare(f"Awal{words}akhir")) >= 12
    assert "root:" not in said


LETTERS = st.text(st.sampled_from("abcXYZ059#[]\\$*_`@<>=/(){}\"'~-;:.,|&%^!?éñ "), min_size=1)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(words=LETTERS)
async def test_any_words_are_said_as_they_were_typed(renderer: Renderer, words: str) -> None:
    said = text(await renderer.pdf("skp.typ", form(saying(f"A{words}Z"))))
    assert bare(f"A{words}Z") in bare(said)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(words=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=300))
async def test_any_characters_make_a_document(renderer: Renderer, words: str) -> None:
    """Those that no font has show as boxes; of those that turn the direction planning takes none."""
    assert len(pages(await renderer.pdf("skp.typ", form(saying(words))))) >= 3


@pytest.mark.parametrize(
    "words",
    [
        "مرحبا بالعالم", "שלום עולם", "👩‍👩‍👧 🇮🇩 ✅", "ꦲꦏ꧀ꦱꦫꦗꦮ", "中文", "ｆｕｌｌ", "e\u0301" * 40, "a\nb\n\nc", "\u200f",
        "\u00ad", "\u2028", "\t",
    ],
)  # fmt: skip
async def test_other_scripts_and_signs_make_a_document(renderer: Renderer, words: str) -> None:
    assert len(pages(await renderer.pdf("skp.typ", form(saying(words))))) >= 3


@pytest.mark.parametrize("letter", ["W", "M", "a"])
async def test_a_word_that_is_too_long_stays_in_its_column(renderer: Renderer, letter: str) -> None:
    """No line runs on into what stands beside it."""
    told = plan(1, 1)
    told["results"][0]["indicators"][0]["target"] = letter * 300
    found = pages(await renderer.pdf("skp.typ", form(answer(told))))
    runs = re.findall(rf"{letter}{{4,}}", found[0].extract_text())
    assert sum(map(len, runs)) == 300
    assert max(map(len, runs)) <= 40
    assert len(runs) >= 5


async def test_the_largest_that_planning_takes_is_rendered(renderer: Renderer) -> None:
    found = pages(await renderer.pdf("skp.typ", form(answer(plan(50, 50)))))
    assert len(found) > 50
    said = "".join(page.extract_text() for page in found)
    assert said.count("Jumlah usul yang diselesaikan") == 50 * 13

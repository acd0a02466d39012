"""The same form as a workbook."""

import re
import zipfile
from io import BytesIO
from xml.etree import ElementTree

import pytest

from console.forms.data import whole
from console.forms.xlsx import workbook
from tests.console.forms.samples import SAMPLES, answer, form, plan

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def parts(book: bytes) -> dict[str, str]:
    with zipfile.ZipFile(BytesIO(book)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def texts(book: bytes) -> list[str]:
    """Of all cells; each once."""
    shared = ElementTree.fromstring(parts(book)["xl/sharedStrings.xml"])
    return ["".join(each.itertext()) for each in shared.iter(f"{MAIN}si")]


@pytest.mark.parametrize("name", SAMPLES)
def test_it_says_what_the_pdf_says(name: str) -> None:
    sample, found = SAMPLES[name], texts(workbook(SAMPLES[name]))
    said = "\n".join(found)
    for group in sample.groups:
        assert group.title in found
        for result in group.results:
            for words in (result.text, result.serves):
                assert whole(words) in said
            for each in result.indicators:
                for words in (each.text, each.target):
                    assert whole(words) in said
    for text in (
        *sample.title,
        sample.agency,
        sample.period,
        *sample.headings,
        *sample.proof.lines,
    ):
        assert whole(text) in found
    for row in (*sample.employee.rows, *sample.appraiser.rows):
        assert {row.label, whole(row.value)} <= set(found)
    for behaviour in sample.behaviour:
        for words in (behaviour.value, *behaviour.conduct, *behaviour.expectations):
            assert whole(words) in said
    assert (sample.state in found) == (sample.stamp is not None)


@pytest.mark.parametrize(
    "words",
    ["=1+1", '=HYPERLINK("https://example.com","klik")', "+1", "-1", "@SUM(A1)", "{=1}", "https://example.go.id",
     "mailto:a@example.go.id", "internal:SKP!A1", "12.5", "0012", "TRUE", "#N/A", "<b>&amp;", "a\nb", "x" * 4000],
)  # fmt: skip
def test_what_people_typed_is_only_text(words: str) -> None:
    told = plan(1, 1)
    told["results"][0] |= {"text": words, "serves": words}
    told["results"][0]["indicators"][0] |= {"text": words, "target": words, "unit": None}
    told["annexes"]["resources"] = [words]
    made = workbook(form(answer(told) | {"agency": words}))
    assert words in texts(made)
    for name, part in parts(made).items():
        if name.startswith("xl/worksheets/"):
            assert "<f>" not in part
            assert "hyperlink" not in part
            # Each cell that holds something holds a shared string.
            assert set(re.findall(r"<c [^>]*?t=\"(\w+)\"", part)) == {"s"}
            assert len(re.findall(r"<v>", part)) == part.count('t="s"')


def test_the_same_form_is_the_same_file() -> None:
    assert "2026-01-20T02:03:04Z" in parts(workbook(SAMPLES["aspects-long"]))["docProps/core.xml"]
    assert workbook(SAMPLES["aspects-long"]) == workbook(SAMPLES["aspects-long"])


def test_the_largest_that_planning_takes_is_written() -> None:
    sheet = parts(workbook(form(answer(plan(50, 50)))))["xl/worksheets/sheet1.xml"]
    assert sheet.count("<row ") > 2500
    heights = [float(height) for height in re.findall(r'ht="([\d.]+)"', sheet)]
    assert max(heights) <= 409

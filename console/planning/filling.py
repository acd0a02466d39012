"""An SKP's rows from a file: what the editor begins with, to be looked at and sent like what is typed.

A row is an indicator; one that says a result begins it, and those below it without one belong to it. So does a
table of the form that is copied into a file, under its own headings.
"""

from collections.abc import Mapping
from dataclasses import replace

from fastapi import APIRouter, Request, Response
from starlette.datastructures import UploadFile

from console.ask.client import Refused
from console.show.words import N_
from console.web import forms
from console.web.download import download
from console.web.forms import LARGE, Filled
from console.web.page import Visit, go
from sheets import table
from sheets.columns import Column, choice, text
from sheets.problems import Problem
from sheets.template import template
from sheets.words import LANGUAGES, Words, tell

router = APIRouter()
MOST = 50
"""Results of an SKP, and indicators of one of them, as planning has it."""
SHOWN = 100
"""Problems of a file that are told at once."""
_KIND = {"utama": "main", "tambahan": "additional"}
_ASPECT = {
    **dict.fromkeys(("kuantitas", "quantity"), "quantity"),
    **dict.fromkeys(("kualitas", "quality"), "quality"),
    **dict.fromkeys(("waktu", "time"), "time"),
    **dict.fromkeys(("biaya", "cost"), "cost"),
}
COLUMNS = (
    Column(
        "serves",
        "Rencana Hasil Kerja Pimpinan yang Diintervensi",
        text,
        ("RHK Pimpinan", "Hasil Kerja Pimpinan", "Rencana Hasil Kerja Pimpinan"),
    ),
    Column(
        "text", "Rencana Hasil Kerja", text, ("RHK", "Hasil Kerja", "Rencana Hasil Kerja Pegawai")
    ),
    Column("kind", "Jenis", choice(_KIND, "utama, tambahan"), ("Jenis Hasil Kerja",)),
    Column("decision", "Nomor Keputusan", text, ("Nomor SK",)),
    Column("aspect", "Aspek", choice(_ASPECT, "kuantitas, kualitas, waktu, biaya")),
    Column("perspective", "Perspektif", text),
    Column("indicator", "Indikator Kinerja Individu", text, ("IKI", "Indikator"), required=True),
    Column("target", "Target", text, required=True),
    Column("unit", "Satuan", text),
    Column("baseline", "Baseline", text, ("Realisasi Terakhir",)),
)
OF_RESULT, OF_INDICATOR = (
    ("serves", "decision"),
    ("aspect", "perspective", "target", "unit", "baseline"),
)
WORDS: Words = {
    "no-result": {
        "id": "Baris pertama harus menyebut hasil kerjanya.",
        "en": "The first row has to say its result.",
    },
    "too-many": {
        "id": f"Paling banyak {MOST} hasil kerja, dan {MOST} indikator tiap hasil kerja.",
        "en": f"At most {MOST} results, and {MOST} indicators of each.",
    },
}
WITHOUT = N_("Pilih berkas yang akan dibaca.")


def read(content: bytes) -> tuple[dict[str, str], list[Problem]]:
    """The fields of the editor that a file comes to, and all that is wrong in it."""
    found = table.read(content, COLUMNS)
    fields: dict[str, str] = {}
    results: dict[str, list[str]] = {}
    at = ""
    for n, row in enumerate(found.rows, start=1):
        said: Mapping[str, str | None] = row.values
        if words := said.get("text"):
            at = f"r{len(results) + 1}"
            results[at] = []
            fields |= {f"{at}/text": words, f"{at}/kind": said.get("kind") or "main"}
            fields |= {f"{at}/{name}": value for name in OF_RESULT if (value := said.get(name))}
        if not at:
            found.add(row.number, "text", "no-result")
            break
        inner = f"i{n}"
        results[at].append(inner)
        fields[f"{at}/{inner}/text"] = said.get("indicator") or ""
        told = {name: value for name in OF_INDICATOR if (value := said.get(name))}
        fields |= {f"{at}/{inner}/{name}": value for name, value in told.items()}
        if max(len(results), len(results[at])) > MOST:
            found.add(row.number, "text", "too-many")
            break
    fields |= {f"{result}/order": " ".join(inner) for result, inner in results.items()}
    return fields | {"order": " ".join(results)}, found.problems


def in_place_of_results(typed: Mapping[str, str], fields: Mapping[str, str]) -> dict[str, str]:
    """What was typed, with a file's results in place of those that were there."""
    before = typed.get("order", "").split()
    besides = {name: text for name, text in typed.items() if name.partition("/")[0] not in before}
    return besides | dict(fields)


@router.get("/skps/fill.xlsx")
async def empty() -> Response:
    """A workbook with the headings."""
    return download(template("SKP", COLUMNS), "skp", "xlsx")


@router.post("/skps/fill", max_body_size=LARGE)
async def fill(request: Request, form: Filled) -> Response:
    """Read a file into the editor, as a draft of its reader's, in place of the results that were there: nothing is
    sent to planning."""
    if not form.page.startswith("/skps/new?"):
        raise Refused(422)
    file = (await request.form()).get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        return await refused(form.visit, form.page, WITHOUT)
    fields, problems = read(await file.read())
    if problems:
        return await refused(form.visit, form.page, problems=problems)
    typed = in_place_of_results(dict(await forms.kept(request, form)), fields)
    await forms.save(request, replace(form, fields=tuple(typed.items())))
    return go(form.page)


async def refused(
    page: Visit, back: str, why: str = "", problems: list[Problem] | None = None
) -> Response:
    """What is wrong in a file, and the way back to the page that it was sent from."""
    language = page.language if page.language in LANGUAGES else LANGUAGES[0]
    told = [(each, tell(each, WORDS, language)) for each in (problems or [])[:SHOWN]]
    return await page.render("planning/fill.html", 422, why=why, problems=told, back=back)

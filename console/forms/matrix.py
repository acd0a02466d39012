"""The matriks peran hasil as it is printed: employees at the left, the head's indicators on top, as many side by
side as a sheet has room for; those that follow stand on sheets of their own."""

from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import quote

from console.forms import answers
from console.forms.data import (
    Form,
    Part,
    Proof,
    Signature,
    breakable,
    position_of,
    resting,
    signature,
)
from console.show.format import long_day
from console.show.words import SOURCE
from contracts.alignment import Role

ACROSS = 4
"""Indicators side by side."""
ROLES: Mapping[Role, str] = {
    "responsible": "Penanggung jawab",
    "member": "Anggota",
    "additional": "Tambahan",
}
DIRECT = {True: "langsung", False: "tidak langsung"}
NOBODY = Signature(on="", role="", name="", nip="")


class PrintedCell(Part):
    """`below` is the team leader under whose result it is; empty under the head's."""

    role: str
    text: str
    below: str


class Carrier(Part):
    """Somebody at the left; `cells` under each of the sheet's indicators."""

    number: str
    name: str
    position: str
    cells: tuple[tuple[PrintedCell, ...], ...]


class Top(Part):
    text: str
    target: str


class Sheet(Part):
    """`indicators` stand side by side, above the cells of all carriers."""

    indicators: tuple[Top, ...]
    carriers: tuple[Carrier, ...]


class Matrix(Form):
    """`head` is the one whose indicators they are, in a line."""

    head: str
    sheets: tuple[Sheet, ...]
    signatures: tuple[Signature, Signature]


def matrix(form: answers.MatrixForm, console: str) -> Matrix:
    """`console` is the address under which people reach the console."""
    rests = resting(form.ground)
    position = position_of(form.head) or form.head.name
    return Matrix(
        name=f"Matriks Peran Hasil {form.year} {form.unit_name}",
        author=form.agency,
        made=form.ground.at,
        stamp=None,
        state=None,
        rests=rests,
        title=("MATRIKS PERAN HASIL", breakable(form.unit_name.upper())),
        agency=form.agency.upper(),
        period=f"TAHUN {form.year}",
        head=breakable(f"{form.head.name}, {position}"),
        sheets=tuple(_sheets(form)),
        signatures=(
            NOBODY,
            signature(long_day(form.ground.day, SOURCE), breakable(position), form.head),
        ),
        proof=_proof(form, console, rests),
    )


def _sheets(form: answers.MatrixForm) -> Iterator[Sheet]:
    rows = sorted(form.rows, key=lambda row: (not row.leads, row.name or "", row.assignment))
    names = {row.assignment: row.name or row.assignment for row in form.rows}
    for first in range(0, len(form.indicators), ACROSS):
        tops = form.indicators[first : first + ACROSS]
        yield Sheet(
            indicators=tuple(
                Top(text=breakable(top.text), target=breakable(_target(top))) for top in tops
            ),
            carriers=tuple(
                Carrier(
                    number=str(count),
                    name=breakable(row.name or row.assignment),
                    position=breakable(row.position),
                    cells=tuple(tuple(_cells(row, top, names)) for top in tops),
                )
                for count, row in enumerate(rows, 1)
            ),
        )


def _cells(
    row: answers.Carrier, top: answers.Top, names: Mapping[str, str]
) -> Iterator[PrintedCell]:
    for cell in row.cells:
        if cell.indicator == top.indicator:
            leader = names.get(cell.under, cell.under) if cell.under else ""
            yield PrintedCell(
                role=f"{ROLES[cell.role]}, {DIRECT[cell.direct]}",
                text=breakable(cell.text),
                below=breakable(f"di bawah {leader}") if leader else "",
            )


def _target(top: answers.Top) -> str:
    """What the head is to reach; many write the unit in it, too."""
    target, unit = top.target or "", top.unit or ""
    return target if unit.lower() in target.lower() else f"{target} {unit}".strip()


def _proof(form: answers.MatrixForm, console: str, rests: str) -> Proof:
    lines: Sequence[str] = (
        f"Per {long_day(form.ground.day, SOURCE)}: {rests}",
        f"Matriks {breakable(form.matrix)}",
        "SHA-256 catatan itu (RFC 9162):",
        form.ground.leaf,
        "Pindai untuk membuka matriksnya; hanya bagi yang berwenang.",
    )
    return Proof(
        address=f"{console}/matrix/{quote(form.unit, safe='')}?year={form.year}", lines=tuple(lines)
    )

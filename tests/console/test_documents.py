"""Documents are asked for like pages, and refused like them."""

import pytest

from console.web.download import download
from tests.console.conftest import Running, Visitor, ask

DOCUMENTS = (
    "/skps/p-1.a.20260101/skp.pdf",
    "/skps/p-1.a.20260101/skp.xlsx",
    "/matrix/u1/matriks.pdf?year=2026",
    "/matrix/u1/matriks.xlsx?year=2026",
)


@pytest.mark.parametrize("path", DOCUMENTS)
def test_nobody_gets_one_without_signing_in(console: Running, path: str) -> None:
    answer = ask(console, "GET", path)
    assert answer.status == 401
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "Content-Disposition" not in answer.headers


@pytest.mark.parametrize("path", DOCUMENTS)
def test_while_planning_is_away_there_is_none(visitor: Visitor, path: str) -> None:
    visitor.sign_in("p-1")
    answer = visitor.get(path)
    assert answer.status == 503
    assert "Coba lagi" in answer.text


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("SKP 2026 Ratna Wulandari, S.Sos.", "SKP%202026%20Ratna%20Wulandari%2C%20S.Sos..pdf"),
        ('a"; filename=b.exe', "a%22%3B%20filename%3Db.exe.pdf"),
        ("../../etc/passwd", "..%2F..%2Fetc%2Fpasswd.pdf"),
        ("Zoë\r\nX: 1", "Zo%C3%AB%0D%0AX%3A%201.pdf"),
    ],
)
def test_a_name_is_only_a_name(name: str, kept: str) -> None:
    answer = download(b"", name, "pdf")
    assert answer.headers["Content-Disposition"] == f"attachment; filename*=UTF-8''{kept}"
    assert answer.headers["Content-Type"] == "application/pdf"

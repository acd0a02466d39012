"""The browser's files: where they come from, how they are built, how they are served."""

import gzip
import json
import re
import shutil
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from console.show import CONSOLE
from console.show.assets import BUILT, FONTS, STATIC, asset, manifest
from deploy.assets import build
from deploy.assets.npm import LOCK, MODULES
from deploy.local import CannotStart
from tests.console.conftest import Running, ask

SERVED = ["app.css", "bootstrap.css", "htmx.js", "icons.svg", "source-sans-3.woff2"]


def test_the_lock_has_a_checksum_of_every_package_and_no_address() -> None:
    packages = json.loads(LOCK.read_text())["packages"]
    installed = {path: about for path, about in packages.items() if path}
    assert len(installed) >= 5
    assert not [p for p, about in installed.items() if "resolved" in about]
    assert all(about["integrity"].startswith("sha512-") for about in installed.values())


@pytest.mark.parametrize("name", SERVED)
def test_a_file_is_kept_for_a_year_and_sent_compressed(console: Running, name: str) -> None:
    plain = ask(console, "GET", asset(name))
    packed = ask(console, "GET", asset(name), {"Accept-Encoding": "br, gzip"})
    for answer in (plain, packed):
        assert answer.status == 200
        assert answer.headers.get_all("Cache-Control") == ["public, max-age=31536000, immutable"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Content-Encoding" not in plain.headers
    if name.endswith("woff2"):
        assert packed.body == plain.body
    else:
        assert packed.headers["Content-Encoding"] == "gzip"
        assert packed.headers["Vary"] == "Accept-Encoding"
        assert gzip.decompress(packed.body) == plain.body


@pytest.mark.parametrize(
    "path", ["app.css", "app.000000000000.css", "manifest.json", "..%2Fapp.py", "", "../app.py"]
)
def test_nothing_else_is_served(console: Running, path: str) -> None:
    answer = ask(console, "GET", f"/static/{path}")
    assert answer.status == 404
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_fonts_of_the_forms_are_there_and_no_browser_gets_them(console: Running) -> None:
    names = sorted(file.name for file in FONTS.iterdir())
    assert names == [f"SourceSans3-{style}.otf" for style in ("Bold", "It", "Regular")]
    for name in names:
        assert ask(console, "GET", f"/static/fonts/{name}").status == 404
        assert ask(console, "GET", f"/static/{name}").status == 404


def test_a_style_names_its_font_as_it_is_served() -> None:
    font = manifest().files["source-sans-3.woff2"].encode()
    made = build._with_served_names(b'src: url("a.woff2")', {"a.woff2": font.decode()})
    assert made == b'src: url("' + font + b'")'


def test_the_address_changes_with_the_content(tmp_path: Path) -> None:
    one, same, other = (build._write(tmp_path, "a.css", body) for body in (b"1", b"1", b"2"))
    assert one == same != other


def test_every_file_that_a_template_names_is_there() -> None:
    parser = Environment(extensions=["jinja2.ext.i18n"])
    named = {
        call.args[0].value
        for template in CONSOLE.rglob("*.html")
        for call in parser.parse(template.read_text()).find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name == "asset"
        if isinstance(call.args[0], nodes.Const)
    }
    assert "app.css" in named
    assert named <= manifest().files.keys()


def test_the_sprite_has_the_icons_that_templates_name_and_no_other() -> None:
    sprite = (BUILT / manifest().files["icons.svg"]).read_text()
    assert sorted(re.findall(r'<symbol id="([^"]+)"', sprite)) == sorted(set(build.icons()))


def test_an_icon_that_is_none_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CannotStart, match="the icon no-such-icon"):
        build.sprite({"home", "no-such-icon"})
    monkeypatch.setattr(build, "CONSOLE", tmp_path)
    page = tmp_path / "page.html"
    page.write_text('{{ icon("home") }}{{ icon("lock" if closed == "x" else "pencil") }}')
    assert list(build.icons()) == ["home", "lock", "pencil"]
    page.write_text("{{ icon(whatever) }}")
    with pytest.raises(CannotStart, match=r"page\.html:1"):
        list(build.icons())


def test_what_is_built_is_current_until_something_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert build.is_current()
    shutil.copytree(STATIC, tmp_path / "static")
    monkeypatch.setattr(build, "STATIC", tmp_path / "static")
    assert build.is_current()
    with (tmp_path / "static" / "app.css").open("a") as style:
        style.write("a { color: red; }")
    assert not build.is_current()


def test_every_licence_is_told_whole(console: Running) -> None:
    page = re.sub(r"<[^>]+>", "", ask(console, "GET", "/licences").text)
    packages = json.loads(LOCK.read_text())["packages"][""]["dependencies"]
    assert {each.name for each in manifest().licences} == packages.keys()
    for each in manifest().licences:
        (file,) = (MODULES / each.name).glob("LICENSE*")
        whole = file.read_text().strip()
        assert each.text == whole
        assert f"{each.name} {each.version}" in page
        for line in whole.splitlines():
            assert re.sub(r"[&<>\"']", "", line) in re.sub(r"&#?\w+;|[\"']", "", page)

"""Every word of a page stands in the catalogues, and each has its English."""

import re
import string
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from jinja2 import Environment, nodes

from console.catalogue import extract, renew
from console.show import CONSOLE
from console.show.words import LANGUAGES, SOURCE, file, translate

ALL = sorted(CONSOLE.rglob("*.html"))
OTHERS = sorted(LANGUAGES.keys() - {SOURCE})
SPOKEN = {"alt", "aria-description", "aria-label", "content", "label", "placeholder", "title"}
"""Attributes that a reader is shown or told."""
WORD = re.compile(r"[^\W\d_]{2,}")


def _read(language: str) -> Catalog:
    with file(language).open("rb") as source:
        return read_po(source)


@pytest.mark.parametrize("language", OTHERS)
def test_the_catalogue_is_what_is_extracted(language: str) -> None:
    assert file(language).read_bytes() == renew(language), "make words"
    catalogue = _read(language)
    assert {message.id for message in catalogue if message.id} == {
        message.id for message in extract() if message.id
    }


@pytest.mark.parametrize("language", OTHERS)
def test_every_message_is_translated_with_the_same_fields(language: str) -> None:
    for message in _read(language):
        if not message.id:
            continue
        assert not message.fuzzy, message.id
        ids, texts = _each(message.id), _each(message.string or "")
        assert all(texts), message.id
        for text in texts:
            assert fields(text) == fields(ids[0]), message.id


def _each(text: str | tuple[str, ...] | list[str]) -> list[str]:
    """Singular and plural, or the one."""
    return [text] if isinstance(text, str) else list(text)


def fields(text: str) -> set[str | None]:
    """Of a sentence in braces, of a page behind percent signs."""
    braces = {field for _, field, _, _ in string.Formatter().parse(text)} - {None}
    return braces | set(re.findall(r"%\((\w+)\)", text))


def test_a_text_is_told_in_the_readers_language() -> None:
    assert translate("Pegawai", "id") == "Pegawai"
    assert translate("Pegawai", "en") == "People"


class Bare(HTMLParser):
    """Collects what a reader is told by the template itself, and what the policy forbids."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.inline: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.texts += [value or "" for name, value in attrs if name in SPOKEN and tag != "meta"]
        if tag == "style" or (tag == "script" and "src" not in given):
            self.inline.append(tag)
        self.inline += [name for name in given if name == "style" or name.startswith("on")]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def parsed(template: Path) -> tuple[Bare, nodes.Template]:
    tree = Environment(extensions=["jinja2.ext.i18n"]).parse(template.read_text())
    html = "".join(node.data for node in tree.find_all(nodes.TemplateData))
    found = Bare()
    found.feed(html)
    found.close()
    return found, tree


def shown(node: nodes.Node) -> Iterator[str]:
    """Texts in an expression's value that no catalogue has."""
    match node:
        case nodes.Const(value=str(text)):
            yield text
        case nodes.Call(node=nodes.Name(name="_" | "gettext" | "ngettext")):
            return
        case nodes.CondExpr():
            yield from shown(node.expr1)
            if node.expr2:
                yield from shown(node.expr2)
        case nodes.Output() | nodes.Concat() | nodes.Add():
            for child in node.iter_child_nodes():
                yield from shown(child)


@pytest.mark.parametrize("template", ALL, ids=lambda path: str(path.relative_to(CONSOLE)))
def test_no_text_of_a_template_stands_outside_the_catalogues(template: Path) -> None:
    bare, tree = parsed(template)
    texts = bare.texts + [text for node in tree.find_all(nodes.Output) for text in shown(node)]
    assert not [text.strip() for text in texts if WORD.search(text)]


@pytest.mark.parametrize("template", ALL, ids=lambda path: str(path.relative_to(CONSOLE)))
def test_no_template_has_a_style_a_script_or_a_handler_in_line(template: Path) -> None:
    assert not parsed(template)[0].inline


def test_what_stands_outside_would_be_found(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        """<p style="x" onclick="y">Satu {{ _("ada") }}</p><input placeholder="Dua" name="no">
        {{ "Tiga" if a else _("ada") }}{{ "Empat" }}<script>z</script>{{ b("no") | c("; ") }}"""
    )
    bare, tree = parsed(page)
    texts = bare.texts + [text for node in tree.find_all(nodes.Output) for text in shown(node)]
    assert [text.strip() for text in texts if WORD.search(text)] == ["Satu", "Dua", "Tiga", "Empat"]
    assert bare.inline == ["style", "onclick", "script"]

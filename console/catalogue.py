"""Write the catalogues anew from the words in code and templates: python -m console.catalogue

What is translated already stays; what is new waits for its words; what is gone goes.
"""

from io import BytesIO

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from console.show import CONSOLE
from console.show.words import LANGUAGES, SOURCE, file

METHODS = [("**.py", "python"), ("**.html", "jinja2.ext:babel_extract")]
OPTIONS = {"**.html": {"newstyle_gettext": "true", "silent": "false"}}

HEADER = """\
msgid ""
msgstr ""
"Project-Id-Version: kinerja\\n"
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""
"""Without dates and versions, so that the same words give the same file."""


def extract() -> Catalog:
    """Every message of the code and the templates, with the files that it stands in."""
    found = Catalog(charset="utf-8")
    for name, _, message, _, context in extract_from_dir(CONSOLE, METHODS, OPTIONS):
        found.add(message, None, [(name, 0)], context=context)
    return found


def renew(language: str) -> bytes:
    """The language's catalogue as it should be, from the one that is there."""
    with file(language).open("rb") as source:
        catalogue = read_po(source, language)
    # A guess from a similar text is worse than a gap, which a test finds.
    catalogue.update(extract(), no_fuzzy_matching=True)
    written = BytesIO()
    write_po(
        written, catalogue, width=0, omit_header=True, sort_by_file=True, ignore_obsolete=True,
        include_lineno=False,
    )  # fmt: skip
    return HEADER.format(language=language).encode() + written.getvalue()


if __name__ == "__main__":
    for language in LANGUAGES.keys() - {SOURCE}:
        file(language).write_bytes(renew(language))

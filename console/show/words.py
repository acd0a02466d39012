"""The console's words: Indonesian in code and templates, every other language in a catalogue.

The Indonesian text is the message id. `python -m console.catalogue` collects new ones.
"""

from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from console.show import CONSOLE

LANGUAGES = {"id": "Indonesia", "en": "English"}
"""Each with its own name. The message ids are in the first."""
SOURCE = "id"
LOCALE = CONSOLE / "locale"


def N_(text: str) -> str:
    """Mark a text for the catalogues; it is translated when it is shown."""
    return text


def file(language: str) -> Path:
    """The language's catalogue."""
    return LOCALE / language / "LC_MESSAGES" / "messages.po"


@cache
def translations(language: str) -> NullTranslations:
    """Read from the catalogue as it is committed: nothing compiled lies beside it."""
    if language == SOURCE:
        return NullTranslations()
    with file(language).open("rb") as source:
        catalogue = read_po(source, language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)


def translate(text: str, language: str) -> str:
    return str(translations(language).gettext(text))

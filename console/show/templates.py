"""The templates: each section's beside its code, named from here (`home/year.html`)."""

from functools import cache, partial
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from console.show import CONSOLE, format
from console.show.assets import asset
from console.show.sentences import sentence
from console.show.words import LANGUAGES, translations

FORMATS = (
    format.number,
    format.milliseconds,
    format.day,
    format.long_day,
    format.month,
    format.cited,
)


def render(template: str, language: str, values: dict[str, Any]) -> str:
    """Raises jinja2.UndefinedError for what the template names and `values` lacks."""
    return _environment(language).get_template(template).render(values)


@cache
def _environment(language: str) -> Environment:
    made = Environment(
        loader=FileSystemLoader(CONSOLE),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]
    made.globals |= {
        "asset": asset,
        "language": language,
        "languages": LANGUAGES,
        "months": format.months(language),
        "month_names": format.months(language, "wide"),
        "sentence": partial(sentence, language=language),
    }
    made.filters |= {each.__name__: partial(each, language=language) for each in FORMATS}
    made.filters["initials"] = format.initials
    return made

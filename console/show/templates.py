"""The templates: each section's beside its code, named from here (`home/year.html`)."""

from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from console.show import CONSOLE
from console.show.assets import asset
from console.show.words import translations


def render(template: str, language: str, values: dict[str, Any]) -> str:
    """Raises jinja2.UndefinedError for what the template names and `values` lacks."""
    return _environment(language).get_template(template).render(values)


@cache
def _environment(language: str) -> Environment:
    made = Environment(
        loader=FileSystemLoader(CONSOLE), autoescape=True, undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
    )  # fmt: skip
    made.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]
    made.globals["asset"] = asset
    return made

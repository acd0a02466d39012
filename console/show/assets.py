"""The browser's files as set-up has built them (deploy/assets), by the names that templates use."""

from functools import cache

from pydantic import BaseModel, ConfigDict

from console.show import CONSOLE

STATIC = CONSOLE / "static"
"""Ours."""
BUILT = CONSOLE / "built"
"""Ours and the installed ones, under the names that they are served by. Not committed."""
MANIFEST = BUILT / "manifest.json"
PATH = "/static"
"""Where the console serves them."""
FONTS = BUILT / "fonts"
"""In which the forms are set; no browser is served them."""


class NotBuilt(RuntimeError):
    """Set-up has not built the browser's files, or they are gone."""


class Licence(BaseModel):
    """Of a package that others have written: `licence` is its short name, `text` all of it."""

    model_config = ConfigDict(frozen=True)

    name: str
    version: str
    licence: str
    text: str


class Manifest(BaseModel):
    """files: the name that a file is served by, which changes with its content, by its own."""

    model_config = ConfigDict(frozen=True)

    files: dict[str, str]
    licences: tuple[Licence, ...]


@cache
def manifest() -> Manifest:
    """Raises NotBuilt."""
    try:
        return Manifest.model_validate_json(MANIFEST.read_bytes())
    except (OSError, ValueError) as error:
        raise NotBuilt(
            f"the browser's files are not in {BUILT}: deploy/local/setup.sh local"
        ) from error


def asset(name: str) -> str:
    """The file's address. Raises LookupError for one that is none of ours."""
    return f"{PATH}/{manifest().files[name]}"

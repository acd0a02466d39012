"""The ways in which a rule says no."""

from collections.abc import Iterable


class Refused(Exception):
    """A decision says no: `code` is stable, `article` is what it rests on, `field` what it is about.
    `others` are what would be refused besides, once this is mended."""

    def __init__(self, code: str, detail: str, *, article: str = "", field: str = "") -> None:
        super().__init__(detail)
        self.code, self.detail, self.article, self.field = code, detail, article, field
        self.others: tuple[Refused, ...] = ()


def must_be_none(found: Iterable[Refused]) -> None:
    """Raises the first of what is refused, with the others."""
    if refusals := tuple(found):
        first, *others = refusals
        first.others = tuple(others)
        raise first


class Forbidden(Exception):
    """The actor is not allowed. The reason is logged and never sent to the client."""

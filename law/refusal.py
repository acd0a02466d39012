"""The ways in which a rule says no."""


class Refused(Exception):
    """A decision says no: `code` is stable, `article` is what it rests on, `field` what it is about."""

    def __init__(self, code: str, detail: str, *, article: str = "", field: str = "") -> None:
        super().__init__(detail)
        self.code, self.detail, self.article, self.field = code, detail, article, field


class Forbidden(Exception):
    """The actor is not allowed. The reason is logged and never sent to the client."""

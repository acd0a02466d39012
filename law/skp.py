"""What the other services know of an SKP."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class ApprovedSKP:
    """An approved SKP: a fact from planning, and the version of it."""

    skp: str
    version: int
    person: str
    assignment: str
    start: date
    until: date
    results: frozenset[str]
    indicators: frozenset[str]

    @property
    def basis(self) -> str:
        return f"planning:skp/{self.skp}@{self.version}"

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


@dataclass(frozen=True, slots=True)
class FinalAppraisal:
    """A final appraisal of an SKP: a fact from appraisal, and the version of it. `until` is the last day
    that it appraises."""

    skp: str
    version: int
    assignment: str
    until: date

    @property
    def basis(self) -> str:
        return f"appraisal:appraisal/{self.skp}@{self.version}"

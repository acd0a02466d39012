"""Lists: how one is shown stands in its address, so that paging, going back and exporting keep it."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from console.web.download import TABLES


@dataclass(frozen=True, slots=True)
class Chosen:
    """path     of the list's page
    filters  what narrows it, as the page's address has it; empty ones are none
    sort     the column that orders it, before it `-` for the last first
    usual    the order if none is asked for
    after    where the page begins; empty for the first one
    """

    path: str
    filters: Mapping[str, str]
    sort: str
    usual: str
    after: str = ""

    @property
    def is_narrowed(self) -> bool:
        return any(self.filters.values())

    @property
    def query(self) -> dict[str, str]:
        """All of it that is not as usual."""
        return self._with(sort=self.sort, after=self.after)

    def by(self, column: str) -> str:
        """The address of the same list by this column, or the other way round."""
        return self._at(self.path, sort=f"-{column}" if self.sort == column else column)

    def direction(self, column: str) -> str:
        """As `aria-sort` has it; empty if another column orders it."""
        if self.sort.removeprefix("-") != column:
            return ""
        return "descending" if self.sort.startswith("-") else "ascending"

    def following(self, next: str) -> str:
        """The address of the page that begins there."""
        return self._at(self.path, sort=self.sort, after=next)

    def file(self, ending: str) -> str:
        """The address of all of it as a file."""
        assert ending in TABLES
        return self._at(f"{self.path}.{ending}", sort=self.sort)

    def _at(self, path: str, **how: str) -> str:
        query = self._with(**how)
        return f"{path}?{urlencode(query)}" if query else path

    def _with(self, sort: str, after: str = "") -> dict[str, str]:
        told = {**self.filters, "sort": sort if sort != self.usual else "", "after": after}
        return {name: value for name, value in told.items() if value}

"""The editor of an SKP, as it is shown."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from console.planning import sheet
from console.planning.reads import Checks, Shown
from console.planning.sheet import Said
from console.planning.skp import field_at, to_fields


@dataclass(frozen=True)
class Sheet(sheet.Sheet):
    """shown    the SKP that is changed; None of a new one
    source   what a new one was begun from: the matrix or the last one; empty if from nothing
    unfit    it was to be submitted, and what checks have found keeps it from that
    """

    shown: Shown | None = None
    source: str = ""
    unfit: bool = False

    @property
    def amends(self) -> bool:
        """A change of what has been agreed is begun."""
        if self.shown:
            return self.shown.skp.at_hand == "approved"
        return bool(self.fields.get("amends"))

    @property
    def days(self) -> tuple[date, date] | None:
        """Of a new one."""
        try:
            return date.fromisoformat(self.get("start")), date.fromisoformat(self.get("until"))
        except ValueError:
            return None

    def field_at(self, pointer: str) -> str:
        return field_at(self.fields, pointer)

    @cached_property
    def refusals(self) -> list[Said]:
        if self.problem:
            return super().refusals
        found = self.shown.checks.refusals if self.shown and self.unfit else ()
        return [self._said(e.pointer, e.code, e.detail, e.article) for e in found]

    @cached_property
    def warnings(self) -> list[Said]:
        """What had better be mended, of what planning keeps."""
        checks = self.shown.checks if self.shown and not self.typed else Checks()
        found = checks.warnings if self.unfit else (*checks.refusals, *checks.warnings)
        return [self._said(each.pointer, each.code, each.detail, each.article) for each in found]


def of(shown: Shown, *, typed: bool = False, unfit: bool = False) -> Sheet:
    """Of an SKP that there is."""
    says = to_fields(shown.skp.says)
    return Sheet(
        says | {"approach": shown.skp.approach},
        kept=says,
        version=str(shown.skp.version),
        typed=typed,
        shown=shown,
        unfit=unfit,
    )

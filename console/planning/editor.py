"""The editor of an SKP, as it is shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from console.planning import places, sheet
from console.planning.places import Place
from console.planning.reads import Checks, Shown
from console.planning.rows import Fields
from console.planning.sheet import Said
from console.planning.skp import field_at, to_fields


@dataclass(frozen=True)
class Sheet(sheet.Sheet):
    """shown    the SKP that is changed; None of a new one
    source   what a new one was begun from, as `words.BEGUN` has it
    unfit    it was to be submitted, and what checks have found keeps it from that
    places   what its results may serve
    found    what is to be mended in it as it is typed
    """

    shown: Shown | None = None
    source: str = "blank"
    unfit: bool = False
    places: Sequence[Place] = ()
    found: tuple[Said, ...] = ()

    @property
    def is_unchecked(self) -> bool:
        """What is shown is not what planning keeps, and has told of."""
        return self.shown is None or self.typed or self.saved is not None

    @property
    def offered(self) -> Mapping[str, list[Place]]:
        """The places by what they are in."""
        return places.by_kind(self.places)

    @property
    def unserved(self) -> list[Place]:
        """Results of the leader's that no SKP says to serve."""
        return [each for each in self.places if each.of == "leader" and not each.served]

    def is_offered(self, place: str) -> bool:
        return any(each.place == place for each in self.places)

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
        """What had better be mended; of what planning keeps, if nobody has typed anything."""
        if self.found:
            return [*self.found]
        checks = self.shown.checks if self.shown and not self.typed else Checks()
        found = checks.warnings if self.unfit else (*checks.refusals, *checks.warnings)
        return [self._said(each.pointer, each.code, each.detail, each.article) for each in found]


LACKING = ("no-main-result", "no-indicator")
"""What may be there, and is not finished."""


def checked(fields: Fields, sent: Fields, checks: Checks) -> Sheet:
    """What is being typed, with what was found in the part of it that was `sent`; but for what the page tells
    of already."""
    sheet, told = Sheet(sent), fields.get("told", "").split()
    said = [
        sheet._said(each.pointer, each.code, each.detail, each.article)
        for each in (*checks.refusals, *checks.warnings)
        if sent == fields or each.code not in LACKING
    ]
    found = (each for each in said if f"{each.field}:{each.code}" not in told)
    return Sheet(fields, typed=True, found=tuple(found))


def of(shown: Shown, *, typed: bool = False, unfit: bool = False) -> Sheet:
    """Of an SKP that there is."""
    skp, says = shown.skp, to_fields(shown.skp.says)
    of = {"assignment": skp.assignment, "start": str(skp.start), "until": str(skp.until)}
    return Sheet(
        says | of | {"approach": skp.approach},
        kept=says,
        version=str(skp.version),
        typed=typed,
        shown=shown,
        unfit=unfit,
    )

"""The units of the agency, as pages lead through them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from pydantic import BaseModel, ConfigDict

from console.ask.client import Asker, Refused


class Unit(BaseModel):
    """`there` is whether it exists today; `since` and `until` are None of one that always has, or goes on."""

    model_config = ConfigDict(frozen=True)

    unit: str
    name: str
    level: str
    parent: str | None
    since: date | None
    until: date | None
    there: bool


@dataclass(frozen=True, slots=True)
class Units:
    by_id: Mapping[str, Unit]

    def name(self, unit: str) -> str:
        return self.by_id[unit].name if unit in self.by_id else unit

    def parent(self, unit: str) -> str | None:
        return self.by_id[unit].parent if unit in self.by_id else None

    def below(self, unit: str | None) -> list[Unit]:
        """Right below a unit today, or those at the top; by name."""
        return [each for each in self.there() if each.parent == unit]

    def there(self) -> list[Unit]:
        """Those that exist today, by name."""
        found = (each for each in self.by_id.values() if each.there)
        return sorted(found, key=lambda each: each.name)

    def above(self, unit: str) -> list[Unit]:
        """The units above it, the highest first."""
        found: list[Unit] = []
        at = self.by_id.get(self.parent(unit) or "")
        while at and at not in found:
            found.insert(0, at)
            at = self.by_id.get(at.parent or "")
        return found


async def units(ask: Asker) -> Units:
    """Raises Refused."""
    told = await ask.get("planning", "units")
    return Units({each["unit"]: Unit.model_validate(each) for each in told})


async def own(ask: Asker, person: str) -> str | None:
    """The unit of what the reader holds today, of several the latest; None of who is nobody there."""
    try:
        told = await ask.get("planning", "people", person)
    except Refused as refused:
        if refused.status >= 500:
            raise
        return None
    today = (each for each in told["assignments"] if each["in_force"])
    held = sorted(today, key=lambda each: (each["leads"], each["start"]))
    return held[-1]["unit"] if held else None

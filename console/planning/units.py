"""The units of the agency, as the pages of agreements and matrices lead through them."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from console.ask.client import Asker, Refused


class Unit(BaseModel):
    model_config = ConfigDict(frozen=True)

    unit: str
    name: str
    parent: str | None


@dataclass(frozen=True, slots=True)
class Units:
    by_id: Mapping[str, Unit]

    def name(self, unit: str) -> str:
        return self.by_id[unit].name if unit in self.by_id else unit

    def parent(self, unit: str) -> str | None:
        return self.by_id[unit].parent if unit in self.by_id else None

    def below(self, unit: str | None) -> list[Unit]:
        """Right below a unit, or those at the top; by name."""
        found = (each for each in self.by_id.values() if each.parent == unit)
        return sorted(found, key=lambda each: each.name)


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
    held = sorted(told["assignments"], key=lambda each: (each["leads"], each["start"]))
    return held[-1]["unit"] if held else None

"""What the directory's pages show."""

from pydantic import BaseModel, ConfigDict

from console.ask.client import Asker


class PersonFound(BaseModel):
    """`position` is None of somebody who has held none."""

    model_config = ConfigDict(frozen=True)

    person: str
    name: str
    position: str | None


async def people(ask: Asker, name: str) -> list[PersonFound]:
    """In whose names `name` stands, in the names' order; the first 50. Raises Refused."""
    return [PersonFound(**each) for each in await ask.get("planning", "people", name=name)]

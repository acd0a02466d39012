"""Who people are called, by the ids that services tell."""

from collections.abc import Collection

from console.ask.client import Asker, Refused


async def names(ask: Asker, ids: Collection[str]) -> dict[str, str]:
    """Of those whom planning names to the reader; whoever has none here is called by the id."""
    if not ids:
        return {}
    try:
        found = await ask.get("planning", "people", "names", ids=sorted(ids))
    except Refused:
        return {}
    return {each["person"]: each["name"] for each in found}

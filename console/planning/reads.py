"""What planning's documents print."""

from console.ask.client import Asker
from console.forms.answers import SKPForm


async def skp_form(ask: Asker, skp: str) -> SKPForm:
    """Raises Refused."""
    return SKPForm.model_validate(await ask.get("planning", "skps", skp, "form"))

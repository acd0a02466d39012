"""What the samples' PDFs say, as it was looked at: `python -m tests.console.forms.golden` takes it anew.

Look at the pictures then (.local/looks/skp-…), and at what git says has changed.
"""

import asyncio
from io import BytesIO
from pathlib import Path

from pypdf import PdfReader

from console.forms.data import SKP, whole
from console.forms.renderer import Renderer
from deploy import assets
from tests.console.forms.samples import SAMPLES

FOLDER = Path(__file__).with_name("golden")


def text(document: bytes) -> str:
    """All that a PDF says, page by page."""
    pages = PdfReader(BytesIO(document)).pages
    return "".join(f"--- {n} ---\n{whole(p.extract_text())}\n" for n, p in enumerate(pages, 1))


async def take(samples: dict[str, SKP]) -> None:
    async with Renderer() as renderer:
        for name, form in samples.items():
            said = text(await renderer.pdf("skp.typ", form))
            (FOLDER / f"{name}.txt").write_text(said)


if __name__ == "__main__":
    assets.prepare()
    asyncio.run(take(SAMPLES))

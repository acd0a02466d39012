"""What the samples' PDFs say, as it was looked at: `python -m tests.console.forms.golden` takes it anew.

Look at the pictures then (.local/looks/skp-…, matrix-…), and at what git says has changed.
"""

import asyncio
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

from pypdf import PdfReader

from console.forms.data import Form, whole
from console.forms.renderer import Renderer
from deploy import assets
from tests.console.forms.matrices import MATRICES
from tests.console.forms.samples import SAMPLES

FOLDER = Path(__file__).with_name("golden")


def text(document: bytes) -> str:
    """All that a PDF says, page by page."""
    pages = PdfReader(BytesIO(document)).pages
    return "".join(f"--- {n} ---\n{whole(p.extract_text())}\n" for n, p in enumerate(pages, 1))


async def take(template: str, samples: Mapping[str, Form]) -> None:
    async with Renderer() as renderer:
        for name, form in samples.items():
            said = text(await renderer.pdf(template, form))
            (FOLDER / f"{name}.txt").write_text(said)


if __name__ == "__main__":
    assets.prepare()
    asyncio.run(take("skp.typ", SAMPLES))
    asyncio.run(take("matrix.typ", MATRICES))

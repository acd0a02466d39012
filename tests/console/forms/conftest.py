"""The renderer, as the console runs it."""

from collections.abc import AsyncIterator

import pytest

from console.forms.renderer import Renderer


@pytest.fixture(scope="package")
async def renderer(built: None) -> AsyncIterator[Renderer]:
    async with Renderer() as made:
        yield made

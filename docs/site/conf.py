"""The documentation as a site: `make docs`. The pages are the Markdown that lies in the tree, with its links."""

import re
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from reference import interfaces

project = "Kinerja"
copyright = "Apache License 2.0"
extensions = ["myst_parser"]
root_doc = "docs/site/index"
include_patterns = ["*.md", "docs/**.md"]
exclude_patterns = [".*", "**/node_modules", "**/built*"]
nitpicky = True  # with -W, a link that leads nowhere is an error

myst_heading_anchors = 4  # those that GitHub gives, by which the files link to each other

html_theme = "furo"
html_title = "Kinerja"
html_additional_pages = {"index": "first.html"}
templates_path = ["."]
html_copy_source = False
html_show_search_summary = False  # the summaries are fetched, which a browser refuses to file://


def show_interfaces(app: Any, page: str, source: list[str]) -> None:
    """In the place of a comment of a page, the document that it names."""
    source[0] = re.sub(
        r"<!-- openapi: (\w+) -->", lambda found: interfaces.openapi(found[1]), source[0]
    )
    source[0] = re.sub(r"<!-- asyncapi -->", lambda _: interfaces.asyncapi(), source[0])


def setup(app: Any) -> None:
    app.connect("source-read", show_interfaces)

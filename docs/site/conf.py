"""The documentation as a site: `make docs`. The pages are the Markdown that lies in the tree, with its links."""

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

"""All reference documents, by path."""

from pathlib import Path

from reference import ROOT, access, openapi, readers, rules


def documents() -> dict[Path, str]:
    """What must be committed."""
    texts = {
        "docs/access.md": access.render(),
        "docs/readers.md": readers.render(),
        "docs/rules.md": rules.render(),
        **openapi.render(),
    }
    return {ROOT / path: text for path, text in texts.items()}

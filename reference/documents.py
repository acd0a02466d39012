"""All reference documents, by path."""

from pathlib import Path

from reference import ROOT, access, openapi, readers, rules, settings


def documents() -> dict[Path, str]:
    """What must be committed."""
    texts = {
        "docs/access.md": access.render(),
        "docs/readers.md": readers.render(),
        "docs/rules.md": rules.render(),
        "docs/settings.md": settings.render(),
        **openapi.render(),
    }
    return {ROOT / path: text for path, text in texts.items()}

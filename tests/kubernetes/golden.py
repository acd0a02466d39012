"""Renders that have been looked at; `python -m tests.kubernetes.golden` writes them anew."""

from pathlib import Path

from tests.kubernetes.chart import rendered

GOLDEN = {
    "small": ("small",),
    "operators": ("ministry", "kafka", "postgres", "secrets", "monitoring"),
}
"""By name, the size, and which of its templates."""


def golden(name: str) -> str:
    return rendered(*GOLDEN[name])


def file(name: str) -> Path:
    return Path(__file__).parent / "renders" / f"{name}.yaml"


if __name__ == "__main__":
    for name in GOLDEN:
        file(name).write_text(golden(name))

"""The commands of the documents, run as they stand there.

A fenced block that begins with ```sh works word for word: a test runs all such blocks of a page, in their order
(`Page`). A block without a language is shown, and not run.
"""

import re
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from deploy.local import ROOT

SECONDS = 140


def blocks(text: str) -> list[str]:
    """The commands of a page, dedented where they stand in a list."""
    found = re.findall(r"^( *)```sh\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL)
    return [re.sub(rf"^{indent}", "", block, flags=re.MULTILINE) for indent, block in found]


@dataclass
class Page:
    """`name` is its path in the tree. What a block sets, those after it find set."""

    name: str
    environment: Mapping[str, str]
    left: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self.left = blocks((ROOT / self.name).read_text())

    def run(self, status: int = 0) -> str:
        """Run the next block, which ends with this status; what it printed."""
        block = self.left.pop(0)
        ran = subprocess.run(
            ["sh", "-eac", f"{block}\nprintf '\\0\\0'; env -0"],
            cwd=ROOT, env=dict(self.environment), stdin=subprocess.DEVNULL, capture_output=True,
            text=True, timeout=SECONDS,
        )  # fmt: skip
        assert ran.returncode == status, (block, ran.stdout, ran.stderr)
        said, _, environment = ran.stdout.partition("\0\0")
        if environment:
            self.environment = dict(line.split("=", 1) for line in environment.split("\0") if line)
        return said


@contextmanager
def page(name: str, environment: Mapping[str, str]) -> Iterator[Page]:
    """All of a page's commands: none is left out."""
    opened = Page(name, environment)
    assert opened.left, f"{name} has no commands"
    yield opened
    assert not opened.left, opened.left

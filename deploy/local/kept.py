"""What is made once and kept for its owner alone."""

from collections.abc import Callable
from pathlib import Path


def kept(file: Path, make: Callable[[], bytes]) -> bytes:
    """The file's content; made on first use, whole or not at all."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        written = file.with_name(f"{file.name}.new")
        written.touch(mode=0o600)
        written.write_bytes(make())
        written.replace(file)
    return file.read_bytes()

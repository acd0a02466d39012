"""Where a year stands, kept in a file, so that one that was cut short goes on from there."""

import json
from pathlib import Path


class Bookmark:
    """How many persons have lived each stage, in their order, and whether the year is over.

    It may lag behind what has happened, never run ahead: a command given again does nothing.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lived: dict[str, int] = json.loads(file.read_text()) if file.exists() else {}

    def reached(self, stage: str) -> int:
        return self._lived.get(stage, 0)

    def note(self, stage: str, persons: int) -> None:
        self._lived[stage] = persons
        written = self._file.with_suffix(".new")
        written.write_text(json.dumps(self._lived))
        written.replace(self._file)  # whole or not at all

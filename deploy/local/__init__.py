"""Kinerja on one machine: PostgreSQL, Kafka and every service as children of one command."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
LOCAL = ROOT / ".local"
"""Everything a local run makes: data, logs, downloads. Safe to delete while nothing runs."""


class CannotStart(RuntimeError):
    """Something the local run needs is missing. The message is one line that says what to do."""

"""Kinerja on one machine: PostgreSQL, Kafka and every service as children of one command."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
LOCAL = ROOT / ".local"
"""Everything a local run makes: data, logs, downloads. Safe to delete while nothing runs."""
STORES = (
    "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem",
)  # fmt: skip
"""Of the system's certificates, by distribution."""


def shown(path: Path) -> Path:
    """The path as one types it in the project's folder."""
    return path.relative_to(ROOT) if path.is_relative_to(ROOT) else path


class CannotStart(RuntimeError):
    """Something the local run needs is missing. The message is one line that says what to do."""

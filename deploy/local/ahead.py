"""`python -m deploy.local.ahead`: have Kafka's classes loaded and linked ahead of time, for all later starts on
this machine (https://openjdk.org/jeps/514). It takes as long as four starts."""

from pathlib import Path
from tempfile import TemporaryDirectory

from deploy.local import LOCAL
from deploy.local.kafka import AHEAD, Kafka


class _Rehearsed(Kafka):
    """Its Java writes down which classes a broker needs, and keeps them when it ends."""

    patience = 120.0

    def _ahead(self) -> tuple[str, ...]:
        return (f"-XX:AOTCacheOutput={self.kept}",)

    @property
    def kept(self) -> Path:
        return self.folder / AHEAD.name


def make() -> None:
    """Raises CannotStart."""
    LOCAL.mkdir(exist_ok=True)
    with TemporaryDirectory(dir=LOCAL) as folder:
        kafka = _Rehearsed(Path(folder), 0)
        try:
            kafka.start()
        finally:
            kafka.stop()
        for earlier in LOCAL.glob("kafka-*.aot"):
            earlier.unlink()
        kafka.kept.rename(AHEAD)


if __name__ == "__main__" and not AHEAD.exists():
    make()

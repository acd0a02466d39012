"""Find the servers of a run at work on this machine, from the file of addresses that it keeps."""

import fcntl
import json
from pathlib import Path
from typing import Any

from pydantic import Field

from chassis.settings import KafkaClient

LOCAL = Path(__file__).parents[1] / ".local"
ADDRESSES = "addresses.json"


class NotFound(Exception):
    """No one run to audit. The message is one line that says what to do."""


class Servers(KafkaClient):
    """Where a service is, and as whom; and what it is held against.

    agency             the agency's short name, part of a log's name
    key_sets           as a service has it; from elsewhere than the service's database
    checkpoint_folder  where the service publishes its checkpoints too, if it does
    """

    database_url: str
    agency: str = "kinerja"
    key_sets: dict[str, str] = Field(default={})
    checkpoint_folder: Path | None = None


def find(folder: Path | None = None, among: Path = LOCAL) -> dict[str, Servers]:
    """Those of each service of the run at work. Raises NotFound."""
    instead = "set DATABASE_URL and KAFKA_BOOTSTRAP_SERVERS to the service's"
    _, told = at_work(folder, among, instead=instead)
    return {
        service: Servers(**{name.lower(): _value(value) for name, value in environment.items()})
        for service, environment in told["environment"].items()
    }


def _value(text: str) -> Any:
    """As pydantic takes it from the environment: an object is JSON."""
    return json.loads(text) if text.startswith("{") else text


def at_work(
    folder: Path | None = None, among: Path = LOCAL, *, instead: str
) -> tuple[Path, dict[str, Any]]:
    """The folder of the run at work on `folder`, or of the only one in a folder of `among`, and what its
    file tells. Raises NotFound, which says what else could be done.
    """
    folders = [folder] if folder else sorted(file.parent for file in among.glob(f"*/{ADDRESSES}"))
    found = [(each, told) for each in folders if (told := _read(each / ADDRESSES))]
    if not found:
        raise NotFound(
            f"No run is at work on {folder or f'a folder of {among}'}: start one with make run,"
            f" or {instead}."
        )
    if len(found) > 1:
        names = " or ".join(f"--folder {each}" for each, _ in found)
        raise NotFound(f"{len(found)} runs are at work: say {names}.")
    return found[0]


def _read(file: Path) -> dict[str, Any]:
    """What the file tells, or nothing unless the run that wrote it holds it still: after kill −9
    its addresses may be a stranger's."""
    try:
        with file.open() as told:
            try:
                fcntl.flock(told, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                found: dict[str, Any] = json.load(told)
                return found
    except OSError:
        pass
    return {}

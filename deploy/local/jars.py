"""Kafka's jars: downloaded once from the registry of Java packages, checked at every start.

`kafka.lock.toml` names every jar with its SHA-256 and is the whole class path; nothing is
resolved at run time. `python -m deploy.local.jars` writes it anew.
"""

import fcntl
import hashlib
import os
import ssl
from pathlib import Path

from jgo.env import LockFile
from jgo.env._lockfile import LockedDependency
from jgo.maven import Artifact, Dependency, MavenContext

from deploy.local import LOCAL, STORES, CannotStart

KAFKA = "org.apache.kafka:kafka_2.13:4.3.1"
# Resolved apart from Kafka, and at the version of Kafka's own slf4j-api: in one request, jgo lets
# a logger's dependencies outvote Kafka's.
LOGGER = "org.slf4j:slf4j-simple:1.7.36"

LOCK = Path(__file__).with_name("kafka.lock.toml")
CACHE = LOCAL / "jars"


def fetch(cache: Path | None = None, lock: Path = LOCK) -> list[Path]:
    """Every file of the lock, with its checksum verified: of Kafka's, the class path.

    Raises CannotStart.
    """
    _trust_the_systems_certificates()
    cache = cache or CACHE
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "lock").open("a") as one_at_a_time:
        fcntl.flock(one_at_a_time, fcntl.LOCK_EX)
        maven = MavenContext(repo_cache=cache, timeout=60)
        return [_fetch_one(maven, locked) for locked in LockFile.load(lock).dependencies]


def _fetch_one(maven: MavenContext, locked: LockedDependency) -> Path:
    name = f"{locked.groupId}:{locked.artifactId}:{locked.version}"
    component = maven.project(locked.groupId, locked.artifactId).at_version(locked.version)
    artifact = component.artifact(locked.classifier or "", locked.packaging)
    path = artifact.cached_path
    assert path is not None
    if path.exists() and _sha256(path) == locked.sha256:
        return path
    path.unlink(missing_ok=True)  # what an interrupted download left
    try:
        artifact.resolve()
    except (OSError, RuntimeError) as error:
        path.unlink(missing_ok=True)
        if "CERTIFICATE_VERIFY_FAILED" in str(error):
            raise CannotStart(
                f"{name} could not be downloaded: a proxy answers with a certificate that is not"
                " trusted here: add its authority's to the system's (Debian: update-ca-certificates),"
                " or name the file: SSL_CERT_FILE=/path/to/it.pem make …"
            ) from error
        raise CannotStart(
            f"{name} could not be downloaded ({_innermost(error)}): check the network or proxy "
            "to the registry of Java packages, then run this again."
        ) from error
    if _sha256(path) != locked.sha256:
        path.unlink()
        raise CannotStart(f"{name} as downloaded is not the one that is locked: don't trust it.")
    return path


def _trust_the_systems_certificates() -> None:
    """An inspecting proxy's authority is known to the system alone, not to what `requests` brings."""
    stores = (os.environ.get("SSL_CERT_FILE"), ssl.get_default_verify_paths().cafile, *STORES)
    for store in stores:
        if store and Path(store).is_file():
            os.environ.setdefault("REQUESTS_CA_BUNDLE", store)
            return


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _innermost(error: BaseException) -> str:
    while cause := error.__cause__ or error.__context__:
        error = cause
    return type(error).__name__


def lock() -> None:
    """Resolve Kafka afresh and write every jar's SHA-256 to the lock."""
    maven = MavenContext(repo_cache=CACHE, timeout=60)
    chosen: dict[tuple[str, str], Dependency] = {}
    for endpoint in (KAFKA, LOGGER):
        inputs, transitive = maven.resolver.resolve([maven.create_dependency(endpoint)])
        for dependency in (*inputs, *transitive):
            artifact: Artifact = dependency.artifact
            chosen.setdefault((artifact.groupId, artifact.artifactId), dependency)
    LockFile.from_resolved_dependencies(list(chosen.values())).save(LOCK)


if __name__ == "__main__":
    lock()

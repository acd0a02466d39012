"""The image of the services, as it was built: what it may, what it tells of itself, and that it can be built again."""

import json
import os
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from cryptography.fernet import Fernet

from contracts.catalogue import SERVICES
from deploy.local import ROOT, ports
from deploy.local.postgres import Postgres
from tests.conftest import CONTAINERS

pytestmark = [
    pytest.mark.integration,
    pytest.mark.timeout(1800),
    pytest.mark.skipif(not CONTAINERS, reason="the images are tested with CONTAINERS=1"),
]

IMAGE = f"kinerja-service:{os.environ.get('TAG', 'test')}"
RESTRICTED = (
    "--read-only", "--tmpfs=/tmp", "--cap-drop=ALL", "--security-opt=no-new-privileges",
)  # fmt: skip
"""As the chart runs it."""
READY = 60.0


def docker(*arguments: str) -> str:
    ran = subprocess.run(
        ["docker", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout[-2000:] + ran.stderr[-4000:]
    return ran.stdout


def inspected(image: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(docker("image", "inspect", image))[0]
    return found


def python(program: str) -> str:
    return docker(
        "run", "--rm", "--network=none", *RESTRICTED, "--entrypoint=python", IMAGE, "-c", program
    )


def test_it_is_nobody_and_has_nothing_to_write_to() -> None:
    told = python(
        "import os\n"
        "print(os.getuid(), os.getgid())\n"
        "for root, folders, files in os.walk('/'):\n"
        "    folders[:] = [f for f in folders if os.path.join(root, f) not in ('/proc', '/sys', '/dev', '/tmp')]\n"
        "    if os.access(root, os.W_OK): print(root)\n"
    )
    assert told.splitlines() == ["10001 10001"]


@pytest.mark.parametrize("service", [*SERVICES])
def test_all_of_it_was_compiled_beforehand(service: str) -> None:
    """Where nothing can be written, each start would compile it anew."""
    told = python(
        f"import sys, importlib.util, services.{service}.app, console.app, operate.__main__\n"
        "for module in [*sys.modules.values()]:\n"
        "    spec = getattr(module, '__spec__', None)\n"
        "    if spec and spec.cached and spec.origin.endswith('.py'):\n"
        "        head = open(spec.cached, 'rb').read(8)\n"
        "        if head[4] != 1: print(spec.origin, head[4])\n"
    )
    assert told == ""


def test_it_tells_what_it_is() -> None:
    labels = inspected(IMAGE)["Config"]["Labels"]
    given = {name.removeprefix("org.opencontainers.image."): what for name, what in labels.items()}
    assert given["title"] == "Kinerja"
    assert given["licenses"] == "Apache-2.0"
    for name in ("description", "version", "revision", "created", "base.name"):
        assert given[name]


def test_it_tells_what_it_consists_of() -> None:
    told = json.loads(python("print(open('sbom.cdx.json').read())"))
    assert told["bomFormat"] == "CycloneDX"
    known = {each["purl"].partition("?")[0] for each in told["components"] if "purl" in each}
    installed = python(
        "import importlib.metadata as m\n"
        "for d in m.distributions(): print(d.name.lower().replace('_', '-').replace('.', '-'), d.version)\n"
    )
    libraries = {tuple(line.split()) for line in installed.splitlines()}
    found = {
        (each["name"].lower().replace("_", "-").replace(".", "-"), each["version"])
        for each in told["components"]
        if each.get("purl", "").startswith("pkg:pypi/")
    }
    assert len(libraries) > 40
    assert libraries <= found
    packages = docker(
        "run", "--rm", "--network=none", "--entrypoint=dpkg-query", IMAGE,
        "--show", "--showformat=${Package} ${Version}\n",
    )  # fmt: skip
    debian = {
        (each["name"], each["version"])
        for each in told["components"]
        if each.get("purl", "").startswith("pkg:deb/")
    }
    assert {tuple(line.split()) for line in packages.splitlines()} == debian
    assert any(each.startswith("pkg:npm/bootstrap@") for each in known)


def test_another_build_of_the_same_has_the_same_layers(tmp_path: Path) -> None:
    """From a copy of the tree, whose files are of another time, and from nothing that was kept. It differs where
    Debian has renewed a package since the image was built: build that anew."""
    source = tmp_path / "source"
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    for name in filter(None, listed.stdout.split("\0")):
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, source / name)
        shutil.copymode(ROOT / name, source / name)
    base = inspected(IMAGE)["Config"]["Labels"]["org.opencontainers.image.base.name"]
    again = f"{IMAGE}-again-{tmp_path.name[-1]}"
    docker(
        "build", "--quiet", "--no-cache", "--network=host", f"--build-arg=BASE={base}",
        "--target=service", "--tag", again, f"--file={source}/deploy/images/service/Dockerfile",
        str(source),
    )  # fmt: skip
    try:
        assert inspected(again)["RootFS"]["Layers"] == inspected(IMAGE)["RootFS"]["Layers"]
    finally:
        docker("image", "rm", again)


def test_it_starts_as_nobody_and_says_how_soon(postgres: Postgres) -> None:
    """`pytest -s` shows the seconds; of the console, which needs nothing but its database to start."""
    server = urlsplit(postgres.dsn)
    netloc = f"kinerja_console:word@{server.hostname}:{server.port}"
    port = ports.choose(0)
    settings = {
        "OWNER_DATABASE_URL": postgres.dsn,
        "DATABASE_URL": urlunsplit(server._replace(netloc=netloc, path="kinerja_console")),
        "CONSOLE_URL": f"http://127.0.0.1:{port}", "PORT": str(port), "CYCLE": "2026",
        "OIDC_ISSUER": "http://127.0.0.1:1", "OIDC_CLIENT_SECRET": "x",
        "SEALING_KEYS": Fernet.generate_key().decode(),
        **{f"{service.upper()}_URL": "http://127.0.0.1:1" for service in SERVICES},
    }  # fmt: skip
    run = ["--network=host", *RESTRICTED, *_environment(settings), IMAGE]
    docker("run", "--rm", *run, "operate", "prepare", "console")
    began = time.monotonic()
    container = docker("run", "--detach", *run, "console").strip()
    try:
        while not _answers(f"http://127.0.0.1:{port}/livez"):
            assert time.monotonic() < began + READY, docker("logs", container)
            time.sleep(0.02)
        print(f"\nThe console answered {time.monotonic() - began:.1f} s after `docker run`")
    finally:
        docker("rm", "--force", container)


def _environment(settings: dict[str, str]) -> Sequence[str]:
    return [f"--env={name}={value}" for name, value in settings.items()]


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url):
            return True
    except OSError:
        return False

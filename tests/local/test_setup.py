"""What is missing for a set-up is said in one line that tells what to do."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.assets import npm
from deploy.local import ROOT, CannotStart, jars, ports
from tests.local.inspecting import InspectingProxy

pytestmark = [pytest.mark.rehearsal, pytest.mark.local]

SYSTEM_PATH = "/usr/bin:/bin"
CERTIFICATES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "PIP_CERT", "SSL_CERT_FILE", "SSL_CERT_DIR")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The files that set-up needs, and nothing that an earlier one made."""
    root = tmp_path / "checkout"
    (root / "deploy" / "local").mkdir(parents=True)
    shutil.copy(ROOT / "deploy" / "local" / "setup.sh", root / "deploy" / "local")
    shutil.copytree(ROOT / "requirements", root / "requirements")
    return root


def program(folder: Path, name: str, script: str) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def set_up(checkout: Path, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [checkout / "deploy" / "local" / "setup.sh", "local"],
        env={**os.environ, "PYTHON": sys.executable, **env},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_an_old_python(checkout: Path, tmp_path: Path) -> None:
    old = program(tmp_path / "bin", "python", '[ "$1" = -V ] || exit 1; echo Python 3.9.18')
    done = set_up(checkout, PYTHON=str(old))
    assert done.returncode == 1
    assert done.stderr == (
        "Kinerja: needs Python 3.11 or newer, found Python 3.9.18: install it, or name one: "
        "make PYTHON=/path/to/python3.11\n"
    )


def test_no_python(checkout: Path, tmp_path: Path) -> None:
    done = set_up(checkout, PYTHON=str(tmp_path / "nowhere"))
    assert done.returncode == 1
    assert done.stderr.startswith("Kinerja: needs Python 3.11 or newer, found none")
    assert done.stderr.count("\n") == 1


def test_a_full_disk(checkout: Path, tmp_path: Path) -> None:
    bin = tmp_path / "bin"
    program(bin, "df", "echo Filesystem; echo '/dev/disk 9000000 8000000 1024000 90% /'")
    done = set_up(checkout, PATH=f"{bin}:{os.environ['PATH']}")
    assert done.returncode == 1
    assert done.stderr == (
        "Kinerja: needs 2 GB of free disk here, there are 1000 MB: free some, or move this folder\n"
    )


def test_a_python_without_pip_or_venv(checkout: Path, tmp_path: Path) -> None:
    """As a minimal Debian's."""
    bare = program(
        tmp_path / "bin", "python", f'case "$*" in *pip*) exit 1;; esac; exec {sys.executable} "$@"'
    )
    done = set_up(checkout, PYTHON=str(bare), PATH=SYSTEM_PATH)
    assert done.returncode == 1
    assert done.stderr.startswith(
        f"Kinerja: {bare} has neither pip nor venv, of which set-up needs"
    )
    assert "apt-get install python3-venv" in done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""  # it is said first
    assert not (checkout / ".local").exists()


def test_no_registry(checkout: Path, tmp_path: Path) -> None:
    nobody_listens = f"http://{ports.HOST}:{ports.choose()}"
    done = set_up(
        checkout,
        HTTPS_PROXY=nobody_listens,
        ALL_PROXY=nobody_listens,
        UV_CACHE_DIR=str(tmp_path / "cache"),
        UV_HTTP_RETRIES="0",
        PIP_RETRIES="0",
    )
    assert done.returncode == 1
    assert done.stderr.startswith("Kinerja: no Python package registry reached: check the network")
    assert done.stderr.count("\n") == 1


@pytest.fixture
def proxy(tmp_path: Path) -> Iterator[InspectingProxy]:
    made = InspectingProxy(tmp_path)
    yield made
    made.close()


@pytest.mark.parametrize("by", ["pip", "uv"])
def test_behind_a_proxy_that_is_not_trusted(
    checkout: Path,
    proxy: InspectingProxy,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    by: str,
) -> None:
    """The line names what is the matter, and its cure cures it."""
    for name in CERTIFICATES:
        monkeypatch.delenv(name, raising=False)
    environment = {
        "HTTPS_PROXY": proxy.url, "ALL_PROXY": proxy.url, "NO_PROXY": "", "UV_HTTP_RETRIES": "0",
        "PIP_RETRIES": "0", "UV_CACHE_DIR": str(tmp_path / "cache"),
    }  # fmt: skip
    if by == "uv":
        environment["PATH"] = f"{ROOT / '.local' / 'uv' / 'bin'}:{os.environ['PATH']}"
        if not shutil.which("uv", path=environment["PATH"]):
            pytest.skip("uv was installed elsewhere than by set-up")
    else:
        environment["PATH"] = SYSTEM_PATH
    done = set_up(checkout, **environment)
    assert done.returncode == 1
    assert proxy.opened == []
    assert done.stderr.startswith("Kinerja: a proxy answers with a certificate that is not trusted")
    assert "SSL_CERT_FILE=" in done.stderr
    assert done.stderr.count("\n") == 1

    done = set_up(checkout, **environment, SSL_CERT_FILE=str(proxy.authority))
    assert done.returncode == 1
    assert proxy.opened
    assert "certificate" not in done.stderr


def test_the_jars_come_through_a_proxy_that_the_system_trusts(
    proxy: InspectingProxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy.url)
    for name in ("NO_PROXY", "no_proxy", *CERTIFICATES):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(CannotStart, match="a proxy answers with a certificate") as refusal:
        jars.fetch(tmp_path / "jars")
    assert "SSL_CERT_FILE=" in str(refusal.value)
    assert "\n" not in str(refusal.value)
    assert proxy.opened == []
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    monkeypatch.setenv("SSL_CERT_FILE", str(proxy.authority))
    with pytest.raises(CannotStart, match="could not be downloaded"):
        jars.fetch(tmp_path / "jars")
    assert proxy.opened


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """npm has nothing yet, neither installed nor kept; gives the folder that it installs in."""
    folder = tmp_path / "npm"
    monkeypatch.setattr(npm, "FOLDER", folder)
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "cache"))
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    return folder


def test_no_registry_of_the_browsers_files(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://{ports.HOST}:{ports.choose()}")
    with pytest.raises(
        CannotStart, match=r"could not be downloaded \(ECONNREFUSED\): check"
    ) as told:
        npm.install()
    assert "HTTPS_PROXY" in str(told.value)
    assert "\n" not in str(told.value)
    assert not (bare / "installed.json").exists()


def test_the_browsers_files_come_through_a_proxy_that_the_system_trusts(
    bare: Path, proxy: InspectingProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy.url)
    for name in ("NODE_EXTRA_CA_CERTS", *CERTIFICATES):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(CannotStart, match="a proxy answers with a certificate") as told:
        npm.install()
    assert "SSL_CERT_FILE=" in str(told.value)
    assert "\n" not in str(told.value)
    assert proxy.opened == []
    monkeypatch.setenv("SSL_CERT_FILE", str(proxy.authority))
    with pytest.raises(CannotStart, match=r"could not be downloaded \(E404\)"):
        npm.install()
    assert proxy.opened


def test_a_browser_file_that_is_not_the_locked_one(
    bare: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = json.loads(npm.LOCK.read_text())
    lock["packages"]["node_modules/htmx.org"]["integrity"] = f"sha512-{'A' * 86}=="
    forged = tmp_path / npm.LOCK.name
    forged.write_text(json.dumps(lock))
    monkeypatch.setattr(npm, "LOCK", forged)
    with pytest.raises(CannotStart, match="don't trust it"):
        npm.install()
    assert not (bare / "installed.json").exists()


def test_the_browsers_files_are_installed_once(
    bare: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    npm.install()
    assert (bare / "node_modules" / "bootstrap" / "dist").is_dir()
    assert "once" in capfd.readouterr().out
    monkeypatch.setenv("PATH", "/nowhere")
    npm.install()
    assert capfd.readouterr().out == ""


def test_a_package_that_is_not_the_locked_one(checkout: Path) -> None:
    (checkout / "requirements" / "local.txt").write_text(
        f"typing-extensions==4.15.0 --hash=sha256:{'0' * 64}\n"
    )
    done = set_up(checkout)
    assert done.returncode == 1
    assert done.stderr.startswith("Kinerja: set-up failed: ")
    assert "hash" in done.stderr.lower()
    assert done.stderr.count("\n") == 1


def test_nothing_is_done_twice(checkout: Path) -> None:
    (checkout / ".venv").mkdir()
    program(checkout / ".venv" / "bin", "python", "")
    shutil.copy(checkout / "requirements" / "local.txt", checkout / ".venv" / "installed-local.txt")
    done = set_up(checkout, PYTHON="/nowhere", PATH=SYSTEM_PATH)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")

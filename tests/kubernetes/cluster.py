"""A namespace of any cluster that KUBECONFIG names, and an installation in it.

Needs kubectl. IMAGES is put before the images' names (a registry and a path); LOAD is a command that gives the cluster
the image `$IMAGE`, for each of them.
"""

import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import yaml

from tests.kubernetes.chart import HELM

PREFIX = os.environ.get("IMAGES", "")
TAG = os.environ.get("TAG", "test")
PATIENCE = 600.0
"""Seconds for whatever a cluster of two busy cores is to come to."""


def image(name: str, tag: str = TAG) -> str:
    return f"{PREFIX}kinerja-{name}:{tag}"


def give(image: str) -> None:
    """Let the cluster have an image, where it has none of its own accord."""
    if load := os.environ.get("LOAD"):
        _run(["sh", "-c", load], env=os.environ | {"IMAGE": image})


@dataclass(frozen=True)
class Cluster:
    namespace: str

    def kubectl(self, *arguments: str, given: str | None = None) -> str:
        return _run(["kubectl", "--namespace", self.namespace, *arguments], given)

    def helm(self, *arguments: str) -> str:
        return _run([str(HELM), "--namespace", self.namespace, *arguments])

    def helm_with(self, values: Mapping[str, Any], *arguments: str) -> str:
        command = [str(HELM), "--namespace", self.namespace, *arguments, "--values=-"]
        return _run(command, json.dumps(values))

    def get(self, *what: str) -> Any:
        return json.loads(self.kubectl("get", *what, "--output=json"))

    def items(self, *what: str) -> list[Any]:
        found: list[Any] = self.get(*what)["items"]
        return found

    def apply(self, *resources: Mapping[str, Any], dry_run: bool = False) -> str:
        """With a dry run the cluster only judges them."""
        how = ["--dry-run=server", "--force-conflicts"] if dry_run else []
        written = yaml.safe_dump_all(resources)
        return self.kubectl("apply", "--server-side", *how, "--filename=-", given=written)

    def rolled_out(self, *what: str) -> None:
        """Wait until all of them are there in their newest revision, and ready."""
        for each in what:
            self.kubectl("rollout", "status", each, f"--timeout={PATIENCE:.0f}s")

    def execute(self, where: str, *program: str) -> str:
        return self.kubectl("exec", where, "--", *program)

    def python(self, where: str, *arguments: str) -> str:
        return self.execute(where, "python", *arguments)

    @contextmanager
    def running(self, where: str, *program: str) -> Iterator[subprocess.Popen[str]]:
        """A program whose standard input ends when the block does."""
        command = ["kubectl", "--namespace", self.namespace, "exec", "--stdin", where, "--"]
        process = subprocess.Popen(
            [*command, *program],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def until(what: Callable[[], Any], told: str, seconds: float = PATIENCE) -> Any:
    """Ask again and again until the answer is something, and give it."""
    deadline = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < deadline, f"not after {seconds:.0f} s: {told}"
        time.sleep(1)
    return found


def _run(
    command: Sequence[str], given: str | None = None, env: Mapping[str, str] | None = None
) -> str:
    done = subprocess.run(
        command, input=given, capture_output=True, text=True, env=env, check=False
    )
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout[-2000:]}{done.stderr[-4000:]}"
    return done.stdout

"""Prometheus itself, as Debian has it: it scrapes processes of ours and evaluates our rules."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml

from deploy.local import ports

PATIENCE = 60.0
"""Seconds for what comes with one of the next scrapes."""
needs_prometheus = pytest.mark.skipif(
    shutil.which("prometheus") is None, reason="Prometheus is not there (Debian: prometheus)"
)


@dataclass(frozen=True)
class Prometheus:
    url: str
    http: aiohttp.ClientSession

    async def told(self, path: str, **query: str) -> Any:
        """The data of an answer (https://prometheus.io/docs/prometheus/latest/querying/api)."""
        async with self.http.get(f"{self.url}/api/v1/{path}", params=query) as answer:
            said = await answer.json()
            assert said["status"] == "success", (path, query, said)
            return said["data"]

    async def ask(self, expression: str) -> list[Any]:
        """The samples that an expression comes to now."""
        found: list[Any] = (await self.told("query", query=expression))["result"]
        return found

    async def alerts(self) -> set[tuple[str, str]]:
        """Those that are pending or fire: their names, and the services that they are about."""
        told = (await self.told("alerts"))["alerts"]
        return {(each["labels"]["alertname"], each["labels"]["service"]) for each in told}


@asynccontextmanager
async def scraping(
    http: aiohttp.ClientSession, targets: Collection[int], rules: Path, folder: Path
) -> AsyncIterator[Prometheus]:
    """One that has seen each of these ports, and evaluated every rule."""
    port = ports.choose()
    config = {
        "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
        "rule_files": [str(rules.absolute())],
        "scrape_configs": [
            {
                "job_name": "kinerja",
                "static_configs": [{"targets": [f"{ports.HOST}:{each}" for each in targets]}],
            }
        ],
    }
    file = folder / "prometheus.yaml"
    file.write_text(yaml.safe_dump(config))
    with (folder / "prometheus.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            "prometheus", f"--config.file={file}", f"--storage.tsdb.path={folder / 'data'}",
            f"--web.listen-address={ports.HOST}:{port}", stdout=log, stderr=log,
        )  # fmt: skip
    prometheus = Prometheus(f"http://{ports.HOST}:{port}", http)
    try:
        async with asyncio.timeout(PATIENCE):
            while not await _at_work(prometheus, len(targets)):
                assert process.returncode is None, (folder / "prometheus.log").read_text()
                await asyncio.sleep(0.2)
        yield prometheus
    finally:
        process.terminate()
        await process.wait()


async def _at_work(prometheus: Prometheus, targets: int) -> bool:
    try:
        up = await prometheus.ask("up == 1")
        groups = (await prometheus.told("rules"))["groups"]
    except aiohttp.ClientError:
        return False
    rules = [rule for group in groups for rule in group["rules"]]
    return len(up) == targets and all(rule["health"] == "ok" for rule in rules)

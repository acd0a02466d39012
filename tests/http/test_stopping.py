"""What the logs hold after all of this folder's tests; and services end when they are told to,
whatever they stand on. The last of the folder: it stops all."""

import asyncio
import json
import signal

import pytest

from contracts.catalogue import SERVICES
from deploy.local.kafka import Kafka
from deploy.local.postgres import Postgres
from tests.http.api import PATIENCE, Api

pytestmark = pytest.mark.integration


async def test_the_logs_hold_no_token_and_no_personal_data(api: Api) -> None:
    secrets = [
        api.stack.secret,
        *api._tokens.values(),
        f"{1:018d}",
        "Laporan",
        "Naskah",
        "Berita acara",
    ]
    for service in SERVICES:
        text = "\n".join(json.dumps(line) for line in api.logged(service))
        assert '"appended"' in text or service == "evaluation"
        assert not any(secret in text for secret in secrets), service


async def test_services_and_servers_told_to_stop_at_once(
    api: Api, postgres: Postgres, kafka: Kafka
) -> None:
    """As when their parent is killed: each ends by itself, though what it says farewell to is gone."""
    services = [c.process for c in api.stack.children._children if c.name in SERVICES]
    try:
        stopping = [asyncio.to_thread(server.stop) for server in (postgres, kafka)]
        for process in services:
            process.terminate()
        await asyncio.gather(*stopping)
        async with asyncio.timeout(PATIENCE):
            for process in services:
                while process.poll() is None:
                    await asyncio.sleep(0.1)
        # uvicorn raises the signal again behind its clean end.
        assert {process.returncode for process in services} <= {0, -signal.SIGTERM}
    finally:
        postgres.start()
        kafka.start()

"""Appends with pyeventsourcing's PostgreSQL recorder: `appender.py DSN DATA`.

Protocol: see bench/appender.py. Each append saves one new aggregate whose first event holds DATA,
a JSON object. Callers are threads, as the library is synchronous.
"""

import json
import sys
import time
from threading import Thread
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate

WARM_UP = 0.5


class Feedback(Aggregate):
    def __init__(self, data: dict[str, Any]) -> None:
        self.data = data


def measure(
    application: Application[UUID], data: dict[str, Any], callers: int, seconds: float
) -> float:
    """Appends/s."""
    start = time.perf_counter() + WARM_UP
    end = start + seconds
    appended = [0] * callers

    def caller(number: int) -> None:
        while time.perf_counter() < end:
            application.save(Feedback(data))
            appended[number] += start <= time.perf_counter() < end

    threads = [Thread(target=caller, args=(number,)) for number in range(callers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(appended) / seconds


def main(dsn: str, data: str) -> None:
    address = urlsplit(dsn)
    environment = {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": address.path[1:],
        "POSTGRES_HOST": address.hostname or "",
        "POSTGRES_PORT": str(address.port),
        "POSTGRES_USER": address.username or "",
        "POSTGRES_PASSWORD": address.password or "",
        # The library's own pool: 5 connections, 10 more when they are busy. With a thousand
        # callers one waits longer for its turn than the usual 30 s would let it.
        "POSTGRES_CONNECT_TIMEOUT": "120",
    }
    with Application[UUID](environment) as application:
        for line in sys.stdin:
            callers, seconds = line.split()
            print(measure(application, json.loads(data), int(callers), float(seconds)), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Gives commands over HTTP: `python -m bench.caller PORT TOKEN`.

A line `CALLERS SECONDS` in, a JSON array out: commands/s, and how many commands were given in all, those
of the warm-up too. Each registers one unit; each caller has a connection of its own and gives the next
when the last is answered.
"""

import asyncio
import json
import sys
import time
from uuid import uuid4

import uvloop

from chassis.process import spare_the_collector
from deploy.local.ports import HOST

WARM_UP = 0.5


async def main(port: str, token: str) -> None:
    while line := await asyncio.to_thread(sys.stdin.readline):
        callers, seconds = line.split()
        print(json.dumps(await measure(port, token, int(callers), float(seconds))), flush=True)


async def measure(port: str, token: str, callers: int, seconds: float) -> tuple[float, int]:
    start = time.perf_counter() + WARM_UP
    end = start + seconds
    given = counted = 0

    async def caller() -> None:
        nonlocal given, counted
        reader, writer = await asyncio.open_connection(HOST, int(port))
        while time.perf_counter() < end:
            writer.write(_request(port, token))
            await _accepted(reader)
            given += 1
            counted += start <= time.perf_counter() < end
        writer.close()

    await asyncio.gather(*(caller() for _ in range(callers)))
    return counted / seconds, given


def _request(port: str, token: str) -> bytes:
    unit = uuid4().hex
    body = f'{{"units":[{{"unit":"{unit}","name":"Biro Umum dan Keuangan","level":"Eselon II"}}]}}'
    return (
        f"POST /directory HTTP/1.1\r\nHost: {HOST}:{port}\r\nAuthorization: Bearer {token}\r\n"
        f"Idempotency-Key: {unit}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


async def _accepted(reader: asyncio.StreamReader) -> None:
    """Read an answer to its end. (A client library would take as much processor time as what answers.)"""
    status, *lines = (await reader.readuntil(b"\r\n\r\n")).split(b"\r\n")
    length = next(int(line[15:]) for line in lines if line.lower().startswith(b"content-length:"))
    answer = await reader.readexactly(length)
    if b" 200 " not in status:
        raise SystemExit(f"{status.decode()}: {answer.decode()}")


if __name__ == "__main__":
    spare_the_collector()
    uvloop.run(main(*sys.argv[1:]))

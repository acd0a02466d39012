"""FastAPI with nothing behind it: what HTTP and JSON cost in themselves.

`python -m bench.echo` prints its port, then gives every directory back as it came, and to whoever asks for
nothing an empty list, until it is ended.
"""

import uvicorn
from fastapi import FastAPI

from chassis.process import spare_the_collector
from deploy.local import ports
from services.planning.directory.routes import Directory

app = FastAPI()


@app.post("/directory")
async def echo(body: Directory) -> Directory:
    return body


@app.get("/nothing")
async def nothing() -> list[str]:
    return []


if __name__ == "__main__":
    spare_the_collector()
    listening = ports.listen()
    print(listening.getsockname()[1], flush=True)
    config = uvicorn.Config(app, http="httptools", ws="none", log_config=None, access_log=False)
    uvicorn.Server(config).run([listening])

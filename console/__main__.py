"""Run the console in this process until SIGTERM."""

from chassis import logs, metrics, server
from chassis.door import Door
from console.app import build
from console.settings import ConsoleSettings

if __name__ == "__main__":
    logs.configure("console")
    chosen = ConsoleSettings()
    server.run(metrics.Measured(Door(build(chosen))), chosen)

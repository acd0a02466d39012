"""Run the console in this process until SIGTERM."""

from chassis import logs
from chassis.process import serve_http
from console.app import build
from console.settings import ConsoleSettings

if __name__ == "__main__":
    logs.configure("console")
    chosen = ConsoleSettings()
    serve_http(build(chosen), chosen, access_log=False, log_config=None)

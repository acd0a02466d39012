"""Structured logs: one JSON object a line, with the correlation id of the request or event,
and where traces are made their trace id.

In ASCII, so that no reader takes what a caller sent (U+2028, U+0085) for the end of a line. A line
and its end are written at once, so that processes that share an output (a service, and what it starts
to check a file) share no line; `print` writes them apart where Python does not buffer.
"""

import logging

import structlog

from chassis.tracing import add_trace_id


def configure(service: str) -> None:
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        add_trace_id,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer()],
        logger_factory=structlog.WriteLoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=True,
    )
    # Libraries log through the standard library: the same lines, warnings and worse.
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processor=structlog.processors.JSONRenderer(),
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    # FastStream warns at every start that it creates no topics; that is how it is meant.
    logging.getLogger("kafka").setLevel(logging.ERROR)
    structlog.contextvars.bind_contextvars(service=service)

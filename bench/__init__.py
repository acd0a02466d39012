"""How fast the kernel is, beside other event stores and beside Kafka's bare client.

Everything that is compared runs on the same servers, in the same run, in turns.
"""

import sys

import structlog

# Standard output is for what was measured.
structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))

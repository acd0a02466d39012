"""How fast it is: the kernel beside other event stores and beside Kafka's bare client, the whole beside
a bare HTTP application.

Everything that is compared runs on the same servers, in the same run, in turns.
"""

import logging
import sys

import structlog

# Standard output is for what was measured.
structlog.configure(logger_factory=structlog.WriteLoggerFactory(sys.stderr))
# It warns of every client that tells the local Kafka its password.
logging.getLogger("aiokafka").setLevel(logging.ERROR)

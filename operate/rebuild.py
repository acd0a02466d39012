"""`./kinerja rebuild SERVICE VIEW`: replace a view's tables by a replay of its topics.

For tables that do not hold what the topics say (`./kinerja verify` tells). The service stays at work: the view
stands still only while the new tables are filled up to its place and swapped in. The servers are those
of `verify`.
"""

import argparse
import asyncio
import sys

import structlog

from audit.runs import Servers
from audit.verify import AWAY
from contracts.catalogue import MODELS
from eventlog.database import create_pool
from eventlog.replay import OtherVersion, Replay, TopicIncomplete
from eventlog.trust import read_trust
from eventlog.views import View
from operate import CannotAsk
from operate.output import show, working
from operate.verify import servers_of
from services.catalogue import SERVICES

COLUMNS = ("service", "view", "events")


def run(options: argparse.Namespace) -> int:
    structlog.configure(logger_factory=structlog.WriteLoggerFactory(sys.stderr))
    service, views = options.service, {each.name: each for each in SERVICES[options.service].views}
    if options.view not in views:
        raise CannotAsk(f"{service} has no view {options.view}; it has {', '.join(sorted(views))}.")
    try:
        with working(f"Rebuilding {options.view} …"):
            events = asyncio.run(
                _rebuild(service, views[options.view], servers_of(service, options.folder)[service])
            )
    except (OtherVersion, TopicIncomplete) as reason:
        raise CannotAsk(f"{options.view} was not rebuilt: {reason}.") from reason
    except AWAY as error:
        raise CannotAsk(f"{service} could not be asked: {error or type(error).__name__}") from error
    row = {"service": service, "view": options.view, "events": events}
    show([row], COLUMNS, as_json=options.json)
    return 0


async def _rebuild(service: str, view: View, servers: Servers) -> int:
    """How many events it was built of."""
    async with create_pool(servers.database_url, size=2) as pool:
        trust = await read_trust(pool, SERVICES[service].topics)
        return await Replay(view, pool, servers.kafka, MODELS, trust).rebuild()

"""`./kinerja take-back SERVICE --by NAME --why WORDS`: append to a log, from its topic, what an older backup
lacks. No process of the service need run, and none may take commands meanwhile.

Its settings are the service's own, and the owner's DSN (OWNER_DATABASE_URL). The keys are those that
KEY_SETS tells of the service; where it is the service that would tell them, those that the backup knows, and
the one that the service signs with now.
"""

import argparse
import asyncio
from contextlib import suppress
from urllib.parse import urlsplit, urlunsplit

import aiohttp
from pydantic import Field, ValidationError

from audit.runs import Servers
from audit.verify import AWAY
from chassis import owners
from chassis.settings import read_signing_key
from contracts.catalogue import MODELS
from contracts.topics import topic
from eventlog.database import Pool, create_pool
from eventlog.keyring import read_keyring
from eventlog.keys import BadKey, PublicKey
from eventlog.recovery import Contradicted, TakenBack, TopicHasGap, take_back
from eventlog.trust import KeysOfOne
from operate import CannotAsk
from operate.output import show, working

COLUMNS = ("service", "after", "events")


class Owner(Servers):
    """
    owner_database_url  DSN, on the same server, of whoever owns the service's database
    signing_key         as a service has it
    """

    owner_database_url: str
    signing_key: str = Field(default="", repr=False)

    @property
    def owned(self) -> str:
        """The service's database, as its owner."""
        path = urlsplit(self.database_url).path
        return urlunsplit(urlsplit(self.owner_database_url)._replace(path=path))


def run(options: argparse.Namespace) -> int:
    """0: the log has all that the topic proves."""
    try:
        servers = Owner()
    except ValidationError as error:
        missing = ", ".join(str(each["loc"][0]).upper() for each in error.errors())
        raise CannotAsk(f"{missing}: needed to take back what the topic has.") from None
    try:
        with working(f"Reading the topic of {options.service} …"):
            taken = asyncio.run(_take(options.service, servers, options.by, options.why))
    except (Contradicted, TopicHasGap, BadKey) as reason:
        raise CannotAsk(f"{options.service}: {reason}; nothing was taken back.") from reason
    except AWAY as error:
        told = error or type(error).__name__
        raise CannotAsk(f"{options.service} could not be asked: {told}") from error
    show([{"service": options.service, **taken._asdict()}], COLUMNS, as_json=options.json)
    return 0


async def _take(service: str, servers: Owner, by: str, why: str) -> TakenBack:
    async with create_pool(servers.owned, size=2) as pool:
        keys = KeysOfOne(await _keys(service, servers, pool))
        return await take_back(pool, servers.kafka, topic(service), keys, MODELS, by=by, why=why)


async def _keys(service: str, servers: Owner, pool: Pool) -> list[PublicKey]:
    """Of the service's log. The service itself does not answer meanwhile."""
    if url := servers.key_sets.get(service):
        with suppress(aiohttp.ClientError, OSError):
            return list(await owners.ask(url))
    known = list((await read_keyring(pool)).good)
    if servers.signing_key:
        known.append(read_signing_key(servers.signing_key).public)
    return known

"""`python -m chassis.prepare`: make a service's database, and its role, with the owner's credential.

To be run before a service of a new version starts, for instance in an init container; the service
itself never has that credential. It may be run again, and by several at once. Exit status 1, and a
sentence, if it cannot be done.
"""

import asyncio
import sys

from pydantic_settings import BaseSettings

from chassis import logs
from eventlog.database import DatabaseError, InterfaceError
from eventlog.prepare import Unfit, prepare
from eventlog.schema import SchemaIsNewer


class Preparing(BaseSettings):
    """
    owner_database_url  DSN, on the same server, of whoever may create databases and roles
    database_url        the service's own: it names the database, the role and the role's password
    """

    owner_database_url: str
    database_url: str


def main() -> int:
    settings = Preparing()
    logs.configure("prepare")
    try:
        asyncio.run(prepare(settings.owner_database_url, settings.database_url))
    except (Unfit, SchemaIsNewer, OSError, ValueError, DatabaseError, InterfaceError) as error:
        told = str(error).partition("\n")[0]  # PostgreSQL has details
        print(f"The database was not prepared: {told}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

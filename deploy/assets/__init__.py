"""The browser's files: installed by npm from a lock, built into what the console serves.

`prepare()` does both; where nothing has changed, nothing.
"""

import fcntl

from deploy.assets import build, npm
from deploy.local import LOCAL


def prepare() -> None:
    """Have console/built as the lock, the templates and console/static say. Raises CannotStart."""
    LOCAL.mkdir(exist_ok=True)
    with (LOCAL / "assets.lock").open("a") as one_at_a_time:
        fcntl.flock(one_at_a_time, fcntl.LOCK_EX)
        if not build.is_current():
            npm.install()
            build.build()

"""Commands that are several, each decided by itself."""

from collections.abc import Awaitable
from typing import Any

from pydantic import BaseModel

from chassis.problems import OF_A_PART, tell
from chassis.requests import Accepted, Commander


class Outcome(BaseModel):
    """What has become of one of several: it is `accepted`, or there is a `problem`, as an answer of its
    own would tell it."""

    accepted: Accepted | None = None
    problem: dict[str, Any] | None = None

    @property
    def is_forbidden(self) -> bool:
        return self.problem is not None and self.problem["status"] == 403


async def attempted(command: Commander, act: Awaitable[Accepted]) -> Outcome:
    """Of a part of the command."""
    try:
        return Outcome(accepted=await act)
    except OF_A_PART as error:
        told = tell(error, "POST", command.path, command.actor.id)
        return Outcome(problem=told.told)

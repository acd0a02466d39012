"""A NIP belongs to one person: its stream says whose it is.

The stream is named by a hash of the number, which is personal; sealing the events' own fields keeps the
number from whoever may not have it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from contracts.event import Event
from contracts.planning import NIPReleased, NIPTaken, PersonStatus
from eventlog.aggregate import Aggregate, unexpected
from law.nip import must_be_nip
from law.refusal import Refused
from law.standing import Decider


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose the number is; nobody's after its release."""

    person: str | None


def evolve(state: Owner | None, event: Event) -> Owner:
    match event:
        case NIPTaken():
            return Owner(event.person)
        case NIPReleased() if state:
            return Owner(None)
    raise unexpected(event, state)


AGGREGATE = Aggregate[Owner]("nip", evolve)


def nip_id(nip: str) -> str:
    return sha256(nip.encode()).hexdigest()[:32]


def take(
    owner: Owner | None, by: Decider, nip: str, status: PersonStatus, person: str
) -> Sequence[NIPTaken]:
    """Take the number for a person; nothing is to be done if it is theirs already."""
    must_be_nip(nip, status, by.on)
    if owner and owner.person == person:
        return []
    if owner and owner.person:
        raise Refused("nip-taken", "the NIP belongs to somebody else", field="nip")
    return [NIPTaken(person=person, nip=nip)]


def release(
    owner: Owner | None, by: Decider, nip: str, person: str, reason: str
) -> Sequence[NIPReleased]:
    """Release a number that was not the person's; nothing is to be done if it is not theirs."""
    if owner is None or owner.person != person:
        return []
    return [NIPReleased(person=person, nip=nip, reason=reason)]

"""People from a file, and what they hold.

A row is an assignment of a person's, or of somebody who holds none the person alone. Whoever has a NIP is
known by it, else by their id. What a row says that is so already is no event. Where it says otherwise,
identity and posts are corrected, a post that begins later is a transfer, and an appraiser changes from a
day on: as far as the decisions of a person's record allow it.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, Generic, NamedTuple, TypeVar

from chassis.imports.kind import Desk, Item, Step
from contracts.event import Event, Recorded
from contracts.planning import PersonStatus
from eventlog.aggregate import Aggregate
from law.refusal import Refused
from services.planning.directory.columns import COLUMN_OF
from services.planning.directory.order import groups
from services.planning.directory.posts import Above, Posts, Told
from services.planning.nip import decisions as nips
from services.planning.nip.decisions import Owner
from services.planning.person import decisions
from services.planning.person.decisions import Identity, Person
from services.planning.unit.decisions import Unit
from sheets.table import Row, Table

State = TypeVar("State")
WHO = ("person", "name", "before", "behind", "status")
"""What rows of one person say alike."""


class Found(NamedTuple, Generic[State]):
    """A stream as it was read, or as it is after what has been decided since."""

    state: State | None
    version: int
    history: Sequence[Recorded] = ()


@dataclass
class Facts:
    """What is known of numbers, people and units; what is decided is added."""

    owners: dict[str, Found[Owner]] = field(default_factory=dict)
    people: dict[str, Found[Person]] = field(default_factory=dict)
    units: dict[str, Found[Unit]] = field(default_factory=dict)


class People:
    """
    facts     filled for an item before it is decided
    mandated  whether a unit is in the mandate of whoever has the file loaded
    """

    def __init__(
        self, desk: Desk, table: Table, above: Above, mandated: Callable[[str], bool]
    ) -> None:
        self._desk, self._table = desk, table
        self.facts = Facts()
        self._posts = Posts(desk, self.facts.people, self.facts.units, above, mandated)
        items = self._items()
        superiors = {
            key: [k for row in item.rows if (k := superior_key(row)) not in (None, key)]
            for key, item in items.items()
        }
        self.superiors = frozenset(key for keys in superiors.values() for key in keys)
        self.groups, circles = groups(items, superiors)
        for item in circles:
            table.add(item.number, "superior", "circle")

    def _items(self) -> dict[Hashable, Item]:
        rows: dict[Hashable, list[Row]] = {}
        for row in self._table.rows:
            if (key := who(row)) is None:
                self._table.add(row.number, "nip", "nobody")
                continue
            of = rows.setdefault(key, [])
            for name in WHO if of else ():
                if row.values.get(name) != of[0].values.get(name):
                    found = row.values[name] or ""
                    self._table.add(row.number, name, "rows-differ", found, other=of[0].number)
            of.append(row)
        return {key: Item(of) for key, of in rows.items()}

    def person_of(self, row: Row) -> str | None:
        """Whom the row is about, once the owner of its number is known; None if there must be a new id."""
        nip = row.values.get("nip")
        owner = self.facts.owners[nip].state if nip else None
        return owner.person if owner and owner.person else row.values.get("person")

    def superior_of(self, row: Row) -> str | None:
        """Whom the row names as the superior: an id of nobody where the number is nobody's."""
        nip = row.values.get("superior")
        if nip is None:
            return row.values.get("superior_id")
        owner = self.facts.owners.get(nip)
        return owner.state.person if owner and owner.state and owner.state.person else nip

    def decide(self, item: Item) -> Sequence[Step]:
        """Steps that follow one another. What is refused is told, and the item has no step then."""
        row = item.rows[0]
        try:
            return self._decide(item)
        except Told as told:
            self._table.add(
                told.row or row.number, told.column, told.code, told.found, **told.facts
            )
        except Refused as refused:
            name = COLUMN_OF.get(refused.field, "nip")
            found = row.values.get(name) or ""
            self._table.add(row.number, name, refused.code, found, detail=refused.detail)
        return ()

    def _decide(self, item: Item) -> Sequence[Step]:
        row, by = item.rows[0], self._desk.by
        id = self.person_of(row) or self._new_id(row.values["nip"])
        if row.values.get("person") not in (None, id):
            raise Told("nip", "nip-taken", row.values["nip"])
        if id == by.id:
            raise Told("nip", "yourself")
        found = self.facts.people.get(id) or Found[Person](None, 0)
        identity = self._identity(row, found.state)
        steps, events = list[Step](), list[Event]()
        state = found.state
        if state is None or state.identity != identity:
            if not self._desk.personnel:
                raise Told("name", "not-yours-to-register", row.values["name"])
            steps += self._take(id, identity)
            events.append(
                decisions.correct(state, by, identity, self._desk.reason)
                if state
                else decisions.register(state, by, id, identity)
            )
            state = decisions.evolve(state, events[-1])
        basis: list[str] = []
        for each in item.rows:
            state, more, facts = self._posts.decide(state, each, self.superior_of(each))
            events += more
            basis += [fact for fact in facts if fact not in basis]
        if events:
            stream = decisions.AGGREGATE.stream(id)
            steps.append(Step(stream, found.version, events, id, basis, found.history))
        steps += self._release(id, state)
        self._note(id, state, found, events, identity)
        return steps

    def _identity(self, row: Row, state: Person | None) -> Identity:
        values = row.values
        before, behind = values.get("before"), values.get("behind")
        name = f"{before} {values['name']}" if before else values["name"]
        known = state.identity if state else None
        nip = values.get("nip") or (known.nip if known else None)
        status = _status(values.get("status"), nip, known.status if known else None)
        return Identity(nip, f"{name}, {behind}" if behind else name, status)

    def _take(self, person: str, identity: Identity) -> Iterable[Step]:
        """The number is theirs before they are known by it."""
        nip = identity.nip
        if nip is None:
            return
        owner = self.facts.owners.get(nip) or Found[Owner](None, 0)
        events = nips.take(owner.state, self._desk.by, nip, identity.status, person)
        if events:
            yield _step(nips.AGGREGATE, nips.nip_id(nip), owner, events, person)

    def _release(self, person: str, state: Person) -> Iterable[Step]:
        """Numbers that turned out not to be theirs; also of an earlier correction that was cut short."""
        for nip in sorted(state.nips - {state.identity.nip}):
            owner = self.facts.owners.get(nip) or Found[Owner](None, 0)
            events = nips.release(owner.state, self._desk.by, nip, person, self._desk.reason)
            if events:
                yield _step(nips.AGGREGATE, nips.nip_id(nip), owner, events, person)

    def _note(
        self,
        id: str,
        state: Person,
        found: Found[Person],
        events: Sequence[Event],
        identity: Identity,
    ) -> None:
        """What others of the file may rest on: people who are somebody's superior."""
        facts = self.facts
        if {("nip", identity.nip), ("id", id)} & self.superiors:
            facts.people[id] = Found(state, found.version + len(events))
            if identity.nip:
                facts.owners[identity.nip] = Found(Owner(id), 1)
        else:
            facts.people.pop(id, None)
            facts.owners.pop(identity.nip or "", None)

    def _new_id(self, nip: str) -> str:
        """The same each time that the upload is worked on, and not to be had from the number alone."""
        return blake2b(f"{self._desk.upload}/{nip}".encode(), digest_size=16).hexdigest()


def who(row: Row) -> Hashable:
    """Whom a row is about."""
    return _key(row.values.get("nip"), row.values.get("person"))


def superior_key(row: Row) -> Hashable:
    return _key(row.values.get("superior"), row.values.get("superior_id"))


def _key(nip: str | None, id: str | None) -> Hashable:
    return ("nip", nip) if nip else ("id", id) if id else None


def _status(said: PersonStatus | None, nip: str | None, known: PersonStatus | None) -> PersonStatus:
    """As the file says; but a contract's number is a contract's, whatever SIASN's letter for it."""
    if nip and int(nip[12:14]) > 12:
        return "PPPK"
    return said or known or "PNS"


def _step(
    aggregate: Aggregate[Any], id: str, found: Found[Any], events: Sequence[Event], subject: str
) -> Step:
    return Step(aggregate.stream(id), found.version, events, subject, (), found.history)

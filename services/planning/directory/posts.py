"""What a row says that a person holds, against what they hold: started, corrected, transferred or so
already; and who appraises it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple, Protocol, TypeVar

from chassis.imports.kind import Desk
from contracts.event import Event
from contracts.planning import AssignmentKind
from law.levels import Level
from law.period import Span
from law.refusal import Refused
from services.planning.directory.columns import COLUMN_OF, WANTED
from services.planning.person import decisions
from services.planning.person.decisions import AGGREGATE, Person, Post, Superior, assignment_id
from services.planning.unit.decisions import AGGREGATE as UNIT
from services.planning.unit.decisions import Unit
from sheets.columns import plain
from sheets.table import Row

State_co = TypeVar("State_co", covariant=True)


class Known(Protocol[State_co]):
    """A stream's state, and which version that is."""

    @property
    def state(self) -> State_co | None: ...
    @property
    def version(self) -> int: ...


class Told(Exception):
    """What a row says cannot be done, in this column; `row` where it is not the item's first."""

    def __init__(
        self, column: str, code: str, found: object = "", row: int = 0, **facts: str | int
    ) -> None:
        super().__init__(code)
        self.column, self.code, self.found, self.row, self.facts = column, code, found, row, facts


class Above:
    """Who appraises whom, by assignment and first day: as the view has it, and as the file's rows so far."""

    def __init__(self) -> None:
        self._named: dict[str, dict[date, tuple[str, str]]] = {}

    def note(self, assignment: str, since: date, appraiser: str, office: str) -> None:
        self._named.setdefault(assignment, {})[since] = (appraiser, office)

    def persons(self, assignment: str, on: date) -> frozenset[str]:
        """Who appraises the assignment's holder, who appraises them, and so on, on the date or any later one."""
        found, offices = set[str](), [assignment]
        for office in offices:
            named = self._named.get(office, {})
            begun = max((since for since in named if since <= on), default=on)
            later = [each for since, each in named.items() if since >= begun]
            found.update(appraiser for appraiser, _ in later)
            offices += [above for _, above in later if above not in offices]
        return frozenset(found)


class Named(NamedTuple):
    """A superior and from when on."""

    superior: Superior
    since: date


class Posts:
    def __init__(
        self,
        desk: Desk,
        people: Mapping[str, Known[Person]],
        units: Mapping[str, Known[Unit]],
        above: Above,
        mandated: Callable[[str], bool],
    ) -> None:
        self._desk, self._people, self._units = desk, people, units
        self._above, self._mandated = above, mandated

    def decide(
        self, person: Person, row: Row, superior: str | None
    ) -> tuple[Person, Sequence[Event], Sequence[str]]:
        """The person after it, the events, and the facts that these rest on. Raises Told."""
        values = row.values
        if all(values.get(name) is None for name in WANTED):
            return person, (), ()
        try:
            for name in WANTED:
                if values.get(name) is None:
                    raise Told(name, "missing")
            return self._decide(person, values, superior)
        except Told as told:
            told.row = row.number
            raise
        except Refused as refused:
            column = COLUMN_OF.get(refused.field, "code")
            found = values.get(column) or ""
            raise Told(column, refused.code, found, row.number, detail=refused.detail) from None

    def _decide(
        self, person: Person, values: Mapping[str, Any], superior: str | None
    ) -> tuple[Person, Sequence[Event], Sequence[str]]:
        held = _held(person, values)
        old = person.posts[held] if held else None
        post = _post(values, old)
        self._must_be_within(post.unit, *([old.unit] if old else []))
        named = self._superior(person, held, post, values, superior) if superior else None
        assignment = held or _new(person, values, post)
        at_once = named and not held and named.since == post.start
        events = (
            self._correct(person, assignment, post)
            if held
            else self._start(
                person, assignment, post, named.superior if named and at_once else None
            )
        )
        for event in events:
            person = decisions.evolve(person, event)
        if named and not at_once:
            change = decisions.change_appraiser(
                person, self._desk.by, assignment, named.superior, named.since
            )
            person = decisions.evolve(person, change)
            events = [*events, change]
        if named:
            self._above.note(assignment, named.since, named.superior.person, named.superior.office)
        return person, events, self._basis(post, named) if events else ()

    def _must_be_within(self, *units: str) -> None:
        for unit in units:
            if not self._mandated(unit):
                raise Told("unit", "not-your-unit", unit, unit=unit)

    def _correct(self, person: Person, assignment: str, post: Post) -> Sequence[Event]:
        if person.posts[assignment] == post:
            return []
        return [
            decisions.correct_assignment(
                person, self._desk.by, assignment, post, self._desk.reason, unit=self._span(post)
            )
        ]

    def _start(
        self, person: Person, assignment: str, post: Post, superior: Superior | None
    ) -> Sequence[Event]:
        """Started, and the definitive one that there is ended the day before."""
        by, unit = self._desk.by, self._span(post)
        before = _before(person, post)
        if before is None:
            return [decisions.start(person, by, assignment, post, superior, unit=unit)]
        self._must_be_within(person.posts[before].unit)
        return decisions.transfer(
            person, by, before, assignment, post, superior, self._desk.reason, unit=unit
        )

    def _span(self, post: Post) -> Span | None:
        unit = self._units[post.unit].state
        return unit.span if unit else None

    def _basis(self, post: Post, named: Named | None) -> Sequence[str]:
        facts = [self._desk.fact(UNIT.stream(post.unit), self._units[post.unit].version)]
        if named:
            who = named.superior.person
            facts.append(self._desk.fact(AGGREGATE.stream(who), self._people[who].version))
        return facts

    def _superior(
        self, person: Person, held: str | None, post: Post, values: Mapping[str, Any], id: str
    ) -> Named | None:
        """Whom the row names, unless that is so already. Raises Told."""
        found = self._people.get(id)
        state = person if id == person.person else found.state if found else None
        if state is None:
            raise Told("superior", "unknown-superior", values.get("superior") or id)
        on = self._desk.by.on
        today = on if post.holds_on(on) else post.start
        office = self._office(state, post, today, values)
        since = values.get("since") or max(post.start, state.posts[office].start)
        if held and (now := person.appraiser_of(held, max(today, since))):
            if now == (id, office):
                return None
            since = values.get("since") or max(today, state.posts[office].start)
        above = self._above.persons(office, since)
        return Named(Superior(id, office, state.posts[office], above), since)

    def _office(self, superior: Person, post: Post, today: date, values: Mapping[str, Any]) -> str:
        """The assignment that makes the superior one: as the row says, else what they hold today, a
        definitive one before others. Raises Told."""
        if code := values.get("office"):
            office = assignment_id(superior.person, code)
            if office not in superior.posts:
                raise Told("office", "unknown-office", code)
            return office
        posts = {name: each for name, each in superior.posts.items() if each.overlaps(post)}
        today_s = {name: each for name, each in posts.items() if each.holds_on(today)}
        posts = today_s or posts
        definitive = [name for name, each in posts.items() if each.kind == "definitive"]
        among = sorted(definitive or posts, key=lambda name: posts[name].start)
        if not among:
            raise Told("superior", "superior-without-office", values.get("superior") or "")
        if not definitive and len(among) > 1:
            codes = ", ".join(name.rpartition(".")[2] for name in among)
            raise Told("superior", "which-office", values.get("superior") or "", offices=codes)
        return among[-1]


def _post(values: Mapping[str, Any], old: Post | None) -> Post:
    """Of what the file has no column for, a post stays what it is."""
    position: str = values["position"]
    kind: AssignmentKind = values.get("kind") or (old.kind if old else "definitive")
    if "leads" in values:
        leads = bool(values["leads"])
    elif "type" in values:
        leads = "struktural" in plain(values["type"] or "")
    else:
        leads = old.leads if old else False
    if "level" in values:
        level = values["level"]
    else:
        level = old.level if old and old.position == position else _level(position)
    until = values.get("until", old.until if old else None)
    return Post(values["unit"], position, level, kind, leads, values["start"], until)


def _level(position: str) -> str | None:
    """A functional position's name ends with its level."""
    said = plain(position)
    return next((str(level) for level in Level if said.endswith(plain(level))), None)


def _held(person: Person, values: Mapping[str, Any]) -> str | None:
    """The assignment that the row is about, if there is one: of its code, else of the same kind from the
    same day on, of several acting ones in the same unit."""
    if code := values.get("code"):
        named = assignment_id(person.person, code)
        return named if named in person.posts else None
    kind = values.get("kind") or "definitive"
    same = [
        name
        for name, post in person.posts.items()
        if (post.kind, post.start) == (kind, values["start"])
    ]
    if len(same) > 1:
        same = [name for name in same if person.posts[name].unit == values["unit"]]
    return same[0] if same else None


def _before(person: Person, post: Post) -> str | None:
    """The definitive assignment that ends the day before this one starts."""
    if post.kind != "definitive":
        return None
    return next(
        (
            name
            for name, held in person.posts.items()
            if held.kind == "definitive" and held.start < post.start and held.overlaps(post)
        ),
        None,
    )


def _new(person: Person, values: Mapping[str, Any], post: Post) -> str:
    """An assignment's name: of the code that the row gives, else of its first day and kind."""
    code = values.get("code") or decisions.code_of(person, post)
    return assignment_id(person.person, code)

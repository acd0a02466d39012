"""What is due from whoever asks: `GET /duties` of every service; and from everybody, for the notifier.

A service says in `services/SERVICE/duties.py` which kinds of duty it knows. Each is a query on views that
the service keeps anyway, by who stands where on the date of the request: so a duty is with whoever holds
the office by then, and gone when its act is done. Nothing is kept of it.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import reduce
from operator import or_
from typing import Annotated, Any, Generic, Literal, NamedTuple, TypeAlias, TypeVar
from urllib.parse import quote

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field, create_model

from chassis import assignments, policies
from chassis.access import asked_by
from chassis.requests import Caller
from contracts.settings import ZONES
from contracts.settings import Kind as Setting
from eventlog.database import Pool, Record
from eventlog.views import View
from law.standing import Actor, Who
from law.zones import Zones, day_in

PAGE, MAX_PAGE = 50, 200

F = TypeVar("F", bound=BaseModel)
R = TypeVar("R")


def each(
    table: str, name: str, of: str = "a.assignment", by: str = "assignment", but: str = "false"
) -> str:
    """The join of a table's rows `t` for each row before it, found by an index, `but` for some. `offset 0` keeps the
    planner from turning it round: before a table has first been analyzed it may take all of it for a few rows."""
    rows = f"select * from view.{table} t where t.{by} = {of} and ({but}) is not true offset 0"
    return f"cross join lateral ({rows}) {name}"


class About(BaseModel):
    """What a duty is about: the stream that its act goes to, and whom it concerns. `version` is null if
    the act goes to several streams, or the view keeps none; `name` if the service knows none."""

    stream: str
    version: int | None
    person: str | None
    name: str | None


class Duty(BaseModel):
    """Something that the caller owes.

    id       its kind and what it is about: the same for as long as it is owed
    since    the day on which it came up
    due      the last day for it; null if nothing sets one
    overdue  whether that has passed, by the calendar of the unit that it is in
    act      the command that discharges it, as OpenAPI has its path, whose parameters are among `facts`
             or are the person; null if others have to act, and the caller to see to it
    """

    id: str
    kind: str
    about: About
    facts: dict[str, Any]
    since: date
    due: date | None
    overdue: bool
    act: str | None


class Duties(BaseModel):
    """A page of what is due, the next due first and what has no last day behind it; of equal ones the
    oldest first. `counts` by kind are of all; `next` is the path of the page that follows, if any does."""

    items: list[Duty]
    counts: dict[str, int]
    next: str | None


@dataclass(frozen=True)
class Kind(Generic[F, R]):
    """A kind of duty. Everything in SQL may use $1, whose it is, $2, the date, $3, the roles that they have of
    the agency, the service's own parameters from $4 on, and the clauses of `chassis.assignments`.

    name     stable: part of the duty's id
    act      see `Duty`
    facts    for one sentence, besides what is said of every duty
    found    a row for each duty: what stands behind `from`
    key      what tells it from others of its kind
    unit     whose days count; empty for the agency's
    since    a date, or
    opened   a moment, which the unit's calendar makes one
    columns  the facts' expressions
    due      the last day, of the facts and the service's rules
    owed     whether the duty is one, as far as no query can say: of facts, rules and date
    """

    name: str
    act: str | None
    facts: type[F]
    found: str
    key: str
    unit: str
    stream: str
    columns: dict[str, str]
    version: str = "null"
    person: str = "null"
    called: str = "null"
    since: str = "null"
    opened: str = "null"
    due: Callable[[F, R], date | None] = lambda facts, rules: None
    owed: Callable[[F, R, date], bool] = lambda facts, rules, on: True

    @property
    def query(self) -> str:
        facts = ", ".join(f"'{name}', {expression}" for name, expression in self.columns.items())
        return f"""
select '{self.name}' as kind, {self.key} as key, {self.unit} as unit, {self.stream} as stream,
       ({self.version})::int as version, ({self.person})::text as person, ({self.called})::text as name,
       ({self.since})::date as since, ({self.opened})::timestamptz as opened,
       jsonb_build_object({facts})::text as facts
from {self.found}"""


@dataclass(frozen=True)
class Declared(Generic[R]):
    """All duties of a service.

    reads     the views that their queries read, besides who stands where
    settings  what the agency has settled, of which `rules` are made
    given     the queries' parameters from $4 on, of the rules on a date
    """

    service: str
    kinds: Sequence[Kind[Any, R]] = ()
    reads: Sequence[View] = ()
    settings: Sequence[Setting[Any]] = ()
    rules: Callable[..., R] = lambda: None  # type: ignore[assignment, return-value]
    given: Callable[[R, date], Sequence[object]] = lambda rules, on: ()
    query: str = field(init=False)
    models: dict[str, type[Duty]] = field(init=False)
    answer: type[Duties] = field(init=False)
    """The page that the service answers, whose duties have the facts of their kind."""

    def __post_init__(self) -> None:
        every = " union all ".join(kind.query for kind in self.kinds)
        of_one = (
            f"with recursive asked as (select $2::date, $3::text[]),"
            f"{assignments.HELD},{assignments.APPRAISED},{assignments.ADMINISTERED},"
            f" duty as ({every})"
            f" select duty.*, {policies.ZONES} from duty {policies.with_zones('duty.unit')}"
        )
        # For each of the people, as for one who asks: so the plan is the same, however many there are.
        of_each = re.sub(r"\$1\b", "whose.person", of_one)
        query = (
            "select whose.person as whose, found.*"
            f" from unnest($1::text[]) whose (person) cross join lateral ({of_each}) found"
        )
        object.__setattr__(self, "query", query)
        models = {kind.name: _model(kind) for kind in self.kinds}
        object.__setattr__(self, "models", models)
        object.__setattr__(self, "answer", _answer(list(models.values())))


def of_roles(declared: Declared[R]) -> Declared[R]:
    """Those alone that may be somebody's because of what the agency has made of them."""
    return replace(declared, kinds=[kind for kind in declared.kinds if "$3" in kind.query])


def _model(kind: Kind[Any, Any]) -> type[Duty]:
    name = "".join(word.title() for word in kind.name.split("-")) + "Duty"
    fields: dict[str, Any] = {"kind": (Literal[kind.name], ...), "facts": (kind.facts, ...)}
    return create_model(name, __base__=Duty, __doc__=Duty.__doc__, **fields)


def _answer(models: Sequence[type[Duty]]) -> type[Duties]:
    each: Any = Duty
    if models:
        each = Annotated[reduce(or_, models), Field(discriminator="kind")]
    return create_model("Duties", __base__=Duties, __doc__=Duties.__doc__, items=(list[each], ...))


class _Place(NamedTuple):
    """Where a duty is in the order, written as `after` has it."""

    due: str
    since: str
    id: str

    def __str__(self) -> str:
        return ",".join(self)


def _place(duty: Duty) -> _Place:
    return _Place(str(duty.due or date.max), str(duty.since), duty.id)


async def owed(pool: Pool, actor: Actor, at: datetime, declared: Declared[Any]) -> list[Duty]:
    """All that is due from somebody at a moment, in order."""
    of_each = await owed_by(pool, [actor.id], actor.roles, at, declared)
    return sorted(of_each[actor.id], key=_place)


async def owed_by(
    pool: Pool, people: Sequence[str], roles: Collection[str], at: datetime, declared: Declared[Any]
) -> dict[str, list[Duty]]:
    """What is due from each of these people, who all have these roles."""
    found: dict[str, list[Duty]] = {person: [] for person in people}
    if not declared.kinds or not people:
        return found
    rules = declared.rules(*await policies.all_settled(pool, *declared.settings))
    kinds = {kind.name: kind for kind in declared.kinds}
    # Two dates only while midnight goes from one zone of the country to the next.
    for on in {day_in(zone, at) for zone in ZONES}:
        rows = await pool.fetch(declared.query, [*people], on, [*roles], *declared.given(rules, on))
        for row in rows:
            zones = policies.zones_of(row["zones"], row["above"])
            kind = kinds[row["kind"]]
            facts = kind.facts.model_validate_json(row["facts"])
            if zones.day(row["unit"], at)[0] == on and kind.owed(facts, rules, on):
                due = kind.due(facts, rules)
                found[row["whose"]].append(
                    declared.models[kind.name](
                        act=kind.act,
                        facts=facts,
                        due=due,
                        overdue=due is not None and due < on,
                        **_of_row(row, zones),
                    )
                )
    return found


def _of_row(row: Record, zones: Zones) -> dict[str, Any]:
    """What is said of every duty."""
    opened: datetime | None = row["opened"]
    return {
        "id": f"{row['kind']}/{row['key']}",
        "kind": row["kind"],
        "about": About(**{name: row[name] for name in About.model_fields}),
        "since": zones.day(row["unit"], opened)[0] if opened else row["since"],
    }


def page(answer: type[Duties], duties: Sequence[Duty], after: str, limit: int) -> Duties:
    """The duties that follow a place in their order."""
    counts = Counter(duty.kind for duty in duties)
    behind = _Place(*after.split(",", 2)) if after else None
    follow = [duty for duty in duties if behind is None or _place(duty) > behind]
    items, more = follow[:limit], None
    if len(follow) > limit:
        more = f"/duties?after={quote(str(_place(items[-1])), safe='')}&limit={limit}"
    return answer.model_construct(items=items, counts=counts, next=more)


After: TypeAlias = Annotated[
    str, Query(pattern=r"^([0-9]{4}-[0-9]{2}-[0-9]{2},){2}[!-~]{1,500}$", description="see `next`")
]
Limit: TypeAlias = Annotated[int, Query(ge=1, le=MAX_PAGE)]


def router(declared: Declared[Any]) -> APIRouter:
    """The service's `GET /duties`."""
    made = APIRouter()
    reads = [assignments.view(declared.service), *declared.reads]

    async def duties(
        by: Annotated[Caller, asked_by(Who.ANYBODY, reads=reads)],
        after: After = "",
        limit: Limit = PAGE,
    ) -> Duties:
        """What is due from the caller, as a person, in this service. Nobody sees another's."""
        return page(declared.answer, await owed(by.pool, by.actor, by.at, declared), after, limit)

    made.get("/duties", response_model=declared.answer)(duties)
    return made

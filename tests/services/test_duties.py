"""Who owes what, by when: the queries of the duties against the rules that decide the same.

That each act is accepted, and its duty gone then, is told in tests/http/test_duties.py.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from random import Random
from typing import Any

import pytest

from chassis import assignments, duties, reminders
from chassis.duties import Duty
from contracts.appraisal import AppraisalFinalized, CycleOpened
from contracts.event import Event, Recorded
from contracts.monitoring import DevelopmentNeedIdentified, FeedbackGiven, ProgressReported
from contracts.planning import (
    AppraiserChanged,
    AssignmentEnded,
    AssignmentStarted,
    LeaveGranted,
    PersonRegistered,
    SKPApproved,
    SKPDrafted,
    SKPSubmitted,
)
from contracts.rewards import DisciplineCaseOpened
from contracts.settings import PERIODS, SKP_DUE, TIME_ZONE
from contracts.units import MandateEnded, MandateGiven, UnitRegistered
from eventlog.database import Pool, create_pool
from law.standing import Actor, Who
from services.catalogue import SERVICES
from services.planning.duties import DUTIES as PLANNING
from tests.services.test_views import happened, of, setting

pytestmark = pytest.mark.integration
Make = Callable[[], Awaitable[str]]


@asynccontextmanager
async def kept(make_database: Make, service: str, *history: Recorded) -> AsyncIterator[Pool]:
    """A service's views, with a history applied to them."""
    async with create_pool(await make_database(), size=1) as pool:
        async with pool.acquire() as connection:
            for view in SERVICES[service].views:
                await view.create(connection)
        await apply(pool, service, history)
        yield pool


async def apply(pool: Pool, service: str, history: Sequence[Recorded]) -> None:
    async with pool.acquire() as connection:
        for view in SERVICES[service].views:
            await view.apply(connection, history)


async def due(pool: Pool, service: str, who: str, at: datetime | str, *roles: str) -> list[Duty]:
    moment = at if isinstance(at, datetime) else datetime.fromisoformat(f"{at}T09:00:00+07:00")
    declared = import_module(f"services.{service}.duties").DUTIES
    return await duties.owed(pool, Actor(who, frozenset(roles)), moment, declared)


# -- who stands where ---------------------------------------------------------------------------

DAYS = [date(2026, 1, 1) + timedelta(days=30 * n) for n in range(12)]


def _anybody(random: Random, world: int) -> Iterable[Recorded]:
    """A few people who hold, appraise and administer one another, at random."""
    units = [f"{world}.u{n}" for n in range(4)]
    people = [f"{world}.p{n}" for n in range(4)]
    for n, unit in enumerate(units):
        above = random.choice([None, *units[:n]])
        yield from happened(of(UnitRegistered, unit=unit, parent=above))
        for person in random.sample(people, 2):
            since, until = sorted(random.sample(DAYS, 2))
            given = {"unit": unit, "person": person, "mandate": "personnel"}
            spans = {"since": since, "until": random.choice([until, None])}
            yield from happened(
                of(MandateGiven, **given | spans),
                *([of(MandateEnded, **given, on=until)] if random.random() < 0.3 else []),
            )
    held = [f"{person}.{code}" for person in people for code in "ab"]
    for person in people:
        yield from happened(of(PersonRegistered, person=person))
    for assignment in held:
        start, until = sorted(random.sample(DAYS, 2))
        office = random.choice([None, *held])
        span = {"start": start, "until": random.choice([until, None])}
        named = {"appraiser": office and office.rpartition(".")[0], "office": office}
        whose = {"assignment": assignment, "person": assignment.rpartition(".")[0]}
        unit = random.choice(units)
        later = [
            of(
                AppraiserChanged,
                **whose,
                appraiser=each.rpartition(".")[0],
                office=each,
                since=since,
            )
            for each, since in zip(random.choices(held, k=2), random.sample(DAYS, 2), strict=True)
        ]
        yield from happened(
            of(AssignmentStarted, **whose | span | named, unit=unit),
            *later[: random.randrange(3)],
            *([of(AssignmentEnded, **whose, on=until)] if random.random() < 0.3 else []),
        )


_STANDING = (
    f"with recursive {assignments.HELD},{assignments.APPRAISED},{assignments.ADMINISTERED}"
    " select 'held', assignment, in_force from held"
    " union all select 'appraised', assignment, in_force from appraised"
    " union all select 'administered', unit, true from administered"
)


async def _nearest_officers(pool: Pool, world: int, unit: str | None, on: date) -> set[str]:
    """Of those who are an officer towards a unit: whoever is not by one above it that has others."""
    people = [f"{world}.p{n}" for n in range(4)]
    above = {row.unit: row.parent for row in await assignments.UNIT.where(pool)}
    given = [
        row
        for row in await assignments.MANDATE.where(pool, mandate="personnel")
        if row.since <= on and (row.until is None or on <= row.until)
    ]
    may = [
        p for p in people if unit and await assignments.by_unit(pool, p, [unit], on, {Who.OFFICER})
    ]
    while unit and not any(row.unit == unit for row in given):
        unit = above[unit]
    nearest = {row.person for row in given if row.unit == unit}
    assert nearest <= set(may)
    return nearest


async def test_queries_find_whoever_a_decision_takes_for_the_same(make_database: Make) -> None:
    random = Random(20260101)
    worlds = range(12)
    history = [event for world in worlds for event in _anybody(random, world)]
    found = set[str]()
    async with kept(make_database, "planning", *history) as pool:
        for world in worlds:
            held = [
                await assignments.find(pool, f"{world}.p{n}.{code}")
                for n in range(4)
                for code in "ab"
            ]
            for who, on in [(f"{world}.p{n}", on) for n in range(4) for on in DAYS]:
                expected = {
                    (name, each.assignment, now in capacities)
                    for each in held
                    if each and (capacities := each.capacities(who, on))
                    for name, now, later in (
                        ("held", Who.EMPLOYEE, Who.EMPLOYEE_LATER),
                        ("appraised", Who.APPRAISER, Who.APPRAISER_LATER),
                    )
                    if later in capacities
                } | {
                    ("administered", unit, True)
                    for unit in (f"{world}.u{n}" for n in range(4))
                    if who in await _nearest_officers(pool, world, unit, on)
                }
                rows = [tuple(row) for row in await pool.fetch(_STANDING, who, on)]
                assert set(rows) == expected, (who, on)
                assert len(rows) == len(expected)
                found |= {f"{name} {now}" for name, _, now in expected}
    assert found == {
        "held True",
        "held False",
        "appraised True",
        "appraised False",
        "administered True",
    }


# -- what it costs ------------------------------------------------------------------------------


def _agency(teams: range) -> Iterable[Recorded]:
    """Teams of ten under a head each, in all states that a duty is looked for among."""
    yield from happened(of(UnitRegistered, unit="top", parent=None))
    yield from happened(of(CycleOpened, cycle="c", start="2026-01-01", until="2026-06-30"))
    for team in teams:
        unit, clerk = f"u{team}", f"clerk{team}"
        yield from happened(of(UnitRegistered, unit=unit, parent="top"))
        given = {"unit": unit, "person": clerk, "mandate": "personnel"}
        yield from happened(of(MandateGiven, **given, since="2026-01-01", until=None))
        for n in range(10):
            yield from _official(f"p{team}-{n}", f"p{team}-0" if n else "p0-0", unit, lacks=n == 9)


def _about(model: type[Event], **fields: Any) -> Event:
    """An event with as many of the fields as it has."""
    return of(model, **{name: fields[name] for name in fields if name in model.model_fields})


def _official(person: str, head: str, unit: str, *, lacks: bool) -> Iterable[Recorded]:
    """Somebody of the agency, who may lack an appraiser and SKPs."""
    whose = {"person": person, "assignment": f"{person}.a", "unit": unit}
    superior = {"appraiser": None if lacks else head, "office": None if lacks else f"{head}.a"}
    held = {"kind": "definitive", "start": "2025-01-01", "until": None}
    yield from happened(_about(PersonRegistered, person=person))
    yield from happened(_about(AssignmentStarted, **whose, **superior, **held))
    for year in () if lacks else ("2025", "2026", "2027"):
        skp = {"skp": f"{person}.{year}", "start": f"{year}-01-01", "until": f"{year}-12-31"}
        steps = [_about(SKPDrafted, **whose, **skp), _about(SKPSubmitted, **whose, **skp)]
        yield from happened(
            *steps, *([] if year == "2027" else [_about(SKPApproved, **whose, **skp)])
        )
        if year == "2025":
            yield from happened(
                _about(ProgressReported, **whose, **skp, indicator="i1", period="2025-Q1"),
                _about(FeedbackGiven, **whose, **skp),
            )
            yield from happened(_about(AppraisalFinalized, **whose, **skp, cycle="old"))
    yield from happened(_about(DevelopmentNeedIdentified, **whose, need=person))
    yield from happened(_about(DisciplineCaseOpened, **whose, case="c"))


@pytest.mark.parametrize("service", ["planning", "monitoring", "appraisal", "rewards"])
async def test_what_duties_cost_to_ask_for_does_not_grow_with_the_agency(
    make_database: Make, service: str
) -> None:
    """Neither by a plan that was made when the views were empty, nor by one that was made since. For whoever
    administers units, it grows with these; for personnel, with the appraisals of the cycle to be closed."""

    async def ask() -> dict[str, int]:
        """How many duties each has."""
        people = ("p1-0", "p1-1", "clerk1")
        return {who: len(await due(pool, service, who, "2026-10-27")) for who in people}

    async def read() -> dict[str, int]:
        """Rows read so far, by table."""
        await pool.execute("select pg_stat_force_next_flush()")
        rows = await pool.fetch(
            "select t.relname, seq_tup_read + coalesce(sum(i.idx_tup_read), 0)::int as read"
            " from pg_stat_user_tables t left join pg_stat_user_indexes i using (relid)"
            " where t.schemaname = 'view' group by t.relname, seq_tup_read"
        )
        return {row["relname"]: row["read"] for row in rows}

    async with kept(make_database, service) as pool:
        for _ in range(8):  # PostgreSQL settles on a plan at the sixth
            await ask()
        await apply(pool, service, list(_agency(range(60))))
        for _ in range(2):
            owed = await ask()
            before = await read()
            assert await ask() == owed
            after = await read()
            # There are 600 people.
            assert {t: after[t] - before[t] for t in after if after[t] - before[t] > 150} == {}
            assert owed["p1-0"] >= 8
            await pool.execute("analyze")


@pytest.mark.parametrize("service", SERVICES)
async def test_the_notifier_is_told_of_everybody_what_they_would_be(
    make_database: Make, service: str
) -> None:
    """By pages, each of the people once, whose duties are those that they are told themselves."""
    declared = import_module(f"services.{service}.duties").DUTIES
    at = datetime(2026, 10, 27, 2, tzinfo=UTC)
    async with kept(make_database, service, *_agency(range(3))) as pool:
        people: list[reminders.Owing] = []
        after: str | None = ""
        while after is not None:
            page = await reminders.page(pool, at, declared, after, 7)
            assert len(page.items) == 7 or page.next is None
            people += page.items
            after = page.next
        assert [each.person for each in people] == sorted(
            row.person for row in await assignments.HOLDER.where(pool)
        )
        for each in people:
            own = await duties.owed(pool, Actor(each.person), at, declared)
            assert {(d.id, d.kind, d.since, d.due) for d in each.duties} == {
                (d.id, d.kind, d.since, d.due) for d in own
            }
        if declared.kinds:
            assert any(each.duties for each in people)


async def test_the_notifier_is_told_what_is_due_in_a_role_of_whom_it_names(
    make_database: Make,
) -> None:
    """What they would be told, but for what is theirs anyway; whether the directory has them or not."""
    finalized = {"person": "ani", "assignment": "ani.a", "skp": "ani.a.20260101", "cycle": "c"}
    history = [
        *happened(of(CycleOpened, cycle="c", start="2026-01-01", until="2026-06-30")),
        *(each for who in ("sri", "budi") for each in happened(of(PersonRegistered, person=who))),
        *IN_2026,
        *happened(of(AppraisalFinalized, **finalized)),
    ]
    at = datetime(2026, 10, 27, 2, tzinfo=UTC)
    declared = import_module("services.appraisal.duties").DUTIES
    async with kept(make_database, "appraisal", *history) as pool:
        for roles, kinds in (([], []), (["auditor"], []), (["personnel"], ["close-cycle"])):
            told = await reminders.by_role(pool, at, declared, ["budi", "stranger"], roles)
            assert [(each.person, each.superior, each.zone) for each in told] == [
                ("budi", None, "WIB"), ("stranger", None, "WIB"),
            ]  # fmt: skip
            for each in told:
                assert [duty.kind for duty in each.duties] == kinds
        own = await duties.owed(pool, Actor("budi", frozenset({"personnel"})), at, declared)
        assert {duty.kind for duty in own} == {"close-cycle", "rate-result"}


# -- by when ------------------------------------------------------------------------------------

SRI: dict[str, Any] = {"person": "sri", "assignment": "sri.a", "unit": "u1"}


def held(start: str = "2025-01-01", until: str | None = None, kind: str = "definitive") -> Event:
    return of(
        AssignmentStarted, **SRI, kind=kind, start=start, until=until, appraiser="budi", office="budi.a"
    )  # fmt: skip


def office() -> list[Recorded]:
    """By which budi appraises sri."""
    whose = {
        "person": "budi",
        "assignment": "budi.a",
        "unit": "u1",
        "appraiser": None,
        "office": None,
    }
    return happened(of(AssignmentStarted, **whose, kind="plt", start="2025-01-01", until=None))


def skp(start: str, until: str) -> list[Recorded]:
    """An approved one."""
    span = {"skp": f"sri.a.{start}", "start": start, "until": until}
    return happened(
        *(_about(model, **SRI, **span) for model in (SKPDrafted, SKPSubmitted, SKPApproved))
    )


def leave(kind: str) -> list[Recorded]:
    return happened(
        of(LeaveGranted, **SRI_ALONE, kind=kind, start="2026-01-05", until="2026-12-31")
    )


SRI_ALONE = {name: SRI[name] for name in ("person", "assignment")}
YEAR = happened(held())
THIS, NEXT = ("2026-01-01", "2025-10-01", "2026-01-31"), ("2027-01-01", "2026-10-01", "2027-01-31")
WORKING_DAYS = {"month": 3, "day": 31, "late_start_working_days": 5}


@pytest.mark.parametrize(
    ("history", "on", "expected"),
    [
        (YEAR, "2026-01-12", [THIS]),
        (YEAR, "2026-09-30", [THIS]),
        (YEAR, "2026-10-01", [THIS, NEXT]),
        (YEAR + leave("unpaid"), "2026-01-12", []),
        (YEAR + leave("study"), "2026-01-12", [THIS]),
        (happened(held("2026-05-04")), "2026-05-04", [("2026-05-04", "2026-05-04", "2026-05-31")]),
        (happened(held("2026-05-04")), "2026-05-03", []),
        (happened(held(until="2026-05-04")), "2026-05-05", []),
        (happened(held(until="2026-12-30")), "2026-10-01", [THIS]),
        (happened(held(kind="plt")), "2026-01-12", []),
        (YEAR + skp("2026-01-01", "2026-06-30"), "2026-06-30", []),
        (YEAR + skp("2026-01-01", "2026-06-30"), "2026-07-01",
         [("2026-07-01", "2026-07-01", "2026-07-31")]),
        (YEAR + skp("2026-01-01", "2026-12-31"), "2026-10-01", [NEXT]),
        # Working days from Thursday, 30 April: the holiday of 1 May and a weekend are none.
        (happened(held("2026-04-30")) + setting(SKP_DUE, WORKING_DAYS, "2026-01-01"), "2026-05-04",
         [("2026-04-30", "2026-04-30", "2026-05-08")]),
    ],
)  # fmt: skip
async def test_an_skp_is_to_be_drafted_for_what_has_none(
    make_database: Make, history: list[Recorded], on: str, expected: list[tuple[str, str, str]]
) -> None:
    """From which day on, since when, until when."""
    async with kept(make_database, "planning", *history) as pool:
        found = await due(pool, "planning", "sri", on)
        told = [(str(duty.facts.start), str(duty.since), str(duty.due)) for duty in found]  # type: ignore[attr-defined]
        assert told == expected
        assert {duty.kind for duty in found} <= {"draft-skp"}
        assert [duty.overdue for duty in found] == [on > last for _, _, last in expected]


@pytest.mark.parametrize(
    ("start", "until", "owed"), [("2026-01-01", "2026-12-31", 1), ("2026-03-01", "2026-12-31", 0)]
)
async def test_what_was_drafted_is_agreed_also_when_the_assignment_is_over(
    make_database: Make, start: str, until: str, owed: int
) -> None:
    """But for an SKP that was to begin later: of that work there will be none."""
    over = [*office(), *happened(held(until="2026-02-28"))]
    span = {"skp": f"sri.a.{start}", "start": start, "until": until}
    drafted = happened(_about(SKPDrafted, **SRI, **span))
    handed_in = happened(*(_about(model, **SRI, **span) for model in (SKPDrafted, SKPSubmitted)))
    for who, history, kind in (("sri", drafted, "submit-skp"), ("budi", handed_in, "approve-skp")):
        async with kept(make_database, "planning", *over, *history) as pool:
            found = await due(pool, "planning", who, "2026-03-10")
            assert [duty.kind for duty in found if duty.kind == kind] == [kind] * owed


async def test_the_day_is_that_of_the_unit(make_database: Make) -> None:
    """Half an hour before midnight in Makassar the last of September is over in Jayapura alone."""
    at = datetime(2026, 9, 30, 15, 30, tzinfo=UTC)
    unit = happened(of(UnitRegistered, unit="u1", parent=None))
    for zone, count in (("WIT", 2), ("WITA", 1), ("WIB", 1)):
        of_unit = setting(TIME_ZONE, {"zone": zone}, "2025-01-01", "u1")
        async with kept(make_database, "planning", *YEAR, *unit, *of_unit) as pool:
            assert len(await due(pool, "planning", "sri", at)) == count


@pytest.mark.parametrize(
    ("on", "late"),
    [("2026-03-04", 0), ("2026-03-05", 1), ("2026-03-31", 1), ("2026-04-01", 2)],
)
async def test_a_personnel_officer_is_told_how_many_are_late(
    make_database: Make, on: str, late: int
) -> None:
    """Of a whole year's SKP by the last of March, of one from 25 February on five working days later."""
    later = _about(
        AssignmentStarted, person="joko", assignment="joko.a", unit="u1", kind="definitive",
        start="2026-02-25", until=None, appraiser=None, office=None,
    )  # fmt: skip
    given = {"unit": "u0", "person": "clerk", "mandate": "personnel"}
    history = [
        *happened(of(UnitRegistered, unit="u0", parent=None)),
        *happened(of(UnitRegistered, unit="u1", parent="u0")),
        *happened(of(MandateGiven, **given, since="2026-01-01", until=None)),
        *YEAR,
        *office(),
        *happened(later),
        *setting(SKP_DUE, WORKING_DAYS, "2026-01-01"),
    ]
    async with kept(make_database, "planning", *history) as pool:
        found = await due(pool, "planning", "clerk", on)
        counts = {duty.kind: duty.facts.count for duty in found}  # type: ignore[attr-defined]
        assert counts.pop("name-appraiser") == 1  # joko's
        assert counts == ({"see-to-skps": late} if late else {})
        assert all(duty.overdue for duty in found if duty.kind == "see-to-skps")


async def test_a_superior_is_told_of_what_is_late_in_the_units_zone(make_database: Make) -> None:
    """By three working days: of 1 to 3 February 2027, that is on the third."""
    makassar = [
        *happened(of(UnitRegistered, unit="u1", parent=None)),
        *setting(TIME_ZONE, {"zone": "WITA"}, "2025-01-01", "u1"),
    ]
    registered = [
        each for who in ("sri", "budi") for each in happened(of(PersonRegistered, person=who))
    ]
    history = [*registered, *YEAR, *office(), *makassar, *skp("2026-01-01", "2026-12-31")]
    async with kept(make_database, "planning", *history) as pool:
        found = []
        for day in ("2027-02-02", "2027-02-03"):
            at = datetime.fromisoformat(f"{day}T09:00:00+08:00")
            page = await reminders.page(pool, at, PLANNING, "", 10)
            budi, sri = page.items
            assert (budi.person, sri.person, sri.zone, sri.superior) == (
                "budi",
                "sri",
                "WITA",
                "budi",
            )
            assert (budi.superior, budi.zone) == (None, "WITA")
            [duty] = sri.duties
            assert (duty.kind, str(duty.due), str(duty.remind)) == (
                "draft-skp", "2027-01-31", "2027-01-29")  # fmt: skip
            found.append(duty.escalated)
        assert found == [None, date(2027, 2, 3)]


async def test_a_state_official_owes_no_skp_and_lacks_no_appraiser(make_database: Make) -> None:
    def agency(status: str) -> list[Recorded]:
        given = {"unit": "u1", "person": "clerk", "mandate": "personnel"}
        alone = {"appraiser": None, "office": None}
        return [
            *happened(of(UnitRegistered, unit="u1", parent=None)),
            *happened(of(MandateGiven, **given, since="2026-01-01", until=None)),
            *happened(of(PersonRegistered, person="sri", status=status)),
            *happened(of(AssignmentStarted, **SRI | alone, kind="definitive", start="2025-01-01")),
        ]

    for status, kinds in (
        ("PNS", [{"draft-skp"}, {"name-appraiser", "see-to-skps"}]),
        ("official", [set(), set()]),
    ):
        async with kept(make_database, "planning", *agency(status)) as pool:
            told = [await due(pool, "planning", who, "2026-02-10") for who in ("sri", "clerk")]
            assert [{duty.kind for duty in found} for found in told] == kinds, status


MONTHLY = setting(PERIODS, {"length": "monthly", "filling_days": 5}, "2026-01-01")
IN_2026 = [*YEAR, *office(), *skp("2026-01-01", "2026-12-31")]


@pytest.mark.parametrize(
    ("history", "on", "expected"),
    [
        (IN_2026, "2026-03-30", []),
        (IN_2026, "2026-03-31", [("2026-Q1", "2026-03-31", None)]),
        (IN_2026, "2027-01-01", [(f"2026-Q{n}", day, None) for n, day in enumerate(
            ("2026-03-31", "2026-06-30", "2026-09-30", "2026-12-31"), start=1)]),
        (IN_2026 + MONTHLY, "2026-02-05", [("2026-01", "2026-01-31", "2026-02-05")]),
        (IN_2026 + MONTHLY, "2026-02-06", []),
        # What ends within a period is reported for that period.
        ([*YEAR, *skp("2026-01-01", "2026-02-14")], "2026-02-14", [("2026-Q1", "2026-02-14", None)]),
        (IN_2026 + happened(_about(
            AppraisalFinalized, **SRI, skp="sri.a.2026-01-01", start="2026-01-01", until="2026-06-30")),
         "2026-09-30", [("2026-Q3", "2026-09-30", None)]),
    ],
)  # fmt: skip
async def test_a_period_is_to_be_reported_when_it_ends_while_it_may_be_filled_in(
    make_database: Make, history: list[Recorded], on: str, expected: list[Any]
) -> None:
    async with kept(make_database, "monitoring", *history) as pool:
        found = await due(pool, "monitoring", "sri", on)
        told = [(d.facts.period, str(d.since), d.due and str(d.due)) for d in found]  # type: ignore[attr-defined]
        assert told == expected


@pytest.mark.parametrize(
    ("history", "on", "expected"),
    [
        (IN_2026, "2026-03-30", []),
        (IN_2026, "2026-03-31", ["2026-12-31"]),
        (IN_2026 + happened(of(FeedbackGiven, skp="sri.a.2026-01-01")), "2026-03-31", []),
        ([*YEAR, *office(), *skp("2026-01-01", "2026-02-14")], "2026-02-14", ["2026-02-14"]),
    ],
)
async def test_the_first_feedback_is_due_once_a_period_is_over(
    make_database: Make, history: list[Recorded], on: str, expected: list[str]
) -> None:
    async with kept(make_database, "monitoring", *history) as pool:
        found = await due(pool, "monitoring", "budi", on)
        assert [(duty.kind, str(duty.due)) for duty in found] == [
            ("give-feedback", last) for last in expected
        ]


@pytest.mark.parametrize(
    ("span", "on", "since"),
    [
        (("2026-01-01", "2026-12-31"), "2026-06-29", None),
        (("2026-01-01", "2026-12-31"), "2026-06-30", "2026-06-30"),
        (("2026-01-01", "2026-03-31"), "2026-06-29", "2026-03-31"),
        (("2026-06-02", "2026-12-31"), "2026-07-01", None),  # no whole month of the cycle
        (("2026-07-01", "2026-12-31"), "2027-01-04", None),  # after the cycle
    ],
)
async def test_what_is_long_enough_is_to_be_rated_when_it_ends(
    make_database: Make, span: tuple[str, str], on: str, since: str | None
) -> None:
    cycle = happened(of(CycleOpened, cycle="c", start="2026-01-01", until="2026-06-30"))
    async with kept(make_database, "appraisal", *YEAR, *office(), *skp(*span), *cycle) as pool:
        found = await due(pool, "appraisal", "budi", on)
        assert [(duty.kind, str(duty.since)) for duty in found] == (
            [("rate-result", since)] if since else []
        )

"""What a file's rows come to, against what is on record: nothing, events, or a problem."""

import ast
import inspect
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from datetime import date, timedelta
from typing import Any, cast

import pytest

from chassis.imports.kind import Desk, Item
from contracts.event import Event
from contracts.planning import (
    AppraiserChanged,
    AssignmentCorrected,
    AssignmentEnded,
    AssignmentStarted,
    NIPReleased,
    NIPTaken,
    PersonCorrected,
    PersonRegistered,
)
from contracts.units import ALWAYS, UnitChanged, UnitCorrected, UnitRegistered
from law.refusal import Refused
from law.standing import Actor, Decider
from services.planning.directory.columns import PEOPLE, UNITS, WORDS
from services.planning.directory.order import groups
from services.planning.directory.people import Found, People
from services.planning.directory.posts import Above
from services.planning.directory.units import Units
from services.planning.nip import decisions as nips
from services.planning.nip.decisions import Owner
from services.planning.person import decisions as people
from services.planning.unit import decisions as unit_decisions
from services.planning.unit.decisions import Shape, Unit
from sheets import table
from sheets.columns import Column
from sheets.table import Table
from sheets.words import LANGUAGES, OURS
from tests.contracts.records import recorded
from tests.services.scenario import PERSONNEL

TODAY = date(2026, 3, 2)
SRI, BUDI, RAHMA = "198503152010012001", "197001012000011001", "197202022001012002"
CONTRACT = "199001012022211001"
HEADINGS = "NIP;Nama;Kode Unit;Jabatan;Mulai;NIP Atasan"
WHY = "Impor pegawai.xlsx"


def a_unit(id: str, name: str, level: str, parent: str | None) -> Unit:
    return Unit(id, {date.min: Shape(name, level, parent)})


def desk(actor: Actor = PERSONNEL) -> Desk:
    """No database: what is decided here is decided on facts that are given."""
    return Desk(
        upload="u", pool=cast("Any", None), log=cast("Any", None), by=Decider(actor, TODAY),
        personnel=bool(actor.roles), reason=WHY, service="planning", basis="",
    )  # fmt: skip


def read(columns: Sequence[Column], *lines: str) -> Table:
    found = table.read("\n".join(lines).encode(), columns)
    assert not found.problems
    return found


class File:
    """People on record, and a file that is held against them."""

    def __init__(self, *history: Event) -> None:
        self.history = history
        self.actor = PERSONNEL
        self.mandated: frozenset[str] | None = None

    def by(self, actor: Actor, *units: str) -> "File":
        self.actor, self.mandated = actor, frozenset(units)
        return self

    def when(self, *lines: str) -> "File":
        self.table = read(PEOPLE, *lines)
        above = Above()
        states: dict[str, Found[people.Person]] = {}
        for event in self.history:
            id = event.subject
            before = states.get(id, Found(None, 0))
            states[id] = Found(people.evolve(before.state, event), before.version + 1)
            if isinstance(event, AssignmentStarted) and event.appraiser and event.office:
                above.note(event.assignment, event.start, event.appraiser, event.office)
            if isinstance(event, AppraiserChanged):
                above.note(event.assignment, event.since, event.appraiser, event.office)
        course = People(
            desk(self.actor), self.table, above,
            lambda unit: self.mandated is None or unit in self.mandated,
        )  # fmt: skip
        facts = course.facts
        facts.people |= states
        for id, found in states.items():
            assert found.state
            for nip in found.state.nips:
                facts.owners[nip] = Found(Owner(id), 1)
        for row in self.table.rows:
            for column in ("nip", "superior"):
                facts.owners.setdefault(row.values.get(column) or "", Found(None, 0))
            unit = row.values.get("unit") or ""
            state = a_unit(unit, unit, "2", None) if unit.startswith("u") else None
            facts.units[unit] = Found(state, 1)
        self.events: list[Event] = []
        self.basis: list[str] = []
        self.streams: list[str] = []
        for group in course.groups:
            for item in group:
                for step in course.decide(item):
                    self.events += step.events
                    self.basis += step.basis
                    self.streams.append(f"{step.stream}@{step.version}")
        return self

    def then(self, *events: Event) -> "File":
        assert not self.table.problems
        assert self.events == list(events)
        return self

    def told(self, *problems: tuple[int, str, str]) -> None:
        found = [(each.row, each.heading, each.code) for each in self.table.problems]
        assert found == list(problems)


def registered(person: str, nip: str | None, name: str, status: Any = "PNS") -> PersonRegistered:
    return PersonRegistered(person=person, nip=nip, name=name, status=status)


def started(person: str, code: str, **more: Any) -> AssignmentStarted:
    values: dict[str, Any] = {
        "unit": "u1", "position": "Analis", "level": None, "kind": "definitive", "leads": False,
        "appraiser": None, "office": None, "start": date(2026, 1, 1), "until": None,
    }  # fmt: skip
    return AssignmentStarted(assignment=f"{person}.{code}", person=person, **values | more)


ON_RECORD = (
    registered("budi", BUDI, "Budi"),
    started("budi", "a", position="Kepala", leads=True, start=date(2020, 1, 1)),
    registered("sri", SRI, "Sri"),
    started("sri", "a", appraiser="budi", office="budi.a"),
)
AS_IT_IS = f"{SRI};Sri;u1;Analis;2026-01-01;{BUDI}"


def test_who_is_new_takes_a_number_is_registered_and_starts() -> None:
    found = File(*ON_RECORD[:2]).when(
        HEADINGS + ";ID Pegawai", f"{SRI};Sri;u1;Perawat Ahli Muda;01-01-2026;{BUDI};sri"
    )
    found.then(
        NIPTaken(person="sri", nip=SRI),
        registered("sri", SRI, "Sri"),
        started(
            "sri", "20260101", position="Perawat Ahli Muda", level="Ahli Muda", appraiser="budi",
            office="budi.a",
        ),
    )  # fmt: skip
    assert found.basis == ["planning:unit/u1@1", "planning:person/budi@2"]
    assert [stream.partition("/")[0] for stream in found.streams] == ["nip", "person"]


def test_an_id_of_nobody_s_choice_is_the_same_each_time_and_is_not_the_number() -> None:
    ids = {File().when("NIP;Nama", f"{SRI};Sri").events[1].subject for _ in range(2)}
    assert len(ids) == 1
    assert SRI not in str(ids)


def test_what_is_so_already_is_no_event() -> None:
    File(*ON_RECORD).when(HEADINGS, AS_IT_IS).then()


def test_of_what_the_file_has_no_column_for_nothing_changes() -> None:
    history = (
        *ON_RECORD[:2],
        registered("sri", SRI, "Sri", "CPNS"),
        started("sri", "a", level="Ahli Muda", leads=True, until=date(2026, 12, 31)),
    )
    File(*history).when(
        "NIP;Nama;Kode Unit;Jabatan;Mulai", f"{SRI};Sri;u1;Analis;2026-01-01"
    ).then()


def test_a_name_of_parts_is_one_name_and_a_changed_one_is_corrected() -> None:
    File(*ON_RECORD).when(
        "NIP BARU;Nama;GELAR DEPAN;GELAR BELAKANG", f"{SRI};Sri Rahayu;Dr.;S.E."
    ).then(
        PersonCorrected(
            person="sri", nip=SRI, name="Dr. Sri Rahayu, S.E.", status="PNS", reason=WHY
        )
    )


def test_a_number_that_was_another_s_is_released() -> None:
    File(*ON_RECORD).when("ID;NIP;Nama", f"sri;{RAHMA};Sri").then(
        NIPTaken(person="sri", nip=RAHMA),
        PersonCorrected(person="sri", nip=RAHMA, name="Sri", status="PNS", reason=WHY),
        NIPReleased(person="sri", nip=SRI, reason=WHY),
    )


def test_a_post_from_the_same_day_is_corrected() -> None:
    right = started("sri", "a", unit="u2", position="Analis Ahli Muda", level="Ahli Muda")
    values = right.model_dump(exclude={"appraiser", "office"})
    File(*ON_RECORD).when(HEADINGS, f"{SRI};Sri;u2;Analis Ahli Muda;2026-01-01;{BUDI}").then(
        AssignmentCorrected(**values, reason=WHY)
    )


def test_a_post_from_a_later_day_is_a_transfer() -> None:
    File(*ON_RECORD).when(HEADINGS, f"{SRI};Sri;u2;Auditor;2026-03-01;{BUDI}").then(
        AssignmentEnded(assignment="sri.a", person="sri", on=date(2026, 2, 28), reason=WHY),
        started(
            "sri", "20260301", unit="u2", position="Auditor", start=date(2026, 3, 1),
            appraiser="budi", office="budi.a",
        ),
    )  # fmt: skip


def test_an_acting_post_is_held_beside() -> None:
    File(*ON_RECORD).when(
        "NIP;Nama;Kode Unit;Jabatan;Mulai;Penugasan;Memimpin Unit",
        f"{SRI};Sri;u1;Analis;2026-01-01;definitif;tidak",
        f"{SRI};Sri;u2;Plt. Kepala;2026-02-01;Plt;ya",
    ).then(
        started(
            "sri", "20260201-plt", unit="u2", position="Plt. Kepala", kind="plt", leads=True,
            start=date(2026, 2, 1),
        )
    )  # fmt: skip


def test_another_superior_appraises_from_today_or_the_day_that_is_given() -> None:
    history = (*ON_RECORD, registered("rahma", RAHMA, "Rahma"), started("rahma", "b"))
    line = f"{SRI};Sri;u1;Analis;2026-01-01;{RAHMA}"
    change = AppraiserChanged(
        assignment="sri.a", person="sri", appraiser="rahma", office="rahma.b", since=TODAY
    )
    File(*history).when(HEADINGS, line).then(change)
    day = TODAY + timedelta(days=9)
    File(*history).when(HEADINGS + ";Atasan Sejak", f"{line};{day}").then(
        change.model_copy(update={"since": day})
    )


def test_a_superior_who_came_later_appraises_from_then_on() -> None:
    found = File(
        registered("budi", BUDI, "Budi"), started("budi", "a", start=date(2026, 2, 1))
    ).when(HEADINGS + ";ID", f"{SRI};Sri;u1;Analis;2015-04-01;{BUDI};sri")
    assert [type(event) for event in found.events[2:]] == [AssignmentStarted, AppraiserChanged]
    assert isinstance(found.events[3], AppraiserChanged)
    assert found.events[3].since == date(2026, 2, 1)


def test_superiors_come_first_whatever_the_order_of_the_rows() -> None:
    found = File().when(
        HEADINGS,
        f"{SRI};Sri;u1;Analis;2026-01-01;{BUDI}",
        f"{BUDI};Budi;u1;Kepala;2026-01-01;{RAHMA}",
        f"{RAHMA};Rahma;u1;Sekretaris;2026-01-01;",
    )
    names = [event.name for event in found.events if isinstance(event, PersonRegistered)]
    assert names == ["Rahma", "Budi", "Sri"]
    assert not found.table.problems


def test_a_contract_s_number_is_a_contract_s_whatever_letter_stands_there() -> None:
    found = File().when("NIP;Nama;STATUS CPNS PNS", f"{CONTRACT};Joko;P")
    assert isinstance(found.events[1], PersonRegistered)
    assert found.events[1].status == "PPPK"


def test_an_official_without_number_is_known_by_an_id() -> None:
    File().when("NIP;ID Pegawai;Nama;Status", ";menteri;Budi Santoso;Pejabat Negara").then(
        registered("menteri", None, "Budi Santoso", "official")
    )


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ([f"{SRI};Sri;x9;Analis;2026-01-01;"], (2, "Kode Unit", "unknown-unit")),
        ([f"{SRI};Sri;u1;;2026-01-01;"], (2, "Jabatan", "missing")),
        ([";Sri;u1;Analis;2026-01-01;"], (2, "NIP", "nobody")),
        ([f"{SRI};Sri;u1;Analis;2026-01-01;{RAHMA}"], (2, "NIP Atasan", "unknown-superior")),
        ([f"{SRI};Sri;u1;Analis;2026-01-01;{SRI}"], (2, "NIP Atasan", "own-appraiser")),
        ([f"{BUDI};Budi;u1;Kepala;2020-01-01;{SRI}"], (2, "NIP Atasan", "circle")),
        ([f"{SRI};Sri;u1;Analis;2025-12-01;"], (2, "Mulai", "assignments-overlap")),
        ([AS_IT_IS, f"{SRI};Siti;u1;Analis;2026-01-01;{BUDI}"], (3, "Nama", "rows-differ")),
        ([f"{CONTRACT[:14]}3001;Joko;;;;"], (2, "NIP", "malformed-nip")),
    ],
)
def test_what_the_decisions_refuse_is_a_problem_and_no_event(
    lines: list[str], problem: tuple[int, str, str]
) -> None:
    found = File(*ON_RECORD).when(HEADINGS, *lines)
    found.told(problem)
    assert not found.events


def test_a_circle_within_the_file_is_told_of_each_row() -> None:
    File().when(
        HEADINGS,
        f"{SRI};Sri;u1;Analis;2026-01-01;{BUDI}",
        f"{BUDI};Budi;u1;Kepala;2026-01-01;{SRI}",
    ).told((2, "NIP Atasan", "circle"), (3, "NIP Atasan", "circle"))


def test_a_circle_of_a_later_day_is_told_as_well() -> None:
    posts = (started("budi", "a"), started("sri", "a"))
    later = AppraiserChanged(
        assignment="budi.a", person="budi", appraiser="sri", office="sri.a", since=date(2026, 9, 1)
    )
    people = (registered("budi", BUDI, "Budi"), registered("sri", SRI, "Sri"))
    line = f"{SRI};Sri;u1;Analis;2026-01-01;{BUDI}"
    File(*people, *posts, later).when(HEADINGS, line).told((2, "NIP Atasan", "circle"))


def test_of_several_offices_the_file_says_which() -> None:
    history = (
        registered("budi", BUDI, "Budi"),
        *(started("budi", code, kind="plt") for code in "ab"),
    )
    line = f"{SRI};Sri;u1;Analis;2026-01-01;{BUDI}"
    File(*history).when(HEADINGS, line).told((2, "NIP Atasan", "which-office"))
    found = File(*history).when(HEADINGS + ";Kode Penugasan Atasan", f"{line};b")
    assert isinstance(found.events[-1], AssignmentStarted)
    assert found.events[-1].office == "budi.b"
    File(*history).when(HEADINGS + ";Kode Penugasan Atasan", f"{line};c").told(
        (2, "Kode Penugasan Atasan", "unknown-office")
    )


OFFICER = Actor("rahma")


def test_an_officer_moves_people_within_the_mandate_alone() -> None:
    move = f"{SRI};Sri;u2;Auditor;2026-03-01;{BUDI}"
    within = File(*ON_RECORD).by(OFFICER, "u1", "u2").when(HEADINGS, move)
    assert [type(event) for event in within.events] == [AssignmentEnded, AssignmentStarted]
    for units in (["u1"], ["u2"]):
        without = File(*ON_RECORD).by(OFFICER, *units).when(HEADINGS, move)
        without.told((2, "Kode Unit", "not-your-unit"))
        assert not without.events


def test_an_officer_registers_and_renames_nobody() -> None:
    for line in (f"{RAHMA};Rahma;u1;Analis;2026-01-01;", f"{SRI};Siti;u1;Analis;2026-01-01;"):
        found = File(*ON_RECORD).by(OFFICER, "u1").when(HEADINGS, line)
        found.told((2, "Nama", "not-yours-to-register"))


def test_nobody_loads_what_is_about_themselves() -> None:
    for actor in (Actor("sri"), Actor("sri", frozenset({"personnel"}))):
        File(*ON_RECORD).by(actor, "u1").when(HEADINGS, AS_IT_IS).told((2, "NIP", "yourself"))


# Units


def told(unit: Unit) -> Iterator[Event]:
    """How a unit came to be what it is."""
    (first, shape), *changes = sorted(unit.shapes.items())
    since = None if first == ALWAYS else first
    yield UnitRegistered(unit=unit.unit, **asdict(shape), since=since)
    for day, shape in changes:
        yield UnitChanged(unit=unit.unit, **asdict(shape), since=day, ground=WHY)


def units(*lines: str, known: Sequence[Unit] = (), actor: Actor = PERSONNEL) -> tuple[Any, ...]:
    """The events, and the problems."""
    found = read(UNITS, "Kode Unit;Nama Unit;Tingkat;Kode Unit Atasan;Berlaku Sejak", *lines)
    shapes = {unit.unit: unit.shape(TODAY) for unit in known}
    course = Units(
        desk(actor),
        found,
        {unit: shape.parent for unit, shape in shapes.items()},
        {unit.unit: unit.span for unit in known},
    )
    events: list[Event] = []
    for group in course.groups:
        for item in group:
            of = [unit for unit in known if unit.unit == item.rows[0].values["unit"]]
            history = [recorded(event) for u in of for event in told(u)]
            events += [event for step in course.decide(item, history) for event in step.events]
    return events, [(each.row, each.heading, each.code) for each in found.problems]


TOP = a_unit("u0", "Sekretariat", "I", None)


def test_units_are_registered_below_those_above_whatever_the_order() -> None:
    events, problems = units("u2;Bagian;III;u1", "u1;Biro;II;u0", known=[TOP])
    assert [event.unit for event in events] == ["u1", "u2"]
    assert not problems


def test_a_unit_is_corrected_where_it_differs_and_else_left() -> None:
    assert units("u0;Sekretariat;I;", known=[TOP]) == ([], [])
    events, _ = units("u0;Sekretariat Jenderal;I;", known=[TOP])
    assert events == [
        UnitCorrected(unit="u0", name="Sekretariat Jenderal", level="I", parent=None, reason=WHY)
    ]


def test_a_unit_changes_from_the_day_that_the_file_says() -> None:
    lines = "u0;Sekretariat Utama;I;;2026-07-01", "u1;Biro Baru;II;u0;2026-07-01"
    events, problems = units(*lines, known=[TOP])
    since = date(2026, 7, 1)
    assert not problems
    assert events == [
        UnitChanged(
            unit="u0", name="Sekretariat Utama", level="I", parent=None, since=since, ground=WHY
        ),
        UnitRegistered(unit="u1", name="Biro Baru", level="II", parent="u0", since=since),
    ]


def test_what_was_decided_for_a_day_is_decided_anew_and_today_stays_as_it_is() -> None:
    later = replace(TOP, shapes={**TOP.shapes, date(2027, 1, 1): Shape("Set Jen", "I", None)})
    events, problems = units("u0;Sekretariat Utama;I;;2027-01-01", known=[later])
    assert not problems
    assert events == [
        UnitChanged(
            unit="u0", name="Sekretariat Utama", level="I", parent=None, since=date(2027, 1, 1),
            ground=WHY,
        )
    ]  # fmt: skip
    _, problems = units("u0;Sekretariat Utama;I;;2026-12-01", known=[later])
    assert [code for _, _, code in problems] == ["not-later"]


def test_a_row_of_a_day_before_the_last_change_changes_nothing() -> None:
    changed = Unit("u0", {date(2020, 1, 1): Shape("Set", "I", None), TODAY: TOP.shape(TODAY)})
    _, problems = units("u0;Sekretariat Jenderal;I;;2020-01-01", known=[changed])
    assert [code for _, _, code in problems] == ["not-later"]


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        (["u1;Biro;II;u9"], (2, "Kode Unit Atasan", "unknown-unit")),
        (["u1;Biro;II;u0", "u1;Biro;II;u0"], (3, "Kode Unit", "twice")),
        (["u1;Biro;II;u2", "u2;Bagian;II;u1"], (2, "Kode Unit Atasan", "circle")),
        (["u0;Sekretariat;I;u3"], (2, "Kode Unit Atasan", "circle")),
    ],
)
def test_a_unit_that_cannot_stand_there_is_a_problem(
    lines: list[str], problem: tuple[int, str, str]
) -> None:
    below = a_unit("u3", "Bagian", "III", "u0")
    _, problems = units(*lines, known=[TOP, below])
    assert problems[0] == problem


def test_units_are_the_personnel_unit_s() -> None:
    _, problems = units("u1;Biro;II;u0", known=[TOP], actor=Actor("rahma"))
    assert problems == [(2, "", "not-yours-to-register")]


def test_groups_hold_nothing_that_rests_on_another_of_theirs() -> None:
    items: dict[Any, Item] = {n: Item([]) for n in range(5)}
    found, circles = groups(items, {1: [0], 2: [1, 7], 3: [4], 4: [3]})
    place = {id(item): n for n, group in enumerate(found) for item in group}
    assert [place.get(id(items[n])) for n in range(5)] == [0, 1, 2, None, None]
    assert circles == [items[3], items[4]]


# Words


def test_every_refusal_that_a_row_can_meet_is_told_in_every_language() -> None:
    """Those of the three aggregates' decisions; other ones have the decision's own words."""
    codes = {
        str(node.args[0].value)
        for module in (people, nips, unit_decisions)
        for node in ast.walk(ast.parse(inspect.getsource(module)))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == Refused.__name__
        and isinstance(node.args[0], ast.Constant)
    }
    elsewhere = {
        "leave-overlaps", "no-leave", "mandate-exists", "mandate-runs", "no-mandate", "people-left", "units-below",
        "into-itself", "not-ended", "nothing-changed", "other-unit",
    }  # fmt: skip
    never = {"person-exists", "unit-exists", "unknown-person", "unknown-assignment"}
    assert codes - elsewhere - never <= {*WORDS, *OURS}
    assert all(words.keys() == set(LANGUAGES) for words in WORDS.values())

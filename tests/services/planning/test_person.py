"""People and what they hold, as the personnel unit keeps it."""

from dataclasses import asdict, replace
from datetime import date, timedelta
from typing import Any

import pytest

from contracts.event import Event
from contracts.planning import (
    AppraiserChanged,
    AssignmentCorrected,
    AssignmentEnded,
    AssignmentExtended,
    AssignmentStarted,
    LeaveEnded,
    LeaveGranted,
    PersonCorrected,
    PersonRegistered,
)
from services.planning.person.decisions import (
    AGGREGATE,
    Identity,
    Post,
    Superior,
    assignment_id,
    change_appraiser,
    correct,
    correct_assignment,
    end,
    extend,
    move,
    person_of,
    register,
    start,
    transfer,
)
from services.planning.person.leaves import end_leave, grant_leave
from tests.services.scenario import EMPLOYEE, HELD, NEXT_SUPERIOR, PERSONNEL, SUPERIOR, of, refused

given = of(AGGREGATE)
DAY = timedelta(days=1)
FIRST, LAST = date(2026, 4, 1), date(2026, 9, 30)
WHY = "SK 14/2026"
EVER = (date.min, None)

SRI = Identity("198503152010012001", "Sri Rahayu, S.E.", "PNS")
MINISTER = Identity(None, "Budi Santoso", "official")
REGISTERED = PersonRegistered(person=EMPLOYEE, **asdict(SRI))
POST = Post("u1", "Analis Kebijakan Ahli Muda", "Ahli Muda", "definitive", False, FIRST, LAST)
ACTING = replace(POST, position="Plt. Kepala Biro", level=None, kind="plt", leads=True)
BOSS = Superior(
    SUPERIOR,
    "budi.a",
    Post("u1", "Kepala Biro", None, "definitive", True, date(2020, 1, 1), None),
    frozenset({"menteri"}),
)
NEXT = replace(BOSS, person=NEXT_SUPERIOR, office="rahma.a")
A1 = "sri.a1"


def started(
    post: Post = POST, assignment: str = A1, superior: Superior | None = BOSS
) -> AssignmentStarted:
    return AssignmentStarted(
        assignment=assignment, person=EMPLOYEE, **asdict(post),
        appraiser=superior.person if superior else None,
        office=superior.office if superior else None,
    )  # fmt: skip


HIRED: tuple[Event, ...] = (REGISTERED,)
AT_WORK = (REGISTERED, started())


def by(**more: Any) -> dict[str, Any]:
    return {"by": PERSONNEL, **more}


def starting(post: Post = POST, **changes: Any) -> dict[str, Any]:
    return by(assignment=A1, post=post, superior=BOSS, unit=EVER) | changes


def held(**words: Any) -> dict[str, Any]:
    return by(held=HELD, assignment=A1, **words)


# Who somebody is


@pytest.mark.parametrize("status", ["PNS", "CPNS", "PPPK"])
def test_a_civil_servant_has_a_nip(status: Any) -> None:
    one = replace(SRI, status=status)
    given().when(register, EMPLOYEE, one, **by()).then(
        PersonRegistered(person=EMPLOYEE, **asdict(one))
    )
    given().when(register, EMPLOYEE, replace(one, nip=None), **by()).then(
        refused("no-nip", field="nip")
    )
    given().when(register, EMPLOYEE, replace(one, nip="1" * 18), **by()).then(
        refused("malformed-nip", field="nip")
    )


def test_a_state_official_has_none() -> None:
    given().when(register, "menteri", MINISTER, **by()).then(
        PersonRegistered(person="menteri", **asdict(MINISTER))
    )
    given().when(register, "menteri", replace(MINISTER, nip=SRI.nip), **by()).then(
        refused("official-with-nip", field="nip")
    )


def test_a_person_is_registered_once() -> None:
    given(*HIRED).when(register, EMPLOYEE, SRI, **by()).then(
        refused("person-exists", field="person")
    )


def test_a_name_a_nip_and_a_status_are_corrected_with_a_reason() -> None:
    other = Identity("198503152010012002", "Sri Rahayu, M.E.", "CPNS")
    given(*HIRED).when(correct, other, WHY, **by()).then(
        PersonCorrected(person=EMPLOYEE, **asdict(other), reason=WHY)
    )
    given(*HIRED).when(correct, replace(other, nip="x"), WHY, **by()).then(
        refused("malformed-nip", field="nip")
    )
    given().when(correct, other, WHY, **by()).then(refused("unknown-person", field="person"))


def test_every_nip_that_one_has_had_is_remembered() -> None:
    corrected = PersonCorrected(
        person=EMPLOYEE, **asdict(replace(SRI, nip="198503152010012002")), reason=WHY
    )
    state = AGGREGATE.evolve(AGGREGATE.evolve(None, REGISTERED), corrected)
    assert state.nips == {SRI.nip, "198503152010012002"}


# What somebody holds


def test_an_assignment_is_named_by_whose_it_is() -> None:
    assert assignment_id("sri.2", "a1") == "sri.2.a1"
    assert person_of("sri.2.a1") == "sri.2"


@pytest.mark.parametrize(
    "post",
    [POST, ACTING, replace(POST, until=None), replace(POST, until=FIRST), replace(POST, kind="pj"),
     replace(POST, kind="plh")],
)  # fmt: skip
@pytest.mark.parametrize("superior", [BOSS, None])
def test_an_assignment_starts(post: Post, superior: Superior | None) -> None:
    given(*HIRED).when(start, **starting(post, superior=superior)).then(
        started(post, superior=superior)
    )


def test_an_assignment_starts_once_of_a_known_person_in_a_known_unit() -> None:
    given(*AT_WORK).when(start, **starting()).then(refused("assignment-exists", field="assignment"))
    given().when(start, **starting()).then(refused("unknown-person", field="person"))
    given(*HIRED).when(start, **starting(unit=None)).then(refused("unknown-unit", field="unit"))
    given(*HIRED).when(start, **starting(replace(POST, until=FIRST - DAY))).then(
        refused("dates-reversed", field="until")
    )


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (FIRST, LAST),
        (FIRST - DAY, FIRST),
        (LAST, None),
        (FIRST - DAY, None),
        (FIRST + DAY, LAST - DAY),
    ],
)
def test_two_definitive_assignments_of_one_person_do_not_overlap(
    first: date, last: date | None
) -> None:
    second = replace(POST, start=first, until=last)
    given(*AT_WORK).when(start, **starting(second, assignment="sri.a2")).then(
        refused("assignments-overlap", field="start")
    )
    # Acting officials hold one beside their own.
    acting = replace(ACTING, start=first, until=last)
    given(*AT_WORK).when(start, **starting(acting, assignment="sri.a2")).then(
        started(acting, "sri.a2")
    )


def transferring(post: Post, **changes: Any) -> dict[str, Any]:
    return held(to="sri.a2", post=post, superior=BOSS, reason="Mutasi", unit=EVER) | changes


def test_a_transfer_ends_one_and_starts_another() -> None:
    ended = AssignmentEnded(assignment=A1, person=EMPLOYEE, on=date(2026, 6, 30), reason="Mutasi")
    second = replace(POST, unit="u2", start=date(2026, 7, 1), until=None)
    given(*AT_WORK).when(transfer, **transferring(second)).then(ended, started(second, "sri.a2"))
    # As one by one.
    given(*AT_WORK).when(end, **held(last=date(2026, 6, 30), reason="Mutasi")).then(ended)
    given(*AT_WORK, ended).when(start, **starting(second, assignment="sri.a2")).then(
        started(second, "sri.a2")
    )


def test_what_is_given_no_name_has_one_of_its_first_day_and_kind() -> None:
    second = replace(POST, unit="u2", start=date(2026, 7, 1), until=None)
    ended = AssignmentEnded(assignment=A1, person=EMPLOYEE, on=date(2026, 6, 30), reason="Mutasi")
    given(*AT_WORK).when(transfer, **transferring(second, to=None)).then(
        ended, started(second, "sri.20260701")
    )
    acting = replace(ACTING, start=date(2026, 7, 1))
    named = "sri.20260701-plt"
    given(*AT_WORK).when(start, **starting(acting, assignment=None)).then(started(acting, named))
    given(*AT_WORK, started(acting, named)).when(start, **starting(acting, assignment=None)).then(
        started(acting, f"{named}-2")
    )


def test_nobody_is_in_a_unit_before_its_first_day_or_after_its_last() -> None:
    for act, words in (
        (start, starting()),
        (correct_assignment, held(post=POST, reason=WHY)),
        (transfer, transferring(replace(POST, unit="u2", start=FIRST + DAY, until=None))),
    ):
        history = HIRED if act is start else AT_WORK
        begins = words["post"].start
        found = given(*history).when(act, **words | {"unit": (begins + DAY, None)})
        found.then(refused("unit-begins-later", field="start"))
        found = given(*history).when(act, **words | {"unit": (date.min, begins)})
        found.then(refused("unit-ended", field="unit"))
    given(*AT_WORK).when(extend, **held(until=LAST + DAY, reason=WHY, unit=(date.min, LAST))).then(
        refused("unit-ended", field="unit")
    )


def test_an_assignment_goes_on_in_another_unit_as_what_it_was() -> None:
    moving = held(
        unit_before="u1",
        into="u2",
        since=FIRST + DAY,
        superior=BOSS,
        reason=WHY,
        leads=True,
        unit=EVER,
    )
    ended, begun = given(*AT_WORK).when(move, **moving).then_events()
    assert (ended.assignment, ended.on, ended.reason) == (A1, FIRST, WHY)
    assert begun.assignment == assignment_id(EMPLOYEE, f"{FIRST + DAY:%Y%m%d}")
    assert (begun.unit, begun.leads, begun.appraiser) == ("u2", True, BOSS.person)
    assert (begun.position, begun.level, begun.until) == (POST.position, POST.level, POST.until)
    given(*AT_WORK).when(move, **moving | {"unit_before": "u9"}).then(
        refused("other-unit", field="assignment")
    )
    given(*AT_WORK).when(move, **moving | {"into": "u1"}).then(
        refused("nothing-changed", field="into")
    )


@pytest.mark.parametrize("first", [FIRST, LAST + 2 * DAY])
def test_who_is_transferred_was_there_the_day_before(first: date) -> None:
    post = replace(POST, start=first, until=None)
    given(*AT_WORK).when(transfer, **transferring(post)).then(
        refused("not-in-force", field="start")
    )


def test_a_transfer_that_cannot_start_ends_nothing() -> None:
    there = replace(POST, unit="u2", start=date(2026, 7, 1), until=None)
    for changes, refusal in (
        ({"unit": None}, refused("unknown-unit", field="unit")),
        ({"to": A1}, refused("assignment-exists", field="assignment")),
        ({"superior": replace(BOSS, post=None)}, refused("unknown-office", field="office")),
    ):
        given(*AT_WORK).when(transfer, **transferring(there, **changes)).then(refusal)
    third = started(replace(there, start=date(2026, 10, 1)), "sri.a3")
    given(*AT_WORK, third).when(transfer, **transferring(there)).then(
        refused("assignments-overlap", field="start")
    )


@pytest.mark.parametrize(
    ("superior", "refusal"),
    [
        (replace(BOSS, person=EMPLOYEE), refused("own-appraiser", field="appraiser")),
        (replace(BOSS, post=None), refused("unknown-office", field="office")),
        (replace(BOSS, post=replace(BOSS.post, until=FIRST - DAY)), refused("not-in-office", field="office")),  # type: ignore[type-var]
        (replace(BOSS, post=replace(BOSS.post, start=FIRST + DAY)), refused("not-in-office", field="office")),  # type: ignore[type-var]
        (replace(BOSS, above=frozenset({"menteri", EMPLOYEE})), refused("circle", field="appraiser")),
    ],
)  # fmt: skip
def test_an_appraiser_is_another_in_an_office_of_their_own_and_not_below(
    superior: Superior, refusal: refused
) -> None:
    given(*HIRED).when(start, **starting(superior=superior)).then(refusal)
    given(*AT_WORK).when(change_appraiser, **held(superior=superior, since=FIRST)).then(refusal)


@pytest.mark.parametrize("since", [FIRST, LAST])
def test_the_appraiser_changes_while_the_assignment_is_in_force(since: date) -> None:
    given(*AT_WORK).when(change_appraiser, **held(superior=NEXT, since=since)).then(
        AppraiserChanged(
            assignment=A1, person=EMPLOYEE, appraiser=NEXT_SUPERIOR, office="rahma.a", since=since
        )
    )


@pytest.mark.parametrize("on", [FIRST - DAY, LAST + DAY])
def test_nothing_changes_or_ends_outside_of_it(on: date) -> None:
    given(*AT_WORK).when(change_appraiser, **held(superior=NEXT, since=on)).then(
        refused("not-in-force", field="since")
    )
    given(*AT_WORK).when(end, **held(last=on, reason=WHY)).then(refused("not-in-force", field="on"))


def test_an_assignment_is_corrected_with_a_reason() -> None:
    right = replace(
        POST, unit="u2", position="Analis Ahli Madya", level="Ahli Madya", start=FIRST - DAY
    )
    given(*AT_WORK).when(correct_assignment, **held(post=right, reason=WHY, unit=EVER)).then(
        AssignmentCorrected(assignment=A1, person=EMPLOYEE, **asdict(right), reason=WHY)
    )
    given(*AT_WORK).when(correct_assignment, **held(post=right, reason=WHY, unit=None)).then(
        refused("unknown-unit", field="unit")
    )


def test_a_correction_does_not_make_two_definitive_assignments_overlap() -> None:
    second = replace(POST, start=LAST + DAY, until=None)
    both = (*AT_WORK, started(second, "sri.a2"))
    longer = replace(POST, until=None)
    given(*both).when(correct_assignment, **held(post=longer, reason=WHY, unit=EVER)).then(
        refused("assignments-overlap", field="start")
    )
    given(*both).when(extend, **held(until=LAST + DAY, reason=WHY, unit=EVER)).then(
        refused("assignments-overlap", field="start")
    )


def test_an_appointment_is_extended() -> None:
    given(*AT_WORK).when(extend, **held(until=LAST + DAY, reason=WHY, unit=EVER)).then(
        AssignmentExtended(assignment=A1, person=EMPLOYEE, until=LAST + DAY, reason=WHY)
    )
    given(*AT_WORK).when(extend, **held(until=LAST, reason=WHY, unit=EVER)).then(
        refused("not-later", field="until")
    )
    endless = (REGISTERED, started(replace(POST, until=None)))
    given(*endless).when(extend, **held(until=LAST, reason=WHY, unit=EVER)).then(
        refused("not-later", field="until")
    )


def test_nothing_is_done_with_an_assignment_that_is_not_theirs() -> None:
    unknown = refused("unknown-assignment", field="assignment")
    given(*HIRED).when(end, **held(last=FIRST, reason=WHY)).then(unknown)
    given(*HIRED).when(extend, **held(until=LAST, reason=WHY, unit=EVER)).then(unknown)
    given(*HIRED).when(change_appraiser, **held(superior=NEXT, since=FIRST)).then(unknown)
    given(*HIRED).when(correct_assignment, **held(post=POST, reason=WHY, unit=EVER)).then(unknown)
    given(*HIRED).when(grant_leave, **leave()).then(unknown)


# Leave


def leave(**changes: Any) -> dict[str, Any]:
    return held(kind="study", start=date(2026, 5, 4), until=date(2026, 6, 30), ground=WHY) | changes


LEAVE = LeaveGranted(
    assignment=A1, person=EMPLOYEE, kind="study", start=date(2026, 5, 4), until=date(2026, 6, 30),
    ground=WHY,
)  # fmt: skip


def test_a_leave_is_put_on_record_with_its_ground() -> None:
    given(*AT_WORK).when(grant_leave, **leave()).then(LEAVE)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"until": date(2026, 5, 3)}, refused("dates-reversed", field="until")),
        ({"start": FIRST - DAY}, refused("not-in-force", field="start")),
        ({"until": LAST + DAY}, refused("not-in-force", field="until")),
    ],
)
def test_a_leave_lies_within_the_assignment(changes: dict[str, date], refusal: refused) -> None:
    given(*AT_WORK).when(grant_leave, **leave(**changes)).then(refusal)


def test_two_leaves_do_not_overlap() -> None:
    again = leave(kind="sick", start=date(2026, 6, 30), until=date(2026, 7, 2))
    given(*AT_WORK, LEAVE).when(grant_leave, **again).then(refused("leave-overlaps", field="start"))


def test_a_leave_ends_earlier() -> None:
    ended = held(start=LEAVE.start, last=date(2026, 5, 29), reason=WHY)
    given(*AT_WORK, LEAVE).when(end_leave, **ended).then(
        LeaveEnded(
            assignment=A1, person=EMPLOYEE, start=LEAVE.start, on=date(2026, 5, 29), reason=WHY
        )
    )
    for last in (LEAVE.start - DAY, LEAVE.until):
        given(*AT_WORK, LEAVE).when(end_leave, **ended | {"last": last}).then(
            refused("no-leave", field="on")
        )
    given(*AT_WORK).when(end_leave, **ended).then(refused("no-leave", field="on"))


def test_history_that_no_decision_could_have_made_is_not_read_in_silence() -> None:
    with pytest.raises(TypeError):
        AGGREGATE.evolve(None, started())
    with pytest.raises(TypeError):
        AGGREGATE.evolve(AGGREGATE.evolve(None, REGISTERED), REGISTERED)

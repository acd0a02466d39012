"""A bureau is split in two, one of which takes in another bureau: whoever was there before is what they were,
and from the day on everybody is elsewhere."""

from typing import Any

import pytest

from tests.http.api import Answer, Api
from tests.http.world import PERSONNEL, agreement

pytestmark = pytest.mark.integration
SINCE, LAST = "2027-03-01", "2027-02-28"
GROUND = "Perpres 1/2027"
BEFORE: dict[str, Any] = {"at": "2027-02-01T09:00:00+07:00"}
THEN: dict[str, Any] = {"at": "2027-03-15T09:00:00+07:00"}
UNITS = [
    {"unit": "ra", "name": "Biro Perencanaan dan Keuangan", "level": "2", "parent": "u1"},
    {"unit": "ra1", "name": "Bagian Anggaran", "level": "3", "parent": "ra"},
    {"unit": "rb", "name": "Biro Perlengkapan", "level": "2", "parent": "u1"},
    {"unit": "rc", "name": "Biro Perencanaan", "level": "2", "parent": "u1", "since": SINCE},
    {"unit": "rd", "name": "Biro Keuangan", "level": "2", "parent": "u1", "since": SINCE},
]


def started(person: str, unit: str, superior: str | None = None, **more: Any) -> dict[str, Any]:
    named = {"superior": {"appraiser": superior, "office": f"{superior}.a"}} if superior else {}
    return {
        "person": person, "code": "a", "unit": unit, "position": "Analis", "start": "2026-01-01",
    } | named | more  # fmt: skip


PEOPLE = ("rhead", "rfirst", "rsecond", "rother", "rofficer")
POSTS = [
    started("rhead", "ra", leads=True),
    started("rfirst", "ra", "rhead"),
    started("rsecond", "ra", "rfirst"),
    started("rother", "rb", leads=True),
    started("rofficer", "u1"),
]


class Desk:
    """The personnel unit's, before the day: each word given behind what the one before came to."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.seen: dict[str, Any] = {}
        self.moved: list[Any] = []
        """What has become of each that was moved."""

    async def send(self, path: str, body: Any) -> Answer:
        how = BEFORE | PERSONNEL | self.seen
        return await self.api.ask("planning", "POST", path, json=body, **how)

    async def do(self, path: str, body: Any) -> Any:
        done = await self.api.do("planning", path, body, **BEFORE, **PERSONNEL, **self.seen)
        parts = done if isinstance(done, list) else [done]
        reached = [(part.get("accepted") or part).get("at_least") for part in parts]
        self.seen = {"headers": {"At-Least": ",".join({each for each in reached[-8:] if each})}}
        return done

    async def held(self, person: str, day: dict[str, Any]) -> Any:
        """What they hold on a day."""
        how = day | PERSONNEL | self.seen
        told = await self.api.see("planning", f"/people/{person}", **how)
        (one,) = [each for each in told["assignments"] if each["in_force"]]
        return one


@pytest.fixture(scope="module")
async def desk(api: Api) -> Desk:
    people = [{"person": each, "name": each.title(), "status": "official"} for each in PEOPLE]
    desk = Desk(api)
    await desk.do("/directory", {"units": UNITS, "people": people})
    await desk.do("/directory", {"assignments": POSTS})
    return desk


END = {"on": LAST, "into": ["rc", "rd"], "ground": GROUND}
SPLIT = {"since": SINCE, "reason": GROUND}


@pytest.fixture(scope="module")
async def early(desk: Desk) -> Answer:
    """What is told of ending the bureau while all are in it."""
    return await desk.send("/units/ra/end", END)


@pytest.fixture(scope="module")
async def moved(desk: Desk, early: Answer) -> Desk:
    """Whoever leads goes first, with those that they appraise; the rest, elsewhere; and the other bureau's."""
    assert early.status == 422
    some = SPLIT | {"into": "rc", "assignments": ["rfirst.a", "rhead.a"]}
    desk.moved += await desk.do("/units/ra/move", some)
    desk.moved += await desk.do("/units/ra/move", SPLIT | {"into": "rd"})
    desk.moved += await desk.do("/units/rb/move", SPLIT | {"into": "rc"})
    return desk


@pytest.fixture(scope="module")
async def below(moved: Desk) -> Answer:
    """What is told of ending it while a section is below it."""
    return await moved.send("/units/ra/end", END)


@pytest.fixture(scope="module")
async def ended(moved: Desk, below: Answer) -> Desk:
    assert below.status == 422
    mandate = {"mandate": "personnel", "until": None, "ground": GROUND}
    before = mandate | {"person": "rfirst", "since": "2027-01-01"}
    await moved.do("/units/ra/mandates", before)
    await moved.do("/units/rd/mandates", mandate | {"person": "rofficer", "since": SINCE})
    section = {"name": "Bagian Anggaran", "level": "3", "parent": "rd"}
    await moved.do("/units/ra1/change", section | {"since": SINCE, "ground": GROUND})
    await moved.do("/units/ra/end", END)
    await moved.do("/units/rb/end", END | {"into": ["rc"]})
    return moved


async def test_everybody_of_a_bureau_that_is_split_or_merged_goes_where_they_are_sent(
    moved: Desk,
) -> None:
    assert [(each["assignment"], each["problem"]) for each in moved.moved] == [
        ("rfirst.a", None),
        ("rhead.a", None),
        ("rsecond.a", None),
        ("rother.a", None),
    ]
    (again,) = await moved.do("/units/rb/move", SPLIT | {"into": "rc", "assignments": ["rother.a"]})
    assert again["problem"]["type"].endswith("not-in-force")
    (elsewhere,) = await moved.do(
        "/units/ra/move", SPLIT | {"into": "rd", "assignments": ["rother.a"]}
    )
    assert elsewhere["problem"]["type"].endswith("other-unit")

    before, head = await moved.held("rhead", BEFORE), await moved.held("rhead", THEN)
    assert (before["unit"], before["until"], before["leads"]) == ("ra", LAST, True)
    assert (head["unit"], head["start"], head["leads"]) == ("rc", SINCE, True)
    # As before, by the office that the superior holds from then on.
    first, second = await moved.held("rfirst", THEN), await moved.held("rsecond", THEN)
    assert (first["unit"], first["office"]) == ("rc", head["assignment"])
    assert (second["unit"], second["office"]) == ("rd", first["assignment"])
    # There is a head already.
    other = await moved.held("rother", THEN)
    assert (other["unit"], other["leads"]) == ("rc", False)
    how = PERSONNEL | THEN | moved.seen
    told = await moved.api.see("planning", "/units/rc/assignments", **how)
    assert next(each["person"] for each in told["items"]) == "rhead"
    assert {each["person"] for each in told["items"]} == {"rhead", "rfirst", "rother"}


async def test_a_bureau_is_dissolved_once_nothing_is_left_in_it(
    early: Answer, below: Answer, ended: Desk
) -> None:
    assert (early.status, early.code) == (422, "people-left")
    assert (below.status, below.code) == (422, "units-below")
    told = await ended.api.see("planning", "/units/ra", actor="rfirst", **ended.seen)
    assert (told["until"], told["into"]) == (LAST, ["rc", "rd"])
    late = {"assignments": [started("rofficer", "ra", code="b", kind="plt", start=SINCE)]}
    refused = await ended.send("/directory", late)
    assert (refused.status, refused.code) == (422, "unit-ended")


async def test_who_acts_in_a_unit_acts_in_what_is_below_it_on_the_day(ended: Desk) -> None:
    for person, day, status in (
        ("rfirst", BEFORE, 200),
        ("rfirst", THEN, 403),
        ("rofficer", BEFORE, 403),
        ("rofficer", THEN, 200),
    ):
        path = "/completion/people?unit=ra1"
        answer = await ended.api.ask("planning", "GET", path, actor=person, **day, **ended.seen)
        assert answer.status == status, (person, day)


async def test_a_unit_has_another_name_from_the_day_on(api: Api) -> None:
    name = {"name": "Biro Umum dan Rumah Tangga", "level": "2", "parent": "u1"}
    unit = {"units": [{"unit": "rn", "name": "Biro Umum Lama", "level": "2", "parent": "u1"}]}
    await api.do("planning", "/directory", unit, **BEFORE, **PERSONNEL)
    change = name | {"since": SINCE, "ground": GROUND}
    done = await api.do("planning", "/units/rn/change", change, **BEFORE, **PERSONNEL)
    seen = {"headers": {"At-Least": done["at_least"]}}
    for day, called in ((BEFORE, "Biro Umum Lama"), (THEN, name["name"])):
        told = await api.see("planning", "/units", actor="worker", **day, **seen)
        assert {each["unit"]: each["name"] for each in told}["rn"] == called
    told = await api.see("planning", "/units/rn", actor="worker", **seen)
    assert [each["since"] for each in told["shapes"]] == [None, SINCE]


async def test_what_is_agreed_for_a_year_follows_the_tree_of_that_year(api: Api) -> None:
    """A decree that holds from January is known when the year's agreements are made."""
    units = [
        {"unit": unit, "name": unit.upper(), "level": "2", "parent": "u1"} for unit in ("rp", "rq")
    ]
    heads = [
        {"person": f"{unit['unit']}head", "name": "Kepala", "status": "official"} for unit in units
    ]
    posts = [started(f"{unit['unit']}head", unit["unit"], leads=True) for unit in units]
    now = Desk(api)
    await now.do("/directory", {"units": units, "people": heads})
    await now.do("/directory", {"assignments": posts})
    below = {"name": "RP", "level": "3", "parent": "rq", "since": "2028-01-01", "ground": GROUND}
    await now.do("/units/rp/change", below)
    await now.do("/agreements", agreement("rqhead.a", 2028))
    await now.do("/agreements", agreement("rphead.a", 2028, serves="rq.2028/i1"))
    await now.do("/agreements", agreement("rqhead.a", 2027))
    refused = await now.send("/agreements", agreement("rphead.a", 2027, serves="rq.2027/i1"))
    assert (refused.status, refused.code) == (422, "not-above")


async def test_no_unit_will_be_above_itself(api: Api) -> None:
    """Nor on a later day, by what has been decided for it already."""
    now = Desk(api)
    units = [
        {"unit": unit, "name": unit.upper(), "level": "2", "parent": "u1"} for unit in ("rx", "ry")
    ]
    await now.do("/directory", {"units": units})
    below = {"name": "X", "level": "3", "ground": GROUND}
    await now.do("/units/rx/change", below | {"parent": "ry", "since": "2028-07-01"})
    refused = await now.send("/units/ry/change", below | {"parent": "rx", "since": "2028-06-15"})
    assert (refused.status, refused.code) == (422, "circle")


async def test_nobody_will_appraise_those_who_appraise_them(api: Api) -> None:
    """Nor on a later day, by what has been decided for it already."""
    now = Desk(api)
    people = [{"person": id, "name": id, "status": "official"} for id in ("rv", "rw")]
    await now.do("/directory", {"people": people})
    await now.do("/directory", {"assignments": [started(id, "u1") for id in ("rv", "rw")]})
    above = {"appraiser": "rw", "office": "rw.a", "since": "2028-07-01"}
    await now.do("/assignments/rv.a/appraiser", above)
    below = {"appraiser": "rv", "office": "rv.a", "since": "2028-06-15"}
    refused = await now.send("/assignments/rw.a/appraiser", below)
    assert (refused.status, refused.code) == (422, "circle")


async def test_only_personnel_reorganise(api: Api) -> None:
    acts = {
        "change": {"name": "X", "level": "2", "since": SINCE, "ground": "X"},
        "end": {"on": LAST, "ground": "X"},
        "continue": {"reason": "X"},
        "move": {"into": "u1", "since": SINCE, "reason": "X"},
    }
    for actor, roles in (("worker", ""), ("boss", ""), ("inspector", "auditor"), ("x", "operator")):
        for act, body in acts.items():
            answer = await api.ask(
                "planning", "POST", f"/units/u1/{act}", json=body, actor=actor, roles=roles
            )
            assert (answer.status, answer.code) == (403, "forbidden"), (actor, act)

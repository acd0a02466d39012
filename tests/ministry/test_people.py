"""Invented people: the same for the same seed, in a stream, each under someone who came before."""

import sys
from collections import Counter
from datetime import datetime
from itertools import islice

import pytest

from ministry.course import course
from ministry.fitting import EXPERT, SKILLED
from ministry.people import (
    EXECUTING_SHARE,
    MOST,
    PPPK,
    WOMEN_SHARE,
    Person,
    leader,
    people,
    units,
)
from ministry.rows import Agency, load


@pytest.fixture(scope="module")
def agency() -> Agency:
    return load()


@pytest.fixture(scope="module")
def three_hundred(agency: Agency) -> list[Person]:
    return list(people(agency, 300, seed=1))


def test_the_same_seed_gives_the_same_people(agency: Agency, three_hundred: list[Person]) -> None:
    assert list(people(agency, 300, seed=1)) == three_hundred
    others = list(people(agency, 300, seed=2))
    assert not {p.id for p in others} & {p.id for p in three_hundred}
    assert {p.name for p in others} != {p.name for p in three_hundred}


def test_a_person_does_not_depend_on_how_many_follow(agency: Agency) -> None:
    """As long as the same units are in use."""
    assert list(people(agency, 298, seed=1)) == list(islice(people(agency, 300, seed=1), 298))


@pytest.mark.parametrize("count", [1, 2, 9, 40, 300, 1_200, 5_000])
def test_every_appraiser_exists_and_comes_first(agency: Agency, count: int) -> None:
    in_use = {unit.unit_code: unit for unit in units(agency, count)}
    seen: dict[str, Person] = {}
    for person in people(agency, count, seed=1):
        unit = in_use[person.unit]
        assert person.template in agency.templates
        if person.is_leader:
            assert person.id == leader(unit.unit_code, seed=1)
            assert person.position == unit.leader_position
            above = unit.parent_code
        else:
            above = unit.unit_code
        if above is None:
            assert person.appraiser is None
        else:
            appraiser = seen[person.appraiser or ""]
            assert appraiser.is_leader
            assert appraiser.unit == above
        seen[person.id] = person
    assert len(seen) == count
    assert {p.unit for p in seen.values() if p.is_leader} == set(in_use)


@pytest.mark.parametrize(("count", "expected"), [(1, 1), (40, 5), (300, 34), (240_000, 135)])
def test_units_in_use_grow_with_the_people(agency: Agency, count: int, expected: int) -> None:
    in_use = [unit.unit_code for unit in units(agency, count)]
    assert len(in_use) == expected
    places = {code: place for place, code in enumerate(in_use)}
    for unit in units(agency, count):
        assert unit.parent_code is None or places[unit.parent_code] < places[unit.unit_code]


def test_a_few_units_show_the_breadth_of_the_agency(agency: Agency) -> None:
    """Each directorate general that has directorates is seen with some of its own."""
    above = Counter(unit.parent_code for unit in units(agency, 300) if unit.parent_code)
    with_units_below = {
        unit.unit_code
        for unit in units(agency, MOST)
        if unit.parent_code == "700000000000"
        and any(other.parent_code == unit.unit_code for other in agency.units)
    }
    assert all(above[code] >= 5 for code in with_units_below)
    assert len(with_units_below) == 5


def test_no_unit_is_much_larger_than_another(three_hundred: list[Person]) -> None:
    sizes = Counter(person.unit for person in three_hundred).values()
    assert max(sizes) - min(sizes) <= 1
    assert min(sizes) >= 8


@pytest.mark.parametrize("count", [0, -1, MOST + 1])
def test_a_count_out_of_range_is_refused(agency: Agency, count: int) -> None:
    with pytest.raises(ValueError, match="persons"):
        next(people(agency, count, seed=1))


def test_nip_has_its_parts(agency: Agency) -> None:
    for person in people(agency, 3_000, seed=1):
        if person.nip is None:
            continue
        assert len(person.nip) == 18
        assert person.nip.isascii()
        assert person.nip.isdigit()
        born = datetime.strptime(person.nip[:8], "%Y%m%d")
        appointed = datetime.strptime(person.nip[8:14], "%Y%m")
        assert appointed.year - born.year >= 20
        assert appointed < datetime(2026, 1, 1)
        assert appointed.year >= 2021 or person.status == "PNS"
        assert person.nip[14] in "12"
        assert person.nip[15:] >= "001"


def test_a_quarter_of_a_million_people_stream_in_flat_memory(agency: Agency) -> None:
    seen = Counter[str]()
    blocks = [sys.getallocatedblocks()]
    for place, person in enumerate(people(agency, 240_000, seed=1)):
        seen.update(
            (person.status, f"sex {(person.nip or '-' * 18)[14]}", "level" if person.level else "-")
        )
        if place % 1_000 == 999:
            blocks.append(sys.getallocatedblocks())
    assert max(blocks) - blocks[0] < 10_000  # one object kept per person would make 239,000
    assert seen["PNS"] + seen["PPPK"] + seen["official"] == 240_000
    assert seen["PPPK"] / 240_000 == pytest.approx(PPPK, abs=0.01)
    assert seen["sex 2"] / 240_000 == pytest.approx(WOMEN_SHARE, abs=0.01)
    assert seen["-"] / 240_000 == pytest.approx(EXECUTING_SHARE, abs=0.05)


def test_no_nip_and_no_id_repeats(agency: Agency) -> None:
    seen = [(person.nip, person.id) for person in people(agency, 30_000, seed=1)]
    assert len({nip for nip, _ in seen}) == len({id for _, id in seen}) == len(seen)
    assert {nip[15:] for nip, _ in seen if nip} == {"001", "002", "003", "501"}


def test_a_minister_is_an_official_without_nip(agency: Agency) -> None:
    """They set and appraise the SKPs of the highest executives."""
    everybody = list(people(agency, 300, seed=1))
    [minister] = [person for person in everybody if person.status == "official"]
    assert (minister.nip, minister.appraiser) == (None, None)
    assert minister.position == "Menteri Kesehatan"
    assert any(person.appraiser == minister.id for person in everybody)


def test_five_million_start_at_once(agency: Agency) -> None:
    assert len(list(islice(people(agency, 5_000_000, seed=1), 200))) == 200


def test_every_level_occurs_and_only_in_functional_positions(agency: Agency) -> None:
    levels = Counter(person.level for person in people(agency, 5_000, seed=1))
    assert set(levels) == {None, *EXPERT, *SKILLED}
    for person in people(agency, 300, seed=1):
        assert person.level is None or person.position.endswith(f" {person.level}")


def test_a_position_with_rows_of_its_own_gets_them(agency: Agency) -> None:
    own = {
        "Perawat": "Perawat Ahli Pertama",
        "Pranata Komputer": "Pranata Komputer Ahli Pertama",
        "Pengadministrasi": "Pengadministrasi Perkantoran",
        "Menteri Kesehatan": "Perjanjian Kinerja Menteri Kesehatan, Kementerian Kesehatan",
    }
    met = set()
    for person in people(agency, 3_000, seed=1):
        for start, template in own.items():
            if person.position.startswith(start):
                met.add(start)
                assert person.template == template
        assert agency.templates[person.template].head == person.is_leader
    assert met == set(own)


def test_the_course_of_a_year(agency: Agency) -> None:
    courses = [course(person.id) for person in people(agency, 20_000, seed=1)]
    assert courses[7] == course(next(islice(people(agency, 20_000, seed=1), 7, None)).id)
    cells = Counter((c.result, c.behaviour) for c in courses)
    assert len(cells) == 9
    assert cells["meets", "meets"] > 0.5 * len(courses)
    sanctioned = sum(c.absence_days >= 3 for c in courses) / len(courses)
    assert 0.01 <= sanctioned <= 0.02
    assert max(c.absence_days for c in courses) == 12  # some beyond what a superior may issue
    for c in courses:
        assert (c.progress > 1.04) == (c.result == "above")
        assert (c.progress < 0.95) == (c.result == "below")
    for few in ("late", "returned_once"):
        assert 0 < sum(getattr(c, few) for c in courses) < 0.2 * len(courses)
    assert 0.2 < sum(c.development is not None for c in courses) / len(courses) < 0.4
    assert 0.8 < sum(c.feedback for c in courses) / len(courses) < 0.9


def test_three_hundred_people_see_every_predicate_and_a_sanction(
    three_hundred: list[Person],
) -> None:
    """The five outcomes of the matrix, PermenPANRB 6/2022: both above; result below with and
    without misconduct; misconduct alone; the rest."""
    courses = [course(person.id) for person in three_hundred]
    cells = {(c.result, c.behaviour) for c in courses}
    assert {("above", "above"), ("meets", "meets"), ("below", "meets"), ("below", "below")} <= cells
    assert cells & {("above", "below"), ("meets", "below")}
    assert any(c.absence_days >= 3 for c in courses)

"""A NIP belongs to one person."""

import pytest

from contracts.planning import NIPReleased, NIPTaken
from services.planning.nip.decisions import AGGREGATE, nip_id, release, take
from tests.services.scenario import EMPLOYEE, STRANGER, of, refused

given = of(AGGREGATE)
NIP = "198503152010012001"
TAKEN = NIPTaken(person=EMPLOYEE, nip=NIP)
RELEASED = NIPReleased(person=EMPLOYEE, nip=NIP, reason="Salah ketik")


def test_a_number_is_taken_for_one_person() -> None:
    given().when(take, NIP, "PNS", EMPLOYEE).then(TAKEN)
    given(TAKEN).when(take, NIP, "PNS", STRANGER).then(refused("nip-taken", field="nip"))


def test_what_is_one_s_own_is_not_taken_again() -> None:
    given(TAKEN).when(take, NIP, "PNS", EMPLOYEE).then()


def test_a_number_that_was_released_is_free() -> None:
    given(TAKEN).when(release, NIP, EMPLOYEE, "Salah ketik").then(RELEASED)
    given(TAKEN, RELEASED).when(take, NIP, "PNS", STRANGER).then(NIPTaken(person=STRANGER, nip=NIP))


@pytest.mark.parametrize("history", [(), (TAKEN, RELEASED)])
def test_what_is_not_one_s_own_is_not_released(history: tuple[NIPTaken | NIPReleased, ...]) -> None:
    given(*history).when(release, NIP, EMPLOYEE, "x").then()
    given(TAKEN).when(release, NIP, STRANGER, "x").then()


def test_what_is_no_nip_is_not_taken() -> None:
    given().when(take, "1" * 18, "PNS", EMPLOYEE).then(refused("malformed-nip", field="nip"))


def test_the_stream_s_name_does_not_tell_the_number() -> None:
    assert NIP not in nip_id(NIP)
    assert len(nip_id(NIP)) == 32

"""A NIP says whose it is, in all its parts."""

from datetime import date

import pytest

from contracts.planning import PersonStatus
from law.nip import must_be_nip
from law.refusal import Refused

ON = date(2026, 1, 12)
GOOD = "198503152010012001"


@pytest.mark.parametrize(
    ("nip", "status"),
    [
        (GOOD, "PNS"),
        ("199902282026011999", "CPNS"),
        ("200002292025212001", "PPPK"),
        ("198503152021122001", "PPPK"),
    ],
)
def test_a_nip_in_all_its_parts(nip: str, status: PersonStatus) -> None:
    must_be_nip(nip, status, ON)


@pytest.mark.parametrize(
    "nip",
    [
        "", "1" * 17, "1" * 19, GOOD[:-1] + "x", "１９８５０３１５２０１００１２００１", GOOD + "\n",
        "198513152010012001",  # no thirteenth month
        "198502302010012001",  # no 30 February
        "189903152010012001",  # nobody is that old
        "203003152031012001",  # born tomorrow
        "198503152010002001",  # appointed in no month
        "198503152010132001",
        "198503152010212001",  # a PPPK's way of counting, of a PNS
        "198503151980012001",  # appointed before birth
        "198503152031012001",  # appointed in years to come
        "198503152010010001", "198503152010013001",  # neither a man nor a woman
        "198503152010012000",  # serials begin with 1
    ],
)  # fmt: skip
def test_what_is_no_nip(nip: str) -> None:
    with pytest.raises(Refused) as refusal:
        must_be_nip(nip, "PNS", ON)
    assert (refusal.value.code, refusal.value.field) == ("malformed-nip", "nip")

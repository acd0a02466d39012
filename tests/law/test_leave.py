"""Which leave frees from planning one's performance. PermenPANRB 8/2021, annex E.7; BKN's FAQ."""

import pytest

from contracts.planning import LeaveKind
from law.leave import frees


@pytest.mark.parametrize(
    ("kind", "of_8_2021", "of_6_2022"),
    [
        ("study", True, False),  # under 6/2022 by dialogue with the appraiser
        ("suspension", True, True),
        ("unpaid", True, True),
        ("pre-retirement", True, True),
        ("annual", False, False),
        ("sick", False, False),
        ("maternity", False, False),
        ("long", False, False),
        ("important-reason", False, False),
    ],
)
def test_who_need_not_plan(kind: LeaveKind, of_8_2021: bool, of_6_2022: bool) -> None:
    assert frees(kind, "PermenPANRB 8/2021") is of_8_2021
    assert frees(kind, "PermenPANRB 6/2022") is of_6_2022

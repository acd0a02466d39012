"""Which of an agency's policies holds on a date."""

from datetime import date

from law.policy import Policy, in_force


def test_the_last_policy_that_has_begun_is_in_force() -> None:
    ships = Policy("shipped default", date.min, 1)
    new = Policy("Keputusan 7/2026", date(2026, 7, 1), 2, "planning:setting/x@1")
    assert in_force((ships, new), date(2026, 6, 30)) is ships
    assert in_force((ships, new), date(2026, 7, 1)) is new
    assert in_force((ships, new), date.max) is new

"""Which of an agency's policies holds on a date."""

from datetime import date

from law.policy import Policy, Settled


def test_the_last_policy_that_has_begun_is_in_force() -> None:
    ships = Policy("shipped default", date.min, 1)
    new = Policy("Keputusan 7/2026", date(2026, 7, 1), 2, "planning:setting/x@1")
    settled = Settled((ships, new), new.basis)
    assert settled.on(date(2026, 6, 30)) is ships
    assert settled.on(date(2026, 7, 1)) is new
    assert settled.on(date.max) is new

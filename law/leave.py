"""Which leave frees from planning one's performance."""

from collections.abc import Mapping

from contracts.planning import LeaveKind

EXEMPT: Mapping[str, frozenset[LeaveKind]] = {
    "PermenPANRB 8/2021": frozenset({"suspension", "unpaid", "pre-retirement", "study"}),
    "PermenPANRB 6/2022": frozenset({"suspension", "unpaid", "pre-retirement"}),
}
"""By rule set. PermenPANRB 8/2021, annex E.7. Under PermenPANRB 6/2022 who is on study leave plans with
the appraiser (BKN's FAQ); that the other kinds are still exempt was not found in its text."""


def frees(kind: LeaveKind, rule_set: str) -> bool:
    """Whether a leave explains that there is no SKP. PermenPANRB 8/2021; PermenPANRB 6/2022."""
    return kind in EXEMPT[rule_set]

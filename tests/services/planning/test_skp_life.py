"""An SKP's life: whatever is done with it in whatever order, these hold."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.event import Event
from contracts.planning import SKPApproved, SKPDrafted
from contracts.succession import AppraiserChange
from law.policy import ships
from law.refusal import Refused
from law.standing import Actor, Appraising, Standing
from services.planning.skp import decisions, succession, views
from services.planning.skp.acts import acts
from services.planning.skp.checks import Count, warnings
from services.planning.skp.decisions import AGGREGATE, FROM, SKP, Proposal
from tests.services.planning.test_skp import ANNEXES, OCTOBER, RICH, result
from tests.services.scenario import EMPLOYEE, HELD, NEXT_SUPERIOR, SUPERIOR, YEAR_END, YEAR_START
from tests.services.test_views import happened, rows

PLANS = (RICH, replace(RICH, results=(result("r1"),)), replace(RICH, results=(result("r9"),)))
EMPTY = replace(RICH, annexes=ANNEXES.model_copy(update={"resources": ()}))
ENDED = replace(HELD, until=date(2026, 6, 30))
FOLLOWED = replace(
    HELD, appraising=(*HELD.appraising, Appraising(date(2026, 7, 1), NEXT_SUPERIOR, "o2"))
)
CHANGE = ships(AppraiserChange(rule="confirm"))


class Move(NamedTuple):
    act: Any
    by: Standing
    plan: Any


standings = st.builds(
    Standing,
    st.sampled_from([Actor(EMPLOYEE), Actor(SUPERIOR), Actor(NEXT_SUPERIOR)]),
    st.sampled_from([date(2026, 1, 12), date(2026, 7, 1), date(2027, 1, 4)]),
    st.sampled_from([HELD, HELD, HELD, ENDED, FOLLOWED]),
) | st.just(Standing(Actor(NEXT_SUPERIOR), date(2026, 7, 1), FOLLOWED))
plans = st.sampled_from([*PLANS, *PLANS, EMPTY])
moves = st.builds(Move, st.sampled_from(["draft", *FROM]), standings, plans)


def _do(state: SKP | None, move: Move) -> Event:
    """What the service would do: authority first."""
    by = move.by
    if move.act == "draft":
        proposal = Proposal(YEAR_START, YEAR_END, "quantitative", "ja-jf", move.plan)
        return decisions.draft(state, by, proposal, (), OCTOBER)
    words: dict[str, Callable[[], Event]] = {
        "revise": lambda: decisions.revise(state, by, move.plan),
        "submit": lambda: decisions.submit(state, by, ()),
        "withdraw": lambda: decisions.withdraw(state, by, "x"),
        "amend": lambda: decisions.amend(state, by, move.plan, "x"),
        "return": lambda: decisions.return_(state, by, "x"),
        "approve": lambda: decisions.approve(state, by),
        "confirm": lambda: succession.confirm(state, by, CHANGE),
        "close": lambda: succession.close(state, by, "x", CHANGE),
    }
    return words[move.act]()


def _hold(before: SKP | None, after: SKP, event: Event) -> None:
    if not isinstance(event, SKPApproved | SKPDrafted):
        assert before
        assert after.agreed == before.agreed
    if after.status in ("approved", "closed"):
        assert after.plan == after.agreed
        assert after.reason is None
    if after.amends:
        assert after.status != "withdrawn"
    assert before is None or before.status != "closed"
    assert (after.start, after.until <= YEAR_END) == (YEAR_START, True)


def _is_shown(state: SKP, history: list[Event]) -> None:
    """The view has the SKP as it was agreed, and a change of it beside that."""
    row = rows(views.VIEW, happened(*history))["skp"][(state.skp,)]
    at_hand = state.status in ("draft", "submitted", "returned")
    if state.amends:
        assert row["status"] == ("closed" if state.status == "closed" else "approved")
        assert row["amendment"] == (state.status if at_hand else None)
    else:
        assert (row["status"], row["amendment"]) == (state.status, None)
    assert row["until"] == state.until
    shown = views.PlanShown.model_validate_json(row["plan"])
    agreed = state.agreed or state.plan
    assert (shown.results, shown.annexes) == (agreed.results, agreed.annexes)
    if at_hand:
        counted = Count(*(row[f"warned_{name}"] for name in Count._fields))
        warned = [*warnings(state.plan, state.approach, "jpt")]
        assert counted.of(state.approach, "jpt") == len(warned)
    if row["amended"] is not None:
        assert views.PlanShown.model_validate_json(row["amended"]).results == state.plan.results


def test_what_is_agreed_changes_by_approval_alone_and_is_shown_as_it_is() -> None:
    seen: set[str] = set()

    @settings(max_examples=150)
    @given(st.data())
    def lives(data: st.DataObject) -> None:
        state: SKP | None = None
        history: list[Event] = []
        for _ in range(12):
            by = data.draw(standings)
            may = _may(state, by)
            if not may:
                continue
            move = Move(data.draw(st.sampled_from(may)), by, data.draw(plans))
            refused = _refusal(state, move)
            if refused:
                # What one may do is refused for what one says, and for nothing else.
                assert refused in ("nothing-changed", "empty-annex", "outside-assignment"), move
                continue
            event = _do(state, move)
            before, state = state, AGGREGATE.evolve(state, event)
            history.append(event)
            _hold(before, state, event)
            _is_shown(state, history)
            seen.add(move.act)

    lives()
    assert seen == {"draft", *FROM}, "the courses must reach every act"


def test_what_one_may_not_do_in_a_status_is_refused() -> None:
    @settings(max_examples=100)
    @given(st.lists(moves, min_size=3, max_size=25))
    def refuses(course: list[Move]) -> None:
        state: SKP | None = None
        for move in course:
            if not _refusal(state, move):
                assert move.act == "draft" or (state and state.status in FROM[move.act])
                state = AGGREGATE.evolve(state, _do(state, move))

    refuses()


def _may(state: SKP | None, by: Standing) -> list[str]:
    if state is None or state.status == "withdrawn":
        return ["draft"] if by.id == EMPLOYEE else []
    return [*acts(by, state.status, (state.start, state.until), state.appraiser, CHANGE)]


def _refusal(state: SKP | None, move: Move) -> str:
    """The code with which a move is refused, if it is."""
    try:
        _do(state, move)
    except Refused as refused:
        return refused.code
    return ""

"""What somebody may do with an SKP, as pages ask for it."""

from datetime import date

from contracts.succession import AppraiserChange
from law.policy import Settled
from law.standing import Standing
from law.succession import rule_of
from services.planning.skp.decisions import FROM, MAY, Act, Status


def acts(
    by: Standing,
    status: Status,
    span: tuple[date, date],
    appraiser: str | None,
    change: Settled[AppraiserChange],
) -> list[Act]:
    """What somebody may do with an SKP, whatever they would say; `status` of what is at hand, `appraiser` with
    whom it was agreed."""
    (start, until), last = span, by.held.until
    rule = rule_of(by.held, appraiser, by.on, change)
    agreed, lasts = appraiser is not None, by.on <= until
    begins = last is None or start <= last
    also = {
        "revise": lasts or not agreed,
        "submit": (lasts or not agreed) and begins,
        "approve": begins,
        "amend": lasts,
        "confirm": rule == "confirm" and lasts,
        "close": (agreed and last is not None and last < until) or (rule == "replace" and lasts),
    }
    return [
        act
        for act, statuses in FROM.items()
        if status in statuses and also.get(act, True) and by.capacities.intersection(MAY[act])
    ]

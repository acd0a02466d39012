"""What an SKP says, and what it must. PermenPANRB 6/2022, Arts 9–13."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from contracts.planning import Annexes, Expectation, Result
from law.refusal import Refused

CONTENT = "PermenPANRB 6/2022 Arts 9–13"
Approach = Literal["quantitative", "qualitative"]


@dataclass(frozen=True, slots=True)
class Plan:
    """What an SKP says."""

    results: tuple[Result, ...]
    expectations: tuple[Expectation, ...] = ()
    annexes: Annexes = field(default_factory=Annexes)


def check(plan: Plan, approach: Approach, *, leads: bool) -> None:
    """Raises Refused."""
    if not any(result.kind == "main" for result in plan.results):
        raise Refused(
            "no-main-result", "a main result is required", article=CONTENT, field="results"
        )
    _distinct([result.id for result in plan.results], "results")
    for n, result in enumerate(plan.results):
        if not result.indicators:
            raise Refused(
                "no-indicator",
                f"result {result.id} has no indicator",
                article=CONTENT,
                field=f"results.{n}.indicators",
            )
        # A head of unit's indicators come from the performance agreement, with a perspective.
        if approach == "quantitative" and not leads:
            for m, indicator in enumerate(result.indicators):
                if indicator.aspect is None:
                    raise Refused(
                        "no-aspect",
                        f"indicator {indicator.id} has no aspect",
                        article=CONTENT,
                        field=f"results.{n}.indicators.{m}.aspect",
                    )
    _distinct([i.id for result in plan.results for i in result.indicators], "indicators")


def _distinct(ids: Sequence[str], field: str) -> None:
    if len(set(ids)) < len(ids):
        raise Refused("repeated-id", f"an id stands twice among the {field}", field=field)

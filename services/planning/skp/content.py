"""What an SKP says, and what it must. PermenPANRB 6/2022, Arts 9–13.

Each rule yields all that it finds, so that a decision, which refuses, and a check, which only tells, rest
on the same rules.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from contracts.planning import Annexes, Dialogue, Expectation, Form, Result
from law.refusal import Refused

CONTENT = "PermenPANRB 6/2022 Arts 9–13"
Approach = Literal["quantitative", "qualitative"]


@dataclass(frozen=True, slots=True)
class Plan:
    """What an SKP says."""

    results: tuple[Result, ...]
    expectations: tuple[Expectation, ...] = ()
    annexes: Annexes = field(default_factory=Annexes)
    dialogue: Dialogue = field(default_factory=Dialogue)


USUAL: Form = "ja-jf"
"""Where nobody has described the position: that of a JPT, or of the head of an independent unit, is described so."""


def form_of(form: Form | None, *, leads: bool) -> Form:
    """The form that was said; of what was drafted before it was, the one that went with leading a unit then."""
    return form or ("jpt" if leads else "ja-jf")


def problems(plan: Plan, approach: Approach, form: Form) -> Iterator[Refused]:
    """What an SKP may not say, from its draft on (PermenPANRB 6/2022 Arts 9–13)."""
    if not any(result.kind == "main" for result in plan.results):
        yield Refused(
            "no-main-result", "a main result is required", article=CONTENT, field="results"
        )
    yield from _repeated((f"results.{n}", result.id) for n, result in enumerate(plan.results))
    for n, result in enumerate(plan.results):
        if not result.indicators:
            yield Refused(
                "no-indicator",
                f"result {result.id} has no indicator",
                article=CONTENT,
                field=f"results.{n}.indicators",
            )
        # Those of the form for JPT come from the performance agreement, with a perspective.
        if approach == "quantitative" and form == "ja-jf":
            for m, indicator in enumerate(result.indicators):
                if indicator.aspect is None:
                    yield Refused(
                        "no-aspect",
                        f"indicator {indicator.id} has no aspect",
                        article=CONTENT,
                        field=f"results.{n}.indicators.{m}.aspect",
                    )
    yield from _repeated(
        (f"results.{n}.indicators.{m}", indicator.id)
        for n, result in enumerate(plan.results)
        for m, indicator in enumerate(result.indicators)
    )
    told = set()
    for n, expectation in enumerate(plan.expectations):
        if expectation.value in told:
            yield Refused(
                "repeated-value",
                f"there is an expectation of {expectation.value} already",
                article=CONTENT,
                field=f"expectations.{n}.value",
            )
        told.add(expectation.value)


def unready(plan: Plan) -> Iterator[Refused]:
    """What an SKP that is submitted must say besides: how the work is supported, accounted for and what
    follows from it (PermenPANRB 6/2022 Arts 9–13)."""
    for name, lines in plan.annexes:
        if not lines:
            yield Refused(
                "empty-annex",
                f"the annex of {name} is empty",
                article=CONTENT,
                field=f"annexes.{name}",
            )


def _repeated(ids: Iterable[tuple[str, str]]) -> Iterator[Refused]:
    """Ids that stand twice, by where they stand."""
    told = set()
    for where, id in ids:
        if id in told:
            yield Refused("repeated-id", f"the id {id} stands twice", field=f"{where}.id")
        told.add(id)

"""What an SKP had better say: warnings, which refuse nothing."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from contracts.planning import Form, Result
from contracts.settings import SKPDue
from law.policy import Policy
from services.planning.skp.content import CONTENT, Approach, Plan

OUTCOMES = "PermenPANRB 8/2021"
"""Results are worded as outcomes, never as activities; its annex says so, and manuals of PermenPANRB 6/2022
still do."""
IN_TIME = "PermenPANRB 6/2022 Arts 14–15"
"""An SKP of a year is set by the end of January."""
DOING = frozenset(
    [
        "melaksanakan",
        "melakukan",
        "menyusun",
        "membuat",
        "mengikuti",
        "menyiapkan",
        "mempersiapkan",
        "mengerjakan",
        "menghadiri",
        "mengumpulkan",
        "membantu",
        "mengetik",
        "menginput",
        "menulis",
        "mengirim",
    ]
)
"""Verbs of doing, with which an activity begins and no outcome does."""


@dataclass(frozen=True, slots=True)
class Warned:
    """What had better be mended; the parts as of a refusal."""

    code: str
    detail: str
    article: str = ""
    field: str = ""


def warnings(plan: Plan, approach: Approach, form: Form) -> Iterator[Warned]:
    """What an SKP may say and better would not."""
    for n, result in enumerate(plan.results):
        where = f"results.{n}"
        yield from _of_result(result, form, where)
        if approach == "quantitative":  # else one sentence says what is measured, and how
            yield from _of_indicators(result, where)


class Count(NamedTuple):
    """How many warnings there are of what an SKP says: `always`, of the form for JA and JF besides, and of the
    quantitative approach besides."""

    always: int
    ja_jf: int
    quantitative: int

    def of(self, approach: Approach, form: Form) -> int:
        besides = self.ja_jf if form == "ja-jf" else 0
        return self.always + besides + (self.quantitative if approach == "quantitative" else 0)


def counted(plan: Plan) -> Count:
    """For when it is not known of which approach and form it is: what the one warns of does not rest on the
    other. The view of SKPs keeps it, whose version is raised when a warning comes, goes or changes."""

    def count(approach: Approach, form: Form) -> int:
        return sum(1 for _ in warnings(plan, approach, form))

    always = count("qualitative", "jpt")
    return Count(
        always, count("qualitative", "ja-jf") - always, count("quantitative", "jpt") - always
    )


def misplaced(plan: Plan, known: Collection[str]) -> Iterator[Warned]:
    """Results that say to serve what is not there, or no more, or is asked of somebody else; `known` are the
    places of the others."""
    for n, result in enumerate(plan.results):
        if result.serves_at is not None and result.serves_at not in known:
            yield Warned(
                "unknown-place",
                f"result {result.id} serves {result.serves_at}, which is not there for it",
                field=f"results.{n}.serves_at",
            )


def past_due(start: date, due: date, rule: Policy[SKPDue], on: date) -> Iterator[Warned]:
    """Of an SKP that has not been set, with what says so: the agency's setting; if there is none, the regulation of
    one that starts with its year, and nothing of one that starts later."""
    ground = IN_TIME if (start.month, start.day) == (1, 1) else ""
    if on > due:
        yield Warned(
            "past-due",
            f"it was to be set by {due}",
            article=rule.name if rule.basis else ground,
            field="start",
        )


def _of_result(result: Result, form: Form, where: str) -> Iterator[Warned]:
    first = re.match(r"\w+", result.text)
    if first and first[0].casefold() in DOING:
        yield Warned(
            "activity",
            f"{first[0]} begins an activity, not an outcome",
            article=OUTCOMES,
            field=f"{where}.text",
        )
    if form == "ja-jf" and result.kind == "main" and not (result.serves or result.serves_at):
        yield Warned(
            "serves-nothing",
            f"result {result.id} serves no result of the leader's",
            article=CONTENT,
            field=f"{where}.serves",
        )
    if result.kind == "additional" and result.decision is None:
        yield Warned(
            "no-decision",
            f"result {result.id} names no decision that gives it",
            article="PP 30/2019",
            field=f"{where}.decision",
        )


def _of_indicators(result: Result, where: str) -> Iterator[Warned]:
    for m, indicator in enumerate(result.indicators):
        at = f"{where}.indicators.{m}"
        if not any(each.isdecimal() for each in indicator.target):
            yield Warned(
                "not-measurable",
                f"the target of indicator {indicator.id} has no number",
                article=CONTENT,
                field=f"{at}.target",
            )
        if indicator.unit is None:
            yield Warned(
                "no-unit",
                f"indicator {indicator.id} has no unit",
                article=CONTENT,
                field=f"{at}.unit",
            )

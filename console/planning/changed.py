"""What a change of an SKP changes, in words: row by row, what was beside what is."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from console.planning.skp import Plan
from console.planning.words import ANNEXES, ASPECTS, CADENCES, KINDS, VALUES
from console.show.words import N_
from contracts.planning import Annexes, Dialogue, Expectation, Indicator, Result

Say = Callable[[str], str]
Rows = list[tuple[str, str]]
"""What was, empty of what was added; what is, empty of what was removed."""


class Told(BaseModel):
    model_config = ConfigDict(frozen=True)


class ResultRow(Told):
    id: str
    before: Result | None
    after: Result | None


class IndicatorRow(Told):
    id: str
    before: Indicator | None
    after: Indicator | None


class Expected(Told):
    before: tuple[Expectation, ...] = ()
    after: tuple[Expectation, ...] = ()


class Attached(Told):
    before: Annexes = Annexes()
    after: Annexes = Annexes()


class Discussed(Told):
    before: Dialogue = Dialogue()
    after: Dialogue = Dialogue()


class Change(Told):
    """One that was approved, as planning tells it."""

    version: int
    at: datetime
    by: str
    reason: str | None
    results: tuple[ResultRow, ...]
    indicators: tuple[IndicatorRow, ...]
    expectations: Expected | None
    annexes: Attached | None
    dialogue: Discussed | None

    def rows(self, say: Say) -> Rows:
        expected = self.expectations or Expected()
        attached, discussed = self.annexes or Attached(), self.dialogue or Discussed()
        found = [(_result(row.before, say), _result(row.after, say)) for row in self.results]
        found += [
            (_indicator(row.before, say), _indicator(row.after, say)) for row in self.indicators
        ]
        found += _beside(_expected(expected.before), _expected(expected.after))
        found += _beside(_annexes(attached.before, say), _annexes(attached.after, say))
        found += _beside(_dialogue(discussed.before, say), _dialogue(discussed.after, say))
        return [(before, after) for before, after in found if before != after]


def differences(before: Plan, after: Plan, say: Say) -> Rows:
    """Between what is agreed and what is to take its place."""
    return _beside(_words(before, say), _words(after, say))


def _beside(before: Mapping[str, str], after: Mapping[str, str]) -> Rows:
    found = [(before.get(at, ""), after.get(at, "")) for at in {**after, **before}]
    return [(was, now) for was, now in found if was != now]


def _words(plan: Plan, say: Say) -> dict[str, str]:
    """By place."""
    found = dict[str, str]()
    for result in plan.results:
        found[result.id] = _result(result, say)
        found |= {f"{result.id}/{each.id}": _indicator(each, say) for each in result.indicators}
    return {
        **found,
        **_expected(plan.expectations),
        **_annexes(plan.annexes, say),
        **_dialogue(plan.dialogue, say),
    }


def _result(result: Result | None, say: Say) -> str:
    if result is None:
        return ""
    besides = [say(KINDS[result.kind]), result.serves, result.decision]
    return f"{result.text} ({_joined(besides)})"


def _indicator(each: Indicator | None, say: Say) -> str:
    if each is None:
        return ""
    unit = each.unit if each.unit and each.unit not in each.target else None
    target = _joined([each.target, unit], " ")
    aspect = say(ASPECTS[each.aspect]) if each.aspect else each.perspective
    baseline = f"{say(N_('semula'))} {each.baseline}" if each.baseline else None
    return f"{each.text} ({_joined([target, aspect, baseline])})"


def _expected(expectations: Iterable[Expectation]) -> dict[str, str]:
    return {f"expect/{each.value}": f"{VALUES[each.value]}: {each.text}" for each in expectations}


def _annexes(annexes: Annexes, say: Say) -> dict[str, str]:
    return {
        f"annex/{name}": f"{say(ANNEXES[name])}: {'; '.join(lines)}"
        for name, lines in annexes
        if lines
    }


def _dialogue(dialogue: Dialogue, say: Say) -> dict[str, str]:
    found = dict[str, str]()
    if dialogue.feedback:
        cadence = say(CADENCES[dialogue.feedback])
        found["dialogue/feedback"] = f"{say(N_('Umpan balik'))}: {cadence}"
    if dialogue.notes:
        found["dialogue/notes"] = f"{say(N_('Catatan dialog'))}: {dialogue.notes}"
    return found


def _joined(parts: Iterable[str | None], by: str = ", ") -> str:
    return by.join(part for part in parts if part)

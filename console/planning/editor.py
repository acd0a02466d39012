"""The editor of an SKP, as it is shown: with what was typed, what is wrong with it, and who else has changed it."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import NamedTuple

from console.ask.client import Problem
from console.planning.reads import Checks, Shown
from console.planning.skp import field_at, is_plans, rows, to_fields
from console.web.forms import Merge


class Said(NamedTuple):
    """What is said at a field, or, if that is empty, of the whole."""

    field: str
    code: str
    detail: str
    article: str


@dataclass(frozen=True)
class Sheet:
    """fields   as they are shown
    shown    the SKP that is changed; None of a new one
    typed    somebody has just typed this
    saved    when what is shown was saved as a draft, if it comes from one
    copied   it was begun from what the last SKP says
    problem  why it was refused
    merge    with what somebody else has changed meanwhile
    unfit    it was to be submitted, and what checks have found keeps it from that
    """

    fields: Mapping[str, str]
    shown: Shown | None = None
    typed: bool = False
    saved: datetime | None = None
    copied: bool = False
    problem: Problem | None = None
    merge: Merge | None = None
    unfit: bool = False

    @property
    def amends(self) -> bool:
        """A change of what has been agreed is begun."""
        if self.shown:
            return self.shown.skp.at_hand == "approved"
        return bool(self.fields.get("amends"))

    @property
    def days(self) -> tuple[date, date] | None:
        """Of a new one."""
        try:
            return date.fromisoformat(self.get("start")), date.fromisoformat(self.get("until"))
        except ValueError:
            return None

    @property
    def base(self) -> str:
        """What the form was made from, to tell later who has changed what."""
        if self.merge and self.shown:
            return json.dumps(to_fields(self.shown.skp.says))
        if kept := self.fields.get("base"):
            return kept
        return json.dumps(to_fields(self.shown.skp.says)) if self.shown else "{}"

    @cached_property
    def refusals(self) -> list[Said]:
        """All that keeps it from being done."""
        if not (problem := self.problem):
            found = self.shown.checks.refusals if self.shown and self.unfit else ()
            return [self._said(e.pointer, e.code, e.detail, e.article) for e in found]
        if not problem.errors:
            return [self._said(problem.field, problem.code, problem.detail, problem.article)]
        return [self._said(e.pointer, e.code, e.detail, problem.article) for e in problem.errors]

    @cached_property
    def warnings(self) -> list[Said]:
        """What had better be mended, of what planning keeps."""
        checks = self.shown.checks if self.shown and not self.typed else Checks()
        found = checks.warnings if self.unfit else (*checks.refusals, *checks.warnings)
        return [self._said(each.pointer, each.code, each.detail, each.article) for each in found]

    @cached_property
    def _by_field(self) -> Mapping[str, list[Said]]:
        found: dict[str, list[Said]] = defaultdict(list)
        for each in (*self.refusals, *self.warnings):
            found[each.field].append(each)
        return found

    def at(self, name: str) -> list[Said]:
        """What is said at a field."""
        return self._by_field.get(name, [])

    def wrong(self, name: str) -> bool:
        return any(each in self.refusals for each in self.at(name))

    def rows(self) -> Iterator[tuple[str, list[str]]]:
        return rows(self.fields)

    def get(self, name: str) -> str:
        return self.fields.get(name, "")

    def with_draft(self, fields: Mapping[str, str], saved: datetime) -> "Sheet":
        return replace(self, fields={**self.fields, **_without_gone(fields)}, saved=saved)

    def with_fields(self, fields: Mapping[str, str]) -> "Sheet":
        return replace(self, fields={**self.fields, **fields})

    def _said(self, pointer: str, code: str, detail: str, article: str) -> Said:
        return Said(field_at(self.fields, pointer.replace(".", "/")), code, detail, article)


def _without_gone(fields: Mapping[str, str]) -> dict[str, str]:
    """Only what is the SKP's, and why it is changed."""
    return {
        name: text for name, text in fields.items() if is_plans(name) or name in ("reason", "base")
    }

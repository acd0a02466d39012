"""What an editor shows: with what was typed, what is wrong with it, and who else has changed it.

Each editor has fields of one form, a way to make them of what planning keeps, and back.
"""

import json
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import NamedTuple, TypeAlias, TypeVar

from fastapi import Request, Response

from console.ask.client import Problem
from console.keep.drafts import Draft
from console.planning import rows
from console.planning.rows import Fields
from console.web import forms
from console.web.forms import Filled, Merge
from console.web.page import Visit

BESIDES = ("reason", "base", "approach", "assignment")
"""Fields of a draft beside what is merged, which are restored with it."""


class Said(NamedTuple):
    """What is said at a field, or, if that is empty, of the whole."""

    field: str
    code: str
    detail: str
    article: str


@dataclass(frozen=True)
class Sheet:
    """fields   as they are shown
    kept     what planning keeps, as fields; None of what it does not keep yet
    version  of what is kept
    typed    somebody has just typed this
    saved    when what is shown was saved as a draft, if it comes from one
    problem  why it was refused
    merge    with what somebody else has changed meanwhile
    """

    fields: Fields
    kept: Fields | None = None
    version: str = ""
    typed: bool = False
    saved: datetime | None = None
    problem: Problem | None = None
    merge: Merge | None = None

    def field_at(self, pointer: str) -> str:
        """The field that a JSON pointer into what is sent is about; empty if none is."""
        raise NotImplementedError

    @property
    def base(self) -> str:
        """What the form was made from, to tell later who has changed what."""
        if not self.merge and (brought := self.fields.get("base")):
            return brought
        return json.dumps(self.kept or {})

    @cached_property
    def refusals(self) -> list[Said]:
        """All that keeps it from being done."""
        problem = self.problem
        if not problem:
            return []
        if not problem.errors:
            return [self._said(problem.field, problem.code, problem.detail, problem.article)]
        return [self._said(e.pointer, e.code, e.detail, problem.article) for e in problem.errors]

    @property
    def warnings(self) -> Iterable[Said]:
        """What had better be mended."""
        return ()

    @cached_property
    def _refused(self) -> Mapping[str, list[Said]]:
        return _by_field(self.refusals)

    @cached_property
    def _warned(self) -> Mapping[str, list[Said]]:
        return _by_field(self.warnings)

    def at(self, name: str) -> list[Said]:
        """Why it was refused, at a field."""
        return self._refused.get(name, [])

    def hints(self, name: str) -> list[Said]:
        """What had better be mended, at a field."""
        return self._warned.get(name, [])

    def wrong(self, name: str) -> bool:
        return bool(self.at(name))

    def rows(self) -> Iterator[tuple[str, list[str]]]:
        return rows.rows(self.fields)

    def row_of(self, name: str) -> int | None:
        """In which row, counted from one, a field stands; None if in none."""
        outer = name.partition("/")[0]
        every = rows.ids(self.fields, "order")
        return every.index(outer) + 1 if outer in every else None

    def get(self, name: str) -> str:
        return self.fields.get(name, "")

    def _said(self, pointer: str, code: str, detail: str, article: str) -> Said:
        return Said(self.field_at(pointer.replace(".", "/")), code, detail, article)


def _by_field(said: Iterable[Said]) -> Mapping[str, list[Said]]:
    found: dict[str, list[Said]] = defaultdict(list)
    for each in said:
        found[each.field].append(each)
    return found


Kind = TypeVar("Kind", bound=Sheet)


def says(name: str) -> bool:
    """Whether the field says something of the thing itself."""
    return name == "order" or "/" in name


def merged(sheet: Kind, typed: Fields) -> Kind:
    """With what was typed in a form that was made from an earlier version of what is kept."""
    mine = {name: text.replace("\r\n", "\n") for name, text in typed.items() if says(name)}
    merge = forms.merged(rows.base(typed), sheet.kept or {}, mine)
    return replace(sheet, fields={**sheet.fields, **merge.fields}, merge=merge)


def restored(sheet: Kind, draft: Draft) -> Kind:
    """With what was typed and not sent; with what somebody has changed since, too."""
    typed = dict(draft.fields)
    taken = {name: text for name, text in typed.items() if says(name) or name in BESIDES}
    again = replace(sheet, fields={**sheet.fields, **taken}, saved=draft.saved)
    if sheet.kept is None or rows.base(typed) == sheet.kept:
        return again
    return merged(again, typed)


Show: TypeAlias = Callable[[Visit, Kind, int, str, str], Awaitable[Response]]
"""Takes the visit, the sheet, the answer's code, the form's page and the version that it was made from."""


async def begun(request: Request, visit: Visit, sheet: Kind, show: Show[Kind]) -> Response:
    """The editor as the reader left it: with their draft, if there is one."""
    draft = await forms.draft(request, visit)
    shown = restored(sheet, draft) if draft else sheet
    return await show(visit, shown, 200, visit.form_page, shown.version)


async def again(
    request: Request,
    form: Filled,
    sheet: Kind,
    show: Show[Kind],
    code: int = 200,
    version: str | None = None,
) -> Response:
    """The editor with what was typed, which is saved as a draft too. It was made from the form's version, if
    no other is given."""
    besides = {name: text for name, text in form.fields if not says(name) and name != "do"}
    whole = replace(sheet, fields={**besides, **sheet.fields})
    await forms.save(request, replace(form, fields=tuple(whole.fields.items())))
    made_from = version or (whole.version if whole.merge else form.version)
    return await show(form.visit, whole, code, form.page, made_from)

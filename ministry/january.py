"""How each SKP of the demonstration comes to be agreed, and what becomes of it in the year: drafted from the
cells of a matrix or from a template, returned row by row, amended, and replaced on a transfer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zlib import crc32

from ministry.alignment import PERSONNEL
from ministry.bodies import CODE, assignment_of, identity, plan_of, posting
from ministry.client import Client
from ministry.course import Course
from ministry.people import Person
from ministry.rows import Agency

ACTING, NEXT = "plt", "2"
"""Codes of the assignments that come besides everybody's first."""
ACTING_UNTIL, BACK, MOVED, CAME = (3, 31), (4, 1), (7, 1), (11, 2)
"""Month and day: the last of the acting official; the first of whom they stood in for; the first in another
unit; the first of who comes from another agency."""


@dataclass(frozen=True)
class Held:
    """An SKP that a person has in the year: its name, its assignment, and who appraises it in the end."""

    skp: str
    assignment: str
    appraiser: str | None


@dataclass(frozen=True)
class Acting:
    """`head` is away for studies at the start of the year, and `by` leads the unit in their place."""

    head: Person
    by: Person

    @property
    def office(self) -> str:
        return f"{self.by.id}.{ACTING}"


def acting(heads: Sequence[Person]) -> Acting | None:
    """The last unit's head and the first who has the same superior, if there are two such."""
    for head in reversed(heads):
        for other in heads:
            if head.appraiser and other.appraiser == head.appraiser and other is not head:
                return Acting(head, other)
    return None


class January:
    """`at` makes a moment of the year of month and day; `seen` says what planning had written about a person or
    unit when the stage began."""

    def __init__(
        self,
        client: Client,
        agency: Agency,
        year: int,
        heads: Sequence[Person],
        at: Callable[[int, int], datetime],
        seen: Callable[[str], str],
        acting: Acting | None,
    ) -> None:
        self._client, self._agency, self._year = client, agency, year
        self._heads = list(heads)
        self._at, self._seen = at, seen
        self._acting = acting
        self._above: Mapping[str, str | None] = {u.unit_code: u.parent_code for u in agency.units}

    def held(self, person: Person, fate: Course) -> list[Held]:
        """A person's SKPs of the year, in order."""
        first = Held(
            self._named(assignment_of(person), (1, 1)), assignment_of(person), person.appraiser
        )
        to = self._moves_to(person, fate)
        if to is None:
            return [first]
        assignment = f"{person.id}.{NEXT}"
        return [first, Held(self._named(assignment, MOVED), assignment, to.id)]

    def plan(self, person: Person) -> dict[str, Any]:
        """What the person's SKP says, as their template's real rows have it."""
        return plan_of(self._agency.templates[person.template], lead=person.is_leader)

    async def arrange(self, officer: Person | None, newcomer: Person) -> None:
        """A personnel officer of the agency; an acting official for a head who is away; and late in the year
        somebody from another agency, whom nobody appraises yet. Raises client.Refusal."""
        top = self._heads[0].unit
        if officer:
            mandate = {
                "person": officer.id,
                "mandate": "personnel",
                "since": self._day(1, 5),
                "ground": "SK pengelola kepegawaian 3/2026",
            }
            await self._client.command(
                "planning",
                f"/units/{top}/mandates",
                mandate,
                key="officer",
                at=self._at(1, 5),
                **PERSONNEL,
            )
        arriving = {
            "people": [identity(newcomer)],
            "assignments": [posting(newcomer, date(self._year, *CAME)) | {"superior": None}],
        }
        await self._client.command(
            "planning", "/directory", arriving, key="newcomer", at=self._at(*CAME), **PERSONNEL
        )
        if self._acting:
            await self._stand_in(self._acting)

    async def _stand_in(self, acting: Acting) -> None:
        head, by = acting.head, acting.by
        superior = {"appraiser": head.appraiser, "office": f"{head.appraiser}.{CODE}"}
        office = {
            "person": by.id,
            "code": ACTING,
            "unit": head.unit,
            "position": head.position,
            "kind": "plt",
            "leads": True,
            "start": self._day(1, 5),
            "until": self._day(*ACTING_UNTIL),
            "superior": superior,
        }
        await self._client.command(
            "planning",
            "/directory",
            {"assignments": [office]},
            key="acting",
            at=self._at(1, 5),
            **PERSONNEL,
        )
        away = {
            "kind": "study",
            "start": self._day(1, 5),
            "until": self._day(*ACTING_UNTIL),
            "ground": "SK tugas belajar 12/2026",
        }
        await self._client.command(
            "planning",
            f"/assignments/{assignment_of(head)}/leaves",
            away,
            key="away",
            at=self._at(1, 5),
            at_least=self._seen(head.id),
            **PERSONNEL,
        )

    async def live(self, person: Person, fate: Course) -> None:
        """Raises client.Refusal."""
        [first, *follows] = self.held(person, fate)
        stands_in = (
            self._acting if self._acting and person.appraiser == self._acting.head.id else None
        )
        if stands_in and not person.is_leader:
            await self._appraised_by(person, stands_in.by.id, stands_in.office, (1, 5))
        else:
            stands_in = None
        in_january = replace(first, appraiser=stands_in.by.id) if stands_in else first
        plan = await self._agree(person, fate, in_january)
        if stands_in:
            await self._appraised_by(person, stands_in.head.id, assignment_of(stands_in.head), BACK)
        if fate.amended:
            await self._amend(person, first, plan)
        for second in follows:
            await self._move(person, first, second)

    async def look_ahead(self, person: Person) -> None:
        """Somebody submits next year's SKP as soon as it may be drafted. Raises client.Refusal."""
        year, assignment = self._year + 1, assignment_of(person)
        to = self._client.to("planning", f"{assignment}.{year}0101")
        draft = self._draft(person, assignment, (1, 1)) | {
            "start": str(date(year, 1, 1)),
            "until": str(date(year, 12, 31)),
        }
        mine, seen = {"actor": person.id}, self._seen(person.id)
        await to("", draft | self.plan(person), "draft", self._at(11, 9), mine, seen)
        await to("/submit", None, "submit", self._at(11, 10), mine)

    async def _agree(self, person: Person, fate: Course, held: Held) -> dict[str, Any]:
        """From the draft to the approval; the plan that was agreed."""
        month, day = (2, 16) if fate.late else (1, 12)
        plan = await self._drafted(person)

        def at(days: int) -> datetime:
            return self._at(month, day + days)

        mine, theirs = {"actor": person.id}, {"actor": held.appraiser}
        to = self._client.to("planning", held.skp)
        draft = self._draft(person, held.assignment, (1, 1)) | plan
        await to("", draft, "draft", at(0), mine, self._seen(person.id))
        await to("/submit", None, "submit", at(1), mine)
        seen = self._seen(self._acting.by.id) if self._acting else ""
        if fate.returned_once:
            first = plan["results"][0]
            row = {"result": first["id"], "indicator": first["indicators"][0]["id"]}
            reason = {
                "reason": "Target perlu disesuaikan dengan ekspektasi pimpinan",
                "rows": [row | {"reason": "Target belum menantang"}],
            }
            await to("/return", reason, "return", at(2), theirs, seen)
            await to("/revise", plan, "revise", at(3), mine)
            await to("/submit", None, "resubmit", at(4), mine)
        await to("/approve", None, "approve", at(5), theirs, seen)
        return plan

    async def _drafted(self, person: Person) -> dict[str, Any]:
        """In every other unit what its matrix asks for is filled in first."""
        plan = self.plan(person)
        if crc32(person.unit.encode()) % 2:
            return plan
        units = {person.unit, self._above[person.unit] or person.unit}
        seen = ",".join(sorted({self._seen(each) for each in (person.id, *units)}))
        path = f"/skp-drafts?assignment={assignment_of(person)}&year={self._year}"
        drafted = await self._client.query("planning", path, actor=person.id, at_least=seen)
        return filled(plan, drafted["results"])

    async def _amend(self, person: Person, held: Held, plan: Mapping[str, Any]) -> None:
        results = [dict(each) for each in plan["results"]]
        [first, *others] = results[0]["indicators"]
        results[0]["indicators"] = [first | {"target": f"{first['target']} (disesuaikan)"}, *others]
        body = {**plan, "results": results, "reason": "Penyesuaian anggaran triwulan II"}
        to = self._client.to("planning", held.skp)
        mine, theirs = {"actor": person.id}, {"actor": held.appraiser}
        seen = self._seen(person.id)
        await to("/amend", body, "amend", self._at(4, 8), mine, seen)
        await to("/submit", None, "amend-submit", self._at(4, 9), mine)
        await to("/approve", None, "amend-approve", self._at(4, 10), theirs)

    async def _move(self, person: Person, first: Held, second: Held) -> None:
        """To another unit: the SKP is closed where the assignment ends, and another one follows."""
        unit = next(head.unit for head in self._heads if head.id == second.appraiser)
        superior = {"appraiser": second.appraiser, "office": f"{second.appraiser}.{CODE}"}
        body = {
            "unit": unit,
            "position": person.position,
            "level": person.level,
            "code": NEXT,
            "start": self._day(*MOVED),
            "superior": superior,
            "reason": "SK mutasi 45/2026",
        }
        moved = await self._client.command(
            "planning",
            f"/assignments/{first.assignment}/transfer",
            body,
            key=f"transfer-{first.assignment}",
            at=self._at(6, 22),
            **PERSONNEL,
        )
        mine, theirs = {"actor": person.id}, {"actor": second.appraiser}
        closing = self._client.to("planning", first.skp)
        reason, seen = {"reason": "Mutasi ke unit lain"}, moved["at_least"]
        await closing("/close", reason, "close", self._at(7, 1), mine, seen)
        to = self._client.to("planning", second.skp)
        draft = self._draft(person, second.assignment, MOVED) | self.plan(person)
        await to("", draft, "draft", self._at(7, 2), mine, seen)
        await to("/submit", None, "submit", self._at(7, 3), mine)
        await to("/approve", None, "approve", self._at(7, 6), theirs)

    async def _appraised_by(
        self, person: Person, appraiser: str, office: str, since: tuple[int, int]
    ) -> None:
        body = {"appraiser": appraiser, "office": office, "since": self._day(*since)}
        path = f"/assignments/{assignment_of(person)}/appraiser"
        changed = await self._client.command(
            "planning",
            path,
            body,
            key=f"appraiser-{since[0]}-{person.id}",
            at=self._at(*since),
            at_least=self._seen(person.id),
            **PERSONNEL,
        )
        # Until it has arrived, the one before appraises.
        await self._client.query(
            "planning", f"/people/{person.id}", actor=person.id, at_least=changed["at_least"]
        )

    def _draft(self, person: Person, assignment: str, start: tuple[int, int]) -> dict[str, Any]:
        template = self._agency.templates[person.template]
        return {
            "assignment": assignment,
            "start": self._day(*start),
            "until": self._day(12, 31),
            "approach": "qualitative" if template.approach == "kualitatif" else "quantitative",
        }

    def _moves_to(self, person: Person, fate: Course) -> Person | None:
        """The head of the unit that follows theirs, if the course has them move."""
        if not fate.moves or person.is_leader or len(self._heads) < 2:
            return None
        units = [head.unit for head in self._heads]
        return self._heads[(units.index(person.unit) + 1) % len(units)]

    def _named(self, assignment: str, start: tuple[int, int]) -> str:
        """As planning names it: the assignment and the first day."""
        return f"{assignment}.{date(self._year, *start):%Y%m%d}"

    def _day(self, month: int, day: int) -> str:
        return str(date(self._year, month, day))


def filled(plan: Mapping[str, Any], asked: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """A plan whose main results serve what is asked of the assignment; an additional one comes last, by the
    decision that gives it. What is measured stays the plan's own where a cell leaves that to the dialogue."""
    wanted = {each["id"]: each for each in asked}
    results = []
    for own in plan["results"]:
        given = wanted.get(own["id"])
        if given and given["kind"] == own["kind"] == "main":
            served = {name: given[name] for name in ("text", "serves", "serves_at")}
            results.append(own | served | {"indicators": given["indicators"] or own["indicators"]})
        else:
            results.append(own)
    for given in asked:
        if given["kind"] == "additional":
            id = f"r{len(results) + 1}"
            measured = plan["results"][0]["indicators"][0] | {"id": f"{id}.1"}
            added = {**given, "id": id, "decision": "SK tim kerja 7/2026"}
            results.append(added | {"indicators": given["indicators"] or [measured]})
    return {**plan, "results": results}

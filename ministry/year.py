"""One performance year of an agency, lived through the services' HTTP APIs, in streaming.

Every command has a key that follows from what it is, so that a year that was cut short is simply
lived again from its bookmark: what has happened since is answered, not repeated.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from contracts.topics import partition
from ministry.alignment import Alignment
from ministry.bodies import assignment_of, plan_of, posting, unit
from ministry.bookmark import Bookmark
from ministry.client import Client
from ministry.course import Course, course
from ministry.people import Person, people, units
from ministry.rows import Agency

JAKARTA = ZoneInfo("Asia/Jakarta")
RULE_SET = "PermenPANRB 6/2022"
PERSONNEL: dict[str, Any] = {"actor": "personnel-unit", "roles": "personnel"}
AUTHORITY: dict[str, Any] = {"actor": "appointing-authority", "roles": "appointing-authority"}
DEDUCTION = {"Kurang": 1, "Sangat Kurang": 2}
"""From the monthly allowance, percent by predicate."""
DEDUCTION_GROUND = "as Bakamla 1/2023 Art 11"
ABREAST = 32
"""Persons whose year advances at the same time."""
BULK, BULK_ABREAST = 200, 3
"""Rows in one bulk request, and such requests at a time."""
CHAPTER = 1000
"""Persons between two notes of how far the year has come."""


@dataclass(frozen=True)
class Stage:
    """One stage of the year: what it is called, and what happens to each person in it."""

    name: str
    live: Callable[[Person, Course], Awaitable[None]]


Progress = Callable[[str, int, int], None]
"""Told of a stage's name, how many persons have lived it, and of how many."""


class Year:
    """`year` of `count` persons; `seed` gives the same persons and the same events each time."""

    def __init__(
        self, client: Client, agency: Agency, count: int, seed: int, year: int, bookmark: Bookmark
    ) -> None:
        self.client = client
        self.bookmark = bookmark
        self.agency = agency
        self.count = count
        self.seed = seed
        self.year = year
        self.cycle = str(year)
        self.start, self.until = date(year, 1, 1), date(year, 12, 31)
        self._planned: list[str] = []
        """Planning's log when the present stage began, by partition."""

    async def live(self, progress: Progress) -> None:
        """From the directory to evaluation's reports. Raises client.Refusal."""
        if not self.bookmark.reached("directory"):
            await self._directory(progress)
            self.bookmark.note("directory", self.count)
        await self.client.command(
            "planning", "/settings/allowance-deduction",
            {"value": {"percent": DEDUCTION}, "since": str(self.start), "ground": DEDUCTION_GROUND},
            key=f"allowance-deduction-{self.cycle}", at=self._at(1, 2), **PERSONNEL,
        )  # fmt: skip
        await self.client.command(
            "appraisal", "/cycles",
            {"cycle": self.cycle, "rule_set": RULE_SET, "start": str(self.start), "until": str(self.until)},
            key=f"open-{self.cycle}", at=self._at(1, 2), **PERSONNEL,
        )  # fmt: skip
        await self._align()
        for stage in (
            Stage("planning", self._plan),
            Stage("monitoring", self._execute),
            Stage("discipline", self._discipline),
            Stage("appraisal", self._appraise),
        ):
            await self._through(stage, progress)
        await self._close(progress)
        self.bookmark.note("evaluation", self.count)

    @property
    def is_over(self) -> bool:
        return self.bookmark.reached("evaluation") > 0

    def _people(self) -> Iterator[Person]:
        return people(self.agency, self.count, self.seed)

    def _appraised(self) -> Iterator[Person]:
        """Everybody but the heads of agencies, who have no appraiser in the agency."""
        return (person for person in self._people() if person.appraiser)

    async def _through(self, stage: Stage, progress: Progress) -> None:
        done = self.bookmark.reached(stage.name)
        self._planned = await self._sent("planning")

        async def live(person: Person) -> None:
            nonlocal done
            await stage.live(person, course(person.id))
            done += 1
            progress(stage.name, done, self.count)

        waiting = islice(self._appraised(), done, None)
        while chapter := list(islice(waiting, CHAPTER)):
            await _side_by_side(chapter, live, ABREAST)
            self.bookmark.note(stage.name, done)
        progress(stage.name, self.count, self.count)

    async def _directory(self, progress: Progress) -> None:
        """Units and people, as the personnel unit loads them: leaders before those they appraise."""
        in_use = units(self.agency, self.count)
        for n in range(0, len(in_use), BULK):  # parents first
            await self._register(f"units-{n}", [unit(u) for u in in_use[n : n + BULK]], [])
        everybody = self._people()
        leaders = list(islice(everybody, len(in_use)))
        for n in range(0, len(leaders), BULK):
            await self._register(f"leaders-{n}", [], leaders[n : n + BULK])
        done = len(leaders)
        chunks = iter(lambda: list(islice(everybody, BULK)), [])

        async def register(chunk: list[Person]) -> None:
            nonlocal done
            await self._register(f"people-{chunk[0].id}", [], chunk)
            done += len(chunk)
            progress("directory", done, self.count)

        await _side_by_side(chunks, register, BULK_ABREAST)

    async def _register(
        self, key: str, unit_rows: list[dict[str, Any]], persons: list[Person]
    ) -> None:
        body = {
            "units": unit_rows,
            "people": [
                {"person": p.id, "nip": p.nip, "name": p.name, "status": p.status} for p in persons
            ],
            "assignments": [posting(p, self.start) for p in persons],
        }  # fmt: skip
        await self.client.command(
            "planning", "/directory", body, key=f"directory-{key}", at=self._at(1, 2), **PERSONNEL
        )

    def _staff(self) -> Iterator[Person]:
        return (person for person in self._people() if not person.is_leader)

    async def _align(self) -> None:
        """What every unit is to achieve, and who carries it; some of that changes in spring."""
        sent = await self._sent("planning")
        heads = list(islice(self._people(), len(units(self.agency, self.count))))
        seen = {head.id: sent[partition(head.id)] for head in heads}
        alignment = Alignment(self.client, self.agency, self.year, self.year - 1)
        await alignment.set(heads, self._at(1, 5), seen)
        await alignment.fill(self._staff(), self._at(1, 7))
        await alignment.amend(heads[0], self._at(4, 6))
        for first in islice(self._staff(), 1):
            await alignment.remove(first, self._at(4, 6))

    async def _plan(self, person: Person, fate: Course) -> None:
        month, day = (2, 16) if fate.late else (1, 12)
        skp, assignment = self._skp(person), assignment_of(person)
        template = self.agency.templates[person.template]
        plan = plan_of(template, lead=person.is_leader)
        draft = {
            "assignment": assignment, "start": str(self.start), "until": str(self.until),
            "approach": "qualitative" if template.approach == "kualitatif" else "quantitative",
        }  # fmt: skip
        mine, theirs = {"actor": person.id}, {"actor": person.appraiser}
        seen = self._seen(person)
        to = self._command("planning", skp)
        await to("", draft | plan, "draft", self._at(month, day), mine, seen)
        await to("/submit", None, "submit", self._at(month, day + 1), mine)
        if fate.returned_once:
            reason = {"reason": "Target perlu disesuaikan dengan ekspektasi pimpinan"}
            await to("/return", reason, "return", self._at(month, day + 2), theirs)
            await to("/revise", plan, "revise", self._at(month, day + 3), mine)
            await to("/submit", None, "resubmit", self._at(month, day + 4), mine)
        await to("/approve", None, "approve", self._at(month, day + 5), theirs)

    async def _execute(self, person: Person, fate: Course) -> None:
        skp = self._skp(person)
        mine, theirs = {"actor": person.id}, {"actor": person.appraiser}
        seen = self._seen(person)
        to = self._command("monitoring", skp)
        plan = plan_of(self.agency.templates[person.template], lead=person.is_leader)
        indicators = [i["id"] for result in plan["results"] for i in result["indicators"]]
        for quarter in (1, 2, 3, 4):
            share = fate.progress * quarter / 4
            report = {
                "indicator": indicators[quarter % len(indicators)],
                "period": f"{self.year}-Q{quarter}",
                "realisation": f"{share:.0%} dari target tahunan",
                "evidence": [
                    {
                        "title": f"Laporan triwulan {quarter}",
                        "link": f"https://dokumen.example.go.id/{skp}/{quarter}",
                    }
                ],
            }
            await to(
                "/progress", report, f"progress-{quarter}", self._at(quarter * 3, 26), mine,
                seen if quarter == 1 else "",  # what has arrived once stays
            )  # fmt: skip
            if fate.feedback and quarter in (2, 4):
                comment = {"kind": "feedback", "text": _FEEDBACK[fate.result]}
                await to(
                    "/feedback", comment, f"feedback-{quarter}", self._at(quarter * 3, 28), theirs
                )
        if fate.development:
            await self._develop(person, fate)

    async def _develop(self, person: Person, fate: Course) -> None:
        assert fate.development
        assert person.appraiser
        need = f"need-{person.id}"
        development = fate.development
        command = self.client.command
        body = {
            "need": need, "assignment": assignment_of(person), "topic": development.topic,
            "reason": "Disepakati dalam dialog kinerja",
        }  # fmt: skip
        await command(
            "monitoring", "/development-needs", body, key=need, actor=person.appraiser,
            at=self._at(4, 10),
        )  # fmt: skip
        training = {
            "training": f"{need}-t", "title": development.training,
            "start": str(date(self.year, 8, 3)), "until": str(date(self.year, 8, 7)),
        }  # fmt: skip
        await command(
            "monitoring", f"/development-needs/{need}/training", training, key=f"{need}-plan",
            actor=person.appraiser, at=self._at(5, 11),
        )  # fmt: skip
        if fate.progress >= 0.5:  # who is furthest behind has not found the time
            certificate = {
                "title": "Sertifikat", "link": f"https://dokumen.example.go.id/{need}",
            }  # fmt: skip
            await command(
                "monitoring", f"/development-needs/{need}/completion", {"evidence": certificate},
                key=f"{need}-complete", actor=person.id, at=self._at(8, 10),
            )  # fmt: skip

    async def _discipline(self, person: Person, fate: Course) -> None:
        """PNS only: for contract staff each agency has rules of its own (PP 49/2018)."""
        days = fate.absence_days
        if days < 3 or not person.appraiser or person.status == "PPPK":
            return
        case = f"case-{person.id}"
        opening = {
            "case": case,
            "assignment": assignment_of(person),
            "absent": list(map(str, _weekdays(date(self.year, 7, 1), 2 * days)[::2])),
        }
        superior = {"actor": person.appraiser}
        await self.client.command(
            "rewards", "/discipline-cases", opening, key=f"open-{case}", at=self._at(10, 5),
            at_least=self._seen(person), **superior,
        )  # fmt: skip
        to = self._command("rewards", case, f"/people/{person.id}/discipline-cases")
        examination = _weekdays(date(self.year, 10, 7), 7)[-1]
        await to("/summons", {"examination": str(examination)}, "summon", self._at(10, 6), superior)
        present = {
            "present": True,
            "minutes": "Berita acara pemeriksaan ditandatangani kedua pihak",
        }
        at = self._at(10, examination.day)
        await to("/examination", present, "examine", at, superior)
        issuer = superior if days <= 10 else AUTHORITY
        await to("/sanction", None, "issue", self._at(10, 27), issuer)

    async def _appraise(self, person: Person, fate: Course) -> None:
        to = self._command("appraisal", self._skp(person), "/appraisals")
        superior = {"actor": person.appraiser}
        reason = {
            "cycle": self.cycle,
            "reason": "Berdasarkan bukti dukung dan umpan balik berkelanjutan",
        }
        seen = self._seen(person)
        january = self._at(1, 11, self.year + 1)
        await to("/result", reason | {"rating": fate.result}, "result", january, superior, seen)
        await to("/behaviour", reason | {"rating": fate.behaviour}, "behaviour", january, superior)
        await to("/finalize", {"cycle": self.cycle}, "finalize", january, superior)

    async def _close(self, progress: Progress) -> None:
        """Close the cycle once all appraisals are in, and wait for evaluation's reports."""
        expected = sum(1 for _ in self._appraised())
        auditor = {"actor": "demonstration-auditor", "roles": "auditor"}

        async def final() -> int:
            by_unit = await self.client.query(
                "appraisal", f"/cycles/{self.cycle}/predicates", **auditor
            )
            return sum(sum(predicates.values()) for predicates in by_unit.values())

        await _until(final, expected, lambda done: progress("appraisal", done, expected))
        await self.client.command(
            "appraisal", f"/cycles/{self.cycle}/close", key=f"close-{self.cycle}",
            at=self._at(1, 29, self.year + 1), **PERSONNEL,
        )  # fmt: skip
        reporting = len({person.unit for person in self._appraised()})

        async def reported() -> int:
            return len(
                await self.client.query("evaluation", f"/cycles/{self.cycle}/reports", **auditor)
            )

        await _until(reported, reporting, lambda done: progress("evaluation", done, reporting))

    def _command(
        self, service: str, id: str, collection: str = "/skps"
    ) -> Callable[..., Awaitable[Any]]:
        """Commands to one resource; an empty path makes it."""

        async def to(
            path: str, body: Any, verb: str, at: datetime, actor: dict[str, Any], at_least: str = ""
        ) -> Any:
            return await self.client.command(
                service, f"{collection}/{id}{path}" if path else collection, body,
                key=f"{verb}-{id}", at=at, at_least=at_least, **actor,
            )  # fmt: skip

        return to

    async def _sent(self, service: str) -> list[str]:
        """What a service has written so far, as a request can wait for it, by partition."""
        now = datetime.now(UTC)
        while True:
            status = await self.client.status(service)
            # It may be a moment old, and what was written last not in it.
            asked = datetime.fromisoformat(status["at"])
            if asked >= now and status["relayed"] == status["position"]:
                return str(status["at_least"]).split(",")
            await asyncio.sleep(0.2)

    def _skp(self, person: Person) -> str:
        """As planning names it: the assignment and the first day."""
        return f"{assignment_of(person)}.{self.start:%Y%m%d}"

    def _seen(self, person: Person) -> str:
        """What planning had written of the person when the stage began."""
        return self._planned[partition(person.id)]

    def _at(self, month: int, day: int, year: int | None = None) -> datetime:
        return datetime(year or self.year, month, day, 9, tzinfo=JAKARTA)


def _weekdays(first: date, count: int) -> list[date]:
    """So many days from Monday to Friday; where the year uses them there are no holidays."""
    days = (first + timedelta(days=n) for n in range(2 * count + 2))
    return [day for day in days if day.weekday() < 5][:count]


_FEEDBACK = {
    "above": "Capaian melampaui ekspektasi; pertahankan dan bagikan cara kerjanya",
    "meets": "Capaian sesuai ekspektasi; tingkatkan kualitas bukti dukung",
    "below": "Capaian di bawah ekspektasi; susun rencana perbaikan per bulan",
}


async def _side_by_side(
    items: Iterable[Any], act: Callable[[Any], Awaitable[None]], most: int
) -> None:
    """Act on each item, at most so many at a time; items are drawn as there is room."""
    free = asyncio.Semaphore(most)

    async def one(item: Any) -> None:
        try:
            await act(item)
        finally:
            free.release()

    async with asyncio.TaskGroup() as group:
        for item in items:
            await free.acquire()
            group.create_task(one(item))


async def _until(
    count: Callable[[], Awaitable[int]], wanted: int, tell: Callable[[int], None]
) -> None:
    while (found := await count()) < wanted:
        tell(found)
        await asyncio.sleep(0.2)
    tell(wanted)

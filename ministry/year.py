"""One performance year of an agency, lived through the services' HTTP APIs, in streaming.

Every command has a key that follows from what it is, so that a year that was cut short is simply
lived again from its bookmark: what has happened since is answered, not repeated.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from contracts.topics import partition
from ministry import positions
from ministry.abreast import side_by_side
from ministry.alignment import Alignment
from ministry.bodies import assignment_of, identity, posting, unit
from ministry.bookmark import Bookmark
from ministry.client import Client
from ministry.course import Course, course
from ministry.january import Acting, January, acting
from ministry.people import Person, people, units
from ministry.rows import Agency

JAKARTA = ZoneInfo("Asia/Jakarta")
RULE_SET = "PermenPANRB 6/2022"
PERSONNEL: dict[str, Any] = {"actor": "personnel-unit", "roles": "personnel"}
AUTHORITY: dict[str, Any] = {"actor": "appointing-authority", "roles": "appointing-authority"}
DEDUCTION = {"Kurang": 1, "Sangat Kurang": 2}
"""From the monthly allowance, percent by predicate."""
DEDUCTION_GROUND = "Menurut contoh Pasal 11 Peraturan Bakamla Nomor 1 Tahun 2023"
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
        self.count, self.seed = count, seed
        self.year = year
        self.cycle = str(year)
        self.start, self.until = date(year, 1, 1), date(year, 12, 31)
        self._planned: list[str] = []
        """Planning's log when the present stage began, by partition."""
        self.heads = list(islice(self._people(), len(units(agency, count))))
        self.alignment = Alignment(client, agency, year, year - 1)
        acts = self._acting()
        self.january = January(client, agency, year, self.heads, self._at, self._seen_of, acts)

    async def live(self, progress: Progress) -> None:
        """From the directory to evaluation's reports. Raises client.Refusal, or an ExceptionGroup of it."""
        if not self.bookmark.reached("directory"):
            await self._directory(progress)
            await positions.describe(self.client, self.agency, self._people(), self._at(1, 2))
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
        self._planned = await self._sent("planning")
        await self.january.arrange(self.officer, self._newcomer)
        await self._through(Stage("planning", self._plan), progress)
        await self._align_anew()
        for stage in (
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

    def _acting(self) -> Acting | None:
        """Who leads a unit at the year's beginning, in place of whom."""
        return acting(self.heads)

    def _course(self, person: Person) -> Course:
        """What the year holds for them."""
        return course(person.id)

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
            await stage.live(person, self._course(person))
            done += 1
            progress(stage.name, done, self.count)

        waiting = islice(self._appraised(), done, None)
        while chapter := list(islice(waiting, CHAPTER)):
            await side_by_side(chapter, live)
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

        await side_by_side(chunks, register, BULK_ABREAST)

    async def _register(
        self, key: str, unit_rows: list[dict[str, Any]], persons: list[Person]
    ) -> None:
        body = {
            "units": unit_rows,
            "people": [identity(p) for p in persons],
            "assignments": [posting(p, self.start) for p in persons],
        }  # fmt: skip
        await self.client.command(
            "planning", "/directory", body, key=f"directory-{key}", at=self._at(1, 2), **PERSONNEL
        )

    @property
    def officer(self) -> Person | None:
        """Who has the mandate of personnel in the first agency: of the staff of its second unit, if that has any."""
        return next((p for p in self.staff() if p.unit != self.heads[0].unit), None)

    def guests(self) -> Iterator[Person]:
        """The staff of one unit, who stay in it; the second of them is early with next year's SKP."""
        first = next(self.staff(), None)
        return (
            p for p in self.staff() if first and p.unit == first.unit and not self._course(p).moves
        )

    @property
    def _newcomer(self) -> Person:
        """One person more, who comes from another agency."""
        everybody = people(self.agency, self.count + 1, self.seed)
        return replace(next(islice(everybody, self.count, None)), unit=self.heads[-1].unit)

    def staff(self) -> Iterator[Person]:
        return (person for person in self._people() if not person.is_leader)

    async def _align(self) -> None:
        """What every unit is to achieve, and who carries it."""
        sent = await self._sent("planning")
        seen = {head.id: sent[partition(head.id)] for head in self.heads}
        await self.alignment.set(self.heads, self._at(1, 5), seen)
        await self.alignment.fill(self.staff(), self._at(1, 7))

    async def _align_anew(self) -> None:
        """In spring some of it changes; the SKPs that rest on it stay as they were agreed."""
        await self.alignment.amend(self.heads[0], self._at(4, 6))
        for first in islice(self.staff(), 1):
            await self.alignment.remove(first, self._at(4, 6))
        if early := next(islice(self.guests(), 1, None), None):
            await self.january.look_ahead(early)

    async def _plan(self, person: Person, fate: Course) -> None:
        await self.january.live(person, fate)

    async def _execute(self, person: Person, fate: Course) -> None:
        mine, seen = {"actor": person.id}, self._seen(person)
        plan = self.january.plan(person)
        indicators = [i["id"] for result in plan["results"] for i in result["indicators"]]
        held = self.january.held(person, fate)
        for quarter in (1, 2, 3, 4):
            there = held[0 if quarter <= 2 else -1]
            skp, theirs = there.skp, {"actor": there.appraiser}
            to = self.client.to("monitoring", skp)
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
        to = self.client.to("rewards", case, f"/people/{person.id}/discipline-cases")
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
        reason = {
            "cycle": self.cycle,
            "reason": "Berdasarkan bukti dukung dan umpan balik berkelanjutan",
        }
        seen = self._seen(person)
        january = self._at(1, 11, self.year + 1)
        for held in self.january.held(person, fate):
            to = self.client.to("appraisal", held.skp, "/appraisals")
            superior = {"actor": held.appraiser}
            await to("/result", reason | {"rating": fate.result}, "result", january, superior, seen)
            rated = reason | {"rating": fate.behaviour}
            await to("/behaviour", rated, "behaviour", january, superior)
            await to("/finalize", {"cycle": self.cycle}, "finalize", january, superior)

    async def _close(self, progress: Progress) -> None:
        """Close the cycle once all appraisals are in, and wait for evaluation's reports."""
        expected = sum(len(self.january.held(p, self._course(p))) for p in self._appraised())
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

    def _seen(self, person: Person) -> str:
        """What planning had written of the person when the stage began."""
        return self._seen_of(person.id)

    def _seen_of(self, subject: str) -> str:
        return self._planned[partition(subject)]

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


async def _until(
    count: Callable[[], Awaitable[int]], wanted: int, tell: Callable[[int], None]
) -> None:
    while (found := await count()) < wanted:
        tell(found)
        await asyncio.sleep(0.2)
    tell(wanted)

"""What is written: one kind of event of the size that the services' events have."""

from collections.abc import Iterable
from datetime import UTC, datetime
from random import getrandbits

from contracts.event import Origin, Recorded
from contracts.monitoring import FeedbackGiven
from eventlog.views import Add, Change, Count, Put, Row, Table, View

UNITS = 200
TEXT = (
    "Sasaran triwulan ini tercapai sebagian: laporan bulanan terkirim tepat waktu, namun dua "
    "indikator mutu masih di bawah target. Susun rencana perbaikan sebelum akhir bulan ini dan "
    "lampirkan bukti dukung."
)


def feedback(person: int) -> FeedbackGiven:
    """About 340 bytes as JSON, 880 with the record around it."""
    return FeedbackGiven(
        skp=f"skp-2026-{person:07}",
        person=f"person-{person:07}",
        unit=f"unit-{person % UNITS:03}",
        by="person-0000001",
        kind="feedback",
        text=TEXT,
        result="rhk-1",
    )


def origin() -> Origin:
    return Origin(
        command=f"{getrandbits(128):032x}",
        actor="person-0000001",
        at=datetime.now(UTC),
    )


class PersonRow(Row):
    person: str
    unit: str
    latest: str
    at: datetime
    count: Count


class UnitRow(Row):
    unit: str
    kind: str
    count: Count


PEOPLE = Table("bench_person", PersonRow)
TALLY = Table("bench_unit", UnitRow, key=2)


def project(recorded: Recorded) -> Iterable[Change]:
    event = recorded.event
    assert isinstance(event, FeedbackGiven)
    latest = {"unit": event.unit, "latest": event.text, "at": recorded.at}
    yield Put(PEOPLE, (event.person,), latest)
    yield Add(PEOPLE, (event.person,), {"count": 1})
    yield Add(TALLY, (event.unit, event.kind), {"count": 1})


def view(topic: str) -> View:
    """Each person's latest feedback and how many there were, and a tally by unit."""
    return View("bench", (topic,), (FeedbackGiven,), (PEOPLE, TALLY), project)

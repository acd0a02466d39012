"""What the year holds for a person: invented draws, a function of the person's id alone.

The shares are chosen so that a ministry of 300 sees every predicate and a few sanctions, not
taken from any statistics. They hang together: who falls short in behaviour is more often absent,
who falls short in results more often needs a training.
"""

from dataclasses import dataclass, replace
from random import Random
from typing import Literal, cast

Rating = Literal["above", "meets", "below"]
RATINGS = ("above", "meets", "below")
RESULT = (0.20, 0.72, 0.08)
BEHAVIOUR = {
    "above": (0.45, 0.53, 0.02),
    "meets": (0.15, 0.82, 0.03),
    "below": (0.05, 0.70, 0.25),
}
PROGRESS = {"above": (1.05, 1.20), "meets": (0.95, 1.04), "below": (0.40, 0.85)}
"""Realised share of a target, lowest and highest."""


@dataclass(frozen=True)
class Development:
    topic: str
    training: str


DEVELOPMENTS = (
    Development("Analisis data", "Pelatihan analisis data untuk perumusan kebijakan"),
    Development("Pelayanan publik", "Pelatihan pelayanan prima"),
    Development("Penulisan naskah dinas", "Bimbingan teknis tata naskah dinas"),
    Development("Keamanan informasi", "Pelatihan kesadaran keamanan informasi"),
    Development("Manajemen risiko", "Pelatihan manajemen risiko sektor publik"),
    Development("Pengelolaan anggaran", "Bimbingan teknis pelaksanaan anggaran"),
    Development("Kepemimpinan tim", "Coaching dan mentoring kepemimpinan tim"),
    Development("Keselamatan pasien", "Pelatihan keselamatan pasien dan pencegahan infeksi"),
)


@dataclass(frozen=True)
class Course:
    result: Rating
    behaviour: Rating
    progress: float
    """Realised share of each target by the year's end; 1.0 is the whole target."""
    returned_once: bool
    """The appraiser returns the SKP once before approving it."""
    late: bool
    """The SKP is submitted after 31 January."""
    feedback: bool
    development: Development | None
    absence_days: int
    """Unexcused, working days in the year; from three on a sanction, from eleven on one that the
    appointing authority issues (PP 94/2021)."""
    amended: bool
    """The SKP is changed in spring, and the change approved."""
    moves: bool
    """To another unit in the middle of the year, where another SKP takes the place of this one."""


def course(person_id: str) -> Course:
    rng = Random(f"course of {person_id}")
    result = _rating(rng, RESULT)
    behaviour = _rating(rng, BEHAVIOUR[result])
    needs_training = rng.random() < (0.8 if result == "below" else 0.25)
    absent = rng.random()
    often_absent = 0.3 if behaviour == "below" else 0.006
    known = Course(
        result=result,
        behaviour=behaviour,
        progress=round(rng.uniform(*PROGRESS[result]), 2),
        returned_once=rng.random() < 0.12,
        late=rng.random() < 0.03,
        feedback=rng.random() < 0.85,
        development=rng.choice(DEVELOPMENTS) if needs_training else None,
        absence_days=rng.randint(3, 12)
        if absent < often_absent
        else rng.choices((0, 1, 2), (94, 4, 2))[0],
        amended=False,
        moves=False,
    )
    settled = not known.development and known.absence_days < 3
    return replace(known, amended=rng.random() < 0.12, moves=settled and rng.random() < 0.04)


def _rating(rng: Random, shares: tuple[float, float, float]) -> Rating:
    return cast(Rating, rng.choices(RATINGS, shares)[0])

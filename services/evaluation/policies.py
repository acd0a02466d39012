"""Evaluation's policies: what counts as a finding, and what is proposed about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from law.policy import Policy


@dataclass(frozen=True, slots=True)
class Threshold:
    """The share of cases above which it is a finding, and the improvement action."""

    above: Fraction
    action: str


THRESHOLDS: Sequence[Policy[Mapping[str, Threshold]]] = (
    Policy(
        "default",
        date.min,
        {
            "late-skp": Threshold(
                Fraction(1, 10), "Dialog kinerja dan penetapan SKP dijadwalkan sebelum 31 Januari"
            ),
            "no-feedback": Threshold(
                Fraction(1, 5),
                "Umpan balik berkelanjutan dijadwalkan setiap triwulan bagi setiap pegawai",
            ),
            "need-unanswered": Threshold(
                Fraction(0),
                "Kebutuhan pengembangan yang belum terpenuhi masuk rencana pengembangan",
            ),
            "below-expectation": Threshold(
                Fraction(1, 5), "Pemantauan bulanan dan bimbingan kinerja pada periode berikutnya"
            ),
        },
    ),
)
"""By finding. No national text sets these."""

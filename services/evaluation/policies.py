"""What counts as a finding, and what is proposed about it. An agency's choice, dated.

Each entry: the share of cases above which it is a finding, and the improvement action.
"""

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Threshold:
    above: Fraction
    action: str


# In force since 1 January 2023; no national text sets these.
THRESHOLDS = {
    "late-skp": Threshold(
        Fraction(1, 10), "Dialog kinerja dan penetapan SKP dijadwalkan sebelum 31 Januari"
    ),
    "no-feedback": Threshold(
        Fraction(1, 5), "Umpan balik berkelanjutan dijadwalkan setiap triwulan bagi setiap pegawai"
    ),
    "need-unanswered": Threshold(
        Fraction(0), "Kebutuhan pengembangan yang belum terpenuhi masuk rencana pengembangan"
    ),
    "below-expectation": Threshold(
        Fraction(1, 5), "Pemantauan bulanan dan bimbingan kinerja pada periode berikutnya"
    ),
}

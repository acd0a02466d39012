"""What waits for somebody, by its kind alone: in notices and in mail, which more than its reader may see. So
neither names anybody, and none says a predicate, a sanction or an allowance."""

from collections import Counter
from collections.abc import Mapping

from console.show.words import N_, translate

_RATING = N_("Penilaian yang menunggu")
_RECORD = N_("Berkas kepegawaian yang menunggu")
KINDS: Mapping[str, str] = {
    "draft-skp": N_("SKP yang perlu disusun"),
    "submit-skp": N_("SKP yang masih draf"),
    "mend-skp": N_("SKP yang dikembalikan"),
    "approve-skp": N_("SKP yang menunggu persetujuan"),
    "confirm-skp": N_("SKP yang perlu dikukuhkan"),
    "replace-skp": N_("SKP yang perlu diganti"),
    "close-skp": N_("SKP yang perlu ditutup"),
    "fill-matrix": N_("Matriks peran hasil yang perlu diisi"),
    "name-appraiser": N_("Unit dengan pegawai tanpa pejabat penilai"),
    "answer-dispute": N_("Keberatan atas pejabat penilai yang perlu dijawab"),
    "see-to-skps": N_("Unit dengan pegawai tanpa SKP yang ditetapkan"),
    "report-progress": N_("Realisasi yang belum terisi"),
    "give-feedback": N_("Umpan balik yang belum diberikan"),
    "plan-training": N_("Pengembangan yang belum direncanakan"),
    "complete-training": N_("Pelatihan yang belum dicatat hasilnya"),
    "rate-result": _RATING,
    "rate-behaviour": _RATING,
    "finalize-appraisal": _RATING,
    "close-cycle": N_("Siklus yang perlu ditutup"),
    "summon": _RECORD,
    "examine": _RECORD,
    "issue-sanction": _RECORD,
    "close-case": _RECORD,
}
UNKNOWN = N_("Hal lain yang menunggu")
"""A kind that this program has no words for, of a newer service."""
LATE = N_("Terlambat pada pegawai yang Anda nilai")


def told(kind: str, language: str) -> str:
    return translate(KINDS.get(kind, UNKNOWN), language)


def counted(own: Mapping[str, int], late: int, language: str) -> list[tuple[str, int]]:
    """What waits, and how many of each; kinds that are told alike are one."""
    found = Counter[str]()
    for kind, count in own.items():
        found[told(kind, language)] += count
    if late:
        found[translate(LATE, language)] = late
    return list(found.items())

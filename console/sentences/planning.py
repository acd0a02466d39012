"""What planning's events say."""

from console.sentences.choice import Sentences
from console.words import N_

SENTENCES: Sentences = {
    "UnitRegistered": N_("Unit {name} dicatat"),
    "PersonRegistered": N_("{name} dicatat sebagai {status}"),
    "AssignmentStarted": N_("Mulai bertugas sebagai {position} sejak {start}"),
    "AppraiserChanged": N_("Pejabat penilai kinerja berganti sejak {since}"),
    "AssignmentEnded": N_("Penugasan berakhir {on}: {reason}"),
    "SKPDrafted": N_("SKP {start} s.d. {until} disusun"),
    "SKPRevised": N_("SKP diperbaiki"),  # before approval; what changes it later is a "perubahan"
    "SKPSubmitted": N_("SKP diajukan kepada pejabat penilai kinerja"),
    "SKPReturned": N_("SKP dikembalikan: {reason}"),
    "SKPApproved": N_("SKP ditetapkan"),
}

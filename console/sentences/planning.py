"""What planning's events say."""

from console.sentences.choice import Sentences, Words
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
    "SettingAdopted": N_("Kebijakan instansi berlaku sejak {since}: {setting} ({ground})"),
}

WORDS: Words = {
    "setting": {
        "time-zone": N_("zona waktu"),
        "periods": N_("periode pelaporan kinerja"),
        "least-service": N_("masa kerja paling singkat yang dinilai"),
        "skp-due": N_("batas waktu penetapan SKP"),
        "finding-thresholds": N_("ambang temuan evaluasi"),
    },
}

"""What rewards' events say."""

from console.show.sentences.choice import Choice, Sentences, Words
from console.show.words import N_

SENTENCES: Sentences = {
    "RecordRead": N_("Dibaca oleh auditor {by}: {path}"),
    "RecordPassedOver": N_(
        "{subscription} melewati posisi {position} dari {topic}/{partition}: {why}"
    ),
    "CreditPointsAwarded": N_("Angka kredit: {points}"),
    "CreditPointsNotDue": Choice(
        "reason",
        {
            "no-level": N_("Tanpa angka kredit: bukan jabatan fungsional"),
            "unknown-level": N_("Tanpa angka kredit: jenjang jabatan tidak dikenal"),
            "not-pns": N_("Tanpa angka kredit: hanya untuk PNS"),
            "acting": N_("Tanpa angka kredit: penugasan Plt/Plh"),
        },
    ),
    "RecognitionProposed": N_("Diusulkan menerima penghargaan"),
    "ImprovementPlanOpened": N_("Masa perbaikan kinerja {start} s.d. {until}"),
    "AllowanceDetermined": N_("Potongan tunjangan kinerja {deduction} % ({policy})"),
    "CycleFollowedUp": N_("Seluruh penilaian {cycle} ditindaklanjuti"),
    "DisciplineCaseOpened": N_(
        "Dugaan pelanggaran: tidak masuk kerja tanpa alasan yang sah pada {absent}"
    ),
    "Summoned": N_("Panggilan ke-{nth}, pemeriksaan {examination}"),
    "Examined": Choice(
        "present",
        {
            True: N_("Pemeriksaan dilaksanakan: {minutes}"),
            False: N_("Tidak hadir pada pemeriksaan kedua: {minutes}"),
        },
    ),
    "SanctionIssued": Choice(
        "estimated",
        {
            False: N_(
                "Hukuman disiplin ({level}): {sanction};"
                " keberatan atau banding s.d. {objection_until}"
            ),
            True: N_(
                "Hukuman disiplin ({level}): {sanction};"
                " keberatan atau banding s.d. {objection_until} (perkiraan)"
            ),
        },
    ),
    "DisciplineCaseClosed": N_("Perkara disiplin ditutup tanpa hukuman: {reason}"),
}

WORDS: Words = {
    "level": {"light": N_("ringan"), "medium": N_("sedang"), "heavy": N_("berat")},
    # PP 94/2021 Arts 8, 42.
    "sanction": {
        "spoken reprimand": N_("teguran lisan"),
        "written reprimand": N_("teguran tertulis"),
        "written statement of dissatisfaction": N_("pernyataan tidak puas secara tertulis"),
        "periodic raise delayed": N_("penundaan kenaikan gaji berkala selama {months} bulan"),
        "rank promotion delayed": N_("penundaan kenaikan pangkat selama {months} bulan"),
        "rank lowered one step": N_(
            "penurunan pangkat setingkat lebih rendah selama {months} bulan"
        ),
        "allowance cut by 25 %": N_(
            "pemotongan tunjangan kinerja sebesar 25 % selama {months} bulan"
        ),
        "one level down": N_("penurunan jabatan setingkat lebih rendah selama {months} bulan"),
        "released to an executing position": N_(
            "pembebasan dari jabatan menjadi jabatan pelaksana selama {months} bulan"
        ),
        "honourable dismissal not at own request": N_(
            "pemberhentian dengan hormat tidak atas permintaan sendiri"
        ),
    },
}

"""What planning's events say."""

from console.show.sentences.choice import Choice, Sentences, Words
from console.show.words import N_

SENTENCES: Sentences = {
    "RecordRead": N_("Dibaca oleh auditor {by}: {path}"),
    "RecordPassedOver": N_(
        "{subscription} melewati posisi {position} dari {topic}/{partition}: {why}"
    ),
    "ImportLoaded": N_("Berkas {name} dimuat: {rows} baris"),
    "UnitRegistered": N_("Unit {name} dicatat"),
    "UnitCorrected": N_("Data unit {name} diperbaiki: {reason}"),
    "SKPConfirmed": N_("SKP dikukuhkan oleh pejabat penilai yang baru"),
    "SKPCancelled": N_("SKP batal, tidak ada hari yang tersisa: {reason}"),
    "UnitChanged": N_("Sejak {since} menjadi {name}: {ground}"),
    "PositionDescribed": N_("Jabatan dicatat: {name} ({ground})"),
    "PositionTemplateSet": N_("Templat SKP jabatan ditetapkan"),
    "UnitEnded": N_("Unit dibubarkan, hari terakhir {on}: {ground}"),
    "UnitContinued": N_("Unit tidak jadi dibubarkan: {reason}"),
    "MandateGiven": Choice(
        "mandate",
        {
            "personnel": N_("Ditunjuk sebagai pengelola kepegawaian sejak {since}: {ground}"),
            "performance-team": N_("Ditunjuk sebagai pengelola kinerja sejak {since}: {ground}"),
            "appraisal-team": N_("Ditunjuk dalam tim penilai kinerja sejak {since}: {ground}"),
        },
    ),
    "MandateEnded": N_("Penunjukan berakhir {on}: {reason}"),
    "NIPTaken": N_("NIP {nip} dicatat"),
    "NIPReleased": N_("NIP {nip} dilepas: {reason}"),
    "PersonRegistered": N_("{name} dicatat sebagai {status}"),
    "PersonCorrected": N_("Data pegawai diperbaiki menjadi {name}, {status}: {reason}"),
    "AssignmentStarted": N_("Mulai bertugas sebagai {position} sejak {start}"),
    "AssignmentCorrected": N_(
        "Data penugasan diperbaiki menjadi {position} sejak {start}: {reason}"
    ),
    "AssignmentExtended": N_("Penugasan diperpanjang s.d. {until}: {reason}"),
    "AppraiserChanged": N_("Pejabat penilai kinerja berganti sejak {since}"),
    "AppraiserDisputed": N_("Menurut pegawai, pejabat penilai yang tercatat bukan atasannya"),
    "AppraiserDisputeAnswered": Choice(
        "outcome",
        {
            "mended": N_("Pejabat penilai sudah diperbaiki: {reason}"),
            "kept": N_("Pejabat penilai tetap: {reason}"),
        },
    ),
    "AssignmentEnded": N_("Penugasan berakhir {on}: {reason}"),
    "LeaveGranted": Choice(
        "kind",
        {
            "annual": N_("Cuti tahunan {start} s.d. {until}: {ground}"),
            "sick": N_("Cuti sakit {start} s.d. {until}: {ground}"),
            "maternity": N_("Cuti melahirkan {start} s.d. {until}: {ground}"),
            "long": N_("Cuti besar {start} s.d. {until}: {ground}"),
            "important-reason": N_("Cuti karena alasan penting {start} s.d. {until}: {ground}"),
            "unpaid": N_("Cuti di luar tanggungan negara {start} s.d. {until}: {ground}"),
            "study": N_("Tugas belajar {start} s.d. {until}: {ground}"),
            "pre-retirement": N_("Masa persiapan pensiun {start} s.d. {until}: {ground}"),
            "suspension": N_("Pemberhentian sementara {start} s.d. {until}: {ground}"),
        },
    ),
    "LeaveEnded": N_("Cuti atau tugas belajar berakhir {on}: {reason}"),
    "SKPDrafted": N_("SKP {start} s.d. {until} disusun"),
    "SKPAmendmentDrafted": N_("Perubahan SKP disusun: {reason}"),
    "SKPRevised": N_("SKP diperbaiki"),  # before approval; what changes it later is a "perubahan"
    "SKPSubmitted": N_("SKP diajukan kepada pejabat penilai kinerja"),
    "SKPReturned": N_("SKP dikembalikan: {reason}"),
    "SKPWithdrawn": N_("Pengajuan SKP dibatalkan: {reason}"),
    "SKPApproved": N_("SKP ditetapkan"),
    "SKPClosed": N_("SKP ditutup per {until}: {reason}"),
    "AgreementSet": N_("Perjanjian kinerja atau rencana strategis {agreement} ditetapkan"),
    "AgreementAmended": N_(
        "Perjanjian kinerja atau rencana strategis {agreement} diubah: {reason}"
    ),
    "CellsPut": N_("Matriks peran hasil {matrix} diisi"),
    "CellsRemoved": N_("Isi matriks peran hasil {matrix} dihapus: {reason}"),
    "SettingAdopted": N_("Kebijakan instansi berlaku sejak {since}: {setting} ({ground})"),
}

WORDS: Words = {
    "setting": {
        "time-zone": N_("zona waktu"),
        "periods": N_("periode pelaporan kinerja"),
        "least-service": N_("masa kerja paling singkat yang dinilai"),
        "working-calendar": N_("hari libur nasional dan cuti bersama"),
        "allowance-deduction": N_("potongan tunjangan kinerja menurut predikat"),
        "recognition": N_("predikat yang diusulkan untuk penghargaan"),
        "improvement": N_("predikat yang memerlukan rencana perbaikan kinerja"),
        "superior-sanctions": N_("hukuman disiplin yang dijatuhkan atasan langsung"),
        "medium-sanctions": N_("jenis hukuman disiplin sedang"),
        "summons-distance": N_("jarak panggilan tertulis ke pemeriksaan"),
        "reminders": N_("waktu pengingat"),
        "skp-drafting": N_("waktu penyusunan SKP"),
        "appraiser-change": N_("SKP sesudah pejabat penilai berganti"),
        "skp-due": N_("batas waktu penetapan SKP"),
        "finding-thresholds": N_("ambang temuan evaluasi"),
    },
}

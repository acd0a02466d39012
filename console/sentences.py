"""An event as a sentence that a person can read, Indonesian first.

Fields in braces come from the event's data, codes among them in words (`WORDS`). A type whose sentence
depends on one of its fields has one for each of that field's values (`BY`).
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

JAKARTA = ZoneInfo("Asia/Jakarta")

SENTENCES: Mapping[str, tuple[str, str]] = {
    "UnitRegistered": ("Unit {name} dicatat", "Unit {name} was registered"),
    "PersonRegistered": ("{name} dicatat sebagai {status}", "{name} was registered as {status}"),
    "AssignmentStarted": (
        "Mulai bertugas sebagai {position} sejak {start}",
        "Began as {position} on {start}",
    ),
    "AppraiserChanged": (
        "Pejabat penilai berganti sejak {since}",
        "Has another appraiser since {since}",
    ),
    "AssignmentEnded": (
        "Penugasan berakhir {on}: {reason}",
        "The assignment ended on {on}: {reason}",
    ),
    "SKPDrafted": ("SKP {start} s.d. {until} disusun", "An SKP for {start} to {until} was drafted"),
    "SKPRevised": ("SKP diperbaiki", "The SKP was revised"),
    "SKPSubmitted": (
        "SKP diajukan kepada pejabat penilai",
        "The SKP was submitted to the appraiser",
    ),
    "SKPReturned": ("SKP dikembalikan: {reason}", "The SKP was returned: {reason}"),
    "SKPApproved": ("SKP ditetapkan", "The SKP was approved"),
    "ProgressReported": (
        "Realisasi {period} untuk indikator {indicator}: {realisation}",
        "Progress for {period} on indicator {indicator}: {realisation}",
    ),
    "FeedbackGiven feedback": ("Umpan balik pimpinan: {text}", "The superior's feedback: {text}"),
    "FeedbackGiven guidance": ("Bimbingan kinerja: {text}", "The superior's guidance: {text}"),
    "FeedbackGiven counselling": (
        "Konseling kinerja: {text}",
        "The superior's counselling: {text}",
    ),
    "DevelopmentNeedIdentified": (
        "Kebutuhan pengembangan: {topic}. {reason}",
        "A development need: {topic}. {reason}",
    ),
    "TrainingPlanned": (
        "Direncanakan: {title}, {start} s.d. {until}",
        "Planned: {title}, {start} to {until}",
    ),
    "TrainingCompleted": ("Pengembangan selesai diikuti", "The training was completed"),
    "CycleOpened": (
        "Siklus {cycle} dibuka menurut {rule_set}",
        "Cycle {cycle} opened under {rule_set}",
    ),
    "CycleClosed": ("Siklus {cycle} ditutup", "Cycle {cycle} closed"),
    "ResultRated": (
        "Hasil kerja dinilai {rating}: {reason}",
        "The work result was rated {rating}: {reason}",
    ),
    "BehaviourRated": (
        "Perilaku dinilai {rating}: {reason}",
        "Behaviour was rated {rating}: {reason}",
    ),
    "AppraisalFinalized": (
        "Predikat kinerja {cycle}: {predicate}",
        "The predicate of {cycle}: {predicate}",
    ),
    "CreditPointsAwarded": ("Angka kredit: {points}", "Credit points: {points}"),
    "RecognitionProposed": ("Diusulkan menerima penghargaan", "Proposed for a commendation"),
    "ImprovementPlanOpened": (
        "Masa perbaikan kinerja {start} s.d. {until}",
        "Six months to improve, {start} to {until}",
    ),
    "AllowanceDetermined": (
        "Potongan tunjangan kinerja {deduction} % ({policy})",
        "Allowance deduction {deduction} % ({policy})",
    ),
    "CycleFollowedUp": (
        "Seluruh penilaian {cycle} ditindaklanjuti",
        "All of {cycle} was followed up",
    ),
    "DisciplineCaseOpened": (
        "Dugaan pelanggaran: {days} hari kerja tanpa keterangan",
        "A discipline case: {days} working days of unexcused absence",
    ),
    "Summoned": (
        "Panggilan ke-{nth}, pemeriksaan {examination}",
        "Summons {nth}, examination on {examination}",
    ),
    "Examined True": ("Pemeriksaan dilaksanakan: {minutes}", "The examination was held: {minutes}"),
    "Examined False": (
        "Tidak hadir pada pemeriksaan kedua: {minutes}",
        "Did not come to the second examination: {minutes}",
    ),
    "SanctionIssued": (
        "Hukuman disiplin ({level}): {sanction}; keberatan atau banding s.d. {objection_until}",
        "Sanction ({level}): {sanction}; objection or appeal until {objection_until}",
    ),
    "CycleReported": ("Laporan siklus {cycle} terbit", "The report of {cycle} came out"),
    "ImprovementActionProposed": ("Tindakan perbaikan: {action}", "Improvement action: {action}"),
}

BY = {"FeedbackGiven": "kind", "Examined": "present"}

WORDS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "rating": {
        "above": ("di atas ekspektasi", "above expectation"),
        "meets": ("sesuai ekspektasi", "as meeting expectation"),
        "below": ("di bawah ekspektasi", "below expectation"),
    },
    "level": {
        "light": ("ringan", "light"),
        "medium": ("sedang", "medium"),
        "heavy": ("berat", "heavy"),
    },
    # PP 94/2021 Art 8.
    "sanction": {
        "spoken reprimand": ("teguran lisan", "spoken reprimand"),
        "written reprimand": ("teguran tertulis", "written reprimand"),
        "written statement of dissatisfaction": (
            "pernyataan tidak puas secara tertulis",
            "written statement of dissatisfaction",
        ),
        "allowance cut by 25 %": (
            "pemotongan tunjangan kinerja sebesar 25 % selama {months} bulan",
            "allowance cut by 25 % for {months} months",
        ),
        "one level down": (
            "penurunan jabatan setingkat lebih rendah selama {months} bulan",
            "one level down for {months} months",
        ),
        "released to an executing position": (
            "pembebasan dari jabatan menjadi jabatan pelaksana selama {months} bulan",
            "released to an executing position for {months} months",
        ),
        "honourable dismissal not at own request": (
            "pemberhentian dengan hormat tidak atas permintaan sendiri",
            "honourable dismissal not at own request",
        ),
    },
}


def sentence(event: Mapping[str, Any], language: str) -> str:
    """One history entry (`GET /people/{person}/history`) in `id` or `en`; of a type that came after
    this program, its name."""
    place = 1 if language == "en" else 0
    data = dict(event["data"])
    which: str = event["type"]
    if field := BY.get(which):
        which = f"{which} {data[field]}"
    if which not in SENTENCES:
        return str(event["type"])
    for field, words in WORDS.items():
        if word := words.get(str(data.get(field))):
            data[field] = word[place].format_map(data)
    return SENTENCES[which][place].format_map(data)


def day(at: str) -> date:
    """The calendar date at the seat of government."""
    return datetime.fromisoformat(at).astimezone(JAKARTA).date()

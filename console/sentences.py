"""An event as a sentence that a person can read, Indonesian first.

Fields in braces come from the event's data.
"""

from collections.abc import Mapping
from typing import Any

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
    "FeedbackGiven": ("Umpan balik pimpinan: {text}", "The superior's feedback: {text}"),
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
    "Examined": ("Pemeriksaan dilaksanakan: {minutes}", "The examination was held: {minutes}"),
    "SanctionIssued": (
        "Hukuman disiplin ({level}): {sanction}; keberatan atau banding s.d. {objection_until}",
        "Sanction ({level}): {sanction}; objection or appeal until {objection_until}",
    ),
    "CycleReported": ("Laporan siklus {cycle} terbit", "The report of {cycle} came out"),
    "ImprovementActionProposed": ("Tindakan perbaikan: {action}", "Improvement action: {action}"),
}

RATINGS = {
    "above": "di atas ekspektasi",
    "meets": "sesuai ekspektasi",
    "below": "di bawah ekspektasi",
}


def sentence(event: Mapping[str, Any], language: str) -> str:
    """One history entry (`GET /people/{person}/history`) in `id` or `en`."""
    indonesian, english = SENTENCES[event["type"]]
    data = dict(event["data"])
    if language == "id" and "rating" in data:
        data["rating"] = RATINGS[data["rating"]]
    return (english if language == "en" else indonesian).format_map(data)

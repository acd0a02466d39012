"""What appraisal's events say."""

from console.show.sentences.choice import Choice, Sentences, Words
from console.show.words import N_

SENTENCES: Sentences = {
    "RecordRead": N_("Dibaca oleh auditor {by}: {path}"),
    "RecordPassedOver": N_(
        "{subscription} melewati posisi {position} dari {topic}/{partition}: {why}"
    ),
    "CycleOpened": N_("Siklus {cycle} dibuka menurut {rule_set}"),
    "CycleClosed": N_("Siklus {cycle} ditutup"),
    "ResultRated": N_("Rating hasil kerja: {rating}. {reason}"),
    "BehaviourRated": N_("Rating perilaku kerja: {rating}. {reason}"),
    "AppraisalFinalized": Choice(
        "misconduct",
        {
            False: N_("Predikat kinerja pegawai {cycle}: {predicate}"),
            True: N_("Predikat kinerja pegawai {cycle}: {predicate} (misconduct)"),
        },
    ),
}

WORDS: Words = {
    "rating": {
        "above": N_("di atas ekspektasi"),
        "meets": N_("sesuai ekspektasi"),
        "below": N_("di bawah ekspektasi"),
    },
}

"""What monitoring's events say."""

from console.show.sentences.choice import Choice, Sentences
from console.show.words import N_

SENTENCES: Sentences = {
    "RecordRead": N_("Dibaca oleh auditor {by}: {path}"),
    "RecordPassedOver": N_(
        "{subscription} melewati posisi {position} dari {topic}/{partition}: {why}"
    ),
    "ProgressReported": N_("Realisasi {period} untuk indikator {indicator}: {realisation}"),
    "FeedbackGiven": Choice(
        "kind",
        {
            "feedback": N_("Umpan balik pimpinan: {text}"),
            "guidance": N_("Bimbingan kinerja: {text}"),
            "counselling": N_("Konseling kinerja: {text}"),
        },
    ),
    "DevelopmentNeedIdentified": N_("Kebutuhan pengembangan kompetensi: {topic}. {reason}"),
    "TrainingPlanned": N_("Pengembangan kompetensi direncanakan: {title}, {start} s.d. {until}"),
    "TrainingCompleted": N_("Pengembangan kompetensi selesai"),
}

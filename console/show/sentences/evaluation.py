"""What evaluation's events say."""

from console.show.sentences.choice import Sentences
from console.show.words import N_

SENTENCES: Sentences = {
    "RecordRead": N_("Dibaca oleh auditor {by}: {path}"),
    "RecordPassedOver": N_(
        "{subscription} melewati posisi {position} dari {topic}/{partition}: {why}"
    ),
    "CycleReported": N_("Laporan siklus {cycle} terbit"),
    "ImprovementActionProposed": N_("Tindakan perbaikan: {action}"),
}

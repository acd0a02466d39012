"""A duty in words: what it is, the verb of its button, and the page where it is done."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict

from console.show.sentences.period import day, in_words
from console.show.words import N_, translate


class About(BaseModel):
    """Whom a duty is about; `name` is None where the service knows none."""

    model_config = ConfigDict(frozen=True)

    person: str | None
    name: str | None


class Duty(BaseModel):
    """What a service tells of it (`GET /duties`). `due` is None where nothing sets a last day."""

    model_config = ConfigDict(frozen=True)

    id: str
    kind: str
    about: About
    facts: Mapping[str, Any]
    since: date
    due: date | None
    overdue: bool

    def left(self, today: date) -> int | None:
        """Days until its last day; negative once that has passed."""
        return None if self.due is None else (self.due - today).days


class Words(NamedTuple):
    """`what` and `more` are filled in from the duty's facts and `name`. `where` is empty while no page of the
    console does the act."""

    picture: str
    what: str
    more: str = ""
    verb: str = ""
    where: str = ""


WORDS: Mapping[str, Words] = {
    "draft-skp": Words(
        "target",
        N_("Susun SKP {year}"),
        N_("{position}, {start} – {until}"),
        N_("Susun"),
        "/skps/new?assignment={assignment}&start={start}&until={until}",
    ),
    "submit-skp": Words(
        "target",
        N_("SKP Anda masih draf"),
        N_("{start} – {until}"),
        N_("Lanjutkan"),
        "/skps/{skp}/edit",
    ),
    "mend-skp": Words(
        "target",
        N_("SKP Anda dikembalikan"),
        N_("{start} – {until}"),
        N_("Perbaiki"),
        "/skps/{skp}/edit",
    ),
    "approve-skp": Words(
        "target", N_("SKP {name}"), N_("Menunggu persetujuan Anda."), N_("Tinjau"), "/skps/{skp}"
    ),
    "confirm-skp": Words(
        "target",
        N_("Kukuhkan SKP {name}"),
        N_("Disetujui {appraiser_name}; Anda pejabat penilainya sejak {since}."),
        N_("Tinjau"),
        "/skps/{skp}",
    ),
    "replace-skp": Words(
        "target",
        N_("Pejabat penilai Anda berganti"),
        N_("Tutup SKP {start} – {until}, lalu susun yang baru."),
        N_("Ganti"),
        "/skps/{skp}",
    ),
    "close-skp": Words(
        "target",
        N_("Tutup SKP {start} – {until}"),
        N_("{name}, {position}: penugasan berakhir {ended}."),
        N_("Tutup"),
        "/skps/{skp}",
    ),
    "fill-matrix": Words(
        "users",
        N_("Isi matriks peran hasil {year}"),
        "{unit_name}",
        N_("Isi"),
        "/matrix/{unit}/edit?year={year}",
    ),
    "name-appraiser": Words(
        "users",
        N_("Pegawai tanpa pejabat penilai: {count}"),
        "{unit_name}",
        N_("Pilih"),
        "/assignments/{assignment}/appraiser/change",
    ),
    "answer-dispute": Words(
        "users",
        N_("{name}: bukan atasan saya"),
        N_("{position}; tercatat {appraiser_name}."),
        N_("Jawab"),
        "/assignments/{assignment}/appraiser",
    ),
    "see-to-skps": Words(
        "users",
        N_("Pegawai tanpa SKP yang ditetapkan: {count}"),
        "{unit_name}",
        N_("Lihat"),
        "/completion?unit={unit}",
    ),
    "report-progress": Words(
        "eye", N_("Realisasi {period}"), N_("Belum terisi: {missing} dari {indicators} indikator.")
    ),
    "give-feedback": Words(
        "eye", N_("Umpan balik untuk {name}"), N_("Belum ada umpan balik pada SKP ini.")
    ),
    "plan-training": Words("eye", N_("Pengembangan {name}: {topic}"), N_("Belum direncanakan.")),
    "complete-training": Words(
        "eye", N_("Pelatihan selesai: {training}"), N_("Belum dicatat hasilnya.")
    ),
    "rate-result": Words("clipboard-check", N_("Nilai hasil kerja {name}"), "{cycle}"),
    "rate-behaviour": Words("clipboard-check", N_("Nilai perilaku kerja {name}"), "{cycle}"),
    "finalize-appraisal": Words("clipboard-check", N_("Tetapkan predikat {name}"), "{cycle}"),
    "close-cycle": Words(
        "clipboard-check", N_("Tutup siklus {cycle}"), N_("Penilaian final: {finalized}.")
    ),
    "summon": Words(
        "award", N_("Panggil {name} untuk diperiksa"), N_("Hari tanpa alasan: {days}.")
    ),
    "examine": Words("award", N_("Periksa {name}"), N_("Dijadwalkan {examination}.")),
    "issue-sanction": Words(
        "award", N_("Putuskan hukuman disiplin {name}"), N_("Hari tanpa alasan: {days}.")
    ),
    "close-case": Words(
        "award", N_("Tutup perkara disiplin {name}"), N_("Hari tanpa alasan: {days}.")
    ),
}
UNKNOWN = Words("target", "{kind}")
"""A kind that this program has no words for, of a newer service."""


class Told(NamedTuple):
    """A duty as its row shows it."""

    picture: str
    what: str
    more: str
    verb: str
    where: str


def told(duty: Duty, names: Mapping[str, str], language: str) -> Told:
    """`names` are people's, by id."""
    words = WORDS.get(duty.kind, UNKNOWN)
    person = duty.about.person or ""
    given = {name: _in_words(name, fact, language) for name, fact in duty.facts.items()}
    given |= {
        "kind": duty.kind,
        "name": duty.about.name or names.get(person, person),
        "year": duty.facts.get("year") or str(duty.facts.get("start", ""))[:4],
    }
    in_path = {name: quote(str(fact), safe="") for name, fact in duty.facts.items()}
    return Told(
        words.picture,
        translate(words.what, language).format_map(given),
        translate(words.more, language).format_map(given) if words.more else "",
        translate(words.verb, language) if words.verb else "",
        words.where.format_map(in_path),
    )


def _in_words(name: str, fact: Any, language: str) -> Any:
    match fact:
        case None:
            return ""
        case str() if name == "period":
            return in_words(fact, language)
        case str():
            return day(fact, language)
        case _:
            return fact

"""The columns of the files that the directory is loaded from: our template's, and what SIASN calls them.

SIASN's export of employees (69 columns) names people by `PNS ID` and `NIP BARU` and units by `UNOR ID`.
It says nothing of appraisers: `NIP Atasan` is a column that agencies put beside.
"""

from collections.abc import Mapping

from chassis.fields import Code, Id, Name, PersonId
from contracts.planning import AssignmentKind, PersonStatus
from sheets.columns import Column, choice, day, nip, of, yes_or_no
from sheets.words import Words

_STATUS: Mapping[str, PersonStatus] = {
    **dict.fromkeys(("PNS", "P"), "PNS"),
    **dict.fromkeys(("CPNS", "C"), "CPNS"),
    **dict.fromkeys(("PPPK", "P3K"), "PPPK"),
    **dict.fromkeys(("pejabat negara", "official"), "official"),
}
_KIND: Mapping[str, AssignmentKind] = {
    **dict.fromkeys(("definitif", "definitive"), "definitive"),
    **dict.fromkeys(("Plt", "pelaksana tugas"), "plt"),
    **dict.fromkeys(("Plh", "pelaksana harian"), "plh"),
    **dict.fromkeys(("Pj", "penjabat"), "pj"),
}
_NAME, _CODE = of(Name), of(Id, "malformed-code")
_PERSON = of(PersonId, "malformed-code")
_OFFICE = of(Code, "malformed-code")

UNITS = (
    Column("unit", "Kode Unit", _CODE, ("Kode", "UNOR ID", "ID Unor", "Kode Unor"), required=True),
    Column("name", "Nama Unit", _NAME, ("Nama", "UNOR NAMA", "Nama Unor"), required=True),
    Column("level", "Tingkat", _NAME, ("Eselon", "ESELON NAMA", "Level")),
    Column(
        "parent",
        "Kode Unit Atasan",
        _CODE,
        ("Kode Induk", "Kode Unit Induk", "UNOR ATASAN ID", "ID Unor Atasan", "Parent Code"),
    ),
    Column("since", "Berlaku Sejak", day, ("Sejak",)),
)

PEOPLE = (
    Column("nip", "NIP", nip, ("NIP BARU", "NIP Pegawai")),
    Column("person", "ID Pegawai", _PERSON, ("PNS ID", "ID Pengguna", "ID")),
    Column("name", "Nama", _NAME, ("Nama Pegawai", "Nama Lengkap"), required=True),
    Column("before", "Gelar Depan", _NAME),
    Column("behind", "Gelar Belakang", _NAME),
    Column(
        "status",
        "Status",
        choice(_STATUS, "PNS, CPNS, PPPK, pejabat negara"),
        ("STATUS CPNS PNS", "Status Pegawai", "Status Kepegawaian"),
    ),
    Column("unit", "Kode Unit", _CODE, ("UNOR ID", "ID Unor", "Kode Unor", "Kode Unit Kerja")),
    Column("unit_name", "Nama Unit", _NAME, ("UNOR NAMA", "Nama Unor", "Unit Kerja")),
    Column("position", "Jabatan", _NAME, ("JABATAN NAMA", "Nama Jabatan")),
    Column("level", "Jenjang", _NAME, ("Jenjang Jabatan",)),
    Column(
        "kind",
        "Penugasan",
        choice(_KIND, "definitif, Plt, Plh, Pj"),
        ("Jenis Penugasan", "Status Jabatan"),
    ),
    Column("type", "Jenis Jabatan", _NAME, ("JENIS JABATAN NAMA",)),
    Column("leads", "Memimpin Unit", yes_or_no, ("Pimpinan", "Kepala Unit")),
    Column("start", "Mulai", day, ("TMT JABATAN", "TMT", "Tanggal Mulai")),
    Column("until", "Sampai", day, ("Tanggal Selesai", "Berakhir")),
    Column("code", "Kode Penugasan", _OFFICE),
    Column(
        "superior",
        "NIP Atasan",
        nip,
        ("NIP Atasan Langsung", "NIP Pejabat Penilai", "NIP Penilai"),
    ),
    Column("superior_id", "ID Atasan", _PERSON, ("ID Pejabat Penilai",)),
    Column("office", "Kode Penugasan Atasan", _OFFICE),
    Column("since", "Atasan Sejak", day),
)
WANTED = ("unit", "position", "start")
"""What a row has if it is about an assignment at all."""

COLUMN_OF = {
    "person": "person",
    "nip": "nip",
    "unit": "unit",
    "parent": "parent",
    "start": "start",
    "until": "until",
    "on": "start",
    "since": "since",
    "assignment": "code",
    "appraiser": "superior",
    "office": "superior",
}
"""Where in a file it stands what a decision refuses."""

WORDS: Words = {
    "nobody": {
        "id": "Isi NIP, atau ID Pegawai untuk pejabat negara.",
        "en": "Fill in the NIP, or for a state official the ID.",
    },
    "rows-differ": {
        "id": "Tidak sama dengan baris {other} tentang pegawai yang sama. Samakan.",
        "en": "It is not what row {other} says of the same person. Make both the same.",
    },
    "yourself": {
        "id": "Data tentang diri sendiri dimuat oleh orang lain.",
        "en": "What is about oneself is loaded by somebody else.",
    },
    "not-your-unit": {
        "id": "Unit {unit} di luar kewenangan Anda. Hapus baris ini, atau minta unit kepegawaian.",
        "en": "Unit {unit} is beyond your mandate. Delete the row, or ask the personnel unit.",
    },
    "not-yours-to-register": {
        "id": "Pegawai dan unit baru, dan perubahan identitas, dimuat oleh unit kepegawaian instansi.",
        "en": "New people and units, and changes of identity, are loaded by the agency's personnel unit.",
    },
    "unknown-unit": {
        "id": "Unit ini belum terdaftar. Periksa kodenya, atau muat unit lebih dahulu.",
        "en": "This unit is not registered. Check its code, or load units first.",
    },
    "unit-begins-later": {
        "id": "Unit ini belum ada pada tanggal itu. Periksa tanggal atau unitnya.",
        "en": "The unit is not there yet on that date. Check the date or the unit.",
    },
    "unit-ended": {
        "id": "Unit ini sudah berakhir. Pilih unit yang melanjutkannya.",
        "en": "The unit has ended. Choose the one that carries on.",
    },
    "not-later": {
        "id": "Unit ini sudah berubah pada atau sesudah tanggal itu.",
        "en": "The unit has changed on that date or later.",
    },
    "which-unit": {
        "id": "Beberapa unit bernama sama. Tulis Kode Unit.",
        "en": "Several units have this name. Write the unit's code.",
    },
    "nip-taken": {
        "id": "NIP ini milik orang lain. Periksa NIP atau ID Pegawai.",
        "en": "This NIP is somebody else's. Check the NIP or the ID.",
    },
    "no-nip": {"id": "Isi NIP pegawai ini.", "en": "Fill in this person's NIP."},
    "official-with-nip": {
        "id": "Pejabat negara tidak memiliki NIP. Kosongkan, atau ubah statusnya.",
        "en": "A state official has no NIP. Leave it empty, or change the status.",
    },
    "dates-reversed": {
        "id": "Tanggal selesai mendahului tanggal mulai.",
        "en": "The last day is before the first.",
    },
    "assignments-overlap": {
        "id": "Ada penugasan definitif lain pada tanggal yang sama. Akhiri yang lama, atau ubah tanggalnya.",
        "en": "There is another definitive assignment on some of these days. End it, or change the dates.",
    },
    "assignment-exists": {
        "id": "Kode penugasan ini sudah dipakai pegawai ini.",
        "en": "This person has an assignment of this code already.",
    },
    "not-in-force": {
        "id": "Penugasan tidak berlaku pada tanggal itu.",
        "en": "The assignment is not in force on that date.",
    },
    "unknown-superior": {
        "id": "Atasan ini tidak terdaftar dan tidak ada dalam berkas. Periksa nomornya.",
        "en": "This superior is not registered, nor in the file. Check the number.",
    },
    "superior-without-office": {
        "id": "Atasan ini tidak memegang jabatan pada masa penugasan ini.",
        "en": "This superior holds no position while the assignment lasts.",
    },
    "which-office": {
        "id": "Atasan ini memegang beberapa jabatan. Tulis Kode Penugasan Atasan: salah satu dari {offices}.",
        "en": "This superior holds several positions. Write the code of one: {offices}.",
    },
    "unknown-office": {
        "id": "Atasan ini tidak memiliki penugasan dengan kode itu.",
        "en": "This superior has no assignment of that code.",
    },
    "not-in-office": {
        "id": "Atasan ini tidak memegang jabatan itu pada tanggal itu.",
        "en": "This superior does not hold that position on that date.",
    },
    "own-appraiser": {
        "id": "Tidak seorang pun menjadi atasan bagi dirinya sendiri.",
        "en": "Nobody is their own superior.",
    },
    "circle": {
        "id": "Susunan atasan melingkar: yang di atas juga di bawah.",
        "en": "The superiors go round in a circle: who is above is also below.",
    },
}

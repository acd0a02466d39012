"""What planning's codes are called."""

from console.show.words import N_
from contracts.planning import Value

STATES = {
    "draft": N_("Draf"),
    "submitted": N_("Diajukan"),
    "returned": N_("Dikembalikan"),
    "approved": N_("Disetujui"),
    "withdrawn": N_("Ditarik"),
    "closed": N_("Ditutup"),
    "cancelled": N_("Batal"),
}
KINDS = {"main": N_("utama"), "additional": N_("tambahan")}
APPROACHES = {"quantitative": N_("Kuantitatif"), "qualitative": N_("Kualitatif")}
ASPECTS = {
    "quantity": N_("Kuantitas"),
    "quality": N_("Kualitas"),
    "time": N_("Waktu"),
    "cost": N_("Biaya"),
}
ROLES = {
    "responsible": N_("Penanggung jawab"),
    "member": N_("Anggota"),
    "additional": N_("Tambahan"),
}
WAYS = {"": N_("menyumbang"), "direct": N_("langsung")}
"""In which a cell serves the head's result."""
ANNEXES = {
    "resources": N_("Dukungan sumber daya"),
    "accountability": N_("Skema pertanggungjawaban"),
    "consequences": N_("Konsekuensi"),
}
CADENCES = {
    "weekly": N_("Mingguan"),
    "monthly": N_("Bulanan"),
    "quarterly": N_("Triwulanan"),
    "half-yearly": N_("Semesteran"),
}
VALUES = {
    Value.SERVICE: "Berorientasi Pelayanan",
    Value.ACCOUNTABLE: "Akuntabel",
    Value.COMPETENT: "Kompeten",
    Value.HARMONIOUS: "Harmonis",
    Value.LOYAL: "Loyal",
    Value.ADAPTIVE: "Adaptif",
    Value.COLLABORATIVE: "Kolaboratif",
}
"""Names of the regulation, in every language."""
BEGUN = {
    "matrix": N_("Diisi dari matriks peran hasil dan perjanjian kinerja."),
    "last": N_("Disalin dari SKP terakhir Anda."),
    "position": N_("Diisi dari templat jabatan; sesuaikan dengan tugas Anda."),
    "blank": N_("Isi sendiri, atau mulai dari yang sudah ada."),
    "none": N_("Dari sana belum ada yang dapat diambil."),
}
"""What a new SKP was begun from."""
BEGINNINGS = {
    "matrix": N_("Isi dari matriks"),
    "last": N_("Salin dari SKP terakhir"),
    "position": N_("Isi dari templat jabatan"),
    "blank": N_("Mulai kosong"),
}
"""What it may be begun from."""
FINDINGS = {
    "no-main-result": N_("Tambahkan sekurangnya satu hasil kerja utama."),
    "no-indicator": N_("Tambahkan indikator untuk hasil kerja ini."),
    "no-aspect": N_("Pilih aspek indikator ini."),
    "repeated-id": N_("Baris ini ada dua kali; hapus salah satunya."),
    "repeated-value": N_("Satu nilai perilaku hanya sekali."),
    "empty-annex": N_("Isi lampiran ini sebelum mengajukan."),
    "activity": N_("Rumuskan sebagai hasil, bukan kegiatan."),
    "serves-nothing": N_("Sebutkan hasil kerja pimpinan yang diintervensi."),
    "unknown-place": N_("Yang diintervensi tidak ada, atau tidak ditugaskan di sini; pilih lagi."),
    "not-measurable": N_("Tulis target yang dapat diukur, dengan angka."),
    "no-unit": N_("Tulis satuan indikator ini."),
    "no-decision": N_("Sebutkan nomor keputusan yang menugaskan hasil tambahan ini."),
    "past-due": N_("Batas penetapan sudah lewat; SKP masih dapat diajukan."),
    "skp-exists": N_("SKP untuk penugasan dan tanggal ini sudah ada."),
    "skps-overlap": N_("Penugasan ini sudah punya SKP pada hari yang sama."),
    "too-early": N_("SKP tahun itu belum dapat disusun."),
    "unknown-position": N_("Jabatan SKP ini belum dicatat; catat dahulu di halaman Jabatan."),
    "wrong-status": N_("Keadaan SKP ini sudah berubah; lihat keadaannya sekarang."),
    "carried": N_(
        "Indikator yang sudah dibagi di matriks tidak dapat dihapus; kosongkan selnya dahulu."
    ),
    "no-target": N_("Tulis target tahun perjanjian."),
    "no-objective": N_("Tambahkan sekurangnya satu sasaran."),
    "not-above": N_("Yang diintervensi tidak ada di atas unit ini; pilih lagi."),
    "agreement-exists": N_("Perjanjian tahun ini sudah ada; ubahlah yang ada dengan alasan."),
    "nothing-changed": N_("Belum ada yang berubah."),
    "no-agreement": N_("Pimpinan unit belum punya perjanjian kinerja tahun ini."),
    "heads-own": N_("Ini perjanjian pimpinan sendiri; ia tidak berada di matriksnya."),
    "not-additional": N_("Pegawai unit lain hanya dapat diberi peran tambahan."),
    "unknown-assignment": N_("Penugasan itu tidak ada; periksa nomornya."),
    "outside-assignment": N_("Penugasan itu tidak berlaku pada tahun ini."),
    "second-level": N_("Di bawah ketua tim hanya ada anggota."),
    "no-leader": N_("Yang bersangkutan bukan penanggung jawab indikator ini."),
    "cells-below": N_("Ada sel anggota tim di bawahnya; kosongkan dahulu."),
    "missing": N_("Isi kolom ini."),
    "string_too_short": N_("Isi kolom ini."),
    "string_too_long": N_("Terlalu panjang: paling banyak 4.000 huruf."),
}
"""What to do about what a check or a refusal has found; of others planning's own words are shown."""

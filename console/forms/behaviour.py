"""The seven values and what each asks, as the forms print them (BerAKHLAK)."""

from collections.abc import Mapping

from contracts.planning import Value

CONDUCT: Mapping[Value, tuple[str, tuple[str, ...]]] = {
    Value.SERVICE: ("Berorientasi Pelayanan", (
        "Memahami dan memenuhi kebutuhan masyarakat",
        "Ramah, cekatan, solutif, dan dapat diandalkan",
        "Melakukan perbaikan tiada henti",
    )),
    Value.ACCOUNTABLE: ("Akuntabel", (
        "Melaksanakan tugas dengan jujur, bertanggung jawab, cermat, disiplin, dan berintegritas tinggi",
        "Menggunakan kekayaan dan barang milik negara secara bertanggung jawab, efektif, dan efisien",
        "Tidak menyalahgunakan kewenangan jabatan",
    )),
    Value.COMPETENT: ("Kompeten", (
        "Meningkatkan kompetensi diri",
        "Membantu orang lain belajar",
        "Melaksanakan tugas dengan kualitas terbaik",
    )),
    Value.HARMONIOUS: ("Harmonis", (
        "Menghargai setiap orang apa pun latar belakangnya",
        "Suka menolong orang lain",
        "Membangun lingkungan kerja yang kondusif",
    )),
    Value.LOYAL: ("Loyal", (
        "Memegang teguh Pancasila, UUD 1945, NKRI, dan pemerintahan yang sah",
        "Menjaga nama baik ASN, pimpinan, instansi, dan negara",
        "Menjaga rahasia jabatan dan negara",
    )),
    Value.ADAPTIVE: ("Adaptif", (
        "Cepat menyesuaikan diri menghadapi perubahan",
        "Terus berinovasi dan mengembangkan kreativitas",
        "Bertindak proaktif",
    )),
    Value.COLLABORATIVE: ("Kolaboratif", (
        "Memberi kesempatan kepada berbagai pihak untuk berkontribusi",
        "Terbuka dalam bekerja sama",
        "Menggerakkan pemanfaatan sumber daya untuk tujuan bersama",
    )),
}  # fmt: skip
"""In the forms' order: how a value is called, and its three points of conduct."""

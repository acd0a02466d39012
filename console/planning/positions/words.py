"""What positions' codes are called."""

from collections.abc import Mapping

from console.show.words import N_

KINDS: Mapping[str, str] = {
    "jpt-utama": N_("JPT utama"),
    "jpt-madya": N_("JPT madya"),
    "jpt-pratama": N_("JPT pratama"),
    "administrator": N_("Administrator"),
    "supervisor": N_("Pengawas"),
    "functional": N_("Fungsional"),
    "executing": N_("Pelaksana"),
}
FORMS: Mapping[str, str] = {
    "jpt": N_("JPT dan pimpinan unit kerja mandiri"),
    "ja-jf": N_("JA dan JF"),
}
TEMPLATES: Mapping[str, str] = {
    "true": N_("Ada"),
    "false": N_("Tidak ada"),
}
DONE: Mapping[str, str] = {
    "described": N_("Jabatan dicatat."),
    "template": N_("Templat SKP jabatan dicatat."),
}
WHY: Mapping[str, str] = {
    "nothing-changed": N_("Tidak ada yang berubah."),
    "level-of-functional": N_(
        "Jenjang hanya untuk jabatan fungsional; kosongkan, atau ubah jenisnya."
    ),
}

"""What statuses of people, and kinds of assignments and of leaves, are called."""

from collections.abc import Mapping

from console.show.words import N_
from contracts.planning import AssignmentKind, LeaveKind, PersonStatus

STATUSES: Mapping[PersonStatus, str] = {
    "PNS": N_("PNS"),
    "CPNS": N_("CPNS"),
    "PPPK": N_("PPPK"),
    "official": N_("Pejabat negara"),
}
KINDS: Mapping[AssignmentKind, str] = {
    "definitive": N_("definitif"),
    "plt": N_("Plt"),
    "plh": N_("Plh"),
    "pj": N_("Pj"),
}
LEAVES: Mapping[LeaveKind, str] = {
    "annual": N_("Cuti tahunan"),
    "sick": N_("Cuti sakit"),
    "maternity": N_("Cuti melahirkan"),
    "long": N_("Cuti besar"),
    "important-reason": N_("Cuti karena alasan penting"),
    "unpaid": N_("Cuti di luar tanggungan negara"),
    "study": N_("Tugas belajar"),
    "pre-retirement": N_("Masa persiapan pensiun"),
    "suspension": N_("Pemberhentian sementara"),
}

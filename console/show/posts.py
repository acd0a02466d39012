"""What the kinds of assignments are called."""

from console.show.words import N_

KINDS = {"definitive": N_("definitif"), "plt": N_("Plt"), "plh": N_("Plh"), "pj": N_("Pj")}

"""A day's mail, written."""

import hashlib
from datetime import date
from email.message import EmailMessage
from urllib.parse import urlsplit

from console.keep.outbox import Digest
from console.show.format import number
from console.show.matters import counted
from console.show.templates import render
from console.show.words import LANGUAGES, N_, SOURCE, translate, translations

ASKED = N_("Ada yang mengingatkan Anda; siapa, tertulis di pemberitahuan:")
"""Before an address: a mail names nobody."""


def written(
    digest: Digest, language: str, console_url: str, person: str, day: date, sender: str, to: str
) -> EmailMessage:
    """In the person's language, as text and as HTML: how many of what, and where to see them."""
    language = language if language in LANGUAGES else SOURCE
    lines = counted(digest.own, digest.late, language)
    home, choice = f"{console_url}/", f"{console_url}/notices"
    subject = translations(language).ngettext(
        "Kinerja: %(num)d hal menunggu Anda", "Kinerja: %(num)d hal menunggu Anda", digest.count
    ) % {"num": digest.count}
    text = [
        translate("Yang menunggu Anda:", language),
        "",
        *(f"- {label}: {number(count, language)}" for label, count in lines),
        "",
        *([f"{translate(ASKED, language)} {choice}", ""] if digest.asked else []),
        f"{translate('Buka beranda Kinerja', language)}: {home}",
        "",
        translate("Paling banyak satu surat sehari.", language),
        f"{translate('Hentikan surat ini', language)}: {choice}",
        "",
    ]
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, to, subject
    made["Message-ID"] = message_id(person, day, console_url)
    made["Auto-Submitted"] = "auto-generated"  # RFC 3834: no answering machine answers
    made["List-Unsubscribe"] = f"<{choice}>"
    made.set_content("\n".join(text))
    values = {
        "subject": subject,
        "lines": lines,
        "asked": digest.asked and ASKED,
        "home": home,
        "choice": choice,
    }
    made.add_alternative(render("notify/digest.html", language, values), subtype="html")
    return made


def message_id(person: str, day: date, console_url: str) -> str:
    """The same for the same mail, however often it is sent: by it a server or a reader knows it again."""
    name = hashlib.sha256(f"{person}/{day}".encode()).hexdigest()[:32]
    return f"<{name}@{urlsplit(console_url).hostname}>"

"""Mail: one a day for each of the people, over a real mail server, whatever fails in between."""

import asyncio
import os
import re
import signal
import ssl
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from subprocess import Popen

import aiohttp
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from console.keep.mailboxes import Mailboxes, is_address
from console.keep.notices import Matter, Notices, Reminded, Wanted
from console.keep.outbox import Digest, Outbox
from console.keep.reminders import OwedSKP, Reminders, Whose
from console.keep.sealing import Seal
from console.notify.letter import written
from console.notify.worker import Notifier, Owing, wanted
from console.settings import NotifierSettings
from console.show.matters import KINDS as TOLD
from console.show.words import LANGUAGES
from contracts.appraisal import Predicate
from deploy.local import ports
from eventlog.database import Pool
from tests.console.conftest import Running, notifier
from tests.console.test_due import KINDS

DAY = date(2026, 11, 26)
SEVEN, EIGHT = (datetime(2026, 11, 26, hour, tzinfo=UTC) for hour in (0, 1))
"""In Jakarta."""
SAYS_TOO_MUCH = re.compile(
    r"predikat|predicate|sanksi|sanction|hukum|disciplin|disiplin|teguran|tunjangan|allowance|tukin|potong"
    rf"|{'|'.join(each.value for each in Predicate)}|SOMEBODY",
    re.IGNORECASE,
)


def _free_port() -> int:
    with ports.listen() as listener:
        return int(listener.getsockname()[1])


@dataclass
class Server:
    """A mail server on a socket of its own. `answers` are for the commands (RCPT, DATA) of who it is to."""

    controller: Controller | None = None
    port: int = field(default_factory=_free_port)
    mails: list[EmailMessage] = field(default_factory=list)
    answers: dict[tuple[str, str], str] = field(default_factory=dict)
    before_answer: Callable[[], None] = lambda: None
    tls: ssl.SSLContext | None = None

    def start(self) -> None:
        self.controller = Controller(
            self, hostname="127.0.0.1", port=self.port,
            tls_context=self.tls, require_starttls=self.tls is not None,
        )  # fmt: skip
        self.controller.start()

    def stop(self) -> None:
        if self.controller:
            self.controller.stop()
            self.controller = None

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.answers.get(("RCPT", address), "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = self.answers.get(("DATA", envelope.rcpt_tos[0]), "250 OK")
        if answer.startswith("250"):
            assert isinstance(envelope.content, bytes)
            self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
            self.before_answer()
        return answer

    @property
    def to(self) -> list[str]:
        return sorted(mail["To"] for mail in self.mails)


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    made.start()
    yield made
    made.stop()


@dataclass
class Office:
    """A notifier, what it keeps, and people who owe something."""

    pool: Pool
    seal: Seal
    settings: NotifierSettings
    http: aiohttp.ClientSession
    notices: Notices = field(init=False)
    reminders: Reminders = field(init=False)
    mailboxes: Mailboxes = field(init=False)

    def __post_init__(self) -> None:
        self.notices = Notices(self.pool, self.seal)
        self.reminders = Reminders(self.pool, self.notices)
        self.mailboxes = Mailboxes(self.pool, self.seal)

    def notifier(self) -> Notifier:
        return Notifier(self.settings, self.pool, self.http)

    async def turn(self, at: datetime = EIGHT) -> None:
        """Of a process that has just started."""
        await self.notifier().turn(at)

    async def signs_in(self, *people: str, language: str = "id") -> None:
        for person in people:
            await self.mailboxes.signed_in(person, f"{person}@agency.example", language)

    async def owe(self, zone: str, *owed: Wanted, by: str = "", day: date = DAY) -> None:
        """A day's reading of what people owe in planning; what `by` owes as well if it is nothing."""
        people = {each.owes for each in owed} | ({by} if by else set())
        async with self.notices.step(f"planning {sorted(people)} {zone}", day) as sweep:
            assert sweep
            zones = [(person, zone) for person in people]
            await self.notices.renew(sweep, "planning", zones, owed)
            await sweep.advance(None)

    async def remind(
        self, by: str, *people: str, unit: str = "u", day: date = DAY, cut_short: bool = False
    ) -> None:
        """Somebody asks that these people of a unit be reminded of their draft, and it is done; half of it, if
        it is cut short."""
        whose, owed = Whose(unit, 2026, True), [owes(each).matter for each in people]
        told = [OwedSKP(person=p, **m.model_dump()) for p, m in zip(people, owed, strict=True)]
        await self.reminders.ask(whose, day, by)
        reminder = (await self.reminders.latest([unit], 2026))[whose]
        async with self.reminders.step(reminder) as step:
            if step:
                await step.remind(told, None)
            if cut_short:
                raise ZeroDivisionError

    async def states(self) -> dict[str, str]:
        rows = await self.pool.fetch("select person, state from outbox")
        return {row["person"]: row["state"] for row in rows}


def owes(person: str, kind: str = "draft-skp", to: str = "", remind: date | None = DAY) -> Wanted:
    matter = Matter(id=f"{kind}/{person}", kind=kind, since=DAY, due=DAY)
    return Wanted(to or person, person, matter, remind)


@pytest.fixture
async def office(console: Running, pool: Pool, seal: Seal, server: Server) -> AsyncIterator[Office]:
    for table in ("notice", "sweep", "reminder", "mailbox", "outbox"):
        await pool.execute(f"delete from {table}")
    told = notifier(
        console_url=console.url, database_url=console.dsn, sealing_keys=console.key,
        oidc_issuer=console.issuer, smtp_host="127.0.0.1", smtp_port=server.port,
    )  # fmt: skip
    async with aiohttp.ClientSession() as http:
        yield Office(pool, seal, told, http)


# -- once a day ---------------------------------------------------------------------------------


async def test_everybody_who_owes_gets_one_mail_a_day(office: Office, server: Server) -> None:
    await office.signs_in("a", "b", "idle")
    await office.owe("WIB", owes("a"), owes("a", "submit-skp"), owes("b"), owes("stranger"))
    await office.turn(SEVEN.replace(hour=23, day=25))  # six in the morning
    assert server.to == []
    for _ in range(3):
        await office.turn()
    assert server.to == ["a@agency.example", "b@agency.example"]
    mail = next(mail for mail in server.mails if mail["To"] == "a@agency.example")
    assert mail["Subject"] == "Kinerja: 2 hal menunggu Anda"
    assert mail["Auto-Submitted"] == "auto-generated"
    for kind in ("plain", "html"):
        body = mail.get_body((kind,))
        assert body
        text = body.get_content()
        assert "SKP yang perlu disusun: 1" in text
        assert f"{office.settings.console_url}/" in text
    assert await office.states() == {"a": "sent", "b": "sent"}


async def test_the_next_day_tells_only_of_what_is_new_or_to_be_reminded_of(
    office: Office, server: Server
) -> None:
    await office.signs_in("a", "b", "c", "d")
    await office.owe("WIB", *(owes(each) for each in "abcd"))
    await office.turn()
    server.mails.clear()
    friday = date(2026, 11, 27)
    later = owes("b", "submit-skp", remind=friday)
    await office.owe(
        "WIB", owes("a"), owes("b"), later, owes("c", remind=friday), by="d", day=friday
    )
    await office.turn(EIGHT.replace(day=27))
    assert server.to == ["b@agency.example", "c@agency.example"]
    assert server.mails[0]["Subject"] == "Kinerja: 2 hal menunggu Anda"


async def test_a_reminder_that_has_not_come_sends_nothing(office: Office, server: Server) -> None:
    await office.signs_in("a")
    await office.owe("WIB", owes("a", remind=None))
    await office.turn()
    assert server.to == []
    assert (await office.notices.page("a", None))[0]


async def test_mail_waits_for_its_hour_where_the_unit_is(office: Office, server: Server) -> None:
    """Seven in Jakarta is nine in Jayapura."""
    await office.signs_in("east", "middle", "west")
    for zone, person in (("WIT", "east"), ("WITA", "middle"), ("WIB", "west")):
        await office.owe(zone, owes(person))
    found = []
    for hour in (22, 23):  # seven in Jayapura; a service is away, so mail waits an hour for it
        await office.turn(datetime(2026, 11, 25, hour, tzinfo=UTC))
        found.append(server.to)
    for hour in (0, 1):
        await office.turn(datetime(2026, 11, 26, hour, tzinfo=UTC))
        found.append(server.to)
    east, middle, west = (f"{each}@agency.example" for each in ("east", "middle", "west"))
    assert found == [[], [east], [east, middle], [east, middle, west]]


async def test_several_processes_send_no_mail_twice(office: Office, server: Server) -> None:
    people = [f"p{n:02}" for n in range(30)]
    await office.signs_in(*people)
    await office.owe("WIB", *map(owes, people))
    await asyncio.gather(*(office.turn() for _ in range(4)))
    await office.turn()  # whatever one left because another was at it
    assert server.to == sorted(f"{person}@agency.example" for person in people)


async def test_a_process_that_dies_between_sending_and_noting_it_sends_the_same_again(
    office: Office, server: Server, tmp_path: Path
) -> None:
    """By its Message-ID it is known to be the same; and the day has no third one."""
    await office.signs_in("a")
    await office.owe("WIB", owes("a"))
    outbox = Outbox(office.pool, office.seal, office.notices)
    async with office.notices.step("mail", DAY) as sweep:
        assert sweep
        assert await outbox.write(sweep, DAY, "WIB", "WIB") == 1

    def begin() -> Popen[bytes]:
        told = office.settings.model_dump(mode="json", exclude_none=True)
        environment = os.environ | {name.upper(): str(value) for name, value in told.items()}
        with (tmp_path / "log").open("ab") as log:
            command = [sys.executable, "-m", "console", "notify"]
            return Popen(command, env=environment, stdout=log, stderr=log)

    first = begin()
    server.before_answer = first.kill
    assert await asyncio.to_thread(first.wait) == -signal.SIGKILL
    assert await office.states() == {"a": "waiting"}
    server.before_answer = lambda: None
    second = begin()
    while await office.states() != {"a": "sent"}:
        assert second.poll() is None, (tmp_path / "log").read_text()
        await asyncio.sleep(0.1)
    second.send_signal(signal.SIGTERM)
    assert await asyncio.to_thread(second.wait) == 0
    assert len(server.mails) == 2
    assert len({mail["Message-ID"] for mail in server.mails}) == 1


async def test_a_reading_cut_short_goes_on_where_it_was(office: Office) -> None:
    await office.signs_in("a")

    async def cut_short() -> None:
        async with office.notices.step("planning", DAY) as sweep:
            assert sweep
            await office.notices.renew(sweep, "planning", [("a", "WIB")], [owes("a")])
            await sweep.advance("a")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await cut_short()
    assert (await office.notices.page("a", None))[0] == []
    async with office.notices.step("planning", DAY) as sweep:
        assert sweep
        assert sweep.after == ""
        await office.notices.renew(sweep, "planning", [("a", "WIB")], [owes("a")])
        await sweep.advance("a")
        async with office.notices.step("planning", DAY) as another:
            assert another is None
    async with office.notices.step("planning", DAY) as sweep:
        assert sweep
        assert sweep.after == "a"
        await sweep.advance(None)
    async with office.notices.step("planning", DAY) as sweep:
        assert sweep is None


# -- somebody has asked for it ------------------------------------------------------------------

FRIDAY = date(2026, 11, 27)


async def reminded_by(office: Office, person: str) -> list[tuple[date, str]]:
    found, _ = await office.notices.page(person, None)
    return [(each.reminded.day, each.reminded.by) for each in found if each.reminded]


async def test_who_is_reminded_is_told_at_once_and_once_a_day_by_whomever(
    office: Office, server: Server
) -> None:
    await office.signs_in("a", "b", "c", "d")
    await office.turn()  # the day's mail is written
    for _ in range(3):
        await office.remind("head", "a", "b")
    assert server.to == []
    await office.turn()
    await office.remind("officer", "a", "b", "c", unit="above")
    for _ in range(2):
        await office.turn()
    assert server.to == ["a@agency.example", "b@agency.example", "c@agency.example"]
    assert await reminded_by(office, "a") == [(DAY, "head")]
    assert await reminded_by(office, "c") == [(DAY, "officer")]
    counts = {
        whose.unit: each.count
        for whose, each in (await office.reminders.latest(["u", "above"], 2026)).items()
    }
    assert counts == {"u": 2, "above": 1}
    await office.remind("officer", "a", day=FRIDAY)
    await office.turn(EIGHT.replace(day=27))
    assert server.to.count("a@agency.example") == 2
    assert await reminded_by(office, "a") == [(FRIDAY, "officer"), (DAY, "head")]
    assert await office.notices.reminded(["a", "d"]) == {"a": Reminded(FRIDAY, "officer")}


async def test_who_has_had_the_days_mail_reads_of_it_the_next_day(
    office: Office, server: Server
) -> None:
    """And what the notifier tells of as well is counted once."""
    await office.signs_in("a")
    await office.owe("WIB", owes("a"))
    await office.turn()
    await office.remind("head", "a")
    await office.turn()
    assert len(server.mails) == 1
    await office.owe("WIB", owes("a"), day=FRIDAY)
    await office.turn(EIGHT.replace(day=27))
    first, second = server.mails
    assert first["Subject"] == second["Subject"] == "Kinerja: 1 hal menunggu Anda"
    for kind in ("plain", "html"):
        said = [part.get_content() for mail in server.mails if (part := mail.get_body((kind,)))]
        assert ["Ada yang mengingatkan Anda" in each for each in said] == [False, True]


async def test_a_reminder_is_done_when_it_is_owed_no_more(office: Office, server: Server) -> None:
    await office.signs_in("a")
    await office.owe("WIB", owes("a"))
    await office.turn()
    await office.remind("head", "a")
    await office.owe("WIB", owes("a"), day=FRIDAY)
    found, _ = await office.notices.page("a", None)
    assert [each.is_open for each in found] == [True, True]
    await office.owe("WIB", by="a", day=FRIDAY + timedelta(days=1))
    found, _ = await office.notices.page("a", None)
    assert [each.is_open for each in found] == [False, False]
    await office.turn(EIGHT.replace(day=28))
    assert len(server.mails) == 1


async def test_who_asks_is_not_reminded(office: Office) -> None:
    await office.remind("head", "head", "a")
    assert await reminded_by(office, "head") == []
    assert await reminded_by(office, "a") == [(DAY, "head")]


async def test_reminders_at_once_remind_nobody_twice(office: Office) -> None:
    people = [f"p{n:02}" for n in range(30)]
    await asyncio.gather(
        *(office.remind(f"h{n}", *people[n:], *people[:n], unit=f"u{n}") for n in range(8)),
        *(office.remind("officer", *people, unit="u0") for _ in range(3)),
    )
    for person in people:
        assert len(await reminded_by(office, person)) == 1
    latest = await office.reminders.latest([f"u{n}" for n in range(8)], 2026)
    assert sum(each.count for each in latest.values()) == len(people)


async def test_a_reminder_cut_short_goes_on_where_it_was(office: Office) -> None:
    with pytest.raises(ZeroDivisionError):
        await office.remind("head", "a", cut_short=True)
    assert await reminded_by(office, "a") == []
    [waiting] = await office.reminders.waiting()
    async with office.reminders.step(waiting) as step:
        assert step
        await step.remind([], "a")
        async with office.reminders.step(waiting) as another:
            assert another is None
    async with office.reminders.step(waiting) as step:
        assert step
        assert step.after == "a"
        await step.remind([], None)
    assert await office.reminders.waiting() == []


async def test_what_planning_does_not_answer_waits_for_a_while(office: Office, pool: Pool) -> None:
    await office.reminders.ask(Whose("u", 2026, True), DAY, "head")
    await office.turn()  # no service is there
    assert len(await office.reminders.waiting()) == 1
    await pool.execute("update reminder set asked = now() - interval '21 hours'")
    assert await office.reminders.waiting() == []


# -- a server that does not take it -------------------------------------------------------------


async def test_mail_waits_for_a_server_that_is_down(office: Office, server: Server) -> None:
    await office.signs_in("a")
    await office.owe("WIB", owes("a"))
    server.stop()
    await office.turn()
    assert await office.states() == {"a": "waiting"}
    server.start()
    await office.turn()
    assert server.to == ["a@agency.example"]


async def test_a_refused_address_is_noted_and_gets_nothing_until_its_person_signs_in(
    office: Office, server: Server
) -> None:
    await office.signs_in("a", "b")
    server.answers["RCPT", "a@agency.example"] = "550 5.1.1 no such SOMEBODY"
    await office.owe("WIB", owes("a"), owes("b"))
    await office.turn()
    assert await office.states() == {"a": "refused", "b": "sent"}
    assert (await office.mailboxes.find("a")).refused
    friday, again = date(2026, 11, 27), date(2026, 11, 30)
    await office.owe("WIB", owes("a", remind=friday), day=friday)
    await office.turn(EIGHT.replace(day=27))
    assert server.to == ["b@agency.example"]
    del server.answers["RCPT", "a@agency.example"]
    await office.signs_in("a")
    await office.owe("WIB", owes("a", remind=again), day=again)
    await office.turn(EIGHT.replace(day=30))
    assert server.to == ["a@agency.example", "b@agency.example"]


async def test_a_mail_that_is_refused_costs_its_person_no_other(
    office: Office, server: Server
) -> None:
    await office.signs_in("a")
    server.answers["DATA", "a@agency.example"] = "554 not this one"
    await office.owe("WIB", owes("a"))
    await office.turn()
    assert await office.states() == {"a": "refused"}
    assert not (await office.mailboxes.find("a")).refused


async def test_what_is_not_taken_now_is_tried_later_and_no_other_waits_for_it(
    office: Office, server: Server, pool: Pool
) -> None:
    await office.signs_in("a", "b")
    server.answers["RCPT", "a@agency.example"] = "451 4.7.1 later"
    await office.owe("WIB", owes("a"), owes("b"))
    pauses = []
    for _ in range(3):
        await office.turn()
        pauses.append(
            await pool.fetchval(
                "select due > now() from outbox where person = 'a' and answer = 451"
            )
        )
        await pool.execute("update outbox set due = now() where person = 'a'")
    assert server.to == ["b@agency.example"]
    assert pauses == [True] * 3
    assert await pool.fetchval("select tries from outbox where person = 'a'") == 3
    server.answers.clear()
    await office.turn()
    assert server.to == ["a@agency.example", "b@agency.example"]


async def test_a_days_mail_is_not_sent_when_the_next_days_says_the_same(
    office: Office, server: Server, pool: Pool
) -> None:
    await office.signs_in("a")
    server.stop()
    await office.owe("WIB", owes("a"))
    await office.turn()
    await pool.execute("update outbox set made = now() - interval '21 hours'")
    server.start()
    await office.turn()
    assert (server.to, await office.states()) == ([], {"a": "expired"})
    # That it says the same: nobody was reminded of anything since.
    await office.turn(EIGHT.replace(day=27))
    assert server.to == ["a@agency.example"]


async def test_no_mail_goes_over_a_line_without_tls_that_was_to_have_it(
    office: Office, server: Server
) -> None:
    office.settings = office.settings.model_copy(update={"smtp_tls": "starttls"})
    await office.signs_in("a")
    await office.owe("WIB", owes("a"))
    await office.turn()
    assert (server.to, await office.states()) == ([], {"a": "waiting"})


async def test_the_mail_server_is_known_by_its_certificate(
    office: Office, server: Server, tmp_path: Path
) -> None:
    server.stop()
    server.tls, authority = _certified(tmp_path, "127.0.0.1")
    server.start()
    await office.signs_in("a")
    await office.owe("WIB", owes("a"))
    for trusted in (_certified(tmp_path, "elsewhere.example")[1], None, authority):
        assert server.to == []
        told = {"smtp_tls": "starttls", "smtp_ca_file": trusted}
        office.settings = office.settings.model_copy(update=told)
        await office.turn()
    assert server.to == ["a@agency.example"]


def _certified(folder: Path, name: str) -> tuple[ssl.SSLContext, Path]:
    """A server's TLS by a certificate that it has signed itself, and the file of that."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    address = x509.IPAddress(ip_address(name)) if name[0].isdigit() else x509.DNSName(name)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file, private = folder / f"{name}.pem", folder / f"{name}.key"
    file.write_bytes(made.public_bytes(Encoding.PEM))
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(file, private)
    return context, file


@pytest.mark.parametrize(
    "told",
    [{"mail_from": ""}, {"mail_from": "a\n@b"}, {"smtp_username": "u", "smtp_tls": "none"}],
)
def test_a_notifier_that_could_not_send_safely_does_not_start(told: dict[str, str]) -> None:
    assert notifier(smtp_host="h")
    with pytest.raises(ValueError, match=r"MAIL_FROM|SMTP_USERNAME"):
        notifier(smtp_host="h", **told)


# -- who is told what ---------------------------------------------------------------------------


async def test_a_superior_is_told_how_much_is_late(office: Office, server: Server) -> None:
    await office.signs_in("boss")
    await office.owe("WIB", *(owes(who, to="boss") for who in ("a", "b")), owes("boss"))
    await office.turn()
    [mail] = server.mails
    body = mail.get_body(("plain",))
    assert body
    assert "Terlambat pada pegawai yang Anda nilai: 2" in body.get_content()
    assert "SKP yang perlu disusun: 1" in body.get_content()


def test_what_is_late_is_noticed_of_the_superior_of_the_day() -> None:
    duty = {"id": "x", "kind": "draft-skp", "since": DAY, "due": DAY, "remind": DAY}
    late = duty | {"id": "y", "escalated": DAY}
    owing = Owing.model_validate({
        "person": "a", "zone": "WIB", "superior": "boss",
        "duties": [duty | {"escalated": None}, late],
    })  # fmt: skip
    assert [(each.person, each.owes, each.matter.id) for each in wanted([owing])] == [
        ("a", "a", "x"), ("a", "a", "y"), ("boss", "a", "y"),
    ]  # fmt: skip
    assert len(wanted([owing.model_copy(update={"superior": None})])) == 2


async def test_who_turns_mail_off_keeps_the_notices(office: Office, server: Server) -> None:
    await office.signs_in("a", "b")
    await office.mailboxes.turn("a", "id", off=True)
    await office.owe("WIB", owes("a"), owes("b"))
    server.stop()
    await office.turn()
    await office.mailboxes.turn("b", "id", off=True)  # once it is written
    server.start()
    await office.turn()
    assert (server.to, await office.states()) == ([], {"b": "dropped"})
    assert [n.is_open for n in (await office.notices.page("a", None))[0]] == [True]
    await office.signs_in("a")
    assert (await office.mailboxes.find("a")).off


async def test_what_has_been_kept_long_enough_goes(office: Office, pool: Pool) -> None:
    await office.signs_in("a", "b")
    await office.mailboxes.turn("a", "id", off=True)
    await office.owe("WIB", owes("a"), owes("b"))
    await office.remind("head", "a")
    await office.turn()
    await office.owe("WIB", owes("b"), by="a", day=date(2026, 11, 27))
    for change in (
        "update mailbox set seen = now() - interval '401 days' where person = 'a'",
        "update notice set closed = now() - interval '91 days' where closed is not null",
        "update outbox set made = now() - interval '91 days'",
        "update sweep set day = day - 1000",
        "update reminder set day = day - 1000",
    ):
        await pool.execute(change)
    await office.turn()
    assert await office.states() == {}
    assert await pool.fetchval("select count(*) from sweep where day < current_date - 500") == 0
    assert await pool.fetchval("select count(*) from reminder") == 0
    assert (await office.notices.page("a", None))[0] == []
    assert len((await office.notices.page("b", None))[0]) == 1
    gone, stays = [await office.mailboxes.find(person) for person in "ab"]
    assert (gone.has_address, gone.off, stays.has_address) == (False, True, True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_mail_says_more_than_how_many_of_which_kind(language: str) -> None:
    """Of every kind of duty that there is, also of one to come."""
    assert TOLD.keys() == KINDS.keys()
    everything = Digest(dict.fromkeys([*KINDS, "to-come"], 2), 3, asked=True)
    mail = written(
        everything, language, "https://kinerja.agency.example", "SOMEBODY", DAY,
        "kinerja@agency.example", "a@agency.example",
    )  # fmt: skip
    parts = [mail.get_body((kind,)) for kind in ("plain", "html")]
    said = [mail["Subject"], *(part.get_content() for part in parts if part)]
    assert len(said) == 3
    for text in said:
        assert not SAYS_TOO_MUCH.search(text), text
    assert not [name for name in KINDS if name in "".join(said)]
    links = set(re.findall(r"https?://[^\s\"<]+", "".join(said)))
    assert links == {
        "https://kinerja.agency.example/", "https://kinerja.agency.example/notices",
    }  # fmt: skip


async def test_the_database_alone_tells_no_address_and_not_what_anybody_owes(
    office: Office, pool: Pool, server: Server
) -> None:
    await office.signs_in("a")
    await office.owe("WIB", owes("a", "issue-sanction"))
    await office.remind("asker", "a")
    server.stop()
    await office.turn()
    for table in ("mailbox", "notice", "outbox"):
        for row in await pool.fetch(f"select * from {table}"):
            assert not re.search("agency.example|sanction|asker", str(dict(row)))
    await pool.execute("update mailbox set person = 'b'")
    await pool.execute("update outbox set person = 'b'")
    server.start()
    await office.turn()
    assert (server.to, await office.states()) == ([], {"b": "dropped"})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "a@",
        "@b",
        "a b@c",
        "a@b\nBcc: c@d",
        "<a@b>",
        "a,b@c",
        None,
        1,
        "é@b",
        "a" * 260 + "@b",
    ],
)
def test_what_is_no_address_gets_no_mail(text: object) -> None:
    assert is_address("a.b+c@agency.example")
    assert not is_address(text)

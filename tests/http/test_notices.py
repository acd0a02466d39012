"""From what is due in the services to the mail of who owes it, and of their superior: all of it real."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest

from console.keep.database import connected
from console.keep.mailboxes import Mailboxes
from console.keep.notices import Notice, Notices
from console.notify.worker import Notifier
from console.settings import NotifierSettings
from contracts.catalogue import SERVICES
from deploy.local.kept import kept
from deploy.local.stack import Stack
from tests.console.conftest import notifier
from tests.console.test_mail import Server
from tests.http.api import Api, latest
from tests.http.world import AUTHORITY, HEAVY, PERSONNEL, assignment, examined, person

pytestmark = pytest.mark.integration

NOTIFIER: dict[str, Any] = {"actor": "notifier", "roles": "notifier"}
AT = datetime(2199, 1, 2, 3, tzinfo=UTC)
"""A day that nobody has read for."""


def _key() -> bytes:
    raise AssertionError("the console has made it")


def settings(stack: Stack, smtp_port: int) -> NotifierSettings:
    """Of a notifier beside the stack's, with a mail server."""
    return notifier(
        **{f"{service}_url": stack.url(service) for service in SERVICES},
        console_url=stack.console_url, database_url=stack._database("console"),
        sealing_keys=kept(stack.folder / "console.key", _key).decode(),
        oidc_issuer=stack.url("issuer"), notifier_client_secret=stack._secret("notifier.secret"),
        smtp_host="127.0.0.1", smtp_port=smtp_port,
    )  # fmt: skip


async def everybody(api: Api, service: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    after: str | None = ""
    while after is not None:
        page = await api.see(service, f"/duties/people?limit=4&after={quote(after)}", **NOTIFIER)
        found += page["items"]
        after = page["next"]
    return found


async def noticed(notices: Notices, person: str) -> list[Notice]:
    """All of a person's, over their pages."""
    found, before = await notices.page(person, None)
    while before is not None:
        more, before = await notices.page(person, before)
        found += more
    return found


async def test_who_is_late_gets_mail_and_so_does_their_superior(api: Api) -> None:
    """Once, by the notifier's own token, over pages of people; and the notices are what is due."""
    people = await everybody(api, "planning")
    assert len({each["person"] for each in people}) == len(people) > 4
    late = next(
        each for each in people
        if each["person"].isalnum() and each["superior"] and any(duty["escalated"] for duty in each["duties"])
    )  # fmt: skip
    stack, server = api.stack, Server()
    told = settings(stack, server.port)
    server.start()
    try:
        async with connected(told.database_url) as pool, aiohttp.ClientSession() as http:
            mailboxes = Mailboxes(pool, told.seal)
            for person in (late["person"], late["superior"]):
                await mailboxes.signed_in(person, f"{person}@agency.example", "en")
            for _ in range(2):
                await Notifier(told, pool, http).turn(AT)
            found = await noticed(Notices(pool, told.seal), late["person"])
    finally:
        server.stop()
    assert server.to == sorted(f"{p}@agency.example" for p in (late["person"], late["superior"]))
    mail = next(m for m in server.mails if m["To"].startswith(f"{late['superior']}@"))
    body = mail.get_body(("plain",))
    assert body
    assert "Late with employees whom you appraise" in body.get_content()
    own = {n.matter.id for n in found if n.is_open and not n.of_another}
    assert {duty["id"] for duty in late["duties"]} <= own


async def test_whoever_has_a_role_is_told_of_what_is_due_in_it(api: Api) -> None:
    """For as long as the issuer says that they have it; nobody else is."""
    row = assignment("rolled", "boss")
    body = {"people": [person("rolled")], "assignments": [row]}
    here = latest(r["at_least"] for r in await api.do("planning", "/directory", body, **PERSONNEL))
    await api.see("rewards", "/people/rolled/history", headers=here, **PERSONNEL)
    await examined(api, "rolled", HEAVY, of="rolled")
    due = "issue-sanction/rolled/rolled"
    await api.until(
        "rewards",
        "/duties",
        lambda told: due in [each["id"] for each in told["items"]],
        **AUTHORITY,
    )
    stack, server = api.stack, Server()
    told, office = settings(stack, server.port), AUTHORITY["actor"]
    server.start()
    try:
        async with connected(told.database_url) as pool, aiohttp.ClientSession() as http:
            mailboxes, notices = Mailboxes(pool, told.seal), Notices(pool, told.seal)
            found = []
            for day, roles in enumerate(([AUTHORITY["roles"]], []), start=10):
                for who, has in ((office, roles), ("outsider", [])):
                    await mailboxes.signed_in(who, f"{who}@agency.example", "en", has)
                await Notifier(told, pool, http).turn(AT + timedelta(days=day))
                pages = [await noticed(notices, who) for who in (office, "outsider")]
                found.append(
                    [
                        [n.matter.id for n in page if n.is_open and n.matter.id == due]
                        for page in pages
                    ]
                )
    finally:
        server.stop()
    assert found == [[[due], []], [[], []]]
    assert server.to.count(f"{office}@agency.example") == 1
    assert "outsider@agency.example" not in server.to

"""The way to the agency's mail server."""

import ssl

import structlog
from aiosmtplib import (
    SMTP,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
    SMTPServerDisconnected,
    SMTPTimeoutError,
)

from console.keep.outbox import Letter, Outbox
from console.notify.letter import written
from console.settings import NotifierSettings

PATIENCE = 20.0
"""Seconds that the server has for an answer: for the four that a mail takes together less than the database
waits for the transaction that it is sent in."""
REFUSED_FOR_GOOD = 500
"""SMTP's codes from here on (RFC 5321, 4.2.1)."""
LOST = (SMTPServerDisconnected, SMTPTimeoutError, OSError)
"""The connection, while a letter was on it."""

logger = structlog.get_logger(__name__)


class Post:
    def __init__(self, settings: NotifierSettings, outbox: Outbox) -> None:
        self._settings = settings
        self._outbox = outbox
        self._is_away = False

    async def send(self) -> None:
        """All that waits, over one connection. What the server does not take now waits for the next time."""
        if not await self._outbox.waits():
            return
        try:
            async with self._server() as server:
                self._is_away = False
                while await self._send_next(server):
                    pass
        except (SMTPException, OSError) as error:
            if not self._is_away:
                logger.warning("mail server cannot be used", error=_kind(error))
            self._is_away = True

    def _server(self) -> SMTP:
        told = self._settings
        secure = told.smtp_tls != "none"
        return SMTP(
            hostname=told.smtp_host,
            port=told.smtp_port,
            username=told.smtp_username or None,
            password=told.smtp_password or None,
            use_tls=told.smtp_tls == "tls",
            start_tls=told.smtp_tls == "starttls",
            tls_context=ssl.create_default_context(cafile=told.smtp_ca_file) if secure else None,
            timeout=PATIENCE,
        )

    async def _send_next(self, server: SMTP) -> bool:
        """Whether there was one. Raises what says that the server cannot be used."""
        lost: Exception | None = None
        async with self._outbox.take() as letter:
            if letter is None:
                return False
            try:
                await self._send(server, letter)
            except LOST as error:
                # It may be by this letter: the next time, others are before it.
                await letter.later(None)
                lost = error
        if lost:
            raise lost
        return True

    async def _send(self, server: SMTP, letter: Letter) -> None:
        if letter.address is None:
            return await letter.dropped()
        told = self._settings
        message = written(
            letter.digest,
            letter.language,
            told.console_url,
            letter.person,
            letter.day,
            told.mail_from,
            letter.address,
        )
        try:
            await server.send_message(message)
        except SMTPSenderRefused:
            raise  # so would all others be
        except SMTPRecipientsRefused as refused:
            await self._not_taken(letter, refused.recipients[0].code, address=True)
        except SMTPResponseException as error:
            await self._not_taken(letter, error.code, address=False)
        else:
            await letter.sent()

    async def _not_taken(self, letter: Letter, code: int, *, address: bool) -> None:
        if code >= REFUSED_FOR_GOOD:
            await letter.refused(code, address=address)
            logger.info("mail refused", code=code, address=address)
        else:
            await letter.later(code)


def _kind(error: Exception) -> str:
    """Without the server's words, which may name somebody."""
    code = getattr(error, "code", None)
    return f"{type(error).__name__} {code}" if code else type(error).__name__

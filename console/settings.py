"""What the console and its notifier are told from outside, by environment variables of the same names."""

from datetime import timedelta
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from chassis.settings import Listening
from console.keep.mailboxes import is_address
from console.keep.sealing import Seal
from console.keep.sessions import Limits


class Common(BaseSettings):
    """
    console_url    where people reach the console: the issuer sends them back there, and mail leads there. With
                   https its cookies are for this host and TLS alone
    SERVICE_url    where each service is
    database_url   the console's own PostgreSQL database (`./kinerja prepare console` makes it)
    sealing_keys   Fernet keys, separated by blanks: the first seals what the database keeps about
                   people, all of them open it. Without a key that sealed something it is lost
    oidc_issuer    who signs people in, and gives the notifier its token; found by OIDC discovery
    """

    model_config = SettingsConfigDict(hide_input_in_errors=True)

    console_url: str
    planning_url: str
    monitoring_url: str
    appraisal_url: str
    rewards_url: str
    evaluation_url: str
    database_url: str
    sealing_keys: str = Field(repr=False)
    oidc_issuer: str

    @property
    def seal(self) -> Seal:
        return Seal(self.sealing_keys.split())

    def url(self, service: str) -> str:
        return str(getattr(self, f"{service}_url"))

    @field_validator("console_url")
    @classmethod
    def _without_a_slash(cls, url: str) -> str:
        return url.rstrip("/")

    @model_validator(mode="after")
    def _has_keys(self) -> Self:
        try:
            self.seal.close("")
        except (ValueError, IndexError):
            raise ValueError(
                "SEALING_KEYS: no Fernet key; make one with"
                ' `python -c "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"`'
            ) from None
        return self


class ConsoleSettings(Listening, Common):
    """
    oidc_client_id      the console's name at the issuer
    oidc_client_secret  and its password
    oidc_scope          what the console asks for there; with `email`, mail can go to whoever has signed in
    oidc_claim          the claim of the access token that says who somebody is to the services
    idle_minutes        after which a session ends that nobody uses
    session_hours       after which a session ends
    cycle               the performance cycle that the home page shows
    allowed_hosts       names, separated by blanks, under which people reach the console; a request for
                        another host is refused
    """

    oidc_client_id: str = "kinerja-console"
    oidc_client_secret: str = Field(repr=False)
    oidc_scope: str = "openid profile email"
    oidc_claim: str = "sub"
    idle_minutes: float = Field(default=30, gt=0)
    session_hours: float = Field(default=12, gt=0)
    cycle: str
    allowed_hosts: str = "127.0.0.1 localhost ::1"

    @property
    def hosts(self) -> frozenset[str]:
        return frozenset(self.allowed_hosts.lower().split())

    @property
    def is_secure(self) -> bool:
        return self.console_url.startswith("https://")

    @property
    def limits(self) -> Limits:
        return Limits(timedelta(minutes=self.idle_minutes), timedelta(hours=self.session_hours))


class NotifierSettings(Listening, Common):
    """
    notifier_client_id      the notifier's name at the issuer, which gives it a token with the role `notifier`
    notifier_client_secret  and its password
    smtp_host               the agency's mail server; none: notices are kept, and no mail is sent
    smtp_port               587 for `starttls`, 465 for `tls`, as a rule
    smtp_tls                `starttls`: begin in the clear and refuse to go on without TLS; `tls` from the
                            first byte; `none` only where nobody listens on the way
    smtp_ca_file            a file of certificates (PEM) by which alone the server is known; else those that
                            the machine trusts
    smtp_username           if the server wants one; never over a line without TLS
    smtp_password           of this user
    mail_from               the address that mail is from
    """

    notifier_client_id: str = "kinerja-notifier"
    notifier_client_secret: str = Field(repr=False)
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_tls: Literal["starttls", "tls", "none"] = "starttls"
    smtp_ca_file: Path | None = None
    smtp_username: str = ""
    smtp_password: str = Field(default="", repr=False)
    mail_from: str = ""

    @model_validator(mode="after")
    def _sends_as_somebody(self) -> Self:
        if self.smtp_host and not is_address(self.mail_from):
            raise ValueError("MAIL_FROM: an address is needed to send mail from")
        if self.smtp_username and self.smtp_tls == "none":
            raise ValueError("SMTP_USERNAME: a password would go in the clear; set SMTP_TLS")
        return self

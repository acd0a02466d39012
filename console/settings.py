"""What the console is told from outside, by environment variables of the same names."""

from datetime import timedelta
from typing import Self

from pydantic import Field, field_validator, model_validator
from pydantic_settings import SettingsConfigDict

from chassis.settings import Listening
from console.keep.sealing import Seal
from console.keep.sessions import Limits


class ConsoleSettings(Listening):
    """
    console_url         where people reach the console; the issuer sends them back there. With https its
                        cookies are for this host and TLS alone
    SERVICE_url         where each service is
    database_url        the console's own PostgreSQL database (`./kinerja prepare console` makes it)
    sealing_keys        Fernet keys, separated by blanks: the first seals what the database keeps about
                        people, all of them open it. Without a key that sealed something it is lost
    oidc_issuer         who signs people in; found by OIDC discovery
    oidc_client_id      the console's name there
    oidc_client_secret  and its password
    oidc_scope          what the console asks for there
    oidc_claim          the claim of the access token that says who somebody is to the services
    idle_minutes        after which a session ends that nobody uses
    session_hours       after which a session ends
    cycle               the performance cycle that the home page shows
    allowed_hosts       names, separated by blanks, under which people reach the console; a request for
                        another host is refused
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
    oidc_client_id: str = "kinerja-console"
    oidc_client_secret: str = Field(repr=False)
    oidc_scope: str = "openid profile"
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
    def seal(self) -> Seal:
        return Seal(self.sealing_keys.split())

    @property
    def limits(self) -> Limits:
        return Limits(timedelta(minutes=self.idle_minutes), timedelta(hours=self.session_hours))

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

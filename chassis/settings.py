"""What a service is told from outside, by environment variables of the same names."""

import ssl
from ipaddress import ip_address
from pathlib import Path
from typing import Literal, Self, get_args
from urllib.parse import urlsplit

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from eventlog.keys import BadKey, SigningKey


class Listening(BaseSettings):
    """
    port                         where HTTP is served, on `host`
    listen_fd                    an inherited socket that listens already; it takes the place of both
    metrics_port                 where metrics are served, on `host`; nowhere unless set
    otel_exporter_otlp_endpoint  URL of the OpenTelemetry collector (OTLP over HTTP) that is sent traces; there
                                 are none unless set
    otel_traces_sampler_arg      the part of the traces that is kept
    """

    host: str = "127.0.0.1"
    port: int = 8000
    listen_fd: int | None = None
    metrics_port: int | None = None
    otel_exporter_otlp_endpoint: str = ""
    otel_traces_sampler_arg: float = Field(default=1, ge=0, le=1)


class KafkaClient(BaseSettings):
    """
    kafka_bootstrap_servers  host:port, comma-separated
    kafka_security_protocol  with SSL the servers are known by the certificates that the machine trusts,
    kafka_ca_file            or, if there is one, by this file of certificates (PEM) alone
    kafka_sasl_mechanism     how a user proves to be the one, where the protocol has SASL
    kafka_username           the service's own user there
    kafka_password           of this user
    """

    kafka_bootstrap_servers: str
    kafka_security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    kafka_ca_file: Path | None = None
    kafka_sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "SCRAM-SHA-512"
    kafka_username: str = ""
    kafka_password: str = ""

    @property
    def kafka(self) -> dict[str, object]:
        """Arguments of every Kafka client."""
        secure = self.kafka_security_protocol.endswith("SSL")
        return {
            "bootstrap_servers": self.kafka_bootstrap_servers,
            "security_protocol": self.kafka_security_protocol,
            "sasl_mechanism": self.kafka_sasl_mechanism,
            "sasl_plain_username": self.kafka_username,
            "sasl_plain_password": self.kafka_password,
            "ssl_context": ssl.create_default_context(cafile=self.kafka_ca_file)
            if secure
            else None,
        }


Role = Literal["api", "relay", "views", "reactions"]


class Settings(Listening, KafkaClient):
    """
    roles                    what this process does of the service: answer requests (`api`), carry the log to
                             Kafka and sign it (`relay`), keep the views (`views`), react to events
                             (`reactions`). Each may run in processes of its own, several of each
    database_url             the service's own PostgreSQL database
    oidc_issuer              whose tokens are accepted; its key set is found by OIDC discovery
    oidc_audience            the audience that a token must name
    oidc_claim               the claim of a token that says who somebody is here: the id that the
                             directory has for the person
    agency                   short name of the agency that this installation serves
    signing_key              PEM of the Ed25519 private key that signs the log, or the path of a file
                             that holds it; nobody but a relay needs it
    key_sets                 where the keys of the services' logs are told, by service: the URL of each
                             one's `/keys`, or of a file with the same (`file:`)
    heads                    where the heads of the other services' logs are told, by service: the URL of each
                             one's `/head`; how far a view is behind a log that is not named is not known
    checkpoint_seconds       between two signed checkpoints of the log, if it has grown
    checkpoint_folder        a folder that also gets each checkpoint, best on another's disk
    simulated_time           the demonstration only: a request may say when it happens
                             (`Simulated-Time`); without it the header is refused
    """

    # An error would show the other settings beside the one that is wrong.
    model_config = SettingsConfigDict(hide_input_in_errors=True)

    roles: frozenset[Role] = Field(default=frozenset(get_args(Role)), min_length=1)
    database_url: str
    oidc_issuer: str
    oidc_audience: str = "kinerja"
    oidc_claim: str = "sub"
    agency: str = "kinerja"
    signing_key: str = Field(default="", repr=False)
    key_sets: dict[str, str] = {}
    heads: dict[str, str] = {}
    checkpoint_seconds: float = Field(default=60, gt=0)
    checkpoint_folder: Path | None = None
    simulated_time: bool = False

    @model_validator(mode="after")
    def _only_here(self) -> Self:
        if self.simulated_time:
            for_this_machine_alone("simulated_time", self.oidc_issuer, self.host)
        return self


def read_signing_key(given: str) -> SigningKey:
    """From the setting. Raises BadKey, which says what is wrong and shows nothing of what was given."""
    if not given.strip():
        raise BadKey("SIGNING_KEY is empty: make one with `openssl genpkey -algorithm ed25519`")
    try:
        pem = given.encode() if "-----BEGIN" in given else Path(given).read_bytes()
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or type(error).__name__
        raise BadKey(f"SIGNING_KEY is no PEM and no file that can be read: {why}") from None
    try:
        return SigningKey.read(pem)
    except BadKey as error:
        raise BadKey(f"SIGNING_KEY: {error}") from None


def for_this_machine_alone(what: str, issuer: str, *hosts: str) -> None:
    """Refuse what belongs to the demonstration where others could reach it: with the local issuer
    anybody is anybody. Raises ValueError.
    """
    given_as = [("oidc_issuer", urlsplit(issuer).hostname or ""), *(("host", h) for h in hosts)]
    for name, given in given_as:
        if not _is_loopback(given):
            raise ValueError(
                f"{what} is for the demonstration on one machine: {name} must be a loopback address,"
                f" not {given!r}"
            )


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False

"""The key that a service signs with is read from its settings, or why not, without showing it."""

import ssl
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from chassis.settings import Settings, read_signing_key
from eventlog.keys import BadKey, SigningKey

AUTHORITY = """\
-----BEGIN CERTIFICATE-----
MIIBNjCB6aADAgECAhQWH8ZHXZKom+VANGKVdVRbe4lnGTAFBgMrZXAwEDEOMAwG
A1UEAwwFa2Fma2EwIBcNMjYxMTI2MDk1ODQwWhgPMjEyNjExMDIwOTU4NDBaMBAx
DjAMBgNVBAMMBWthZmthMCowBQYDK2VwAyEA6RZWUbSIw/N15Lgf/FLjMELyIY41
DxxbebTVLR7GjBmjUzBRMB0GA1UdDgQWBBQQNm/uUH0uQxqshEaJwVOyxwwYRDAf
BgNVHSMEGDAWgBQQNm/uUH0uQxqshEaJwVOyxwwYRDAPBgNVHRMBAf8EBTADAQH/
MAUGAytlcANBAApeOjHJLQrPKjAvBfNOkFjry4Hang4MuZKg+mKMGAm2gUnV48K3
5ubWdnFb0ZG8xUcitpHrfj6pR2hZvruAogA=
-----END CERTIFICATE-----
"""
"""Of nobody: made for this test, by a key that was thrown away."""


def settings(**given: Any) -> Settings:
    return Settings(database_url="", kafka_bootstrap_servers="", oidc_issuer="", **given)


def test_a_key_is_given_as_text_or_as_a_file(tmp_path: Path) -> None:
    key = SigningKey.generate()
    file = tmp_path / "key.pem"
    file.write_bytes(key.pem)
    for given in (key.pem.decode(), str(file)):
        assert read_signing_key(given).id == key.id


@pytest.mark.parametrize(
    ("given", "why"),
    [("", "SIGNING_KEY is empty"), ("  ", "SIGNING_KEY is empty"),
     ("secret words", "no PEM and no file that can be read: No such file"),
     ("secret\0words", "no PEM and no file that can be read"), (".", "no PEM and no file"),
     ("-----BEGIN PRIVATE KEY-----\nsecret\n-----END PRIVATE KEY-----\n", "SIGNING_KEY: not an")],
)  # fmt: skip
def test_what_is_no_key_is_told_and_not_shown(given: str, why: str) -> None:
    with pytest.raises(BadKey, match=why) as refused:
        read_signing_key(given)
    assert "secret" not in str(refused.value)


def test_no_error_and_no_print_of_the_settings_shows_the_key() -> None:
    assert "secret" not in repr(settings(signing_key="secret"))
    with pytest.raises(ValidationError) as refused:
        settings(signing_key="secret", checkpoint_seconds=0)
    assert "secret" not in str(refused.value)
    with pytest.raises(ValidationError) as refused:
        Settings(database_url="", signing_key="secret")
    assert "secret" not in str(refused.value)


def test_kafka_is_known_by_a_file_of_certificates_alone(tmp_path: Path) -> None:
    """Of an authority that the machine does not know, and that is to vouch for nobody else."""
    file = tmp_path / "ca.crt"
    file.write_text(AUTHORITY)
    given = settings(kafka_security_protocol="SASL_SSL", kafka_ca_file=file)
    known = given.kafka["ssl_context"]
    assert isinstance(known, ssl.SSLContext)
    assert [each["subject"] for each in known.get_ca_certs()] == [((("commonName", "kafka"),),)]


def test_what_only_a_newer_program_is_told_is_not_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("A_SETTING_OF_A_NEWER_PROGRAM", "1")
    monkeypatch.setenv("OIDC_ISSUER", "http://issuer")
    assert Settings(database_url="", kafka_bootstrap_servers="").oidc_issuer == "http://issuer"


def test_what_is_required_and_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OIDC_ISSUER", raising=False)
    with pytest.raises(ValidationError, match="oidc_issuer"):
        Settings(database_url="", kafka_bootstrap_servers="")

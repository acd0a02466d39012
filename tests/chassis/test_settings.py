"""The key that a service signs with is read from its settings, or why not, without showing it."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from chassis.settings import Settings, read_signing_key
from eventlog.keys import BadKey, SigningKey


def settings(**given: Any) -> Settings:
    return Settings(database_url="", kafka_bootstrap_servers="", oidc_issuer="", **given)


def test_a_key_is_given_as_text_or_as_a_file(tmp_path: Path) -> None:
    key = SigningKey.generate()
    file = tmp_path / "key.pem"
    file.write_bytes(key.pem)
    for given in (key.pem.decode(), str(file)):
        assert read_signing_key(settings(signing_key=given)).id == key.id


@pytest.mark.parametrize(
    ("given", "why"),
    [("", "SIGNING_KEY is empty"), ("  ", "SIGNING_KEY is empty"),
     ("secret words", "no PEM and no file that can be read: No such file"),
     ("secret\0words", "no PEM and no file that can be read"), (".", "no PEM and no file"),
     ("-----BEGIN PRIVATE KEY-----\nsecret\n-----END PRIVATE KEY-----\n", "SIGNING_KEY: not an")],
)  # fmt: skip
def test_what_is_no_key_is_told_and_not_shown(given: str, why: str) -> None:
    with pytest.raises(BadKey, match=why) as refused:
        read_signing_key(settings(signing_key=given))
    assert "secret" not in str(refused.value)


def test_no_error_and_no_print_of_the_settings_shows_the_key() -> None:
    assert "secret" not in repr(settings(signing_key="secret"))
    with pytest.raises(ValidationError) as refused:
        settings(signing_key="secret", checkpoint_seconds=0)
    assert "secret" not in str(refused.value)
    with pytest.raises(ValidationError) as refused:
        Settings(database_url="", signing_key="secret")
    assert "secret" not in str(refused.value)

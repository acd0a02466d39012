"""Keys against the vectors of RFC 8037, appendix A, and what is no key."""

from base64 import urlsafe_b64decode
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from eventlog.keys import BadKey, PublicKey, SigningKey, read_key_set, write_key_set

# RFC 8037, A.1 to A.4: a key, its thumbprint, and the signature of a JWS.
D = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"
X = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
THUMBPRINT = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
SIGNED = b"eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"
SIGNATURE = "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def test_a_key_signs_and_is_called_as_the_rfc_says() -> None:
    key = SigningKey(Ed25519PrivateKey.from_private_bytes(_bytes(D)))
    assert key.id == key.public.id == THUMBPRINT
    assert key.public.raw == _bytes(X)
    assert key.sign(SIGNED) == _bytes(SIGNATURE)
    assert key.public.verifies(_bytes(SIGNATURE), SIGNED)


@pytest.mark.parametrize(
    ("signature", "message"),
    [(_bytes(SIGNATURE), SIGNED + b"."), (bytes(64), SIGNED), (b"", SIGNED), (b"x" * 500, SIGNED)],
    ids=["another message", "zeros", "empty", "too long"],
)
def test_another_signature_is_none(signature: bytes, message: bytes) -> None:
    assert not PublicKey(_bytes(X)).verifies(signature, message)


def test_a_key_is_read_as_it_was_written() -> None:
    key = SigningKey.generate()
    again = SigningKey.read(key.pem)
    assert again.id == key.id
    assert key.public.verifies(again.sign(b"text"), b"text")


def _of_another_kind() -> bytes:
    return generate_private_key(SECP256R1()).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )


@pytest.mark.parametrize(
    "pem",
    [lambda: b"", lambda: b"secret words", _of_another_kind],
    ids=["empty", "no PEM", "ECDSA"],
)
def test_what_is_no_key_is_refused_and_not_shown(pem: Callable[[], bytes]) -> None:
    with pytest.raises(BadKey) as refused:
        SigningKey.read(pem())
    assert "secret" not in str(refused.value)


def test_a_key_set_is_read_as_it_was_written_and_others_keys_are_passed_over() -> None:
    key = PublicKey(_bytes(X))
    document = write_key_set([key])
    assert document["keys"][0]["kid"] == THUMBPRINT
    document["keys"].append({"kty": "EC", "crv": "P-256", "x": "", "y": ""})
    assert [each.id for each in read_key_set(document)] == [key.id]


@pytest.mark.parametrize(
    "document",
    [{}, {"keys": 1}, {"keys": ["x"]}, {"keys": [{"kty": "OKP", "crv": "Ed25519"}]},
     {"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "AAAA"}]}, []],
)  # fmt: skip
def test_what_is_no_key_set_is_refused(document: Any) -> None:
    with pytest.raises(BadKey):
        read_key_set(document)

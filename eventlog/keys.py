"""The keys that logs are signed with: Ed25519 (RFC 8032), published as a JSON Web Key Set (RFC 7517,
8037). A key's id is its thumbprint (RFC 7638), so that no two keys share one.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)


class BadKey(ValueError):
    """What was given is no Ed25519 key. The message never shows it."""


class PublicKey:
    """One public key: its id, and whether a signature is its."""

    def __init__(self, raw: bytes) -> None:
        """Of its 32 bytes. Raises BadKey."""
        try:
            self._key = Ed25519PublicKey.from_public_bytes(raw)
        except ValueError as error:
            raise BadKey("an Ed25519 public key has 32 bytes") from error
        self.raw = raw
        self.id = _thumbprint(raw)

    def verifies(self, signature: bytes, message: bytes) -> bool:
        try:
            self._key.verify(signature, message)
        except InvalidSignature:
            return False
        return True

    @property
    def jwk(self) -> dict[str, str]:
        return {
            "kty": "OKP", "crv": "Ed25519", "x": _text(self.raw),
            "kid": self.id, "alg": "EdDSA", "use": "sig",
        }  # fmt: skip


class SigningKey:
    """A private key. Nothing prints it."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self.public = PublicKey(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))
        self.id = self.public.id

    @classmethod
    def read(cls, pem: bytes) -> "SigningKey":
        """From unencrypted PEM, as `openssl genpkey -algorithm ed25519` writes it. Raises BadKey."""
        try:
            key = load_pem_private_key(pem, password=None)
        except (ValueError, TypeError) as error:
            raise BadKey(f"not an unencrypted private key in PEM: {type(error).__name__}") from None
        if not isinstance(key, Ed25519PrivateKey):
            raise BadKey("a private key, but not an Ed25519 one")
        return cls(key)

    @classmethod
    def generate(cls) -> "SigningKey":
        return cls(Ed25519PrivateKey.generate())

    @property
    def pem(self) -> bytes:
        return self._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message)


def write_key_set(keys: Iterable[PublicKey]) -> dict[str, Any]:
    """The key set, as JSON has it."""
    return {"keys": [key.jwk for key in keys]}


def read_key_set(document: Mapping[str, Any]) -> list[PublicKey]:
    """The Ed25519 keys of a key set; keys of other kinds are not ours, and passed over (RFC 7517,
    section 5). Raises BadKey."""
    try:
        return [
            PublicKey(_bytes(each["x"]))
            for each in document["keys"]
            if each.get("kty") == "OKP" and each.get("crv") == "Ed25519"
        ]
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise BadKey(f"not a key set: {type(error).__name__}") from None


def _thumbprint(raw: bytes) -> str:
    # RFC 8037, appendix A.3: the required members alone, in order, without blanks.
    members = {"crv": "Ed25519", "kty": "OKP", "x": _text(raw)}
    return _text(sha256(json.dumps(members, separators=(",", ":")).encode()).digest())


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))

"""The key that the tests' logs are signed with, and who knows it."""

from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from eventlog.keys import PublicKey, SigningKey
from eventlog.trust import FixedTrust, KeysOfOne


def make_key(seed: str) -> SigningKey:
    """The same key in every process that asks for it."""
    return SigningKey(Ed25519PrivateKey.from_private_bytes(sha256(seed.encode()).digest()))


KEY, OTHER_KEY = make_key("the log's"), make_key("a stranger's")
KEYS = KeysOfOne([KEY.public])


class Known(FixedTrust):
    """Knows the same keys of every log."""

    def __init__(self, *keys: PublicKey) -> None:
        super().__init__({})
        self.keys = KeysOfOne(keys)

    def of(self, topic: str) -> KeysOfOne:
        return self.keys


TRUST = Known(KEY.public)

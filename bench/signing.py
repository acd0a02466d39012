"""The key that the benchmark's logs are signed with: the same in each of its processes."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from eventlog.keys import SigningKey
from eventlog.trust import FixedTrust, KeysOfOne

PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(32))
KEY = SigningKey(PRIVATE)
KEYS = KeysOfOne([KEY.public])


def trust(topic: str) -> FixedTrust:
    return FixedTrust({topic: [KEY.public]})

"""Seals what is kept about people, so that who reads the database alone reads nothing of it."""

import json
from collections.abc import Sequence
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class NotOurs(Exception):
    """Sealed with none of the keys, or changed since."""


class Seal:
    """`keys` as Fernet makes them: the first one seals, all of them open. So a new key is put before the
    old one, which goes when nothing lives any more that it sealed."""

    def __init__(self, keys: Sequence[str]) -> None:
        """Raises ValueError for what is no key."""
        self._fernet = MultiFernet([Fernet(key) for key in keys])

    def close(self, value: Any) -> bytes:
        """`value` is what JSON can say."""
        return self._fernet.encrypt(json.dumps(value).encode())

    def open(self, sealed: bytes) -> Any:
        """Raises NotOurs."""
        try:
            return json.loads(self._fernet.decrypt(sealed))
        except InvalidToken as error:
            raise NotOurs from error

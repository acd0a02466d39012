"""Signed notes and checkpoints as text: the forms of C2SP signed-note and tlog-checkpoint, which the
tools of transparency logs read.

    kinerja/bps/planning
    137
    Y2hlY2twb2ludHMgc2F5IHdoYXQgYSBsb2cgaG9sZHM=
    chain c2lnbmVkIG5vdGVzIHNheSB3aG8gc2F5cyBzby4uLi4=

    — kinerja/bps/planning x08go/ZJkuBS9UG…

A key has a name, here the origin of the log that it signs. What is malformed is refused whole.
"""

import re
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass
from hashlib import sha256

from eventlog.keys import BadKey, PublicKey, SigningKey

MAX_NOTE = 65_536
"""Bytes of a note: ours have some hundred, and those of others are read before anybody knows them."""

_ED25519 = b"\1"
_NAME = r"[^\s+\x00-\x1f\x7f]+"
_SIGNATURE = re.compile(rf"— ({_NAME}) (\S+)")
_KEY = re.compile(rf"({_NAME})\+([0-9a-f]{{8}})\+(\S+)")
_SIZE = re.compile(r"0|[1-9][0-9]{0,17}")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


class Malformed(ValueError):
    """The text is no note, checkpoint or key."""


@dataclass(frozen=True, slots=True)
class Signature:
    """name  of the key; hash: its four bytes, which only help to find the key; value: the signature"""

    name: str
    hash: bytes
    value: bytes

    def __str__(self) -> str:
        return f"— {self.name} {_base64(self.hash + self.value)}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """text  what is signed, with the newline at its end"""

    text: str
    signatures: tuple[Signature, ...]

    @classmethod
    def read(cls, note: str) -> "Note":
        """Raises Malformed."""
        if len(note.encode(errors="surrogatepass")) > MAX_NOTE:
            raise Malformed(f"a note of more than {MAX_NOTE} bytes")
        if _CONTROL.search(note) or any("\ud800" <= each <= "\udfff" for each in note):
            raise Malformed("a note holds no control character but newlines, and is Unicode")
        text, blank, signatures = note.rpartition("\n\n")
        if not (text and blank and signatures.endswith("\n")):
            raise Malformed("a note is text, an empty line, and lines with signatures")
        return cls(text + "\n", tuple(map(_signature, signatures[:-1].split("\n"))))

    def __str__(self) -> str:
        return f"{self.text}\n{''.join(map(str, self.signatures))}"

    def of(self, name: str, key: PublicKey) -> list[bytes]:
        """The signatures that say they are this key's; whether they are, `key.verifies` tells."""
        sought = name, key_hash(name, key)
        return [each.value for each in self.signatures if (each.name, each.hash) == sought]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log held when it had `size` leaves: the root of its tree. `extensions` are lines of the
    log's own."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    @classmethod
    def read(cls, text: str) -> "Checkpoint":
        """From the text of a note. Raises Malformed."""
        origin, *lines = text.removesuffix("\n").split("\n")
        if len(lines) < 2 or not all((origin, *lines)):
            raise Malformed("a checkpoint is the lines origin, size, root and its extensions")
        size, root, *extensions = lines
        if not _SIZE.fullmatch(size):
            raise Malformed("a checkpoint's size is a decimal number")
        if len(raw := _bytes(root)) != 32:
            raise Malformed("a checkpoint's root has 32 bytes")
        return cls(origin, int(size), raw, tuple(extensions))

    def __str__(self) -> str:
        lines = self.origin, str(self.size), _base64(self.root), *self.extensions
        return "".join(f"{line}\n" for line in lines)


def sign(text: str, name: str, key: SigningKey) -> Note:
    """The note of a text, which ends with a newline, with one signature."""
    value = key.sign(text.encode())
    # Read again, so that nothing is signed that nobody would read.
    return Note.read(str(Note(text, (Signature(name, key_hash(name, key.public), value),))))


def key_hash(name: str, key: PublicKey) -> bytes:
    return sha256(name.encode() + b"\n" + _ED25519 + key.raw).digest()[:4]


def write_key(name: str, key: PublicKey) -> str:
    """A verifier key: name, hash and key, as those tools take it."""
    return f"{name}+{key_hash(name, key).hex()}+{_base64(_ED25519 + key.raw)}"


def read_key(text: str) -> tuple[str, PublicKey]:
    """The name and key of a verifier key. Raises Malformed."""
    if not (found := _KEY.fullmatch(text)):
        raise Malformed("a verifier key is NAME+HASH+KEY")
    name, hash, raw = found[1], bytes.fromhex(found[2]), _bytes(found[3])
    if raw[:1] != _ED25519:
        raise Malformed("not an Ed25519 key")
    try:
        key = PublicKey(raw[1:])
    except BadKey as error:
        raise Malformed(str(error)) from error
    if key_hash(name, key) != hash:
        raise Malformed("the hash is not that of this name and key")
    return name, key


def _signature(line: str) -> Signature:
    if not (found := _SIGNATURE.fullmatch(line)):
        raise Malformed("a signature's line is — NAME SIGNATURE")
    raw = _bytes(found[2])
    if len(raw) < 5:
        raise Malformed("a signature follows the four bytes of its key's hash")
    return Signature(found[1], raw[:4], raw[4:])


def _base64(raw: bytes) -> str:
    return b64encode(raw).decode()


def _bytes(text: str) -> bytes:
    try:
        raw = b64decode(text, validate=True)
    except (NotBase64, ValueError) as error:
        raise Malformed("not base64") from error
    if _base64(raw) != text:  # else one note could be written in several ways
        raise Malformed("base64, but not as it is written")
    return raw

"""Notes against the example of Go's golang.org/x/mod/sumdb/note, and what is no note."""

from base64 import b64encode
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventlog.keys import SigningKey
from eventlog.notes import (
    MAX_NOTE,
    Checkpoint,
    Malformed,
    Note,
    key_hash,
    read_key,
    sign,
    write_key,
)

# The package's documentation: a verifier key, a text, and its signature.
KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
NOTE = (
    f"{TEXT}\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
ROOT = b64encode(bytes(range(32))).decode()
CHECKPOINT = f"example.org/log\n137\n{ROOT}\nchain {ROOT}\n"


def test_the_published_note_is_read_and_verified() -> None:
    name, key = read_key(KEY)
    note = Note.read(NOTE)
    assert (name, note.text) == ("PeterNeumann", TEXT)
    (signature,) = note.of(name, key)
    assert key.verifies(signature, note.text.encode())
    assert not key.verifies(signature, note.text.upper().encode())
    assert write_key(name, key) == KEY
    assert key_hash(name, key).hex() == "c74f20a3"
    assert str(note) == NOTE


def test_a_note_is_read_as_it_was_signed() -> None:
    key = SigningKey.generate()
    note = sign(CHECKPOINT, "example.org/log", key)
    again = Note.read(str(note))
    assert again == note
    (signature,) = again.of("example.org/log", key.public)
    assert key.public.verifies(signature, CHECKPOINT.encode())
    assert not again.of("example.org/other", key.public)
    assert not again.of("example.org/log", SigningKey.generate().public)


def test_a_note_may_have_signatures_of_others_and_a_text_of_several_parts() -> None:
    name, key = read_key(KEY)
    both = Note.read(NOTE + f"— witness {b64encode(b'abcdxyz').decode()}\n")
    assert [each.name for each in both.signatures] == [name, "witness"]
    assert len(both.of(name, key)) == 1
    assert Note.read("one\n\ntwo\n\n— w eHh4eHh4\n").text == "one\n\ntwo\n"


@pytest.mark.parametrize(
    "note",
    ["", "\n", TEXT, f"{TEXT}\n", NOTE[:-1], NOTE.replace("\n\n", "\n"), f"{NOTE}more\n",
     NOTE.replace("— ", "- "), NOTE.replace("—", "— "), NOTE.replace("AM=", "AM"),
     NOTE.replace("AM=", "AN="), NOTE.replace("PeterNeumann x", "Peter Neumann x"),
     NOTE.replace("PeterNeumann x", "Peter+Neumann x"), NOTE.replace("PeterNeumann x", "x"),
     NOTE.replace("If", "I\tf"), NOTE.replace("If", "I\rf"), NOTE.replace("If", "\ud800"),
     "x\n\n— w eHh4eA==\n", f"{'x' * MAX_NOTE}\n\n— w eHh4eHh4\n", f"\n{NOTE}\n"],
)  # fmt: skip
def test_what_is_no_note_is_refused(note: str) -> None:
    with pytest.raises(Malformed):
        Note.read(note)


@given(st.text())
def test_any_text_is_a_note_or_refused(text: str) -> None:
    for each in (text, f"{text}\n\n— w eHh4eHh4\n"):
        try:
            assert str(Note.read(each)) == each
        except Malformed:
            pass


def test_a_checkpoint_is_read_as_it_is_written() -> None:
    found = Checkpoint.read(CHECKPOINT)
    assert found == Checkpoint("example.org/log", 137, bytes(range(32)), (f"chain {ROOT}",))
    assert str(found) == CHECKPOINT
    assert Checkpoint.read(f"o\n0\n{ROOT}\n").extensions == ()


@pytest.mark.parametrize(
    "text",
    ["", "\n", "o\n137\n", f"\n137\n{ROOT}\n", f"o\n137\n{ROOT}\n\n", f"o\n137\n{ROOT}\n\nx\n",
     f"o\n0137\n{ROOT}\n", f"o\n-1\n{ROOT}\n", f"o\n+1\n{ROOT}\n", f"o\n1e3\n{ROOT}\n",
     f"o\n٣\n{ROOT}\n", f"o\n{10**18}\n{ROOT}\n", "o\n137\nAAAA\n", f"o\n137\n{ROOT[:-1]}\n",
     f"o\n137\n {ROOT}\n"],
)  # fmt: skip
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        Checkpoint.read(text)


@pytest.mark.parametrize(
    "key",
    ["", "PeterNeumann", KEY[:-1], KEY.replace("c74f20a3", "c74f20a4"), KEY.replace("+ARp", "+AhpA"),
     KEY.replace("PeterNeumann", "Peter Neumann"), KEY.replace("PeterNeumann", "Peter"),
     KEY.replace("c74f20a3", "C74F20A3"), "n+c74f20a3+AQ=="],
)  # fmt: skip
def test_what_is_no_verifier_key_is_refused(key: str) -> None:
    with pytest.raises(Malformed):
        read_key(key)


@pytest.mark.parametrize(
    "what",
    [lambda key: sign("no newline", "n", key), lambda key: sign("x\n", "a name", key),
     lambda key: sign("x\n", "a+b", key), lambda key: sign("x\n", "", key),
     lambda key: sign("x\ty\n", "n", key)],
    ids=["no newline", "blank in the name", "plus in the name", "no name", "control character"],
)  # fmt: skip
def test_nothing_is_signed_that_nobody_would_read(what: Callable[[SigningKey], Note]) -> None:
    with pytest.raises(Malformed):
        what(SigningKey.generate())

"""Signed notes: what is taken, and one test for each way of being wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.ledger.keys import Signing, new_key, parse_verifier_key
from truceline.ledger.notes import Note, NoteSignature, check_note, parse_note, parse_signature_lines, sign_note
from truceline.model import LedgerFault, MalformedRecord, NotProved, UsageFault

PARTY_A = new_key("example.com/party-a", randomness=lambda count: b"a" * count)
PARTY_B = new_key("example.com/party-b", randomness=lambda count: b"b" * count)
TEXT = "What was agreed.\n\nIn two parts.\n"
NOTE = Note(TEXT, (sign_note(TEXT, PARTY_A), sign_note(TEXT, PARTY_B)))
DATA = NOTE.encode()
LINE_A = NOTE.signatures[0].line()


def _body(text: bytes) -> bytes:
    return DATA.replace(TEXT.encode(), text)


def test_a_note_is_read_as_it_was_written_and_names_who_signed():
    assert parse_note(DATA) == NOTE
    assert check_note(parse_note(DATA), [PARTY_A.verifier, PARTY_B.verifier]) == (PARTY_A.verifier, PARTY_B.verifier)
    assert check_note(NOTE, [PARTY_B.verifier]) == (PARTY_B.verifier,)


@given(st.text(min_size=1).map(lambda text: text + "\n"))
def test_what_can_be_signed_can_be_read(text: str):
    try:
        line = sign_note(text, PARTY_A)
    except (MalformedRecord, UnicodeEncodeError):
        return
    note = Note(text, (line,))
    assert parse_note(note.encode()) == note


@given(st.binary(max_size=300))
def test_any_bytes_are_read_exactly_or_refused_with_a_told_fault(data: bytes):
    for tried in (data, DATA[: len(data)] + data, DATA[:40] + data + DATA[40:]):
        try:
            read = parse_note(tried).encode()
        except LedgerFault:
            continue
        assert read == tried


@pytest.mark.parametrize(
    ("fault", "data", "told"),
    [
        ("control character in the text", _body(b"What\x01\n"), "control character U\\+0001"),
        ("tab in the text", _body(b"What\tnow\n"), "control character U\\+0009"),
        ("line ends of Windows", DATA.replace(b"\n", b"\r\n"), "control character U\\+000D"),
        ("zero byte", DATA + b"\0", "control character U\\+0000"),
        ("not UTF-8", b"\xff" + DATA, "not UTF-8"),
        ("text only", TEXT.replace("\n\n", "\n").encode(), "no empty line divides"),
        ("nothing", b"", "no empty line divides"),
        ("no text", b"\n\n" + LINE_A.encode(), "no empty line divides"),
        ("no signatures", TEXT.encode() + b"\n", "no signature line: ''|do not end with a line end"),
        ("last line end missing", DATA[:-1], "do not end with a line end"),
        ("a line after the signatures", DATA + b"More.\n", "this is no signature line: 'More.'"),
        ("a hyphen for the dash", DATA.replace("— ".encode(), b"- "), "this is no signature line"),
        ("two spaces", DATA.replace(b"party-a ", b"party-a  "), "this is no signature line"),
        ("stray bits", DATA.replace(DATA[-3:], b"R=\n"), "not exact base64"),
        ("padding missing", DATA[:-3] + b"\n", "not exact base64"),
        ("other alphabet", (TEXT + "\n— example.com/a ____-A==\n").encode(), "not exact base64"),
        ("a plus sign in the name", DATA.replace(b"party-a ", b"party+a "), "cannot be the name of a key"),
        ("only a key id", (TEXT + "\n— example.com/a AAAAAQ==\n").encode(), "no bytes beyond its key id"),
        ("101 signatures", (TEXT + "\n" + LINE_A * 101).encode(), "101 signatures where at most 100"),
        ("too long", _body(b"x" * 1_000_000 + b"\n"), "longer than 1,000,000 bytes"),
    ],
)
def test_a_note_that_is_not_exact_is_refused_with_its_fault(fault: str, data: bytes, told: str):
    with pytest.raises(MalformedRecord, match=told) as caught:
        parse_note(data)
    assert caught.value.do, fault


def test_a_hundred_signatures_are_read():
    assert len(parse_note((TEXT + "\n" + LINE_A * 100).encode()).signatures) == 100


def test_a_signer_counts_once_however_often_he_signed():
    note = parse_note((TEXT + "\n" + LINE_A * 3).encode())
    assert check_note(note, [PARTY_A.verifier, PARTY_B.verifier]) == (PARTY_A.verifier,)
    assert NOTE.with_signatures(NOTE.signatures) == NOTE


def test_unknown_signers_are_passed_over_and_are_never_enough():
    with pytest.raises(NotProved, match="no key that is trusted here") as caught:
        check_note(NOTE, [])
    assert "example.com/party-a, example.com/party-b" in caught.value.where
    same_name = new_key(PARTY_A.name, randomness=lambda count: b"x" * count)
    with pytest.raises(NotProved, match="no key that is trusted here"):
        check_note(NOTE, [same_name.verifier])


@pytest.mark.parametrize("place", range(64))
def test_one_false_signature_of_a_trusted_key_makes_the_whole_note_untrusted(place: int):
    one = NOTE.signatures[0]
    changed = bytearray(one.signature)
    changed[place] ^= 1 << (place % 8)
    forged = NoteSignature(one.name, one.key_id, bytes(changed))
    with pytest.raises(NotProved, match=r"the signature of 'example\.com/party-a' does not hold"):
        check_note(Note(TEXT, (NOTE.signatures[1], forged)), [PARTY_A.verifier, PARTY_B.verifier])


def test_a_changed_text_is_not_what_was_signed():
    with pytest.raises(NotProved, match="does not hold"):
        check_note(Note(TEXT.replace("two", "ten"), NOTE.signatures), [PARTY_A.verifier])


def test_a_key_for_heads_is_not_asked_about_a_note():
    witness = new_key("example.com/w", Signing.ED25519_COSIGNATURE)
    line = NoteSignature("example.com/w", witness.verifier.key_id, b"\0" * 72)
    with pytest.raises(UsageFault, match="signs heads of a log, not plain notes"):
        check_note(Note(TEXT, (line,)), [witness.verifier])
    with pytest.raises(UsageFault, match="signs heads of a log, not plain notes"):
        sign_note(TEXT, witness)


@pytest.mark.parametrize("text", ["", "\n", "no line end", "bell\x07\n"])
def test_what_no_note_can_carry_is_not_signed(text: str):
    with pytest.raises(MalformedRecord):
        sign_note(text, PARTY_A)


def test_two_keys_that_could_not_be_told_apart_are_refused(monkeypatch: pytest.MonkeyPatch):
    other = new_key(PARTY_A.name, randomness=lambda count: b"x" * count)
    monkeypatch.setattr(type(other.verifier), "key_id", b"same")
    with pytest.raises(UsageFault, match=r"two keys of 'example\.com/party-a' share the id"):
        check_note(NOTE, [PARTY_A.verifier, other.verifier])


def test_the_lines_of_a_witnesss_answer_are_read_alone():
    assert parse_signature_lines(LINE_A) == (NOTE.signatures[0],)
    with pytest.raises(MalformedRecord):
        parse_signature_lines("")


# --- the vectors of others -------------------------------------------------------------------------------------------


@pytest.mark.feeds
def test_the_notes_of_others(extracted: Callable[[str], Any]):
    document = extracted("signed-note.json")
    assert len(document["cases"]) == 13
    for case in document["cases"]:
        data = bytes.fromhex(case["note_hex"]) if "note_hex" in case else case["note"].encode()
        keys = [parse_verifier_key(text) for text in case["keys"]]
        if case["ok"]:
            assert [key.name for key in check_note(parse_note(data), keys)] == case["verified"]
        else:
            with pytest.raises(LedgerFault):
                check_note(parse_note(data), keys)

"""A statement of a log's next key holds under both keys, and every change of it is told."""

from __future__ import annotations

import pytest

from truceline.ledger.keys import Signing, SigningKey
from truceline.ledger.notes import Note, sign_note
from truceline.ledger.rotations import PLANNED, Rotation, check_rotation, state_rotation
from truceline.model.errors import LedgerFault, MalformedRecord, NotProved, UsageFault

NAME = "example.org/mission"
OLD, NEW, THIRD = (SigningKey(NAME, Signing.ED25519, bytes([at]) * 32) for at in (1, 2, 3))
DATA = state_rotation(OLD, NEW, 1_934_539_200, 1_937_131_200, PLANNED)


def test_whoever_trusts_the_old_key_learns_the_new_one():
    rotation = check_rotation(DATA, OLD.verifier)
    assert rotation == Rotation(OLD.verifier, NEW.verifier, 1_934_539_200, 1_937_131_200, PLANNED)


def test_no_bit_of_a_statement_can_be_changed():
    for at in range(len(DATA)):
        changed = DATA[:at] + bytes([DATA[at] ^ 1 << at % 7]) + DATA[at + 1 :]
        with pytest.raises(LedgerFault):
            check_rotation(changed, OLD.verifier)


def test_the_statement_of_another_key_or_with_one_signature_is_refused():
    with pytest.raises(NotProved, match="another old key"):
        check_rotation(DATA, THIRD.verifier)
    text = Rotation(OLD.verifier, NEW.verifier, 1, 2).text()
    for signer in (OLD, NEW):
        with pytest.raises(NotProved, match="must both have signed"):
            check_rotation(Note(text, (sign_note(text, signer),)).encode(), OLD.verifier)


def test_the_new_key_is_another_one_of_the_same_name():
    for new in (OLD, SigningKey("example.org/other", Signing.ED25519, bytes([2]) * 32)):
        with pytest.raises(UsageFault):
            state_rotation(OLD, new, 1, 2, PLANNED)
        text = Rotation(OLD.verifier, new.verifier, 1, 2).text()
        with pytest.raises(MalformedRecord):
            check_rotation(Note(text, (sign_note(text, OLD), sign_note(text, new))).encode(), OLD.verifier)


@pytest.mark.parametrize(("old", "new"), [("planned", "because"), ("at 1", "at +1"), ("/v1", "/v2"), ("log ", "logs ")])
def test_a_statement_in_another_form_is_refused(old: str, new: str):
    text = Rotation(OLD.verifier, NEW.verifier, 1, 2).text().replace(old, new, 1)
    with pytest.raises(MalformedRecord):
        check_rotation(Note(text, (sign_note(text, OLD), sign_note(text, NEW))).encode(), OLD.verifier)

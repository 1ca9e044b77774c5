"""Who signed a head, and when."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from truceline.ledger.checkpoints import Checkpoint
from truceline.ledger.cosignatures import (
    Signer,
    Subtree,
    check_subtree,
    cosign,
    cosign_subtree,
    open_checkpoint,
    stated_time,
)
from truceline.ledger.keys import Signing, SigningKey, VerifierKey, new_key, parse_verifier_key
from truceline.ledger.merkle import EMPTY_ROOT, MemoryTree, leaf_hash
from truceline.ledger.notes import Note, NoteSignature, parse_signature_lines
from truceline.model import MalformedRecord, NotProved, UsageFault

ORIGIN = "example.com/log"
NOW_S = 1_764_000_000
HEAD = Checkpoint(ORIGIN, 5, leaf_hash(b"five"))


def _key(name: str, signing: Signing) -> SigningKey:
    return new_key(name, signing, lambda count: name.encode().ljust(count, b".")[:count])


LOG = _key("log", Signing.ED25519)
WITNESS = _key("witness", Signing.ED25519_COSIGNATURE)
QUANTUM = _key("quantum", Signing.ML_DSA_44)
SUBTREE = Subtree(ORIGIN, 8, 13, leaf_hash(b"part"))


def _signed(*lines: NoteSignature, head: Checkpoint = HEAD) -> bytes:
    return Note(head.text(), lines).encode()


WHOLE = _signed(cosign(HEAD, LOG, NOW_S), cosign(HEAD, WITNESS, NOW_S), cosign(HEAD, QUANTUM, NOW_S + 1))


def test_a_head_with_its_log_and_its_witnesses():
    signed = open_checkpoint(WHOLE, ORIGIN, [LOG.verifier], [WITNESS.verifier, QUANTUM.verifier], NOW_S + 1)
    assert signed.checkpoint == HEAD
    assert signed.log == (Signer(LOG.verifier, None),)
    assert signed.witnesses == (Signer(WITNESS.verifier, NOW_S), Signer(QUANTUM.verifier, NOW_S + 1))


@pytest.mark.parametrize("key", [LOG, WITNESS, QUANTUM], ids=lambda key: key.name)
@pytest.mark.parametrize(
    "other",
    [
        replace(HEAD, size=6),
        replace(HEAD, root=leaf_hash(b"six")),
        replace(HEAD, origin="example.com/lag"),
    ],
    ids=["size", "root", "origin"],
)
def test_a_signature_holds_for_no_other_head(key: SigningKey, other: Checkpoint):
    line = cosign(HEAD, key, NOW_S)
    with pytest.raises(NotProved, match=f"the signature of '{key.name}' does not hold"):
        open_checkpoint(_signed(line, head=other), other.origin, [key.verifier])


@pytest.mark.parametrize("key", [WITNESS, QUANTUM], ids=lambda key: key.name)
def test_the_time_is_signed_with_the_head(key: SigningKey):
    line = cosign(HEAD, key, NOW_S)
    moved = replace(line, signature=(NOW_S + 1).to_bytes(8, "big") + line.signature[8:])
    with pytest.raises(NotProved, match="does not hold"):
        open_checkpoint(_signed(moved), ORIGIN, [key.verifier])


def test_the_name_of_a_witness_is_signed_with_ml_dsa_44():
    line = cosign(HEAD, QUANTUM, NOW_S)
    other = VerifierKey("other", Signing.ML_DSA_44, QUANTUM.verifier.public)
    with pytest.raises(NotProved, match="does not hold"):
        open_checkpoint(_signed(replace(line, name="other", key_id=other.key_id)), ORIGIN, [other])


def test_extensions_are_signed_with_ed25519_and_left_out_with_ml_dsa_44():
    plain, longer = replace(HEAD, extensions=()), replace(HEAD, extensions=("more",))
    with pytest.raises(NotProved):
        open_checkpoint(_signed(cosign(plain, WITNESS, NOW_S), head=longer), ORIGIN, [WITNESS.verifier])
    open_checkpoint(_signed(cosign(plain, QUANTUM, NOW_S), head=longer), ORIGIN, [QUANTUM.verifier])


@pytest.mark.parametrize("key", [WITNESS, QUANTUM], ids=lambda key: key.name)
def test_a_cosignature_from_the_future_is_refused_by_the_readers_clock(key: SigningKey):
    data = _signed(cosign(HEAD, LOG, NOW_S), cosign(HEAD, key, NOW_S + 61))
    open_checkpoint(data, ORIGIN, [LOG.verifier], [key.verifier], NOW_S + 61)
    with pytest.raises(NotProved, match=f"'{key.name}' states that it signed at {NOW_S + 61}, after {NOW_S + 60}"):
        open_checkpoint(data, ORIGIN, [LOG.verifier], [key.verifier], NOW_S + 60)


def test_the_latest_of_two_times_of_one_witness_counts():
    data = _signed(*(cosign(HEAD, WITNESS, time) for time in (NOW_S, NOW_S + 9, NOW_S + 5)))
    assert open_checkpoint(data, ORIGIN, [WITNESS.verifier]).log == (Signer(WITNESS.verifier, NOW_S + 9),)


def test_witnesses_alone_do_not_make_a_head():
    data = _signed(cosign(HEAD, WITNESS, NOW_S))
    with pytest.raises(NotProved, match=r"no key of the log 'example\.com/log' that is trusted here"):
        open_checkpoint(data, ORIGIN, [LOG.verifier], [WITNESS.verifier])


def test_the_head_of_another_log_proves_nothing_here():
    with pytest.raises(NotProved, match=r"a checkpoint of the log 'example\.com/log', not of 'example\.com/public'"):
        open_checkpoint(WHOLE, "example.com/public", [LOG.verifier])


@pytest.mark.parametrize(
    "signature", [b"", bytes(64), bytes(71), bytes(73), bytes(8 + 2421), (2**63).to_bytes(8, "big") + bytes(64)]
)
def test_a_signature_of_another_length_or_a_time_beyond_2_63_states_no_time(signature: bytes):
    assert stated_time(WITNESS.verifier, signature) is None


@pytest.mark.parametrize("time_s", [0, -1, 2**63])
def test_nothing_is_signed_at_a_time_that_is_none(time_s: int):
    with pytest.raises(UsageFault, match="is no time to sign at"):
        cosign(HEAD, WITNESS, time_s)


@pytest.mark.parametrize("key", [LOG, WITNESS, QUANTUM], ids=lambda key: key.name)
def test_the_head_of_an_empty_log_can_be_signed(key: SigningKey):
    empty = Checkpoint(ORIGIN, 0, EMPTY_ROOT)
    data = _signed(cosign(empty, key, NOW_S), head=empty)
    assert open_checkpoint(data, ORIGIN, [key.verifier]).checkpoint == empty


def test_a_subtree_is_signed_without_a_time():
    assert check_subtree(SUBTREE, cosign_subtree(SUBTREE, QUANTUM), QUANTUM.verifier) == 0


@pytest.mark.parametrize(
    "other",
    [
        replace(SUBTREE, origin="example.com/lag"),
        replace(SUBTREE, start=0),
        replace(SUBTREE, end=12),
        replace(SUBTREE, root=leaf_hash(b"other")),
    ],
    ids=["origin", "start", "end", "root"],
)
def test_a_signature_over_a_subtree_holds_for_no_other(other: Subtree):
    with pytest.raises(NotProved, match="does not hold"):
        check_subtree(other, cosign_subtree(SUBTREE, QUANTUM), QUANTUM.verifier)


def test_a_subtree_that_does_not_begin_at_0_states_no_time():
    line = cosign_subtree(SUBTREE, QUANTUM)
    with pytest.raises(NotProved, match="does not hold"):
        check_subtree(SUBTREE, replace(line, signature=b"\0" * 7 + b"\1" + line.signature[8:]), QUANTUM.verifier)


def test_a_head_signed_with_ml_dsa_44_is_the_subtree_of_all_entries():
    line = cosign(HEAD, QUANTUM, NOW_S)
    assert check_subtree(Subtree(ORIGIN, 0, 5, HEAD.root), line, QUANTUM.verifier) == NOW_S


@pytest.mark.parametrize(
    ("subtree", "told"),
    [
        (replace(SUBTREE, start=1), "are no subtree"),
        (replace(SUBTREE, origin=""), "1 to 255 bytes"),
        (replace(SUBTREE, origin="x" * 256), "1 to 255 bytes"),
        (replace(SUBTREE, root=b""), "a root of 32 bytes"),
    ],
)
def test_what_the_structure_cannot_hold_is_not_signed(subtree: Subtree, told: str):
    with pytest.raises(MalformedRecord, match=told):
        cosign_subtree(subtree, QUANTUM)


@pytest.mark.parametrize("name", ["a", "a" * 255])
def test_names_of_1_to_255_bytes_can_be_signed_and_the_last_time_that_can_be_written(name: str):
    head, key = Checkpoint(name, 5, HEAD.root), new_key(name, Signing.ML_DSA_44)
    signed = open_checkpoint(_signed(cosign(head, key, 2**63 - 1), head=head), name, [key.verifier])
    assert signed.log == (Signer(key.verifier, 2**63 - 1),)


def test_only_ml_dsa_44_signs_subtrees():
    with pytest.raises(UsageFault, match="cannot sign a subtree"):
        cosign_subtree(SUBTREE, WITNESS)
    with pytest.raises(NotProved, match="does not hold"):
        check_subtree(SUBTREE, cosign(HEAD, WITNESS, NOW_S), WITNESS.verifier)


# --- the vectors of others -------------------------------------------------------------------------------------------


@pytest.mark.feeds
def test_a_subtree_cosigned_by_another_implementation(extracted: Callable[[str], Any]):
    case = extracted("mldsa44-subtree-cosignature.json")
    key = parse_verifier_key(case["vkey"])
    (line,) = parse_signature_lines(case["signature_line"].rstrip("\n") + "\n")
    subtree = Subtree(case["origin"], case["start"], case["end"], base64.b64decode(case["root"]))
    assert check_subtree(subtree, line, key) == case["timestamp"]
    with pytest.raises(NotProved):
        check_subtree(replace(subtree, end=case["end"] - 1), line, key)
    cosigner = parse_verifier_key(case["also_valid_ed25519_cosigner_vkey"])
    timed, plain = (base64.b64decode(one["sig"]) for one in case["cosignature_timestamp_cases"])
    assert stated_time(cosigner, timed[4:]) == case["cosignature_timestamp_cases"][0]["want"]
    assert stated_time(cosigner, plain[4:]) is None


@pytest.mark.feeds
def test_the_head_of_a_log_in_use(extracted: Callable[[str], Any]):
    case = extracted("sumdb-checkpoint.json")
    data = case["body"].partition("\n\n")[2].encode()
    signed = open_checkpoint(data, "go.sum database tree", [parse_verifier_key(case["vkey"])])
    assert signed.checkpoint.size == 35_225_469


@pytest.mark.feeds
def test_every_head_of_a_log_of_15_entries(extracted: Callable[[str], Any], vectors: Path):
    case = extracted("tessera-log.json")
    tree = MemoryTree(leaf_hash(leaf.encode()) for leaf in case["leaves"])
    for size in range(16):
        data = (vectors / "tessera-log" / "testdata" / "log" / f"checkpoint.{size}").read_bytes()
        head = open_checkpoint(data, "example.com/log/testdata", [parse_verifier_key(case["vkey"])]).checkpoint
        assert head == Checkpoint("example.com/log/testdata", size, tree.root(size))

"""A proof in one file, checked offline with a policy; one test for each way of being wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.ledger.checkpoints import Checkpoint
from truceline.ledger.cosignatures import cosign
from truceline.ledger.encodings import base64_text
from truceline.ledger.keys import Signing, new_key
from truceline.ledger.merkle import MemoryTree, inclusion_proof, leaf_hash
from truceline.ledger.notes import Note
from truceline.ledger.policies import KnownLog, Policy, Witness
from truceline.ledger.proofs import LogProof, check_proof, parse_proof
from truceline.model import LedgerFault, MalformedRecord, NotProved

LEAVES = [leaf_hash(f"finding {number}".encode()) for number in range(7)]
TREE = MemoryTree(LEAVES)
LOG = new_key("example.com/public")
WITNESS = new_key("example.com/party-a", Signing.ED25519_COSIGNATURE)
POLICY = Policy((KnownLog(LOG.verifier),), (Witness("party-a", WITNESS.verifier),), (), "party-a")


def _head(size: int) -> bytes:
    head = Checkpoint("example.com/public", size, TREE.root(size))
    return Note(head.text(), (cosign(head, LOG, 1), cosign(head, WITNESS, 1))).encode()


def _proof(index: int, size: int, extra: bytes = b"") -> LogProof:
    return LogProof(index, inclusion_proof(TREE.node_at, index, size), _head(size), extra)


PROOF = _proof(5, 7)
DATA = PROOF.encode()
FIRST_HASH = base64_text(PROOF.hashes[0]).encode()


@given(st.integers(1, 7).flatmap(lambda size: st.tuples(st.integers(0, size - 1), st.just(size))), st.binary())
def test_a_proof_is_read_as_it_was_written_and_holds(place: tuple[int, int], extra: bytes):
    index, size = place
    proof = _proof(index, size, extra)
    assert parse_proof(proof.encode()) == proof
    assert check_proof(proof, LEAVES[index], POLICY).signed.checkpoint.size == size


@pytest.mark.parametrize(
    ("fault", "proof", "told"),
    [
        ("another index", replace(PROOF, index=4), "the root that follows for entry 4"),
        ("an index outside", replace(PROOF, index=7), "a tree of 7 has no entry 7"),
        ("the head of another size", replace(PROOF, checkpoint=_head(6)), "3 hashes where 2 are needed"),
        ("nodes swapped", replace(PROOF, hashes=PROOF.hashes[::-1]), "the root that follows"),
        ("a node extra", replace(PROOF, hashes=(*PROOF.hashes, LEAVES[0])), "4 hashes where 3"),
        ("a node missing", replace(PROOF, hashes=PROOF.hashes[1:]), "2 hashes where 3"),
        ("no nodes", replace(PROOF, hashes=()), "0 hashes where 3"),
        ("a head nobody cosigned", replace(PROOF, checkpoint=b"\n".join(_head(7).split(b"\n")[:-2]) + b"\n"), "quorum"),
    ],
)
def test_a_proof_that_does_not_show_it_is_refused(fault: str, proof: LogProof, told: str):
    with pytest.raises(NotProved, match=told) as caught:
        check_proof(parse_proof(proof.encode()), LEAVES[5], POLICY)
    assert caught.value.do, fault


def test_the_proof_of_another_record_shows_nothing_of_this_one():
    with pytest.raises(NotProved, match="the root that follows"):
        check_proof(PROOF, LEAVES[4], POLICY)


@pytest.mark.parametrize(
    ("fault", "data", "told"),
    [
        ("another first line", DATA.replace(b"@v1", b"@v2"), "the first line is not"),
        ("nothing", b"", "the first line is not"),
        ("line ends of Windows", DATA.replace(b"\n", b"\r\n"), "the first line is not"),
        ("no index", DATA.replace(b"index 5\n", b""), "the index is missing"),
        ("only a first line", b"c2sp.org/tlog-proof@v1\n\n", "the index is missing where 'nothing'"),
        ("a sign", DATA.replace(b"index 5", b"index +5"), "the index '\\+5' is not a decimal"),
        ("a leading zero", DATA.replace(b"index 5", b"index 05"), "is not a decimal"),
        ("25 digits", DATA.replace(b"index 5", b"index " + b"1" * 25), "is not a decimal"),
        ("extra after the index", DATA.replace(b"index 5\n", b"index 5\nextra AAAA\n"), "not exact base64"),
        ("empty extra", DATA.replace(b"index 5", b"extra \nindex 5"), "line of extra data is empty"),
        ("extra not base64", DATA.replace(b"index 5", b"extra !\nindex 5"), "the extra data is not exact base64"),
        ("stray bits", DATA.replace(FIRST_HASH, FIRST_HASH[:-2] + b"B="), "a hash of the proof is not exact base64"),
        ("a short hash", DATA.replace(FIRST_HASH, b"AAAA"), "a hash of the proof is 3 bytes long, not 32"),
        (
            "64 hashes",
            DATA.replace(FIRST_HASH, b"\n".join([FIRST_HASH] * 62)),
            "64 hashes where no proof has more than 63",
        ),
        ("not ASCII", DATA.replace(b"index 5", "índex 5".encode()), "is not ASCII"),
        ("no checkpoint", DATA.partition(b"\n\n")[0] + b"\n", "a hash of the proof is 0 bytes"),
        ("no empty line", DATA.partition(b"\n\n")[0], "no empty line divides the proof"),
        ("an empty checkpoint", DATA.partition(b"\n\n")[0] + b"\n\n", "no empty line divides a text"),
        ("too long", DATA + b"x" * 1_000_000, "longer than 1,000,000 bytes"),
    ],
)
def test_a_proof_that_is_not_exact_is_refused_with_its_fault(fault: str, data: bytes, told: str):
    with pytest.raises(MalformedRecord, match=told) as caught:
        parse_proof(data)
    assert caught.value.do, fault


@given(st.integers(0, len(DATA) - 1), st.integers(1, 255))
def test_no_byte_of_a_proof_can_be_changed_unseen(place: int, change: int):
    data = DATA[:place] + bytes([DATA[place] ^ change]) + DATA[place + 1 :]
    with pytest.raises(LedgerFault):
        check_proof(parse_proof(data), LEAVES[5], POLICY)


@pytest.mark.feeds
def test_the_malformed_proofs_of_others(extracted: Callable[[str], Any]):
    told = {
        "missing header": "first line",
        "extra not base64": "the extra data is not exact base64",
        "missing index": "the index is missing",
        "index not a number": "the index 'notanumber' is not a decimal",
        "negative index": "the index '-5' is not a decimal",
        "hash not base64": "a hash of the proof is not exact base64",
        "hash of 64 bytes": "a hash of the proof is",
        "no blank line, 65 KiB": "a hash of the proof is",
    }
    bad = extracted("tlog-proof.json")["bad"]
    assert set(told) <= set(bad)
    for name, text in bad.items():
        with pytest.raises(MalformedRecord, match=told.get(name)):
            parse_proof(text.encode())

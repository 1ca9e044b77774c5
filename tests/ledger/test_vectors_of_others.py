"""Heads, signatures and canonical JSON of others that concern no single module of the log."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import pytest
import rfc8785

from truceline.ledger.checkpoints import parse_checkpoint
from truceline.ledger.keys import Signing, SigningKey, VerifierKey
from truceline.ledger.merkle import leaf_hash, verify_inclusion
from truceline.ledger.notes import parse_note
from truceline.ledger.policies import KnownLog, Policy
from truceline.model import MalformedRecord, NotProved

pytestmark = pytest.mark.feeds

NOT_EXACT = {
    "rekor2-checkpoint-missing-log-signature_fail": "do not end with a line end",
    "rekor2-checkpoint-missing-origin_fail": "at least three lines; here are 2",
    "rekor2-checkpoint-missing-size_fail": "at least three lines; here are 2",
    "rekor2-checkpoint-missing-root-hash_fail": "at least three lines; here are 2",
}
NOT_INCLUDED = {
    "bundle-invalid-base64-signature_fail": "is not the root of the tree",
    "checkpoint-wrong-roothash_fail": "10 hashes where 27 are needed",
    "inclusion-proof-corrupted-hash_fail": "is not the root of the tree",
    "incorrect-public-key_fail": "is not the root of the tree",
}
UNKNOWN_LOG = {"rekor2-checkpoint-no-matching-signature_fail"}


def _logs(folder: Path) -> tuple[KnownLog, ...]:
    """The logs of a trusted root whose keys are Ed25519; ECDSA is no way of signing here."""
    file = folder / "trusted_root.json"
    known = json.loads(file.read_text(encoding="utf-8"))["tlogs"] if file.exists() else []
    return tuple(
        KnownLog(VerifierKey(str(urlparse(one["baseUrl"]).hostname), Signing.ED25519, key[-32:]))
        for one in known
        if one["publicKey"]["keyDetails"] == "PKIX_ED25519" and (key := base64.b64decode(one["publicKey"]["rawBytes"]))
    )


def _entries(vectors: Path) -> list[tuple[Path, dict[str, Any]]]:
    found = []
    for file in sorted((vectors / "sigstore-conformance").rglob("bundle-verify/*/*.sigstore.json")):
        if "malformed-json" in file.parent.name:
            continue
        material = json.loads(file.read_text(encoding="utf-8"))["verificationMaterial"]
        entries = material.get("tlogEntries", [])
        found += [(file.parent, one) for one in entries if one.get("inclusionProof", {}).get("checkpoint")]
    return found


def test_the_heads_and_ways_of_sigstore(vectors: Path):
    entries = _entries(vectors)
    assert len(entries) == 62
    signed = 0
    for folder, entry in entries:
        name, proof = folder.name, entry["inclusionProof"]
        data = proof["checkpoint"]["envelope"].encode()
        if name in NOT_EXACT:
            with pytest.raises(MalformedRecord, match=NOT_EXACT[name]):
                parse_checkpoint(parse_note(data).text)
            continue
        head = parse_checkpoint(parse_note(data).text)
        way = (
            leaf_hash(base64.b64decode(entry["canonicalizedBody"])),
            int(proof["logIndex"]),
            head.size,
            [base64.b64decode(one) for one in proof["hashes"]],
            head.root,
        )
        if name in NOT_INCLUDED:
            with pytest.raises(NotProved, match=NOT_INCLUDED[name]):
                verify_inclusion(*way)
        else:
            verify_inclusion(*way)
        policy = Policy(_logs(folder), quorum="none")
        if name in UNKNOWN_LOG:
            with pytest.raises(NotProved, match="which the policy does not know"):
                policy.check(data)
        elif any(one.key.name == head.origin for one in policy.logs):
            assert policy.check(data).signed.checkpoint == head
            signed += 1
    assert signed == 23


def test_keys_of_ml_dsa_44_come_from_their_seeds(vectors: Path):
    (file,) = (vectors / "wycheproof").rglob("mldsa_44_sign_seed_test.json")
    tried = 0
    for group in json.loads(file.read_text(encoding="utf-8"))["testGroups"]:
        seed, public = bytes.fromhex(group["privateSeed"]), group.get("publicKey")
        if len(seed) != 32:
            with pytest.raises(MalformedRecord, match="has not 32 bytes"):
                SigningKey("wycheproof", Signing.ML_DSA_44, seed)
            continue
        verifier = SigningKey("wycheproof", Signing.ML_DSA_44, seed).verifier
        if public is not None:
            assert verifier.public.hex() == public
        for one in group["tests"]:
            if not one.get("ctx") and one.get("msg") is not None and one["result"] == "valid":
                assert verifier.holds(bytes.fromhex(one["msg"]), bytes.fromhex(one["sig"])), one
                tried += 1
    assert tried > 50


@pytest.mark.parametrize("name", ["arrays", "french", "structures", "unicode", "values", "weird"])
def test_canonical_json(name: str, vectors: Path):
    folder = vectors / "jcs" / "testdata"
    made = rfc8785.dumps(json.loads((folder / "input" / f"{name}.json").read_text(encoding="utf-8")))
    assert made == (folder / "output" / f"{name}.json").read_bytes().rstrip(b"\n")
    assert made == bytes.fromhex((folder / "outhex" / f"{name}.txt").read_text(encoding="ascii"))

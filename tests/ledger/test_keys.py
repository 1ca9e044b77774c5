"""Keys in one line: read exactly, compared by the whole public key, and never shown when secret."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.ledger.encodings import base64_text
from truceline.ledger.keys import Signing, SigningKey, VerifierKey, new_key, parse_signing_key, parse_verifier_key
from truceline.ledger.policies import parse_policy
from truceline.model import MalformedRecord

# A key of the Go note package's tests (BSD-3-Clause, golang/mod sumdb/note).
NEUMANN = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"


def _key(name: str, signing: Signing, fill: int = 1) -> SigningKey:
    return new_key(name, signing, lambda count: bytes([fill]) * count)


@given(st.sampled_from(Signing), st.binary(min_size=32, max_size=32))
def test_a_key_is_read_as_it_was_written(signing: Signing, seed: bytes):
    key = SigningKey("example.com/witness", signing, seed)
    assert parse_signing_key(key.secret_text()) == key
    assert parse_verifier_key(key.verifier.text()) == key.verifier
    signature = key.sign(b"head")
    assert key.verifier.holds(b"head", signature)
    assert not key.verifier.holds(b"Head", signature)
    assert not key.verifier.holds(b"head", signature[:-1] + bytes([signature[-1] ^ 1]))


def test_one_public_key_under_two_names_and_two_ways_is_told_to_be_one():
    plain, witness = (_key("example.com/a", Signing.ED25519), _key("example.com/b", Signing.ED25519_COSIGNATURE))
    assert plain.verifier.same_key(witness.verifier)
    assert plain.verifier.key_id != witness.verifier.key_id
    assert not plain.verifier.same_key(_key("example.com/a", Signing.ED25519, 2).verifier)


@pytest.mark.parametrize(
    ("fault", "text", "told"),
    [
        ("no parts", "PeterNeumann", "name, eight digits of id"),
        ("no key", "PeterNeumann+c74f20a3", "name, eight digits of id"),
        ("id in capitals", NEUMANN.replace("c74f20a3", "C74F20A3"), "eight digits of id in lower case"),
        ("id too short", NEUMANN.replace("c74f20a3", "c74f20a"), "name, eight digits of id"),
        ("id of another key", NEUMANN.replace("c74f20a3", "c74f20a4"), "does not belong to the name and public key"),
        ("another name", NEUMANN.replace("Peter", "Petra"), "does not belong to the name and public key"),
        ("stray bits", NEUMANN[:-1] + "X=", "not exact base64"),
        ("line end", NEUMANN + "\n", "not exact base64"),
        ("unknown way of signing", "a+12345678+ZQAA", "unknown way of signing, 65"),
        ("ECDSA", "a+12345678+AgAA", "unknown way of signing, 02"),
        ("empty key", "a+12345678+", "unknown way of signing, none"),
        ("short key", "a+12345678+AQAA", "is 2 bytes long, not 32"),
        ("empty name", "+12345678+AQAA", "'' cannot be the name of a key"),
        ("space in the name", "party a+12345678+AQAA", "'party a' cannot be the name"),
        ("wide space in the name", "party\u2003a+12345678+AQAA", "cannot be the name of a key"),
        ("control character in the name", "party\x07+12345678+AQAA", "cannot be the name of a key"),
    ],
)
def test_a_public_key_that_is_not_exact_is_refused(fault: str, text: str, told: str):
    with pytest.raises(MalformedRecord, match=told) as caught:
        parse_verifier_key(text)
    assert caught.value.do, fault


# Orders 1, 2, 4, 4 and 8 as RFC 8032 writes them, and 1 and 2 written with y + p.
SMALL_ORDER = (
    (1).to_bytes(32, "little"),
    (2**255 - 20).to_bytes(32, "little"),
    bytes(32),
    bytes(31) + b"\x80",
    bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
    bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
    (2**255 - 18).to_bytes(32, "little"),
    (2**255 - 19).to_bytes(32, "little"),
)


@pytest.mark.parametrize("public", SMALL_ORDER, ids=lambda public: public.hex()[:8])
@pytest.mark.parametrize("signing", [Signing.ED25519, Signing.ED25519_COSIGNATURE])
def test_a_key_under_which_anybodys_signature_can_hold_is_refused(signing: Signing, public: bytes):
    with pytest.raises(MalformedRecord, match="anybody's signature can hold"):
        VerifierKey("example.com/party-a", signing, public)


@pytest.mark.parametrize("damage", ["prefix", "key", "id", "cut", "none"])
def test_no_error_and_no_repr_shows_a_secret(damage: str):
    key = SigningKey("example.com/party-a", Signing.ED25519, bytes(range(32)))
    secret = base64_text(bytes([1, *range(32)]))
    texts = {
        "prefix": key.secret_text().removeprefix("PRIVATE+"),
        "key": key.secret_text() + "=",
        "id": key.secret_text().replace(key.verifier.key_id.hex(), "00000000"),
        "cut": key.secret_text()[:-4],
        "none": "",
    }
    with pytest.raises(MalformedRecord) as caught:
        parse_signing_key(texts[damage])
    assert secret[:12] not in caught.value.diagnosis()
    assert caught.value.__cause__ is None
    assert repr(bytes(range(32)))[:12] not in repr(key)


def test_a_secret_key_put_where_a_public_one_belongs_is_not_repeated():
    text = SigningKey("a", Signing.ED25519, bytes(range(32))).secret_text()
    for tried in (text, f" {text}"):
        with pytest.raises(MalformedRecord, match="secret key stands where a public one belongs") as caught:
            parse_verifier_key(tried)
        assert text[24:36] not in caught.value.diagnosis()
    for policy in (f"witness w {text}\nquorum w\n", f"{text}\n", f"quorum {text}\n"):
        with pytest.raises(MalformedRecord, match="line 1 of the policy holds a secret key") as caught:
            parse_policy(policy.encode())
        assert text[24:36] not in caught.value.diagnosis()


def test_a_seed_of_another_length_is_refused():
    with pytest.raises(MalformedRecord, match="has not 32 bytes"):
        SigningKey("example.com/party-a", Signing.ML_DSA_44, bytes(31))


# --- the vectors of others -------------------------------------------------------------------------------------------


@pytest.mark.feeds
def test_keys_that_others_refuse_are_refused(extracted: Callable[[str], Any]):
    case = next(one for one in [extracted("signed-note.json")])
    for text in case["bad_vkeys"]:
        with pytest.raises(MalformedRecord):
            parse_verifier_key(text)
    for text in case["known_good_vkeys"]:
        assert parse_verifier_key(text).text() == text


def _wycheproof(vectors: Path, name: str) -> list[dict[str, Any]]:
    found = list((vectors / "wycheproof").rglob(f"{name}.json"))
    assert len(found) == 1
    return list(json.loads(found[0].read_text(encoding="utf-8"))["testGroups"])


@pytest.mark.feeds
def test_every_ed25519_signature_of_wycheproof(vectors: Path):
    tried = 0
    for group in _wycheproof(vectors, "ed25519_test"):
        key = VerifierKey("wycheproof", Signing.ED25519, bytes.fromhex(group["publicKey"]["pk"]))
        for one in group["tests"]:
            holds = key.holds(bytes.fromhex(one["msg"]), bytes.fromhex(one["sig"]))
            assert holds == (one["result"] == "valid"), one
            tried += 1
    assert tried == 151


@pytest.mark.feeds
def test_every_ml_dsa_44_signature_of_wycheproof_without_a_context(vectors: Path):
    tried = 0
    for group in _wycheproof(vectors, "mldsa_44_verify_test"):
        public = bytes.fromhex(group["publicKey"])
        for one in group["tests"]:
            if one.get("ctx"):
                continue  # logs sign without a context
            tried += 1
            if len(public) != 1312:
                with pytest.raises(MalformedRecord, match="bytes long, not 1312"):
                    VerifierKey("wycheproof", Signing.ML_DSA_44, public)
                continue
            key = VerifierKey("wycheproof", Signing.ML_DSA_44, public)
            holds = key.holds(bytes.fromhex(one["msg"]), bytes.fromhex(one["sig"]))
            assert holds == (one["result"] == "valid"), one
    assert tried > 100

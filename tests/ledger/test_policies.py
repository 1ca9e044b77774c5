"""Whose signatures are enough: the text of a policy, its faults line by line, and heads held against it."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.ledger.checkpoints import Checkpoint
from truceline.ledger.cosignatures import cosign
from truceline.ledger.keys import Signing, SigningKey, VerifierKey, new_key
from truceline.ledger.merkle import leaf_hash
from truceline.ledger.notes import Note
from truceline.ledger.policies import Group, KnownLog, Policy, Witness, parse_policy
from truceline.model import MalformedRecord, NotProved

NOW_S = 1_764_000_000
ORIGIN = "example.com/public"
HEAD = Checkpoint(ORIGIN, 5, leaf_hash(b"five"))


def _key(name: str, signing: Signing = Signing.ED25519_COSIGNATURE) -> SigningKey:
    return new_key(name, signing, lambda count: name.encode().ljust(count, b".")[:count])


LOG = _key(ORIGIN, Signing.ED25519)
NAMES = ("party-a", "party-b", "guarantor", "regional-body", "neutral-1", "neutral-2", "neutral-3")
KEYS = {name: _key(name, Signing.ML_DSA_44 if name == "neutral-3" else Signing.ED25519_COSIGNATURE) for name in NAMES}
FIVE_OF_SEVEN = Policy(
    (KnownLog(LOG.verifier),),
    tuple(Witness(name, KEYS[name].verifier) for name in NAMES),
    (Group("five-of-seven", 5, NAMES),),
    "five-of-seven",
)


def _head(*names: str, log: SigningKey = LOG, head: Checkpoint = HEAD) -> bytes:
    lines = (cosign(head, log, NOW_S), *(cosign(head, KEYS[name], NOW_S) for name in names))
    return Note(head.text(), lines).encode()


def test_a_policy_is_read_as_it_was_written():
    assert parse_policy(FIVE_OF_SEVEN.text().encode()) == FIVE_OF_SEVEN
    with_urls = Policy((KnownLog(LOG.verifier, "https://log.example"),), quorum="none")
    assert parse_policy(with_urls.text().encode()) == with_urls


@pytest.mark.parametrize("count", [4, 5, 7])
def test_five_of_seven_whoever_they_are(count: int):
    for names in combinations(NAMES, count):
        assert FIVE_OF_SEVEN.fulfilled_by(names) == (count >= 5)


def test_a_head_that_five_cosigned_counts_and_one_that_four_cosigned_does_not():
    five = ("neutral-3", "party-a", "neutral-1", "party-b", "guarantor")
    head = FIVE_OF_SEVEN.check(_head(*five), NOW_S)
    assert head.signed.checkpoint == HEAD
    assert head.witnesses == ("party-a", "party-b", "guarantor", "neutral-1", "neutral-3")
    with pytest.raises(NotProved, match="are not the quorum 'five-of-seven'") as caught:
        FIVE_OF_SEVEN.check(_head(*five[:4]), NOW_S)
    assert caught.value.where == "cosigned: party-a, party-b, neutral-1, neutral-3"


def test_five_signatures_of_one_witness_are_one():
    with pytest.raises(NotProved, match="are not the quorum"):
        FIVE_OF_SEVEN.check(_head(*["party-a"] * 5), NOW_S)


def test_a_head_of_an_unknown_log_or_without_its_signature_does_not_count():
    with pytest.raises(NotProved, match=r"the log 'example\.com/other', which the policy does not know"):
        FIVE_OF_SEVEN.check(_head(*NAMES, head=Checkpoint("example.com/other", 5, HEAD.root)))
    with pytest.raises(NotProved) as caught:
        Policy(quorum="none").check(_head())
    assert caught.value.where == "known logs: none"
    with pytest.raises(NotProved, match="no key of the log"):
        FIVE_OF_SEVEN.check(_head(*NAMES, log=new_key(ORIGIN)))


def test_a_head_cosigned_in_the_future_does_not_count():
    with pytest.raises(NotProved, match="the latest that can be"):
        FIVE_OF_SEVEN.check(_head(*NAMES), NOW_S - 1)


@given(st.lists(st.sampled_from(NAMES), unique=True), st.sampled_from(NAMES))
def test_a_further_witness_never_makes_it_worse(names: list[str], more: str):
    text = (
        "".join(f"witness {one.name} {one.key.text()}\n" for one in FIVE_OF_SEVEN.witnesses)
        + "group parties all party-a party-b\ngroup neutral 2 neutral-1 neutral-2 neutral-3\n"
        + "group either any parties neutral guarantor\nquorum either\n"
    )
    policy = parse_policy(text.encode())
    by_hand = (
        {"party-a", "party-b"} <= set(names) or "guarantor" in names or sum(n.startswith("ne") for n in names) >= 2
    )
    assert policy.fulfilled_by(names) == by_hand
    assert policy.fulfilled_by([*names, more]) >= policy.fulfilled_by(names)
    assert not policy.fulfilled_by(["parties", "either", "nobody"])


def test_names_are_bytes_and_each_is_kept_apart():
    w1, w2 = KEYS["party-a"].verifier.text().encode(), KEYS["party-b"].verifier.text().encode()
    policy = parse_policy(b"witness \xff " + w1 + b"\nwitness \xfe " + w2 + b"\nquorum \xff\n")
    assert len({one.name for one in policy.witnesses}) == 2
    assert policy.fulfilled_by([policy.witnesses[0].name])
    assert not policy.fulfilled_by([policy.witnesses[1].name])


W1, W2 = (KEYS[name].verifier.text() for name in ("party-a", "party-b"))
ONE = f"witness w1 {W1}\n"
TWO = f"{ONE}witness w2 {W2}\n"
SAME_KEY = VerifierKey("another-name", Signing.ED25519_COSIGNATURE, KEYS["party-a"].verifier.public).text()


@pytest.mark.parametrize(
    ("fault", "text", "told", "line"),
    [
        (
            "two witnesses with one key",
            f"{ONE}witness w2 {SAME_KEY}\nquorum w1\n",
            "two witness lines have one public",
            2,
        ),
        ("two logs with one key", f"log {W1}\nlog {SAME_KEY}\nquorum none\n", "two log lines have one public key", 2),
        ("a key for notes", f"witness w1 {LOG.verifier.text()}\nquorum w1\n", "signs notes, not heads with a time", 1),
        ("a broken key", "witness w1 nobody\nquorum w1\n", "name, eight digits of id", 1),
        ("an unknown word", f"{ONE}quibble w1\n", "'quibble' is none of log, witness, group", 2),
        ("a comment behind", f"{ONE}quorum w1 # both\n", "3 words follow where the form is: quorum NAME", 2),
        ("a log without key", "log\nquorum none\n", "0 words follow", 1),
        ("a witness without key", "witness w1\nquorum w1\n", "1 words follow", 1),
        ("a group without members", f"{ONE}group g any\nquorum g\n", "2 words follow", 2),
        ("a name twice", f"{ONE}witness w1 {W2}\nquorum w1\n", "the name 'w1' is taken", 2),
        ("a group of a witness's name", f"{ONE}group w1 any w1\nquorum w1\n", "the name 'w1' is taken", 2),
        ("a group none", f"{ONE}group none any w1\nquorum none\n", "the name 'none' is taken", 2),
        ("a member twice", f"{TWO}group g 2 w1 w1\nquorum g\n", "'w1' is a member already", 3),
        ("a member of two groups", f"{TWO}group g any w1\ngroup h all g w1\nquorum h\n", "'w1' is a member already", 4),
        ("a member that comes later", f"group g any w1\n{ONE}quorum g\n", "'w1' stands on a line above", 1),
        ("none of a threshold", f"{ONE}group g 0 w1\nquorum g\n", "0 of 1 members cannot be asked for", 2),
        ("more than there are", f"{ONE}group g 2 w1\nquorum g\n", "2 of 1 members cannot be asked for", 2),
        ("a sign before it", f"{ONE}group g +1 w1\nquorum g\n", "is not a decimal", 2),
        ("a quorum of two names", f"{TWO}quorum w1 w2\n", "2 words follow where the form is: quorum NAME", 3),
        ("two quorums", f"{ONE}quorum w1\nquorum w1\n", "there may be only one", 3),
        ("an unknown quorum", f"{ONE}quorum w2\n", "'w2' stands on a line above", 2),
    ],
)
def test_a_policy_is_refused_with_the_line_at_fault(fault: str, text: str, told: str, line: int):
    with pytest.raises(MalformedRecord, match=told) as caught:
        parse_policy(text.encode())
    assert caught.value.where.startswith(f"line {line}: "), fault


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "has no quorum"),
        (b"quorum none\r\n", "control character U\\+000D"),
        (b"quorum none\n\x7f", "control character U\\+007F"),
        (b"#" * 1_000_001, "longer than 1,000,000 bytes"),
    ],
)
def test_a_policy_of_foreign_bytes_is_refused(data: bytes, told: str):
    with pytest.raises(MalformedRecord, match=told):
        parse_policy(data)


@pytest.mark.feeds
def test_the_policies_of_others(extracted: Callable[[str], Any]):
    document = extracted("tlog-policy.json")
    keys = {"%L": LOG.verifier.text(), "%P": _key("plain", Signing.ED25519).verifier.text()}
    keys |= {f"%{number}": KEYS[name].verifier.text() for number, name in enumerate(NAMES[:6], start=1)}
    keys["%1-renamed"] = SAME_KEY

    def read(template: str) -> Policy:
        return parse_policy(re.sub(r"%1-renamed|%[LP1-6]", lambda found: keys[found[0]], template).encode())

    assert (len(document["good"]), len(document["bad"])) == (4, 28)
    for template in document["good"]:
        read(template)
    for name, template in document["bad"].items():
        with pytest.raises(MalformedRecord) as caught:
            read(template)
        assert caught.value.do, name
    policy = read(document["satisfied"]["policy"])
    for names, enough in document["satisfied"]["cases"]:
        assert policy.fulfilled_by(names) == enough

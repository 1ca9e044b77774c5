"""A proof bundle from a real log held against a list of keys; one test for each way of being wrong."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from ledger_samples import (
    FIELDS,
    KEYS,
    LOG_KEY,
    NAME,
    NOON,
    WITNESSES,
    bundle_of,
    cosigned,
    key_list,
    log_of,
    sealed_of,
)

from truceline.ledger import verifying
from truceline.ledger.bundles import MOST_BUNDLE_BYTES, Bundle, make_bundle, read_bundle
from truceline.ledger.checkpoints import Checkpoint
from truceline.ledger.cosignatures import cosign
from truceline.ledger.disclosure import Opening, open_field
from truceline.ledger.encodings import MOST_DEEP
from truceline.ledger.keys import Signing, SigningKey, VerifierKey
from truceline.ledger.log import reading
from truceline.ledger.merkle import leaf_hash
from truceline.ledger.notes import Note
from truceline.ledger.verifying import Asked, Verdict, as_text, read_keys, verify
from truceline.model.canonical import canonical_json
from truceline.model.errors import MalformedRecord, NotProved, UsageFault

DAY_S = 86_400
ASKED = Asked(NOON + 60, DAY_S)
LIST = read_keys(key_list())


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return bundle_of(tmp_path_factory.mktemp("log"))


def failed(verdict: Verdict) -> set[str]:
    assert not verdict.held
    assert [one[:8] for one in verdict.proves] == ["Nothing."]
    assert all(one.why for one in verdict.steps if not one.held)
    return {one.step for one in verdict.steps if not one.held}


def test_a_bundle_from_a_log_holds_and_is_told_step_by_step(made: Bundle):
    assert read_bundle(made.encode()) == made
    verdict = verify(made.encode(), LIST, ASKED)
    assert verdict.held
    assert [one.step for one in verdict.steps] == [
        "entry", "place", "log", "witnesses", "quorum", "age", "field", "field",
    ]  # fmt: skip
    words = " ".join(one.words for one in verdict.steps)
    for told in ("'finding-2'", "number 2", "5 entries", NAME, "party-b (2031-04-21 12:00:00 UTC)", '"breached"'):
        assert told in words, told
    assert verdict.stamp.held
    assert any("not that it happened" in one for one in verdict.proves_not)


def test_no_byte_can_be_changed_unseen(tmp_path: Path):
    """All seven are asked for, so that no signature line is one too many."""
    data = bundle_of(tmp_path, shown=("/result",)).encode()
    keys = read_keys(key_list(7))
    assert verify(data, keys, ASKED).held
    for at in range(len(data)):
        for bit in (0x01, 0x20):
            changed = data[:at] + bytes([data[at] ^ bit]) + data[at + 1 :]
            assert not verify(changed, keys, ASKED).held, (at, data[at : at + 1])


def test_a_byte_of_a_cosignature_too_many_takes_away_a_witness_and_nothing_else(made: Bundle):
    data = made.encode()
    whole = verify(data, LIST, ASKED)
    for at in range(data.index(b"example.org/neutral-3"), data.index(b"example.org/neutral-3") + 21):
        less = verify(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :], LIST, ASKED)
        assert not less.held or "neutral-3" not in less.steps[3].words
        if less.held:
            assert [one for one in less.steps if one.step != "witnesses"] == [
                one for one in whole.steps if one.step != "witnesses"
            ]


def test_words_for_reading_are_told_to_be_signed_by_nobody(made: Bundle):
    one, other = (verify(replace(made, prose=text).encode(), LIST, ASKED) for text in ("It rained.", "It shone."))
    assert one.held
    assert one.steps == other.steps
    assert any("nobody signed them" in words for words in one.proves_not)


@pytest.mark.parametrize(
    ("fault", "change", "steps"),
    [
        ("another number", lambda one: replace(one, index=1), {"place", "quorum"}),
        ("a number outside", lambda one: replace(one, index=9), {"place", "quorum"}),
        ("nodes swapped", lambda one: replace(one, hashes=one.hashes[::-1]), {"place", "quorum"}),
        ("a node missing", lambda one: replace(one, hashes=one.hashes[1:]), {"place", "quorum"}),
        ("a node extra", lambda one: replace(one, hashes=(*one.hashes, bytes(32))), {"place", "quorum"}),
        ("no node at all", lambda one: replace(one, hashes=()), {"place", "quorum"}),
    ],
)
def test_a_proof_that_leads_elsewhere(made: Bundle, fault: str, change: Callable, steps: set[str]):
    assert failed(verify(replace(made, proof=change(made.proof)).encode(), LIST, ASKED)) == steps, fault


def test_the_proof_of_another_entry(made: Bundle, tmp_path: Path):
    entries = [sealed_of(number)[0] for number in range(5, 10)]
    head = cosigned(log_of(tmp_path, entries), dict.fromkeys(WITNESSES, NOON))
    other = make_bundle(reading(tmp_path), head, 2)
    assert failed(verify(replace(made, proof=other.proof).encode(), LIST, ASKED)) == {"place", "quorum"}


def test_both_roads_to_the_root_must_agree(made: Bundle, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(verifying.recheck, "includes", lambda *_: False)
    verdict = verify(made.encode(), LIST, ASKED)
    assert failed(verdict) == {"place"}
    assert "different answers" in verdict.steps[1].why


def test_an_opening_of_another_finding_or_field_or_value(made: Bundle):
    _, other = sealed_of(77)
    first = made.openings[0]
    for wrong in (
        open_field(other, "/result", FIELDS["/result"]),
        replace(first, value="complied"),
        replace(first, path="/count"),
        Opening("/result", "breached", b"short"),
    ):
        assert failed(verify(replace(made, openings=(wrong,)).encode(), LIST, ASKED)) == {"field"}
    assert failed(verify(replace(made, openings=(first, first)).encode(), LIST, ASKED)) == {"field"}


def test_an_entry_that_is_no_sealed_finding(made: Bundle):
    assert {"entry", "place"} <= failed(verify(replace(made, entry=b"{}").encode(), LIST, ASKED))


def test_four_of_five_are_not_enough(tmp_path: Path):
    made = bundle_of(tmp_path, dict.fromkeys(WITNESSES[:4], NOON))
    verdict = verify(made.encode(), LIST, ASKED)
    assert failed(verdict) == {"quorum", "age"}
    assert verdict.stamp.held


def test_a_party_that_is_silent_is_told_and_hinders_only_who_demands_it(tmp_path: Path):
    made = bundle_of(tmp_path, dict.fromkeys(WITNESSES[1:], NOON)).encode()
    verdict = verify(made, LIST, ASKED)
    assert verdict.held
    assert "party-a" in verdict.stamp.why
    assert failed(verify(made, LIST, replace(ASKED, both_parties=True))) == {"both-parties"}
    silent = verify(made, read_keys(key_list(parties="# who they are is not said")), ASKED)
    assert silent.held
    assert not silent.stamp.held


def test_exchanging_the_parties_mirrors_the_stamp(tmp_path: Path):
    why = {}
    for left in ("party-a", "party-b"):
        there = {name: NOON for name in WITNESSES if name != left}
        why[left] = verify(bundle_of(tmp_path / left, there).encode(), LIST, ASKED).stamp.why
    assert why["party-a"].replace("party-a", "party-b") == why["party-b"]


def test_a_cosignature_from_the_future(tmp_path: Path):
    made = bundle_of(tmp_path, {**dict.fromkeys(WITNESSES, NOON), "neutral-3": NOON + DAY_S})
    assert failed(verify(made.encode(), LIST, ASKED)) == {"witnesses", "quorum", "age"}


def test_a_stale_head_counts_by_its_newest_quorum(tmp_path: Path):
    """Four fresh signatures of seven do not make a head fresh where five are asked for."""
    times = {name: NOON if at < 4 else NOON - 9 * DAY_S for at, name in enumerate(WITNESSES)}
    made = bundle_of(tmp_path, times).encode()
    verdict = verify(made, LIST, ASKED)
    assert failed(verdict) == {"age"}
    assert "2031-04-12" in next(one.why for one in verdict.steps if one.step == "age")
    assert verify(made, LIST, Asked(NOON + 60, 10 * DAY_S)).held
    unasked = verify(made, LIST, Asked(NOON + 60))
    assert unasked.held
    assert any("no greatest age" in one for one in unasked.proves_not)


def test_keys_of_others(made: Bundle):
    other = SigningKey(NAME, Signing.ED25519, bytes([9]) * 32).verifier.text()
    wrong_log = key_list().replace(LOG_KEY.verifier.text().encode(), other.encode())
    assert {"log", "quorum"} <= failed(verify(made.encode(), read_keys(wrong_log), ASKED))
    strangers = key_list()
    for at, name in enumerate(WITNESSES):
        stranger = SigningKey(KEYS[name].name, Signing.ED25519_COSIGNATURE, bytes([50 + at]) * 32)
        strangers = strangers.replace(KEYS[name].verifier.text().encode(), stranger.verifier.text().encode())
    verdict = verify(made.encode(), read_keys(strangers), ASKED)
    assert failed(verdict) == {"quorum", "age"}
    assert not verdict.stamp.held
    assert {"log", "quorum"} <= failed(verify(made.encode(), read_keys(b"quorum none\n"), ASKED))


def test_without_a_quorum_it_is_told_that_others_may_see_another_log(made: Bundle):
    keys = read_keys(f"log {LOG_KEY.verifier.text()}\nquorum none\n".encode())
    verdict = verify(made.encode(), keys, Asked(NOON + 60))
    assert verdict.held
    assert any("others are shown the same log" in one for one in verdict.proves_not)
    assert failed(verify(made.encode(), keys, ASKED)) == {"age"}


def test_a_head_of_another_log(made: Bundle):
    other = SigningKey("example.org/other", Signing.ED25519, bytes([7]) * 32)
    head = Checkpoint("example.org/other", 1, leaf_hash(made.entry))
    note = Note(head.text(), tuple(cosign(head, key, NOON) for key in (other, *KEYS.values()))).encode()
    proof = replace(made.proof, index=0, hashes=(), checkpoint=note)
    assert {"log", "quorum"} <= failed(verify(replace(made, proof=proof).encode(), LIST, ASKED))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda text: text + f"witness twin {KEYS['party-a'].verifier.text()}\n", "one public key"),
        (lambda text: text.replace("party-a party-b\n", "party-a\n"), "names two witnesses"),
        (lambda text: text.replace("#parties party-a party-b", "#parties party-a party-a"), "names two witnesses"),
        (lambda text: text.replace("#parties party-a", "#parties party-x"), "no witness of the list"),
        (lambda text: text + "#parties party-a party-b\n", "stands once"),
        (lambda text: text.replace("quorum enough\n", ""), "no quorum"),
        (lambda text: text + f"witness own {_log_as_witness()}\n", "own witness"),
    ],
)
def test_a_list_of_keys_that_is_wrong(change: Callable, told: str):
    with pytest.raises(MalformedRecord, match=told):
        read_keys(change(key_list().decode()).encode())


def test_a_key_whose_name_is_no_text_is_refused_in_words():
    with pytest.raises(MalformedRecord, match="cannot be the name of a key"):
        read_keys(key_list().replace(b"log example.org", b"log \xffexample.org"))


def test_two_keys_that_signatures_cannot_tell_apart_are_refused(monkeypatch: pytest.MonkeyPatch):
    """Four bytes are no proof: somebody may search for a second key with the name and id of another's."""
    other = f"witness twin {SigningKey(NAME, Signing.ED25519_COSIGNATURE, bytes([99]) * 32).verifier.text()}\n"
    read_keys(key_list() + other.encode())
    with monkeypatch.context() as patched:
        patched.setattr(VerifierKey, "key_id", property(lambda one: one.name.encode()[:4]))
        with pytest.raises(MalformedRecord, match="share the id"):
            verifying._refuse_one_label([LOG_KEY.verifier, parse_verifier_key_of(other)])


def parse_verifier_key_of(line: str) -> VerifierKey:
    return VerifierKey(NAME, Signing.ED25519_COSIGNATURE, base64.b64decode(line.split("+", 2)[2])[1:])


def test_it_is_told_how_many_fields_may_be_sealed_or_redacted(made: Bundle):
    verdict = verify(made.encode(), LIST, ASKED)
    assert verdict.commitments == 16
    assert "2 are opened. The other 14" in verdict.unopened
    assert not verify(replace(made, entry=b"{}").encode(), LIST, ASKED).unopened


def _log_as_witness() -> str:
    return SigningKey(NAME, Signing.ED25519_COSIGNATURE, LOG_KEY.seed).verifier.text()


def test_words_from_outside_are_shown_as_text(tmp_path: Path):
    nasty = '=HYPERLINK("x")<script>\u202egnp.exe\x1b[2J\u2028'
    made = bundle_of(tmp_path, fields={"/result": nasty, "/\u202e<b>": 1}, shown=("/result", "/\u202e<b>"))
    verdict = verify(made.encode(), LIST, ASKED)
    assert verdict.held
    words = "\n".join(one.words for one in verdict.steps)
    for sign in "<>\u202e\u2028\x1b":
        assert sign not in words
    assert '"=HYPERLINK' in words
    assert "\\u003cscript\\u003e\\u202egnp" in words
    assert as_text("Слов'янськ نص") == "Слов'янськ نص"


@pytest.mark.parametrize(
    ("fault", "change"),
    [
        ("a key more", lambda told: {**told, "note": "x"}),
        ("a key less", lambda told: {key: told[key] for key in told if key != "openings"}),
        ("another format", lambda told: {**told, "format": "truceline-proof-bundle/2"}),
        ("an opening with a key more", lambda told: {**told, "openings": [{**told["openings"][0], "x": 1}]}),
        ("an opening that is a text", lambda told: {**told, "openings": ["x"]}),
        ("openings that are no list", lambda told: {**told, "openings": {}}),
        ("too many openings", lambda told: {**told, "openings": told["openings"] * 600}),
        ("an entry that is no text", lambda told: {**told, "entry": 3}),
        ("an entry too long", lambda told: {**told, "entry": "x" * 70_000}),
        ("prose that is empty", lambda told: {**told, "prose": ""}),
        ("prose too long", lambda told: {**told, "prose": "x" * 100_001}),
        ("a proof of Windows", lambda told: {**told, "proof": told["proof"].replace("\n", "\r\n")}),
        ("a list", lambda told: [told]),
        ("too deep", lambda told: {**told, "openings": json.loads("[" * MOST_DEEP + "]" * MOST_DEEP)}),
    ],
)
def test_a_bundle_in_another_form(made: Bundle, fault: str, change: Callable):
    data = canonical_json(change(json.loads(made.encode())))
    with pytest.raises(MalformedRecord):
        read_bundle(data)
    assert failed(verify(data, LIST, ASKED)) == {"bundle"}, fault


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00" * 100,
        b"PK\x03\x04",
        b"[" * 100_000,
        b'{"a":1,"a":1}',
        b'{"a":NaN}',
        b'"\\ud800"',
        b" " * (MOST_BUNDLE_BYTES + 1),
    ],
)
def test_bytes_that_are_no_bundle(data: bytes):
    assert failed(verify(data, LIST, ASKED)) == {"bundle"}


def test_a_space_or_line_end_more_is_refused(made: Bundle):
    data = made.encode()
    for changed in (data + b"\n", b"\xef\xbb\xbf" + data, data.replace(b":", b": ", 1), data.decode().encode("utf-16")):
        assert failed(verify(changed, LIST, ASKED)) == {"bundle"}


def test_extra_data_that_nobody_signs_are_refused(made: Bundle):
    with pytest.raises(MalformedRecord, match="extra data"):
        replace(made, proof=replace(made.proof, extra=b"x")).encode()


def test_a_bundle_is_made_only_of_what_agrees_with_the_head(tmp_path: Path):
    made = [sealed_of(number) for number in range(3)]
    head = log_of(tmp_path, [entry for entry, _ in made])
    with pytest.raises(UsageFault, match="none numbered 3"):
        make_bundle(reading(tmp_path), head, 3)
    with pytest.raises(NotProved, match="not what was sealed"):
        make_bundle(reading(tmp_path), head, 1, (open_field(made[2][1], "/count", 3),))
    (stored,) = (tmp_path / "tile" / "entries").rglob("*/3")
    data = stored.read_bytes()
    stored.write_bytes(data[:-3] + bytes([data[-3] ^ 1]) + data[-2:])
    with pytest.raises(NotProved, match="not the entry the tree names"):
        make_bundle(reading(tmp_path), head, 1)

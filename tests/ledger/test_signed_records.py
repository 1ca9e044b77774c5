"""Records under signatures: signed is what the named person's or device's key signed, and nothing else."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truceline.ledger.keys import Signing, SigningKey
from truceline.ledger.notes import Note, sign_note
from truceline.ledger.signed_records import (
    ACQUISITION,
    CASE_ACT,
    SignatureState,
    note_of,
    read_record,
    signatures_of,
)
from truceline.model import MalformedRecord, UsageFault, ValueFault, canonical_json
from truceline.model.acquisition import Acquisition, ClockState, Fix, acquisition_from

ITEM = hashlib.sha256(b"a picture").hexdigest()
RECORD: Mapping[str, object] = {
    "truceline": 1,
    "item": ITEM,
    "by": "mira",
    "device": "tablet-7",
    "method": "photographed on patrol",
    "source": "post-4",
    "when": {"at": "2031-04-19T18:02:11+00:00", "clock": "synchronised", "error_s": 0.5},
    "where": {"fix": "satellite", "lat": 48.1, "lon": 37.2, "radius_m": 8},
    "name": "crater.jpg",
    "url": "",
    "context": "north wall of the school",
    "embedded": {"Make": "Maker", "DateTimeOriginal": "2031:04:19 21:02:11"},
}
MIRA, TABLET, IVAN, STRANGER = (
    SigningKey(name, Signing.ED25519, bytes([number]) * 32)
    for number, name in enumerate(("mira", "tablet-7", "ivan", "stranger"), 1)
)
KEYRING = {MIRA.verifier: "mira", TABLET.verifier: "tablet-7", IVAN.verifier: "ivan"}
NAMED = ("mira", "tablet-7")


def signed(*keys: SigningKey, kind: str = ACQUISITION) -> Note:
    first = note_of(kind, canonical_json(RECORD), keys[0])
    return first.with_signatures(sign_note(first.text, key) for key in keys[1:])


@pytest.mark.parametrize(
    ("keys", "state", "by"),
    [
        ((MIRA,), SignatureState.SIGNED, ("mira",)),
        ((TABLET,), SignatureState.SIGNED, ("tablet-7",)),
        ((MIRA, TABLET), SignatureState.SIGNED, ("mira", "tablet-7")),
        ((STRANGER, MIRA), SignatureState.SIGNED, ("mira",)),
        ((STRANGER,), SignatureState.UNKNOWN_KEY, ()),
        ((IVAN,), SignatureState.KEY_OF_ANOTHER, ("ivan",)),
        ((IVAN, MIRA), SignatureState.SIGNED, ("mira",)),
    ],
)
def test_signed_is_what_those_named_signed(keys: tuple[SigningKey, ...], state: SignatureState, by: tuple[str, ...]):
    record = read_record(signed(*keys).encode(), ACQUISITION)
    found = signatures_of(record, KEYRING, NAMED)
    assert (found.state, found.by) == (state, by)
    assert record.canonical == canonical_json(RECORD)


def test_what_nobody_signed_is_kept_and_is_unsigned():
    for spelled in (json.dumps(RECORD), json.dumps(RECORD, indent=2), canonical_json(RECORD).decode()):
        record = read_record(spelled.encode(), ACQUISITION)
        assert signatures_of(record, KEYRING, NAMED).state is SignatureState.UNSIGNED
        assert record.canonical == canonical_json(RECORD)


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_no_changed_byte_counts_as_signed(data: st.DataObject):
    whole = bytearray(signed(MIRA).encode())
    place = data.draw(st.integers(0, len(whole) - 1))
    whole[place] ^= data.draw(st.integers(1, 255))
    try:
        record = read_record(bytes(whole), ACQUISITION)
    except MalformedRecord:
        return
    assert signatures_of(record, KEYRING, NAMED).state is not SignatureState.SIGNED


def test_a_signature_under_one_kind_is_none_under_another():
    with pytest.raises(MalformedRecord, match="not a 'truceline case act 1'"):
        read_record(signed(MIRA).encode(), CASE_ACT)
    moved = Note(signed(MIRA).text.replace(ACQUISITION, CASE_ACT), (signed(MIRA).signatures[0],))
    assert signatures_of(read_record(moved.encode(), CASE_ACT), KEYRING, NAMED).state is SignatureState.DOES_NOT_HOLD


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b'{"a": 1, "a": 2}',
        b'{"a": NaN}',
        b'{"a": 1e400}',
        b'{"a":' * 40 + b"1" + b"}" * 40,
        b"\xff{",
        b"{" + b" " * 1_100_000 + b"}",
        ACQUISITION.encode() + b"\n{}\n",
    ],
)
def test_what_can_be_read_in_two_ways_is_refused(data: bytes):
    with pytest.raises(MalformedRecord):
        read_record(data, ACQUISITION)


def test_signed_json_that_is_not_canonical_is_refused():
    text = f'{ACQUISITION}\n{{"b": 1, "a": 2}}\n'
    with pytest.raises(MalformedRecord, match="canonical"):
        read_record(Note(text, (sign_note(text, MIRA),)).encode(), ACQUISITION)


def test_a_key_for_heads_signs_no_record():
    with pytest.raises(UsageFault, match="heads of a log"):
        note_of(ACQUISITION, b"{}", SigningKey("a", Signing.ED25519_COSIGNATURE, b"x" * 32))


def test_the_record_says_all_that_is_asked_of_it():
    found = acquisition_from(RECORD)
    assert isinstance(found, Acquisition)
    assert (found.item, found.by, found.device, found.named) == (ITEM, "mira", "tablet-7", NAMED)
    assert (found.when.clock, found.when.error_s) == (ClockState.SYNCHRONISED, 0.5)
    assert (found.where.fix, found.where.radius_m) == (Fix.SATELLITE, 8.0)
    assert dict(found.embedded) == RECORD["embedded"]
    least = {name: value for name, value in RECORD.items() if name not in ("device", "url", "context", "embedded")}
    assert acquisition_from(least).named == ("mira",)


def _with(**changes: object) -> Callable[[], Mapping[str, object]]:
    return lambda: {**RECORD, **changes}


@pytest.mark.parametrize(
    ("made", "what"),
    [
        (_with(extra=1), "no field 'extra'"),
        (lambda: {name: value for name, value in RECORD.items() if name != "when"}, "'when' is missing"),
        (_with(truceline=True), "not version 1"),
        (_with(item="../../etc/passwd"), "names no item"),
        (_with(by=""), "is empty"),
        (_with(by=3), "no text stands here"),
        (_with(source="a\u202eb"), "U+202E"),
        (_with(name=""), "1 to 255"),
        (_with(name="x" * 256), "1 to 255"),
        (_with(when="noon"), "no group"),
        (_with(when={"at": "2031-04-19T18:02:11", "clock": "free"}), "no zone"),
        (_with(when={"at": "yesterday", "clock": "free"}), "no moment"),
        (_with(when={"at": "2031-04-19T18:02:11Z", "clock": "good"}), "none of"),
        (_with(when={"at": "2031-04-19T18:02:11Z", "clock": "synchronised"}), "has an error_s"),
        (_with(when={"at": "2031-04-19T18:02:11Z", "clock": "free", "error_s": 1}), "has no error_s"),
        (_with(when={"at": "2031-04-19T18:02:11Z", "clock": "compared", "error_s": -1}), "from 0 on"),
        (_with(where={"fix": "none", "lat": 1, "lon": 2, "radius_m": 3}), "without a fix"),
        (_with(where={"fix": "satellite", "lat": 1, "lon": 2}), "lat, lon and radius_m"),
        (_with(where={"fix": "satellite", "lat": 91, "lon": 2, "radius_m": 3}), "on the globe"),
        (_with(where={"fix": "satellite", "lat": True, "lon": 2, "radius_m": 3}), "no number"),
        (_with(embedded={"a": 1}), "no text stands here"),
        (_with(embedded={str(number): "x" for number in range(501)}), "more than 500"),
    ],
)
def test_each_fault_of_a_record_is_told(made: Callable[[], Mapping[str, object]], what: str):
    with pytest.raises(ValueFault) as told:
        acquisition_from(made())
    assert what in f"{told.value.what}"

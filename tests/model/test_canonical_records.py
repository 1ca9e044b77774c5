"""Canonical JSON: one record, one text, one hash, whoever writes it down."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.model import ValueFault, canonical_json, plain_json, record_sha256

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner),
    max_leaves=10,
)


class Word(StrEnum):
    """A word of a vocabulary."""

    SAW = "saw"


@dataclass(frozen=True, slots=True)
class Seen:
    """A record with one field of each kind."""

    word: Word
    at: datetime
    shares: tuple[float, ...]
    inner: Seen | None = None


def test_a_record_is_its_fields_by_name():
    record = Seen(Word.SAW, NOON, (0.5, 1.0), Seen(Word.SAW, NOON, ()))
    assert canonical_json(record).decode() == (
        '{"at":"2026-01-02T12:00:00+00:00","inner":{"at":"2026-01-02T12:00:00+00:00","inner":null,"shares":[],'
        '"word":"saw"},"shares":[0.5,1],"word":"saw"}'
    )
    assert record_sha256(record) == hashlib.sha256(canonical_json(record)).hexdigest()


def test_a_moment_is_the_same_in_every_zone():
    there = NOON.astimezone(timezone(timedelta(hours=3)))
    assert canonical_json(there) == canonical_json(NOON)


def test_the_example_of_the_rfc_comes_out_as_printed():
    # RFC 8785, section 3.2.2 and 3.2.3
    given_ = {
        "numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": '€$\u000f\nA\'B"\\\\"/',
        "literals": [None, True, False],
    }
    assert canonical_json(given_).decode() == (
        '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )


@given(VALUES)
def test_the_order_of_keys_changes_nothing(value: object):
    assert canonical_json(value) == canonical_json(_turned(value))


def _turned(value: object) -> object:
    if isinstance(value, dict):
        return {key: _turned(inner) for key, inner in reversed(value.items())}
    return [_turned(one) for one in value] if isinstance(value, list) else value


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        (float("nan"), "nan"),
        (float("inf"), "inf"),
        (2**53, "9007199254740992"),
        (datetime(2026, 1, 2), "without a zone"),  # noqa: DTZ001 - the fault itself
        (object(), "object"),
        (b"bytes", "bytes"),
        ({"a": {1, 2}}, "set"),
        ("\ud800", "non-UTF-8"),
    ],
)
def test_what_has_no_canonical_form_is_refused(wrong: object, word: str):
    with pytest.raises(ValueFault, match=word):
        canonical_json(wrong)


def test_a_mapping_of_any_keys_gets_text_keys():
    assert plain_json({1: (2, 3)}) == {"1": [2, 3]}


@given(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.text(st.characters(max_codepoint=0x9F))
    | st.floats(allow_nan=False)
)
def test_single_values_are_written_as_in_a_list(value: object):
    """The short way to write a text or a number gives the bytes of the long one, and refuses what that refuses."""
    try:
        long = canonical_json([value])[1:-1]
    except ValueFault:
        with pytest.raises(ValueFault):
            canonical_json(value)
    else:
        assert canonical_json(value) == long

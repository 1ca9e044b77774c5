"""The head of a log in three lines: exact, or refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.ledger.checkpoints import Checkpoint, parse_checkpoint
from truceline.ledger.merkle import EMPTY_ROOT, leaf_hash
from truceline.model import MalformedRecord

ROOT = leaf_hash(b"")
LINES = ("example.com/log", "20852163", "bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=")
lines = st.text(st.characters(min_codepoint=32, codec="utf-8"), min_size=1)


@given(lines, st.integers(1, 2**63 - 1), st.binary(min_size=32, max_size=32), st.lists(lines, max_size=3))
def test_a_head_is_read_as_it_was_written(origin: str, size: int, root: bytes, more: list[str]):
    checkpoint = Checkpoint(origin, size, root, tuple(more))
    assert parse_checkpoint(checkpoint.text()) == checkpoint


def _with(place: int, line: str) -> str:
    return "".join(f"{line if at == place else one}\n" for at, one in enumerate(LINES))


@pytest.mark.parametrize(
    ("fault", "text", "told"),
    [
        ("no name", _with(0, ""), "one line that is not empty"),
        ("control character", _with(0, "example.com/\x1blog"), "control character U\\+001B"),
        ("sign before the size", _with(1, "+5"), "tree size '\\+5' is not a decimal"),
        ("negative size", _with(1, "-1"), "is not a decimal"),
        ("leading zero", _with(1, "05"), "is not a decimal"),
        ("space", _with(1, " 5"), "is not a decimal"),
        ("underscore", _with(1, "1_0"), "is not a decimal"),
        ("other digits", _with(1, "٥"), "is not a decimal"),
        ("hexadecimal", _with(1, "0x5"), "is not a decimal"),
        ("no size", _with(1, ""), "is not a decimal"),
        ("2^63", _with(1, str(2**63)), "is not a decimal"),
        ("25 digits", _with(1, "9" * 25), "is not a decimal"),
        ("stray bits in the root", _with(2, LINES[2][:-2] + "1="), "root hash is not exact base64"),
        ("short root", _with(2, "bjQLnA=="), "root hash is 4 bytes long, not 32"),
        ("long root", _with(2, "A" * 44), "root hash is 33 bytes long, not 32"),
        ("line end of Windows in the name", _with(0, LINES[0] + "\r"), "control character U\\+000D"),
        ("line end of Windows in the size", _with(1, "5\r"), "is not a decimal"),
        ("two lines", "example.com/log\n5\n", "at least three lines; here are 2"),
        ("nothing", "", "does not end with a line end"),
        ("last line end missing", _with(0, LINES[0])[:-1], "does not end with a line end"),
        ("empty extension", _with(9, "") + "\n", "one line that is not empty"),
        ("empty log with another root", _with(1, "0"), "the root of no entries"),
    ],
)
def test_a_head_that_is_not_exact_is_refused_with_its_fault(fault: str, text: str, told: str):
    with pytest.raises(MalformedRecord, match=told) as caught:
        parse_checkpoint(text)
    assert caught.value.do, fault


@pytest.mark.parametrize(
    ("origin", "size", "root"),
    [("a\nb", 1, ROOT), ("", 1, ROOT), ("a", -1, ROOT), ("a", 2**63, ROOT), ("a", 1, b""), ("a", 0, ROOT)],
)
def test_no_head_is_made_that_could_not_be_read(origin: str, size: int, root: bytes):
    with pytest.raises(MalformedRecord):
        Checkpoint(origin, size, root)


def test_the_largest_size_is_2_63_minus_1():
    text = Checkpoint("a", 2**63 - 1, ROOT).text()
    assert "9223372036854775807" in text
    assert parse_checkpoint(text).size == 2**63 - 1


def test_extensions_are_kept_as_they_are():
    text = _with(9, "") + "opaque\n"
    assert parse_checkpoint(text).extensions == ("opaque",)
    assert parse_checkpoint(text).text() == text
    assert Checkpoint("a", 0, EMPTY_ROOT).size == 0


@pytest.mark.feeds
def test_the_heads_of_others(extracted: Callable[[str], Any]):
    document = extracted("checkpoint-bodies.json")
    assert (len(document["good"]), len(document["bad"])) == (3, 12)
    for text in document["good"]:
        assert parse_checkpoint(text).text() == text
    for text in document["bad"]:
        with pytest.raises(MalformedRecord):
            parse_checkpoint(text)

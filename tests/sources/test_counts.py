"""Whole numbers in cells: plain digits, as many as a number can have, and never a crash."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.model import ValueFault
from truceline.sources.counts import MOST_ITEMS, read_count, whole_number

ABSURD = "9" * 5_000
"""More digits than Python converts."""


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.integers(0, 40))
def test_law_a_number_written_in_digits_is_read_back_up_to_the_most(number: int, most: int, zeros: int):
    assert whole_number("0" * zeros + str(number), most) == (number if number <= most else None)


@given(st.text(max_size=20), st.integers(0, 10**9))
def test_law_any_words_are_a_number_or_none(text: str, most: int):
    found = whole_number(text, most)
    assert found is None or (0 <= found <= most and text.isdigit())


@pytest.mark.parametrize("text", ["", "-1", "+1", "1.0", "1 0", "١٢", "²", pytest.param(ABSURD, id="absurd")])
def test_what_is_no_plain_number_is_none(text: str):
    assert whole_number(text, MOST_ITEMS) is None


@pytest.mark.parametrize("around", ["{}", "about {}", "5-{}", "{}+", "over {}", "9,999{}"])
def test_an_absurd_count_is_refused_and_does_not_crash(around: str):
    absurd = ",999" * 2_000 if around.startswith("9") else ABSURD
    with pytest.raises(ValueFault, match="more than any row can hold"):
        read_count(around.format(absurd))


def test_digits_of_another_script_are_counted_too():
    assert read_count("١٢").best == 12

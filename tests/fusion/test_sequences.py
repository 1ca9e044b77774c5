"""Texts as numbers: what they share, each number once, rising."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from truceline.fusion.sequences import least_of, links, pages_of, sequences_of, shingles

WORDS = st.lists(st.sampled_from(["mill", "roof", "noon", "млин", "дах", "fire", "two"]), max_size=14).map(" ".join)


def numbers(found: object, text: int) -> list[int]:
    begin, number = found  # type: ignore[misc]
    return number[begin[text] : begin[text + 1]].tolist()


@settings(max_examples=60, deadline=None)
@given(st.lists(WORDS, max_size=6))
def test_texts_together_say_what_each_says_alone(texts: list[str]):
    found = sequences_of(texts)
    for at, text in enumerate(texts):
        own = numbers(found, at)
        assert own == sorted(set(own))
        assert frozenset(own) == shingles(text)


@settings(max_examples=60, deadline=None)
@given(WORDS, WORDS)
def test_two_texts_share_as_many_numbers_as_sequences(one: str, other: str):
    def sequences(text: str) -> set[tuple[str, ...]]:
        words = text.split()
        return {tuple(words[at : at + 3]) for at in range(len(words) - 2)} if len(words) >= 8 else set()

    assert len(shingles(one) & shingles(other)) == len(sequences(one) & sequences(other))


def test_of_each_text_its_least_numbers_are_taken():
    texts = ["too short", "one two three four five six seven eight nine ten", "a b c d e f g h"]
    found = sequences_of(texts)
    least = least_of(found, 3)
    assert [numbers(least, at) for at in range(3)] == [numbers(found, at)[:3] for at in range(3)]


def test_pages_have_numbers_whoever_names_them():
    texts = ["see http://a.example/x", "nothing", "http://b.example and https://www.a.example/x/"]
    found = pages_of(texts)
    assert np.diff(found.begin).tolist() == [1, 0, 2]
    assert set(numbers(found, 0)) < set(numbers(found, 2))
    assert links("HTTP://A.example/X") == {"a.example/X"}


def test_a_letter_that_is_none_is_a_word_like_others():
    assert len(shingles("\udc80a one two three four five six seven eight")) == 7

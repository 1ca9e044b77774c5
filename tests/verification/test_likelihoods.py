"""Words of likelihood: nothing is certain, both directions are worded alike, and confidence stands apart."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.model import UsageFault
from truceline.verification import LIKELIHOOD_WORDS, Confidence, Judgement, likelihood_word

WORDS = [one.word for one in LIKELIHOOD_WORDS]
probabilities = st.floats(0.0, 1.0)


@pytest.mark.parametrize(
    ("probability", "word"),
    [
        (0.0, "almost no chance"),
        (0.03, "almost no chance"),
        (0.05, "very unlikely"),
        (0.2, "unlikely"),
        (0.44, "unlikely"),
        (0.45, "roughly even chance"),
        (0.55, "roughly even chance"),
        (0.56, "likely"),
        (0.8, "likely"),
        (0.81, "very likely"),
        (0.95, "very likely"),
        (0.96, "almost certain"),
        (1.0, "almost certain"),
    ],
)
def test_the_scale_of_the_directive(probability: float, word: str):
    assert likelihood_word(probability) == word


@given(probabilities)
def test_what_speaks_for_and_what_speaks_against_are_worded_alike(probability: float):
    mirrored = WORDS[len(WORDS) - 1 - WORDS.index(likelihood_word(probability))]
    assert likelihood_word(1.0 - probability) == mirrored


@given(probabilities, probabilities)
def test_a_likelier_thing_never_gets_a_weaker_word(one: float, other: float):
    low, high = sorted((one, other))
    assert WORDS.index(likelihood_word(low)) <= WORDS.index(likelihood_word(high))


@given(probabilities)
def test_the_word_stands_for_a_range_that_holds_the_number(probability: float):
    told = LIKELIHOOD_WORDS[WORDS.index(likelihood_word(probability))]
    assert told.at_least - 1e-9 <= min(max(probability, 0.01), 0.99) <= told.at_most + 1e-9


@pytest.mark.parametrize("wrong", [-0.01, 1.01, math.nan, math.inf])
def test_what_is_no_probability_has_no_word(wrong: float):
    with pytest.raises(UsageFault, match="no probability"):
        likelihood_word(wrong)


def test_a_confidence_needs_its_ground():
    with pytest.raises(UsageFault, match="without its ground"):
        Judgement(0.7, Confidence.HIGH, " ")
    assert Judgement(0.5, Confidence.LOW, "one rumour").word == "roughly even chance"

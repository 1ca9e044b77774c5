"""Who may be named: as many independent channels as the rule asks, and none that names another."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.model import Stratum, UsageFault
from truceline.verification import NOBODY, NOBODY_NAMED, OWN_WORDS, AttributionRule, Voices, WhyNamed, attributions

S = Stratum
PARTIES = frozenset({S.PARTY_A, S.PARTY_B})
Said = tuple[Stratum, int, int]
sayings = st.lists(st.tuples(st.sampled_from(Stratum), st.integers(OWN_WORDS, 2), st.integers(NOBODY, 1)), max_size=8)
rules = st.sampled_from([AttributionRule(), AttributionRule(0, 2), AttributionRule(1, 2), AttributionRule(2, 3)])


def who(told: list[Said], rule: AttributionRule) -> tuple[int, WhyNamed]:
    voices = Voices(
        np.zeros(len(told), np.intp),
        np.array([list(Stratum).index(one[0]) for one in told], np.int32),
        np.full(len(told), NOBODY_NAMED, np.int32),
        np.array([one[1] for one in told], np.int64),
    )
    found = attributions(voices, np.array([one[2] for one in told], np.int32), 1, rule, never=PARTIES)
    (why,) = (one for one in WhyNamed if found.because(one)[0])
    return int(found.actor[0]), why


@pytest.mark.parametrize(
    ("told", "rule", "actor", "why"),
    [
        ([], (0, 1), NOBODY, "nobody says"),
        ([(S.PATROL, -1, NOBODY)], (0, 1), NOBODY, "nobody says"),
        ([(S.PATROL, -1, 1)], (0, 1), 1, "named"),
        ([(S.PATROL, -1, 1)], (0, 2), NOBODY, "too few independent channels name one"),
        ([(S.PATROL, -1, 1), (S.MEDIA, -1, 1)], (0, 2), 1, "named"),
        ([(S.CIVILIAN, 4, 1), (S.MEDIA, 4, 1)], (0, 2), NOBODY, "too few independent channels name one"),
        ([(S.PATROL, -1, 1), (S.MEDIA, -1, 1)], (1, 2), NOBODY, "too few independent channels name one"),
        ([(S.RADAR, -1, 1), (S.PATROL, -1, 1)], (1, 2), 1, "named"),
        ([(S.RADAR, -1, 1), (S.PATROL, -1, 1), (S.MEDIA, -1, 0)], (1, 2), NOBODY, "independent channels name others"),
        ([(S.RADAR, -1, 1), (S.PATROL, -1, 1), (S.PARTY_B, -1, 0)], (1, 2), 1, "named"),
        ([(S.PARTY_A, -1, 0), (S.PARTY_B, -1, 1)], (0, 1), NOBODY, "nobody says"),
    ],
)
def test_who_may_be_named(told: list[Said], rule: tuple[int, int], actor: int, why: str):
    assert who(told, AttributionRule(*rule)) == (actor, WhyNamed(why))


@given(sayings, rules)
def test_exchanging_the_actors_exchanges_the_one_who_is_named(told: list[Said], rule: AttributionRule):
    other = {0: 1, 1: 0, NOBODY: NOBODY}
    swapped = [(stratum, origin, other[named]) for stratum, origin, named in told]
    actor, why = who(told, rule)
    assert who(swapped, rule) == (other[actor], why)


@given(sayings, rules)
def test_what_parties_say_names_nobody(told: list[Said], rule: AttributionRule):
    assert who(told, rule) == who([one for one in told if one[0] not in PARTIES], rule)


@given(sayings, rules, st.sampled_from([S.PATROL, S.RADAR, S.CIVILIAN]))
def test_another_who_is_named_never_names_more(told: list[Said], rule: AttributionRule, through: Stratum):
    actor, _ = who(told, rule)
    again, _ = who([*told, (through, OWN_WORDS, 1 if actor == 0 else 0)], rule)
    assert NOBODY in (actor, again)


@pytest.mark.parametrize("wrong", [(0, 0), (2, 1), (-1, 1)])
def test_a_rule_that_names_somebody_nobody_named_cannot_be_made(wrong: tuple[int, int]):
    with pytest.raises(UsageFault, match="name nobody"):
        AttributionRule(*wrong)

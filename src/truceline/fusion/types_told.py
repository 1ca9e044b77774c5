"""What happened, where those who tell of one incident name different things.

Each source's word is right with a probability that is learned from all links: how often two sources that probably tell
of one incident name things that exclude each other. A word may fit several things: whoever hears an explosion does not
contradict who saw a strike, and heat or a violent event fits whatever it was.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from truceline.fusion.estimating import Voice, voices
from truceline.fusion.standing import Standing
from truceline.model import Phenomenon, Words
from truceline.model.columns import Mask

UNSPECIFIC = frozenset({Phenomenon.THERMAL_ANOMALY.value, Phenomenon.VIOLENT_EVENT.value})
"""Words that fit whatever it was."""
MAY_BE = {
    Phenomenon.EXPLOSION.value: frozenset(
        one.value for one in (Phenomenon.STRIKE, Phenomenon.SABOTAGE, Phenomenon.FIRE_AT_UAV, Phenomenon.PROJECTILE)
    ),
    Phenomenon.FLIGHT.value: frozenset({Phenomenon.RECONNAISSANCE.value}),
}
"""What a word leaves open."""
_STATED_PAIRS, _STATED_DIFFERENT = 5.0, 2.0
"""What is assumed before anything is seen, as firmly as five pairs: two of five name different things."""
_PLACES_KEPT = 6


def disagreeing(phenomenon: Words, standing: Standing) -> float:
    """How often two sources that probably tell of one incident name different things, weighed by the link."""
    one, other = phenomenon.codes[standing.first], phenomenon.codes[standing.second]
    names, plain = phenomenon.names, unspecific(phenomenon)
    if not len(one):
        return _STATED_DIFFERENT / _STATED_PAIRS
    apart = ~(plain[one] | plain[other])
    apart &= standing.teller[standing.first] != standing.teller[standing.second]
    apart &= standing.telling[standing.first] != standing.telling[standing.second]
    weight = standing.probability[apart]
    contrary = np.array([[not agree(a, b) for b in names] for a in names], bool)[one[apart], other[apart]]
    different = float(weight[contrary].sum())
    return (different + _STATED_DIFFERENT) / (float(weight.sum()) + _STATED_PAIRS)


def agree(one: str, other: str) -> bool:
    """Whether two words may be said of one thing.

    >>> agree("explosion", "strike"), agree("strike", "burst")
    (True, False)
    """
    return one == other or fits(one, other) or fits(other, one)


def fits(said: str, was: str) -> bool:
    """Whether a word may be said of what it was.

    >>> fits("explosion", "strike"), fits("strike", "explosion")
    (True, False)
    """
    return said == was or said in UNSPECIFIC or was in MAY_BE.get(said, frozenset())


def types_told(members: Sequence[tuple[Voice, str]], disagree: float) -> tuple[tuple[str, float], ...]:
    """What happened with its probability, the most probable first; each source and telling speaks once.

    Two sources disagree when either is wrong, so a source is wrong with half the share of pairs that differ.
    """
    word = {one.row: said for one, said in members}
    specific = [one for one, said in members if said not in UNSPECIFIC]
    heard = voices(specific or [one for one, _ in members], by_time=False)
    return types_heard([word[one.row] for one in heard], disagree)


def types_heard(words: Sequence[str], disagree: float) -> tuple[tuple[str, float], ...]:
    """The same from the words of those who have a say.

    >>> types_heard(["explosion", "strike"], 0.4)
    (('strike', 0.8), ('explosion', 0.2))
    """
    said = sorted(set(words))
    if len(said) == 1:
        return ((said[0], 1.0),)
    wrong = min(0.9, disagree / 2.0)
    weight = {each: np.prod([1.0 - wrong if fits(word, each) else wrong for word in words]) for each in said}
    total = sum(weight.values())
    shares = ((each, round(float(part / total), _PLACES_KEPT)) for each, part in weight.items())
    return tuple(sorted(shares, key=lambda one: (-one[1], one[0])))


def unspecific(phenomenon: Words) -> Mask:
    """Which names of a column fit whatever it was."""
    return np.array([name in UNSPECIFIC for name in phenomenon.names], bool)

"""Channels of incidents: copies speak once, instruments of one physics by who keeps them, no order matters."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.model import TECHNICAL_STRATA, Stratum
from truceline.verification import NOBODY_NAMED, OWN_WORDS, Voices, independent_channels

S = Stratum
Told = tuple[int, Stratum, int, int]
tellings = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from(Stratum), st.integers(NOBODY_NAMED, 2), st.integers(OWN_WORDS, 3)),
    max_size=9,
)


def voices(told: list[Told]) -> Voices:
    columns = list(zip(*told, strict=True)) if told else [(), (), (), ()]
    return Voices(
        np.array(columns[0], np.intp),
        np.array([list(Stratum).index(one) for one in columns[1]], np.int32),
        np.array(columns[2], np.int32),
        np.array(columns[3], np.int64),
    )


def counted(told: list[Told], **how: object) -> tuple[int, int]:
    found = independent_channels(voices(told), 3, **how)
    return int(found.technical[0]), int(found.independent[0])


def channel_of(told: Told) -> tuple[Stratum, int]:
    return (told[1], told[2] if told[1] in TECHNICAL_STRATA else NOBODY_NAMED)


def by_trying_all(told: list[Told]) -> tuple[int, int]:
    """The same by brute force: the largest choice of voices no two of which share a channel or an origin."""
    named = {channel_of(one)[0] for one in told if channel_of(one)[1] != NOBODY_NAMED}
    able = [one for one in told if channel_of(one)[1] != NOBODY_NAMED or one[1] not in named]
    best = (0, 0)
    for size in range(len(able), 0, -1):
        for chosen in combinations(able, size):
            own = [one[3] for one in chosen if one[3] != OWN_WORDS]
            if len(set(own)) == len(own) and len({channel_of(one) for one in chosen}) == size:
                best = max(best, (size, sum(one[1] in TECHNICAL_STRATA for one in chosen)))
    most = max(
        (
            len({channel_of(one) for one in chosen})
            for size in range(len(able) + 1)
            for chosen in combinations([one for one in able if one[1] in TECHNICAL_STRATA], size)
            if _apart(chosen)
        ),
        default=0,
    )
    return most, best[0]


def _apart(chosen: tuple[Told, ...]) -> bool:
    own = [one[3] for one in chosen if one[3] != OWN_WORDS]
    return len(set(own)) == len(own) and len({channel_of(one) for one in chosen}) == len(chosen)


@pytest.mark.parametrize(
    ("told", "technical", "independent"),
    [
        ([], 0, 0),
        ([(0, S.SEISMIC, -1, -1), (0, S.SEISMIC, -1, -1)], 1, 1),
        ([(0, S.ACOUSTIC, 0, -1), (0, S.ACOUSTIC, 1, -1), (0, S.PATROL, 0, -1)], 2, 3),
        ([(0, S.ACOUSTIC, 0, -1), (0, S.ACOUSTIC, -1, -1)], 1, 1),
        ([(0, S.PATROL, 0, -1), (0, S.PATROL, 1, -1)], 0, 1),
        ([(0, S.CIVILIAN, -1, 5), (0, S.MEDIA, -1, 5)], 0, 1),
        ([(0, S.CIVILIAN, -1, 5), (0, S.MEDIA, -1, 5), (0, S.MEDIA, -1, -1)], 0, 2),
        ([(0, S.ACOUSTIC, 0, 5), (0, S.MEDIA, -1, 5), (0, S.PATROL, -1, 5)], 1, 1),
        ([(1, S.ACOUSTIC, 0, 5), (2, S.MEDIA, -1, 5)], 0, 0),
    ],
)
def test_what_counts(told: list[Told], technical: int, independent: int):
    assert counted(told) == (technical, independent)


def test_instruments_of_one_physics_can_be_held_to_be_one_channel_whoever_keeps_them():
    told = [(0, S.ACOUSTIC, 0, -1), (0, S.ACOUSTIC, 1, -1)]
    assert counted(told, by_custodian=False) == (1, 1)


@given(tellings)
def test_the_most_that_could_not_have_it_from_one_another(told: list[Told]):
    assert counted(told) == by_trying_all([one for one in told if one[0] == 0])


@given(tellings, st.randoms(use_true_random=False))
def test_the_order_of_voices_means_nothing(told: list[Told], random: object):
    shuffled = list(told)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert counted(shuffled) == counted(told)


@given(tellings, st.integers(0, 3), st.sampled_from([S.MEDIA, S.CIVILIAN, S.PATROL, S.OFFICIAL_ALARM]))
def test_a_copy_of_what_is_told_already_adds_nothing(told: list[Told], origin: int, through: Stratum):
    first = [*told, (0, S.SEISMIC, 9, origin)]
    alone = [one for one in first if one[0] == 0 and one[3] != origin] + [(0, S.SEISMIC, 9, origin)]
    assert counted([*alone, (0, through, NOBODY_NAMED, origin)])[1] <= counted(alone)[1]


@given(tellings)
def test_both_parties_channels_count_alike(told: list[Told]):
    other = {S.PARTY_A: S.PARTY_B, S.PARTY_B: S.PARTY_A}
    swapped = [(at, other.get(stratum, stratum), keeper, origin) for at, stratum, keeper, origin in told]
    assert counted(swapped) == counted(told)
    assert counted(told, never=(S.PARTY_A, S.PARTY_B)) == counted([one for one in told if one[1] not in other])

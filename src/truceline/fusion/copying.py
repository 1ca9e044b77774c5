"""Which reports are one telling: sources that copy each other are one piece of evidence.

**The question:** do two sources speak for themselves, or does one repeat the other (or both a third)? **In:** words,
source, time (s) and place (m) of each report. **Out:** an origin for each report, empty where it speaks for itself.

Two reports of different sources are one telling when they name the same web address, or when their words are nearly the
same, and when besides they begin at most two days apart and their places may be one. Words are nearly the same when
they share three of five of their three-word sequences (Broder 1997, "On the resemblance and containment of documents":
shingles, and a sketch of the least hashes to find candidates). Words of fewer than eight words say too little to be
called a copy. A source does not copy itself: of two rows of one source at most one belongs to a telling.

Texts become numbers in :mod:`truceline.fusion.sequences`. Of the reports that share a number each is compared, as
machine code, with at most 64 that follow it in time, and their texts only where places may be one.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from truceline.fusion.compiled import compiled, compiled_inner
from truceline.fusion.sequences import Sequences, least_of, pages_of, sequences_of
from truceline.model import PlaceSpread, Words
from truceline.model.columns import Floats, Ids, Ints

ALIKE = 0.6
"""Share of three-word sequences in common from which on two texts are one telling."""
WINDOW_S = 2 * 86_400.0
_SKETCH = 8
_NEXT_IN_TIME = 64
_SQUARES_APART = 13.8
"""Chi-square of two degrees of freedom that chance passes once in a thousand."""
_PLACE_ERROR_M2 = 2_500.0**2
"""What two people who place the same text on a map may differ by, beside what they state (variance)."""


class _Told(NamedTuple):
    """By report: its text and source (codes), when it begins (s), where it is (m), and how exactly (m²)."""

    text: Ints
    source: Ints
    begin_s: Floats
    x_m: Floats
    y_m: Floats
    xx_m2: Floats
    xy_m2: Floats
    yy_m2: Floats


class _Pairs(NamedTuple):
    """Pairs of reports that are alike: how much, and how far apart, so that the likest can come first."""

    unlike: Floats
    squares: Floats
    apart_s: Floats
    one: Ints
    other: Ints


def origins(words: Words, source: Words, begin_s: Floats, at_m: tuple[Floats, Floats], spread: PlaceSpread) -> Words:
    """The telling each report belongs to, named by its earliest report; empty where it is the only one.

    >>> text = "Shelling hit the school of the village at noon and two people were hurt, police said"
    >>> at, same = np.array([0.0, 600.0]), np.zeros(2)
    >>> spread = PlaceSpread(same + 1e6, same, same + 1e6)
    >>> origins(Words.of([text, text + "."]), Words.of(["page", "wire"]), at, (same, same), spread).words().tolist()
    ['telling-0', 'telling-0']
    """
    telling = np.arange(len(begin_s))
    if len(begin_s) and len(source.names) > 1:
        stated = (np.nan_to_num(column) for column in (spread.xx_m2, spread.xy_m2, spread.yy_m2))
        codes = words.codes.astype(np.int64), source.codes.astype(np.int64)
        telling = _joined(_likest_first(_alike(words, _Told(*codes, begin_s, *at_m, *stated))), codes[1])
    many = np.bincount(telling, minlength=len(telling) or 1)
    shared, code = np.unique(np.where(many[telling] > 1, telling, -1), return_inverse=True)
    names = tuple("" if one < 0 else f"telling-{one}" for one in shared.tolist())
    return Words(code.reshape(-1).astype(np.int32), names)


def _alike(words: Words, told: _Told) -> list[_Pairs]:
    """Pairs of different sources whose words are alike and whose place and time may be one."""
    sequences, pages = sequences_of(words.names), pages_of(words.names)
    in_time = np.argsort(told.begin_s, kind="stable")
    found = []
    for keys, by_page in ((pages, True), (least_of(sequences, _SKETCH), False)):
        rows, ends = _sharing(keys, told.text, in_time)
        if len(rows):
            found.append(_compared(rows, ends, sequences.begin, sequences.number, told, by_page))
    return found


def _sharing(keys: Sequences, text: Ints, in_time: Ints) -> tuple[Ints, Ints]:
    """Reports that share a number of their texts, those of one number side by side in time, and where these end."""
    many = np.diff(keys.begin)[text[in_time]]
    rows = np.repeat(in_time, many)
    within = np.arange(len(rows)) - np.repeat(np.cumsum(many) - many, many)
    number = keys.number[keys.begin[text[rows]] + within]
    order = np.argsort(number, kind="stable")
    rows, number = rows[order], number[order]
    begins = np.flatnonzero(np.r_[True, number[1:] != number[:-1]]) if len(number) else order
    size = np.diff(np.r_[begins, len(number)])
    several = np.repeat(size > 1, size)
    return rows[several], np.repeat(np.cumsum(size[size > 1]), size[size > 1])


@compiled
def _compared(rows: Ints, ends: Ints, begin: Ints, number: Ids, told: _Told, by_page: bool) -> _Pairs:
    """The pairs among reports that share a number, of which those up to ``ends`` share one."""
    room, many = 1024, 0
    found = np.empty((3, room))
    both = np.empty((2, room), np.int64)
    for at in range(len(rows)):
        one = rows[at]
        for place in range(at + 1, min(at + 1 + _NEXT_IN_TIME, ends[at])):
            other = rows[place]
            apart_s = told.begin_s[other] - told.begin_s[one]
            if apart_s > WINDOW_S:
                break
            if told.source[one] == told.source[other]:
                continue
            squares = _squares(one, other, told)
            if squares > _SQUARES_APART:
                continue
            unlike = 0.0 if by_page else 1.0 - _shared(told.text[one], told.text[other], begin, number)
            if unlike > 1.0 - ALIKE:
                continue
            if many == room:
                room *= 2
                wider, longer = np.empty((3, room)), np.empty((2, room), np.int64)
                wider[:, :many], longer[:, :many] = found, both
                found, both = wider, longer
            found[0, many], found[1, many], found[2, many] = unlike, squares, apart_s
            both[0, many], both[1, many] = min(one, other), max(one, other)
            many += 1
    return _Pairs(
        found[0, :many].copy(), found[1, :many].copy(), found[2, :many].copy(), both[0, :many].copy(),
        both[1, :many].copy(),
    )  # fmt: skip


@compiled_inner
def _shared(one: int, other: int, begin: Ints, number: Ids) -> float:
    """How much of the sequences of two texts they have in common."""
    a, b, both = begin[one], begin[other], 0
    first, second = begin[one + 1], begin[other + 1]
    every = first - a + second - b
    if one == other:
        return 1.0 if every > 0 else 0.0
    while a < first and b < second:
        if number[a] == number[b]:
            both += 1
            a += 1
            b += 1
        elif number[a] < number[b]:
            a += 1
        else:
            b += 1
    return both / (every - both) if both > 0 else 0.0


@compiled_inner
def _squares(one: int, other: int, told: _Told) -> float:
    """Squared distance of two places in standard deviations of their difference."""
    x, y = told.x_m[one] - told.x_m[other], told.y_m[one] - told.y_m[other]
    xx = told.xx_m2[one] + told.xx_m2[other] + 2.0 * _PLACE_ERROR_M2
    xy = told.xy_m2[one] + told.xy_m2[other]
    yy = told.yy_m2[one] + told.yy_m2[other] + 2.0 * _PLACE_ERROR_M2
    return float((yy * x * x - 2.0 * xy * x * y + xx * y * y) / (xx * yy - xy * xy))


def _likest_first(parts: list[_Pairs]) -> tuple[Ints, Ints]:
    """The pairs of all parts, the likest first, each once."""
    if not parts:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    unlike, squares, apart_s, one, other = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((other, one, apart_s, squares, unlike))
    one, other = one[order], other[order]
    # Of one pair all figures are the same however it was found, but for a page that both name: that stands first.
    again = np.r_[False, (one[1:] == one[:-1]) & (other[1:] == other[:-1])][: len(one)]
    return one[~again], other[~again]


def _joined(pairs: tuple[Ints, Ints], source: Ints) -> Ints:
    """Tellings from pairs, the likest first; two that both hold a row of one source are not joined."""
    telling, of = np.arange(len(source)), source
    members: dict[int, list[int]] = {}
    for a, b in zip(pairs[0].tolist(), pairs[1].tolist(), strict=True):
        one, other = int(telling[a]), int(telling[b])
        if one == other:
            continue
        here, there = members.get(one, [one]), members.get(other, [other])
        if {of[row] for row in here} & {of[row] for row in there}:
            continue
        both = sorted(here + there)
        telling[both] = both[0]
        members[both[0]] = both
    return telling

"""Crowds: more reports of one teller from one place and time than are weighed one by one.

**The question:** a channel passes on ten thousand messages a minute from one town; which of them are weighed against
what others tell, and which stand with these? **In:** who tells, of what kind, where and when, of each report. **Out:**
for each report the one that stands for its crowd; of most reports that is the report itself.

Every two reports that may tell of one event are weighed as a pair, so that a hundred thousand messages of one place and
hour make five thousand million pairs; and as each is held for an incident of its own, none of what others tell of that
place would seem more than chance. Of one event a teller counts once, however often it tells of it: a few reports of
one place and time, spread over it, tell others as much of an event as all of them do. Instruments tell events apart
that people cannot, so of their crowds as many are weighed as of what is no crowd. Who is weighed is chosen by what the
reports say, whatever their order and whoever the teller is: in turn from each part of the time, the most exact first.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from truceline.model.columns import Floats, Ids, Ints, Mask


class Crowd(NamedTuple):
    """More than ``most`` reports of one teller, kind and place in so long a time; ``weighed`` of them if of people."""

    length_s: float
    most: int
    weighed: int


CROWDS = (Crowd(600.0, 128, 4), Crowd(86_400.0, 1_024, 64))
_REACH = 6.0
"""Standard errors from which on two places are no longer one (grouping weighs pairs up to 4.2 √2)."""
_LEAST_M = 64.0
"""Nobody tells of places so exactly that reports nearer to each other than this are no crowd."""
_USUAL_M = 1_000.0
"""Standard error of a position that was given without any."""
_DEGREE_M = 111_195.0
"""Metres of one degree of latitude (mean radius of the Earth)."""
_SECOND_US = 1_000_000


class Reported(NamedTuple):
    """Who tells of what kind (codes), where (degrees), how exactly (m, longer axis), and when (µs); ids break ties."""

    teller: Ints
    instrument: Mask
    kind: Ints
    lat: Floats
    lon: Floats
    error_m: Floats
    begin_us: Ints
    span_us: Ints
    id: Ids


def crowded(said: Reported) -> Ints:
    """For each report the row of the one that stands for its crowd: itself, if it is weighed.

    Who is set aside stands with the weighed report of its crowd that begins nearest in time.

    >>> many, same = np.arange(200), np.zeros(200)
    >>> code, at = same.astype(np.int64), (many * 1_000_000).astype(np.int64)
    >>> place, time = (same + 48, same + 37, same + 500), (at, code)
    >>> found = crowded(Reported(code, code > 0, code, *place, *time, many.astype(np.uint64)))
    >>> int((found == many).sum())
    4
    """
    number, fewest = len(said.id), min(crowd.most for crowd in CROWDS)
    every = np.arange(number)
    if number <= fewest or np.bincount(said.teller).max() <= fewest:
        return every
    place = _places(said)
    weighed = np.ones(number, bool)
    for crowd in CROWDS:
        weighed = _chosen(said, place, weighed, crowd)
    return every if weighed.all() else _stands(said, place, weighed)


def _places(said: Reported) -> Ints:
    """A number for each teller, kind, size of place and length of time, and square of the map as wide as its reach."""
    error_m = np.maximum(np.where(np.isnan(said.error_m), _USUAL_M, said.error_m), _LEAST_M)
    size = np.floor(np.log2(error_m)).astype(np.int64)
    edge_m = _REACH * 2.0 ** (size + 1)
    row = np.floor(said.lat * _DEGREE_M / edge_m)
    # The middle of the row, so that all of its squares are as wide.
    across_m = _DEGREE_M * np.cos(np.radians(np.clip((row + 0.5) * edge_m / _DEGREE_M, -89.0, 89.0)))
    column = np.floor(said.lon * across_m / edge_m)
    return _numbered(said.teller, said.kind, size, row.astype(np.int64), column.astype(np.int64), _doublings(said))


def _doublings(said: Reported) -> Ints:
    """How often the shorter time must be doubled to be as long as the report's own."""
    times = np.maximum(said.span_us / (CROWDS[0].length_s * _SECOND_US), 1.0)
    return np.ceil(np.log2(times)).astype(np.int64)


def _chosen(said: Reported, place: Ints, among: Mask, crowd: Crowd) -> Mask:
    """Which of those that are left are weighed of each length of time: from each of its parts in turn the most exact.

    A crowd is told by all of its reports, also those that are not left.
    """
    length_us = (np.maximum(CROWDS[0].length_s * 2.0 ** _doublings(said), crowd.length_s) * _SECOND_US).astype(np.int64)
    turn, since_us = np.divmod(said.begin_us, length_us)
    cell = _numbered(place, turn)
    rows = np.flatnonzero((np.bincount(cell) > crowd.most)[cell] & among)
    most = np.where(said.instrument[rows], crowd.most, crowd.weighed)
    part = (since_us[rows].astype(float) * most / length_us[rows]).astype(np.int64)
    # Errors that differ in their last digits only are alike.
    exact = np.asarray(np.round(np.log(np.maximum(np.nan_to_num(said.error_m[rows], nan=np.inf), 1e-3)), 4), float)
    by_merit = (said.id[rows], said.lon[rows], said.lat[rows], since_us[rows], said.span_us[rows], exact)
    rank = _ranks(_numbered(cell[rows], part), by_merit)
    chosen = among.copy()
    chosen[rows] = _ranks(cell[rows], (*by_merit, rank)) < most
    return chosen


def _ranks(group: Ints, keys: tuple[Ids | Ints | Floats, ...]) -> Ints:
    """The place of each row in its group, in the order of the keys (the last is the first that counts)."""
    order = np.lexsort((*keys, group))
    begins = np.flatnonzero(np.r_[True, group[order][1:] != group[order][:-1]]) if len(order) else order
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order)) - np.repeat(begins, np.diff(np.r_[begins, len(order)]))
    return rank


def _numbered(*columns: Ints) -> Ints:
    """One number for every combination of values that is there."""
    order = np.lexsort(columns[::-1])
    new = np.zeros(len(order), bool)
    for column in columns:
        new[1:] |= column[order][1:] != column[order][:-1]
    number = np.empty(len(order), np.int64)
    number[order] = np.cumsum(new)
    return number


def _stands(said: Reported, place: Ints, weighed: Mask) -> Ints:
    """For each report the weighed one of its place that begins nearest in time: the earlier of two as near."""
    order = np.lexsort((said.id, ~weighed, said.begin_us, place))
    at = np.arange(len(order))
    before = np.maximum.accumulate(np.where(weighed[order], at, 0))
    after = np.minimum.accumulate(np.where(weighed[order], at, len(order) - 1)[::-1])[::-1]
    one, other = order[before], order[after]
    usable = [weighed[each] & (place[each] == place[order]) for each in (one, other)]
    begin_us, far = said.begin_us, np.iinfo(np.int64).max
    to_one, to_other = (
        np.where(use, np.abs(begin_us[each] - begin_us[order]), far)
        for use, each in zip(usable, (one, other), strict=True)
    )
    stands = np.empty(len(order), np.int64)
    stands[order] = np.where(to_one <= to_other, one, other)
    stands[weighed] = np.flatnonzero(weighed)
    return stands

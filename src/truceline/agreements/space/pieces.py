"""The edges of lines and outlines, cut into pieces so short that each is straight in space as well as in degrees.

An edge is straight in degrees between its corners (RFC 7946, 3.1.1). On the ground it bends: by 120 m over one degree
of longitude at 48 degrees north. Pieces are cut so short that what is left of any bend is below :data:`BEND_M`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from truceline.agreements.space.globe import RADIUS_M, Points, in_space
from truceline.model.columns import Floats, Ints
from truceline.model.errors import ValueFault

BEND_M = 0.005
"""How far a piece may bend away from the straight line between its ends."""
_LONGEST_PIECE_M = 500.0
"""The straight line between two points so far apart on the ground passes five millimetres below it."""
_SHORTEST_CUT_M = 25.0
_TIMES_THE_MEAN = 3.0
"""Pieces much longer than the usual edge of a line would make the search among its corners slow."""
_SAME_PLACE_M = 1e-3


@dataclass(frozen=True)
class Pieces:
    """Straight pieces between corners. Row *i* of every column but ``corner`` is one piece.

    ``begin`` and ``end`` say between which corners; a piece starts at (``lon``, ``lat``) and goes on by ``east``,
    ``north``, all in degrees.
    """

    begin: Ints
    end: Ints
    lon: Floats
    lat: Floats
    east: Floats
    north: Floats
    corner: Points


def pieces_of_lines(parts: Sequence[Floats]) -> Pieces:
    """The pieces of lines, each an array of longitude and latitude; parts that continue one another are joined.

    A part continues another where it begins on the ground at the position at which the other ends: a line cut at the
    date line, or handed over in sections, has no end there.
    """
    edges = [(part[:-1], part[1:]) for part in parts if len(part) > 1]
    if not edges:
        raise ValueFault("a line without a stretch", do="give at least two positions", example="[[37, 48], [38, 48]]")
    return _joined(_cut(np.vstack([a for a, _ in edges]), np.vstack([b for _, b in edges])))


def pieces_of_outline(shape: shapely.Geometry) -> Pieces:
    """The pieces of the rings of a polygon or multipolygon in degrees, without seams.

    A seam is where an area was cut for the sake of the map: along the date line, where it goes on at the other side,
    and along a pole, which is one point.
    """
    rings = [shapely.get_coordinates(ring)[:, :2] for ring in shapely.get_rings(shapely.get_parts(shape))]
    if not rings:
        raise ValueFault("an outline without a ring", do="give a ring that encloses some ground", example="a polygon")
    begin, end = np.vstack([ring[:-1] for ring in rings]), np.vstack([ring[1:] for ring in rings])
    begin, end = _without_seams(begin, end)
    if not len(begin):
        raise ValueFault("an outline without an edge", do="leave out the zone: it is the whole globe", example="none")
    return _joined(_cut(begin, end))


def _without_seams(begin: Floats, end: Floats) -> tuple[Floats, Floats]:
    """The edges but for those at a pole and those along the date line that have their like on the other side."""
    polar = (np.abs(begin[:, 1]) == 90.0) & (np.abs(end[:, 1]) == 90.0)
    begin, end = begin[~polar], end[~polar]
    dated = (np.abs(begin[:, 0]) == 180.0) & (begin[:, 0] == end[:, 0])
    if not dated.any():
        return begin, end
    low, high = np.sort(np.stack((begin[dated, 1], end[dated, 1])), axis=0)
    breaks = np.unique(np.concatenate((low, high)))
    middle = (breaks[:-1] + breaks[1:]) / 2.0
    here = begin[dated, 0][:, None] > 0.0
    runs = (low[:, None] < middle) & (middle < high[:, None])
    east, west = (runs & here).any(axis=0), (runs & ~here).any(axis=0)
    lone = east != west
    side = np.where(east, 180.0, -180.0)[lone]
    first, last = np.stack((side, breaks[:-1][lone]), axis=1), np.stack((side, breaks[1:][lone]), axis=1)
    return np.vstack((begin[~dated], first)), np.vstack((end[~dated], last))


def _cut(begin: Floats, end: Floats) -> tuple[Floats, Floats]:
    """Edges in degrees, cut so short that they hardly bend; evenly in degrees, so that no cut leaves its edge."""
    lat, step = np.radians(np.stack((begin[:, 1], end[:, 1]))), np.radians(end - begin)
    lowest, highest = np.abs(lat).min(axis=0), np.abs(lat).max(axis=0)
    length_m = RADIUS_M * np.hypot(step[:, 1], np.cos(lowest) * step[:, 0])
    longest_m = np.clip(_TIMES_THE_MEAN * length_m.mean(), _SHORTEST_CUT_M, _LONGEST_PIECE_M)
    # a line straight in degrees turns away from the shortest way: to the side where both change, to the pole with east
    sideways = 2.0 * np.sin(highest) * np.abs(step[:, 0] * step[:, 1])
    polewards = 0.5 * np.sin(2.0 * np.clip(np.pi / 4.0, lowest, highest)) * step[:, 0] ** 2
    bend_m = RADIUS_M / 8.0 * np.hypot(sideways, polewards)
    number = np.ceil(np.maximum(length_m / longest_m, np.sqrt(bend_m / BEND_M))).clip(1).astype(np.int64)
    edge = np.repeat(np.arange(len(begin)), number)
    nth = np.arange(len(edge)) - np.repeat(np.cumsum(number) - number, number)
    share = np.stack((nth, nth + 1)) / number[edge]
    first, last = (begin[edge] + part[:, None] * (end - begin)[edge] for part in share)
    last[nth + 1 == number[edge]] = end
    return first, last


def _joined(cut: tuple[Floats, Floats]) -> Pieces:
    """Pieces with numbered corners: where one piece ends and another begins on the ground there is one corner."""
    first, last = cut
    begins, ends = in_space(first[:, 0], first[:, 1]), in_space(last[:, 0], last[:, 1])
    real = np.flatnonzero(np.abs(ends - begins).max(axis=0) > _SAME_PLACE_M)
    if not len(real):
        raise ValueFault("all positions are one place", do="give positions apart", example="[[37, 48], [38, 48]]")
    first, last, begins, ends = first[real], last[real], begins[:, real], ends[:, real]
    number = len(real)
    end = np.arange(number) + number  # an end of its own, until another piece is found to begin there
    waiting = _follows(begins, ends)
    end[waiting >= 0] = waiting[waiting >= 0]
    used, corner = np.unique(np.concatenate((np.arange(number), end)), return_inverse=True)
    both = np.concatenate((begins, ends), axis=1)
    step = last - first
    return Pieces(corner[:number], corner[number:], first[:, 0], first[:, 1], step[:, 0], step[:, 1], both[:, used])


def _follows(begins: Points, ends: Points) -> Ints:
    """For each piece the one that begins where it ends, -1 for none; each follows one other at most."""
    keys = np.round(np.concatenate((begins, ends), axis=1) / _SAME_PLACE_M).astype(np.int64)
    _, place = np.unique(keys, axis=1, return_inverse=True)
    number = begins.shape[1]
    begin_at, end_at = place.reshape(-1)[:number], place.reshape(-1)[number:]
    follower = np.full(number, -1)
    next_one = np.flatnonzero(begin_at[1:] == end_at[:-1])
    follower[next_one] = next_one + 1
    taken = np.zeros(number, dtype=bool)
    taken[next_one + 1] = True
    free = {int(begin_at[piece]): piece for piece in np.flatnonzero(~taken)[::-1]}
    for piece in np.flatnonzero(follower < 0):
        follower[piece] = free.pop(int(end_at[piece]), -1)
    return follower

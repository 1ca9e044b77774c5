"""How alike two lines are, part by part: each part a number from 0 (says the same) to 1 (as far as may be)."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from truceline.agreements.reconciling.sides import NOWHERE, Side, Sides
from truceline.agreements.reconciling.tolerances import Tolerances
from truceline.model import UNKNOWN_COUNT
from truceline.model.columns import Floats, Ints, Mask
from truceline.model.geodesy import WGS84

SAME, NEAR, COARSER, UNKNOWN = range(4)
PLACES = ("same", "near", "coarser", "unknown")
"""How two places stand to each other: one and the same as far as anyone can tell; beyond both radii but within the
tolerance; one is a part of the other or less exactly told; at least one of them unknown."""
_APART = -1

_WEIGHTS = {
    "time": 4_000,
    "place": 3_000,
    "phenomenon": 2_000,
    "weapon": 1_000,
    "count": 1_000,
    "ends": 500,
    "direction": 250,
}
MOST = sum(_WEIGHTS.values())
"""What the parts of a pair come to at most, in whole units of distance."""
_PLACE_PART = {COARSER: 0.5, UNKNOWN: 0.75}
_UNSAID = 0.25
_AT_ONCE = 500_000
_DEGREE_M = 110_000.0
"""No degree of latitude is shorter."""


@dataclass(frozen=True)
class Links:
    """Pairs of rows that may tell of one thing, with what stands between them."""

    a: Ints
    b: Ints
    apart_us: Ints
    """Least possible distance of their starts, in microseconds."""
    distance_m: Floats
    """Distance of their positions; not a number where one has none."""
    beyond_m: Floats
    """What of that distance neither 95 % radius explains."""
    place: Ints
    kin: Floats

    def __len__(self) -> int:
        """How many pairs."""
        return len(self.a)

    def take(self, which: Ints | Mask | slice) -> Links:
        """Some of the pairs."""
        return Links(*(getattr(self, column.name)[which] for column in fields(self)))

    @property
    def mirrored(self) -> Links:
        """The same with the logs exchanged."""
        return Links(self.b, self.a, self.apart_us, self.distance_m, self.beyond_m, self.place, self.kin)


def no_links() -> Links:
    """No pair at all."""
    whole, real = np.zeros(0, np.int64), np.zeros(0)
    return Links(whole, whole, whole, real, real, whole, real)


def joined(parts: list[Links]) -> Links:
    """Several lots of pairs as one."""
    if not parts:
        return no_links()
    return Links(*(np.concatenate([getattr(part, column.name) for part in parts]) for column in fields(Links)))


def apart_us(a: Side, b: Side, rows_a: Ints, rows_b: Ints) -> Ints:
    """Least possible distance of the starts: 0 where the moments they may have begun at overlap."""
    later = a.low_us[rows_a] - b.high_us[rows_b]
    earlier = b.low_us[rows_b] - a.high_us[rows_a]
    found: Ints = np.maximum(np.maximum(later, earlier), 0)
    return found


def linked(sides: Sides, rows_a: Ints, rows_b: Ints, tolerances: Tolerances) -> Links:
    """Of pairs of rows those that can be one thing by what was observed and where; time is the caller's."""
    a, b = sides.a, sides.b
    kin = sides.kin[a.table.phenomenon.codes[rows_a], b.table.phenomenon.codes[rows_b]]
    possible = np.isfinite(kin) & ~_far_at_a_glance(sides, rows_a, rows_b, tolerances.place_m)
    rows_a, rows_b, kin = rows_a[possible], rows_b[possible], kin[possible]
    distance_m, beyond_m = _distances(a, b, rows_a, rows_b)
    place = _places(sides, rows_a, rows_b, beyond_m, tolerances)
    found = Links(rows_a, rows_b, apart_us(a, b, rows_a, rows_b), distance_m, beyond_m, place, kin)
    return found.take(place != _APART)


def nowhere_at_all(sides: Sides, links: Links) -> Mask:
    """Pairs of which neither row says anything of where."""
    first, second = (
        ~side.placed[rows] & (side.area[rows] == 0) & (side.table.place[rows] == NOWHERE)
        for side, rows in ((sides.a, links.a), (sides.b, links.b))
    )
    found: Mask = first & second
    return found


def costs(sides: Sides, links: Links, tolerances: Tolerances) -> Ints:
    """The distance of each pair in whole units, from 0 to :data:`MOST`: its parts, each with its weight."""
    found = np.empty(len(links), dtype=np.int64)
    for begin in range(0, len(links), _AT_ONCE):
        some = slice(begin, begin + _AT_ONCE)
        told = parts(sides, links.take(some), tolerances)
        found[some] = np.sum([np.rint(told[name] * weight) for name, weight in _WEIGHTS.items()], axis=0)
    return found


def parts(sides: Sides, links: Links, tolerances: Tolerances) -> dict[str, Floats]:
    """Every part of the distance of each pair, from 0 to 1."""
    a, b = sides.a, sides.b
    span_us = max(tolerances.time_s, 1.0) * 1e6
    starts, ends = (
        np.abs(getattr(a.table, name)[links.a] - getattr(b.table, name)[links.b]) for name in ("start_us", "end_us")
    )
    beyond = np.nan_to_num(links.beyond_m) / max(tolerances.place_m, 1.0)
    known = np.select([links.place == COARSER, links.place == UNKNOWN], list(_PLACE_PART.values()), 0.0)
    return {
        "time": np.minimum(links.apart_us / span_us, 1.0),
        "place": np.where(links.place == NEAR, np.minimum(beyond, 1.0), known),
        "phenomenon": links.kin,
        "weapon": _of_words(a.weapon[links.a], b.weapon[links.b]),
        "count": _of_counts(a, b, links),
        "ends": np.minimum((starts + ends) / 2 / span_us, 1.0),
        "direction": _of_words(a.direction[links.a], b.direction[links.b]),
    }


def _far_at_a_glance(sides: Sides, rows_a: Ints, rows_b: Ints, place_m: float) -> Mask:
    """Pairs that are surely too far apart, told without geodesics: other areas, or too many degrees of latitude."""
    a, b = sides.a, sides.b
    placed = a.placed[rows_a] & b.placed[rows_b]
    named = (a.area[rows_a] > 0) & (b.area[rows_b] > 0) & (a.area[rows_a] != b.area[rows_b])
    reach_m = place_m + a.table.radius_m[rows_a] + b.table.radius_m[rows_b]
    far = np.abs(a.table.lat[rows_a] - b.table.lat[rows_b]) * _DEGREE_M > reach_m
    found: Mask = np.where(placed, far, named & ~_same_place(a, b, rows_a, rows_b))
    return found


def _distances(a: Side, b: Side, rows_a: Ints, rows_b: Ints) -> tuple[Floats, Floats]:
    distance_m, beyond_m = np.full(len(rows_a), np.nan), np.full(len(rows_a), np.nan)
    both = np.flatnonzero(a.placed[rows_a] & b.placed[rows_b])
    if len(both):
        first, second = rows_a[both], rows_b[both]
        positions = (a.table.lon[first], a.table.lat[first], b.table.lon[second], b.table.lat[second])
        distance_m[both] = np.asarray(WGS84.inv(*positions)[2])
        radii_m = a.table.radius_m[first] + b.table.radius_m[second]
        beyond_m[both] = np.maximum(distance_m[both] - radii_m, 0.0)
    return distance_m, beyond_m


def _same_place(a: Side, b: Side, rows_a: Ints, rows_b: Ints) -> Mask:
    found: Mask = (a.table.place[rows_a] == b.table.place[rows_b]) & (a.table.place[rows_a] != NOWHERE)
    return found


def _places(sides: Sides, rows_a: Ints, rows_b: Ints, beyond_m: Floats, tolerances: Tolerances) -> Ints:
    """How the places of each pair stand to each other; :data:`_APART` where they cannot be one."""
    a, b = sides.a, sides.b
    placed_a, placed_b = a.placed[rows_a], b.placed[rows_b]
    area_a, area_b = a.area[rows_a], b.area[rows_b]
    parts_of_one = ~(placed_a | placed_b | a.whole[rows_a] | b.whole[rows_b])
    by_position = np.select([beyond_m == 0.0, beyond_m <= tolerances.place_m], [SAME, NEAR], _APART)
    rules = (
        (placed_a & placed_b, by_position),
        (_same_place(a, b, rows_a, rows_b), SAME),
        ((area_a == 0) | (area_b == 0), UNKNOWN),
        (area_a != area_b, _APART),
        (parts_of_one, COARSER if tolerances.parts_of_area else _APART),
    )
    found: Ints = np.select([when for when, _ in rules], [then for _, then in rules], COARSER).astype(np.int64)
    return found


def _of_words(first: Ints, second: Ints) -> Floats:
    """0 where both say the same, 1 where both say something else, a little where one says nothing."""
    silent = (first == 0) | (second == 0)
    found: Floats = np.where(first == second, 0.0, np.where(silent, _UNSAID, 1.0))
    return found


def _of_counts(a: Side, b: Side, links: Links) -> Floats:
    """0 where the ranges share a number, else by how much the nearest ends differ in proportion."""
    low_a, high_a = a.table.count_low[links.a], open_end(a.table.count_high[links.a])
    low_b, high_b = b.table.count_low[links.b], open_end(b.table.count_high[links.b])
    lower, upper = np.minimum(high_a, high_b), np.maximum(low_a, low_b)
    found: Floats = np.where(upper > lower, 1.0 - lower / np.maximum(upper, 1), 0.0)
    return found


def open_end(high: Ints) -> Ints:
    """Highest counts with an open one beyond all numbers."""
    found: Ints = np.where(high == UNKNOWN_COUNT, np.iinfo(np.int64).max // 4, high)
    return found

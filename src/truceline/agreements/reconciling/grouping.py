"""Lines of one log that are parts of a single line of the other: "20 explosions, 10:00-10:15" against twenty lines.

A line can hold others when it went on for a time, or tells of several things at some moment between two (at most
:data:`~truceline.agreements.reconciling.near.LONGEST_HOST_S` long). It holds lines without a partner that lie inside
its interval (give or take ``alike_s``) and are at most half as long. A line that has a partner holds others only where
that partner, too, is at most half as long.
"""

from __future__ import annotations

import numpy as np

from truceline.agreements.reconciling.likeness import Links, costs, joined, no_links
from truceline.agreements.reconciling.near import LONGEST_HOST_S, half_as_long, inside_links
from truceline.agreements.reconciling.sides import Side, Sides
from truceline.agreements.reconciling.tolerances import Tolerances
from truceline.model.columns import Ints, Mask


def held_parts(sides: Sides, pairs: Links, tolerances: Tolerances) -> Links:
    """Links of lines without a partner to the line of the other log that holds them; each is held by one line.

    Of several that could hold it the shortest does, then the nearest. What is held holds nothing itself.
    """
    links, by_a = _possible(sides, pairs, tolerances)
    cost = costs(sides, links, tolerances)
    size = len(sides.a.table)
    host, guest = np.where(by_a, links.a, size + links.b), np.where(by_a, size + links.b, links.a)
    length = np.concatenate((sides.a.length_us, sides.b.length_us))[host]
    rank = np.concatenate((sides.a.rank, sides.b.rank))[host]
    ids = np.concatenate((sides.a.table.id, sides.b.table.id))[host]
    order = np.lexsort((ids, rank, cost, length, guest))
    while True:
        chosen = order[np.unique(guest[order], return_index=True)[1]] if len(order) else order
        held = np.isin(host[chosen], guest[chosen])
        if not held.any():
            return links.take(np.sort(chosen))
        order = order[~np.isin(host[order], guest[chosen])]


def _possible(sides: Sides, pairs: Links, tolerances: Tolerances) -> tuple[Links, Mask]:
    """Every line of either log that could be held, with every line that could hold it; whether the first log holds."""
    lots = [_held_by_first(sides, pairs, tolerances), _held_by_first(sides.mirrored, pairs.mirrored, tolerances)]
    by_a = np.repeat([True, False], [len(lot) for lot in lots])
    links = joined([lots[0], lots[1].mirrored])
    return links, by_a


def _held_by_first(sides: Sides, pairs: Links, tolerances: Tolerances) -> Links:
    a, b = sides.a, sides.b
    can_hold = _can_hold(a)
    can_hold[pairs.a] &= half_as_long(a, b, pairs.a, pairs.b)
    alone = np.ones(len(b.table), dtype=bool)
    alone[pairs.b] = False
    hosts, guests = np.flatnonzero(can_hold), np.flatnonzero(alone)
    return inside_links(sides, hosts, guests, tolerances) if len(hosts) and len(guests) else no_links()


def _can_hold(side: Side) -> Mask:
    several = ~side.table.sometime | (side.table.count_high != 1)
    lasting = (side.length_us > 0) & (side.length_us <= LONGEST_HOST_S * 1e6)
    found: Mask = several & lasting
    return found


def together(pairs: Links, held: Links) -> tuple[Links, Ints]:
    """All links with the number of the match each belongs to: links that share a row are one match."""
    links = joined([pairs, held])
    if len(links) == 0:
        return links, np.zeros(0, np.int64)
    # every match is a star, so the row that occurs more often names it
    size = int(links.a.max()) + 1
    often_a, often_b = np.bincount(links.a)[links.a], np.bincount(links.b)[links.b]
    centre = np.where(often_b > often_a, size + links.b, links.a)
    return links, np.unique(centre, return_inverse=True)[1].reshape(-1).astype(np.int64)

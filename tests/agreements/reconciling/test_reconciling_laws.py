"""What must hold for reconciling, however the logs look."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truceline.agreements.reconciling import Links, Reconciliation, Tolerances, matched_in_pairs, reconcile
from truceline.agreements.reconciling.assigning import partners
from truceline.agreements.reconciling.sides import side_by_side
from truceline.model import exchange_parties

Make = Callable[..., Any]
Rows = list[dict[str, Any]]

LAWS = settings(max_examples=80, deadline=None)
NAN = float("nan")


def rows_of(name: str, size: int = 14) -> st.SearchStrategy[Rows]:
    return st.lists(
        st.fixed_dictionaries(
            {
                "key": st.integers(0, 10_000).map(lambda number: f"{name}{number}"),
                "minute": st.integers(0, 60) | st.sampled_from([0.5, 7.25]),
                "lasts_min": st.sampled_from([0, 0, 0, 5, 30, 2000]),
                "sometime": st.booleans(),
                "phenomenon": st.sampled_from(["explosion", "burst", "violent-event", "air-alarm"]),
                "place": st.sampled_from(["area:North", "area:North / Hill", "unknown:", "area:South"]),
                "area": st.sampled_from(["North", ""]),
                "party": st.sampled_from(["", "party-x", "party-y"]),
                "weapon": st.sampled_from(["", "mortar", "tank"]),
                "count": st.sampled_from([(1, 1, 1), (2, 3, 4), (1, -1, -1), (20, 20, 20)]),
                "position": st.sampled_from([(NAN, NAN, NAN), (48.0, 37.0, 100.0), (48.02, 37.0, 500.0)]),
            }
        ),
        max_size=size,
        unique_by=lambda row: row["key"],
    )


A, B = rows_of("a"), rows_of("b")


def keyed(found: Reconciliation, *, mirrored: bool = False) -> tuple[Any, ...]:
    """Everything a reconciliation says, by the ids of the rows and the first log's part first."""
    a, b = found.a.id[found.links.a].tolist(), found.b.id[found.links.b].tolist()
    counts = [found.matches.counts_a.tolist(), found.matches.counts_b.tolist()]
    said = [
        dict(zip(t.id.tolist(), c.tolist(), strict=True))
        for t, c in zip((found.a, found.b), found.classes(), strict=True)
    ]
    if mirrored:
        a, b, counts, said = b, a, counts[::-1], said[::-1]
    between = [
        np.nan_to_num(getattr(found.links, name), nan=-1).tolist()
        for name in ("apart_us", "distance_m", "place", "kin")
    ]
    links = sorted(zip(a, b, found.match_of.tolist(), found.distance.tolist(), *between, strict=True))
    return links, found.matches.differences.tolist(), counts, said


@LAWS
@given(first=A, second=B)
def test_the_other_way_round_is_the_mirror_image(line: Make, log: Make, first: Rows, second: Rows):
    a, b = log([line(**row) for row in first]), log([line(**row) for row in second])
    assert keyed(reconcile(a, b)) == keyed(reconcile(b, a), mirrored=True)


@LAWS
@given(first=A, second=B, data=st.data())
def test_the_order_of_rows_is_irrelevant(line: Make, log: Make, first: Rows, second: Rows, data: st.DataObject):
    shuffled = data.draw(st.permutations(first)), data.draw(st.permutations(second))
    versions = ((first, second), shuffled)
    one, two = (reconcile(*(log([line(**row) for row in rows]) for rows in version)) for version in versions)
    assert keyed(one) == keyed(two)


@LAWS
@given(first=A, second=B)
def test_exchanging_the_parties_changes_nothing(line: Make, log: Make, first: Rows, second: Rows):
    pair = ("party-x", "party-y")
    one = reconcile(*(log([line(**row) for row in rows]) for rows in (first, second)))
    two = reconcile(*(log([line(**exchange_parties(row, pair)) for row in rows]) for rows in (first, second)))
    assert keyed(one) == keyed(two)


@LAWS
@given(first=A, second=B)
def test_every_row_stands_in_exactly_one_class_and_at_most_one_match(line: Make, log: Make, first: Rows, second: Rows):
    found = reconcile(*(log([line(**row) for row in rows]) for rows in (first, second)))
    assert [len(one) for one in found.classes()] == [len(first), len(second)]
    assert [int(found.matches.rows_a.sum()), int(found.matches.rows_b.sum())] == [
        int((one < 2).sum()) for one in found.classes()
    ]
    for rows in (found.links.a, found.links.b):
        by_row = Counter({(row, match) for row, match in zip(rows.tolist(), found.match_of.tolist(), strict=True)})
        assert all(many == 1 for many in Counter(row for row, _ in by_row).values())


@LAWS
@given(first=A, second=B)
def test_every_match_is_one_line_against_one_or_several(line: Make, log: Make, first: Rows, second: Rows):
    found = reconcile(*(log([line(**row) for row in rows]) for rows in (first, second)))
    assert (np.minimum(found.matches.rows_a, found.matches.rows_b) == 1).all()
    assert len(found.links) == int((found.matches.rows_a + found.matches.rows_b - 1).sum())


@LAWS
@given(first=A, second=B, side=st.booleans())
def test_an_unrelated_row_changes_nothing_else(line: Make, log: Make, first: Rows, second: Rows, side: bool):
    def without_numbers(found: Reconciliation) -> tuple[Any, ...]:
        links, _, _, said = keyed(found)
        return {link[:2] + link[3:] for link in links}, said

    far = line("far", 1_000_000)
    logs = [[line(**row) for row in rows] for rows in (first, second)]
    alone = without_numbers(reconcile(*map(log, logs)))
    logs[side].append(far)
    links, said = without_numbers(reconcile(*map(log, logs)))
    assert said[side].pop(int(log([far]).id[0])) == 2
    assert (links, said) == alone


@LAWS
@given(first=A, second=B, widths=st.tuples(st.integers(1, 30), st.integers(0, 30), st.integers(0, 3)))
def test_wider_tolerances_never_match_fewer(
    line: Make, log: Make, first: Rows, second: Rows, widths: tuple[int, int, int]
):
    minutes, more, km = widths
    a, b = log([line(**row) for row in first]), log([line(**row) for row in second])
    narrow = matched_in_pairs(a, b, Tolerances(minutes * 60, 1_000))
    wide = matched_in_pairs(a, b, Tolerances((minutes + more) * 60, 1_000 + km * 1_000))
    assert narrow <= wide


@LAWS
@given(
    edges=st.dictionaries(st.tuples(st.integers(0, 3), st.integers(0, 4)), st.integers(0, 9), max_size=12),
    data=st.data(),
)
def test_partners_are_as_many_as_can_be_and_of_those_the_nearest(
    line: Make, log: Make, edges: dict[tuple[int, int], int], data: st.DataObject
):
    sides = side_by_side(
        log([line(f"a{one}", one) for one in range(4)]), log([line(f"b{one}", one) for one in range(5)])
    )
    told = data.draw(st.permutations(list(edges.items())))
    a, b = (np.array([pair[side] for pair, _ in told], dtype=np.int64) for side in (0, 1))
    cost = np.array([far for _, far in told], dtype=np.int64)
    nothing = np.zeros(len(told))
    links = Links(a, b, np.zeros(len(told), np.int64), nothing, nothing, np.zeros(len(told), np.int64), nothing)
    chosen = partners(sides, links, cost)
    assert len(set(a[chosen].tolist())) == len(set(b[chosen].tolist())) == len(chosen)
    assert (-len(chosen), int(cost[chosen].sum())) == best_by_trying(edges, 0, frozenset())


def best_by_trying(edges: dict[tuple[int, int], int], line: int, taken: frozenset[int]) -> tuple[int, int]:
    """The best number (negative) and sum that the lines from this one on can come to, all ways tried."""
    if line == 4:
        return 0, 0
    ways = [best_by_trying(edges, line + 1, taken)]
    for (of, to), far in edges.items():
        if of == line and to not in taken:
            many, total = best_by_trying(edges, line + 1, taken | {to})
            ways.append((many - 1, total + far))
    return min(ways)


@pytest.mark.parametrize("shift", [0, 10**15])
def test_only_distances_in_time_matter(line: Make, log: Make, shift: int):
    a, b = ([line(f"{name}{one}", one * 9 + shift / 6e7) for one in range(5)] for name in "ab")
    assert len(reconcile(log(a), log(b)).matches) == 5

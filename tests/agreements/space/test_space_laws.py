"""Laws of lines, bands and zones, whatever the line, the positions and the errors are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from made_up_lines import around, lines, winding
from numpy.typing import NDArray

from truceline.agreements.space.distance import SignedDistance, distances_from_line
from truceline.agreements.space.edges import Edges
from truceline.agreements.space.inside import (
    Band,
    Inside,
    any_of,
    both,
    inside_band,
    inside_corridor,
    inside_zone,
    outside,
)
from truceline.agreements.space.zone import Zone
from truceline.model import ValueFault

Floats = NDArray[np.float64]
SEEDS = st.integers(0, 2**32)
RADII = st.sampled_from([0.0, 20.0, 500.0, 5_000.0, 40_000.0])


@dataclass(frozen=True)
class Positions:
    """As much of a table of incidents as a zone asks for."""

    lon: Floats
    lat: Floats
    radius_m: Floats

    def __len__(self) -> int:
        return len(self.lon)


def measured(seed: int, number: int = 120) -> tuple[SignedDistance, Floats]:
    """Distances of positions about a winding line, and radii of all sizes, some unknown."""
    line = winding(150, seed=seed)
    lon, lat = around(line, number, seed=seed)
    radius_m = np.random.default_rng(seed).choice([0.0, 20.0, 500.0, 5_000.0, 40_000.0, np.nan], number)
    return distances_from_line(lon, lat, Edges.of_lines([line])), radius_m


def columns(found: Inside) -> list[list[float]]:
    return [found.at_least.tolist(), found.at_most.tolist(), found.likely.tolist()]


def ordered(found: Inside) -> bool:
    known = ~np.isnan(found.likely)
    low, middle, high = found.at_least[known], found.likely[known], found.at_most[known]
    unknown = np.isnan(found.at_least) & np.isnan(found.at_most)
    return bool((low <= middle).all() and (middle <= high).all() and (unknown == ~known).all())


@settings(max_examples=50, deadline=None)
@given(lines(), SEEDS)
def test_drawing_a_line_the_other_way_round_exchanges_its_sides_and_keeps_its_distances(line: Floats, seed: int):
    assume(len(line) > 1 and shapely.LineString(line).is_simple)
    lon, lat = around(line, 50, seed=seed)
    there = distances_from_line(lon, lat, Edges.of_lines([line]))
    back = distances_from_line(lon, lat, Edges.of_lines([line[::-1]]))
    assert back.metres == pytest.approx(there.metres, abs=1e-3, rel=1e-9)
    assert back.end_m == pytest.approx(there.end_m)
    # where an end is as near as the line, or two stretches are equally near, the last digit decides
    clear = (np.abs(there.end_m - there.metres) > 0.1 + 1e-3 * there.metres) & (there.metres > 1e-3)
    assert np.mean(back.side[clear] == -there.side[clear]) > 0.95
    assert (back.side[clear] == 0).tolist() == (there.side[clear] == 0).tolist()


@settings(max_examples=30, deadline=None)
@given(SEEDS, st.sampled_from([-720.0, -360.0, 360.0, 1_080.0]))
def test_whole_turns_of_longitude_change_nothing(seed: int, turn: float):
    line = winding(60, seed=seed)
    lon, lat = around(line, 40, seed=seed)
    lon = np.round(lon, 6)
    there, turned = (distances_from_line(x, lat, Edges.of_lines([line])) for x in (lon, lon + turn))
    assert turned.metres == pytest.approx(there.metres, abs=1e-5)
    zone = Zone("z", shapely.box(38.0, 47.0, 39.0, 48.0))
    radius_m = np.full(40, 300.0)
    found = [inside_zone(Positions(x, lat, radius_m), zone) for x in (lon, lon + turn)]  # type: ignore[arg-type]
    assert found[1].likely == pytest.approx(found[0].likely, abs=1e-5)


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.sampled_from([0.0, 30.0, 2_000.0]), st.sampled_from([-1, 0, 1]))
def test_the_likely_figure_lies_between_the_bounds(seed: int, accuracy_m: float, side: int):
    distance, radius_m = measured(seed)
    assert ordered(inside_band(distance, radius_m, Band(0.0, 25_000.0, side, accuracy_m)))
    assert ordered(inside_band(distance, radius_m, Band(15_000.0, np.inf, side, accuracy_m)))
    assert ordered(inside_corridor(distance, radius_m, 4_000.0, accuracy_m=accuracy_m))


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.sampled_from([-1, 0, 1]), st.floats(0.05, 0.99))
def test_a_smaller_error_never_turns_inside_into_outside(seed: int, side: int, share: float):
    distance, radius_m = measured(seed)
    band = Band(5_000.0, 25_000.0, side)
    vague, sharp = inside_band(distance, radius_m, band), inside_band(distance, radius_m * share, band)
    known = ~np.isnan(vague.likely) & ~np.isnan(sharp.likely)
    assert ordered(sharp)
    assert (sharp.at_least[known] >= vague.at_least[known]).all()
    assert (sharp.at_most[known] <= vague.at_most[known]).all()


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.lists(st.floats(100.0, 90_000.0), min_size=1, max_size=5, unique=True), st.sampled_from([-1, 1]))
def test_bands_that_share_out_a_side_add_to_it(seed: int, limits: list[float], side: int):
    distance, radius_m = measured(seed)
    edges = [0.0, *sorted(limits), np.inf]
    assume(np.diff(edges).min() > 1.0)
    whole = inside_band(distance, radius_m, Band(0.0, np.inf, side)).likely
    parts = [inside_band(distance, radius_m, Band(low, high, side)).likely for low, high in pairwise(edges)]
    known = ~np.isnan(whole)
    assert np.sum(parts, axis=0)[known] == pytest.approx(whole[known], abs=1e-5)
    other = inside_band(distance, radius_m, Band(0.0, np.inf, -side)).likely
    assert (whole + other)[known] == pytest.approx(np.ones(known.sum()), abs=1e-5)


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.floats(100.0, 90_000.0), st.sampled_from([-1, 1]), st.sampled_from([0.0, 500.0]))
def test_a_band_with_all_in_front_of_the_line_is_what_is_not_farther_back(
    seed: int, far_m: float, side: int, accuracy_m: float
):
    distance, radius_m = measured(seed)
    here = inside_band(distance, radius_m, Band(0.0, far_m, side, accuracy_m, beyond=True))
    only = inside_band(distance, radius_m, Band(0.0, far_m, side, accuracy_m))
    back = inside_band(distance, radius_m, Band(far_m, np.inf, side, accuracy_m))
    assert ordered(here)
    known = ~np.isnan(here.likely) & ~np.isnan(back.likely)
    assert (here.likely + back.likely)[known] == pytest.approx(np.ones(known.sum()), abs=1e-5)
    assert (here.at_least + back.at_least)[known].max(initial=0.0) <= 1.0 + 1e-6
    assert (here.at_least >= only.at_least - 1e-6)[known].all()
    front = known & (distance.side == -side) & (distance.end_m - distance.metres > 200_000.0)
    assert (here.likely[front] >= 0.5).all()


def test_past_the_ends_of_a_line_nothing_lies_in_front_of_it():
    line = Edges.of_lines([np.array([[37.0, 48.0], [38.0, 48.0]])])
    found = distances_from_line(np.array([36.9, 30.0, 37.5, 37.5]), np.array([48.0, 48.0, 46.5, 49.5]), line)
    band = inside_band(found, np.full(4, 100.0), Band(0.0, 25_000.0, 1, beyond=True))
    assert np.isnan(band.likely).tolist() == [True, False, False, False]
    assert band.at_most[1:].tolist() == [0.0, 1.0, 0.0]
    assert band.at_least[1:].tolist() == [0.0, 1.0, 0.0]


@settings(max_examples=30, deadline=None)
@given(SEEDS, st.sampled_from([-1, 1]))
def test_exchanging_the_sides_mirrors_the_answer(seed: int, side: int):
    distance, radius_m = measured(seed)
    mirrored = replace(distance, side=-distance.side)
    here = inside_band(distance, radius_m, Band(1_000.0, 25_000.0, side, 50.0))
    there = inside_band(mirrored, radius_m, Band(1_000.0, 25_000.0, -side, 50.0))
    np.testing.assert_equal(columns(here), columns(there))


@settings(max_examples=20, deadline=None)
@given(SEEDS)
def test_neither_order_nor_company_changes_an_answer(seed: int):
    line, chance = winding(300, seed=seed), np.random.default_rng(seed)
    lon, lat = around(line, 200, seed=seed)
    radius_m = chance.choice([0.0, 50.0, 4_000.0], 200)
    edges, zone = Edges.of_lines([line]), Zone("z", shapely.box(38.0, 47.2, 40.0, 48.0))
    rows = chance.permutation(200)[: int(chance.integers(1, 200))]
    whole, part = (distances_from_line(lon[r], lat[r], edges) for r in (np.arange(200), rows))
    band = Band(0.0, 25_000.0, 1, 20.0)
    np.testing.assert_equal(
        columns(inside_band(whole, radius_m, band).take(rows)), columns(inside_band(part, radius_m[rows], band))
    )
    zoned = [inside_zone(Positions(lon[r], lat[r], radius_m[r]), zone) for r in (np.arange(200), rows)]  # type: ignore[arg-type]
    np.testing.assert_equal(columns(zoned[0].take(rows)), columns(zoned[1]))


@pytest.mark.parametrize(("lat", "expected"), [(24_000.0, 1.0), (26_000.0, 0.0)])
def test_a_kilometre_short_of_the_limit_is_inside_and_one_beyond_is_out(lat: float, expected: float):
    found = _at(lat, radius_m=500.0)
    assert found.likely[0] == pytest.approx(expected, abs=1e-4)
    assert found.at_least[0] == pytest.approx(expected, abs=1e-3)
    assert found.at_most[0] == pytest.approx(expected, abs=1e-3)


def test_a_position_on_the_limit_is_an_even_chance():
    found = _at(25_000.0, radius_m=500.0)
    assert found.likely[0] == pytest.approx(0.5, abs=0.01)
    assert found.at_least[0] < 0.01
    assert found.at_most[0] > 0.99


def test_the_line_s_own_accuracy_widens_the_doubt():
    exact, rough = _at(24_800.0, radius_m=500.0), _at(24_800.0, radius_m=500.0, accuracy_m=1_000.0)
    assert 0.5 < rough.likely[0] < exact.likely[0]
    assert rough.at_least[0] < exact.at_least[0]


def test_beyond_the_ends_no_side_can_be_said_but_far_away_is_outside():
    line = Edges.of_lines([np.array([[37.0, 48.0], [38.0, 48.0]])])
    found = distances_from_line(np.array([36.9, 30.0]), np.array([48.0, 48.0]), line)
    band = inside_band(found, np.array([100.0, 100.0]), Band(0.0, 25_000.0, 1))
    assert np.isnan(band.likely).tolist() == [True, False]
    assert (band.at_most[1], band.likely[1], band.at_least[1]) == (0.0, 0.0, 0.0)
    assert inside_corridor(found, np.array([100.0, 100.0]), 20_000.0).likely.tolist() == [1.0, 0.0]


def test_near_an_end_the_bounds_keep_clear_of_where_no_side_can_be_said():
    line = Edges.of_lines([np.array([[30.0, 0.0], [40.0, 0.0]])])
    lon, radius_m = np.array([30.055, 35.0]), np.full(2, 2_000.0)
    found = distances_from_line(lon, np.full(2, 0.18), line)
    here, there, either = (inside_band(found, radius_m, Band(0.0, 25_000.0, side)) for side in (1, -1, 0))
    assert here.at_least[0] < 0.3
    assert there.at_most[0] > 0.5
    assert (here.at_least[1] > 0.99, there.at_most[1]) == (True, 0.0)
    assert (either.at_least > 0.99).all()


def test_on_the_line_itself_each_side_is_an_even_chance():
    line = Edges.of_lines([np.array([[37.0, 0.0], [38.0, 0.0]])])
    found = distances_from_line(np.array([37.5]), np.array([0.0]), line)
    assert [inside_band(found, np.array([100.0]), Band(0.0, 9_000.0, side)).likely[0] for side in (-1, 1)] == [0.5, 0.5]


def test_what_was_not_measured_is_unknown_unless_it_is_surely_out():
    line = Edges.of_lines([np.array([[37.0, 48.0], [38.0, 48.0]])])
    found = distances_from_line(np.array([37.5]), np.array([48.5]), line, within_m=30_000.0)
    assert inside_band(found, np.array([100.0]), Band(0.0, 25_000.0, 1)).at_most.tolist() == [0.0]
    assert np.isnan(inside_band(found, np.array([5_000.0]), Band(0.0, 25_000.0, 1)).at_most[0])
    assert np.isnan(inside_band(found, np.array([100.0]), Band(0.0, 70_000.0, 0)).at_most[0])


def test_near_a_settlement_is_within_its_grown_edge():
    zone = Zone("town", shapely.box(37.0, 48.0, 37.01, 48.01))
    table = Positions(np.full(3, 37.005), np.array([48.005, 48.02, 48.04]), np.full(3, 50.0))
    assert inside_zone(table, zone).likely.tolist() == [1.0, 0.0, 0.0]  # type: ignore[arg-type]
    assert inside_zone(table, zone, grow_m=2_000.0).likely.tolist() == [1.0, 1.0, 0.0]  # type: ignore[arg-type]


def test_a_small_zone_holds_little_of_a_vague_position():
    zone = Zone("post", shapely.box(37.0, 48.0, 37.001, 48.001))
    found = inside_zone(Positions(np.array([37.0005]), np.array([48.0005]), np.array([30_000.0])), zone)  # type: ignore[arg-type]
    assert found.likely[0] < 1e-4
    assert ordered(found)


@settings(max_examples=50, deadline=None)
@given(SEEDS)
def test_joining_answers_keeps_their_order_and_mirrors_outside(seed: int):
    distance, radius_m = measured(seed)
    one = inside_band(distance, radius_m, Band(0.0, 20_000.0, 1))
    two = inside_band(distance, radius_m, Band(10_000.0, 30_000.0, 0))
    for joined in (both(one, two), any_of(one, two), outside(one)):
        assert ordered(joined)
    np.testing.assert_equal(columns(both(one, two)), columns(both(two, one)))
    np.testing.assert_equal(columns(outside(outside(one))), columns(one))
    nowhere = Inside(*(np.zeros(len(radius_m)) for _ in range(3)))
    assert columns(both(one, nowhere)) == columns(nowhere)
    np.testing.assert_equal(columns(any_of(one, nowhere)), columns(one))


@pytest.mark.parametrize("wrong", [(5.0, 5.0, 0), (9.0, 5.0, 0), (-1.0, 5.0, 0), (0.0, 5.0, 2), (np.nan, 5.0, 0)])
def test_a_band_out_of_order_is_refused(wrong: tuple[float, float, int]):
    with pytest.raises(ValueFault):
        Band(*wrong)


@pytest.mark.parametrize("wrong", [(5.0, 9.0, 1), (0.0, 9.0, 0)])
def test_a_band_reaches_beyond_its_line_only_from_one_side_of_it(wrong: tuple[float, float, int]):
    with pytest.raises(ValueFault, match="without beginning at it on one side"):
        Band(*wrong, beyond=True)


def test_an_accuracy_that_is_no_number_is_refused():
    with pytest.raises(ValueFault, match="accuracy"):
        Band(0.0, 5.0, 0, -1.0)


def _at(metres: float, *, radius_m: float, accuracy_m: float = 0.0) -> Inside:
    """A position so many metres north of the middle of a long line along the equator."""
    line = Edges.of_lines([np.array([[30.0, 0.0], [40.0, 0.0]])])
    found = distances_from_line(np.array([35.0]), np.array([metres / 110_574.3]), line)
    assert found.metres[0] == pytest.approx(metres, abs=1.0)
    return inside_band(found, np.array([radius_m]), Band(0.0, 25_000.0, 1, accuracy_m))

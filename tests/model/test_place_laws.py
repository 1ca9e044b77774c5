"""Places: probabilities that behave as probabilities, for every kind of place."""

from __future__ import annotations

import math

import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from place_samples import LAT, LON, PLACES
from pyproj import Geod
from shapely.geometry import LineString, Point, box

from truceline.model import (
    AreaPlace,
    LinePlace,
    Place,
    PointPlace,
    SectorPlace,
    UnknownPlace,
    ValueFault,
    check_position,
    distance_m,
)
from truceline.model.geodesy import plane_at

EVERYTHING_NEAR = box(30.0, 42.0, 44.0, 54.0)
FRONT = LineString([(LON - 3, LAT + 0.4), (LON + 3, LAT - 0.3)])

WINDOWS = st.builds(
    lambda west, south, wide, high: box(west, south, west + wide, south + high),
    *(st.floats(36.0, 37.5), st.floats(47.0, 48.5), st.floats(0.1, 2.0), st.floats(0.1, 2.0)),
)


@settings(max_examples=30, deadline=None)
@given(PLACES, WINDOWS)
def test_a_probability_lies_between_0_and_1(place: Place, area: shapely.Geometry):
    found = place.contains_probability(area)
    assert found is not None
    assert 0.0 <= found <= 1.0


@settings(max_examples=20, deadline=None)
@given(PLACES)
def test_everything_around_holds_the_place_for_sure(place: Place):
    assert place.contains_probability(EVERYTHING_NEAR) == pytest.approx(1.0, abs=1e-9)


@settings(max_examples=20, deadline=None)
@given(PLACES, st.floats(36.2, 37.8))
def test_an_area_and_the_rest_add_to_1(place: Place, cut: float):
    assume(
        not isinstance(place, PointPlace) or place.lon != cut
    )  # a surveyed point on the border itself is on either side
    west, east = box(30.0, 42.0, cut, 54.0), box(cut, 42.0, 44.0, 54.0)
    both = (place.contains_probability(west) or 0.0) + (place.contains_probability(east) or 0.0)
    assert both == pytest.approx(1.0, abs=0.01)


def test_two_areas_that_share_an_edge_alone_share_no_surface():
    district = AreaPlace("a district", box(36.625, 48.0, 36.875, 48.5))
    south = box(36.0, 47.5, 37.0, 48.0)
    assert district.contains_probability(south) == pytest.approx(0.0, abs=1e-12)


@settings(max_examples=20, deadline=None)
@given(PLACES, WINDOWS, st.floats(0.0, 1.0))
def test_a_larger_area_is_never_less_likely(place: Place, area: shapely.Geometry, wider: float):
    smaller = place.contains_probability(area)
    larger = place.contains_probability(area.union(box(*Point(LON, LAT).buffer(wider + 0.01).bounds)))
    assert smaller is not None
    assert larger is not None
    assert larger >= smaller - 1e-9


@settings(max_examples=20, deadline=None)
@given(PLACES)
def test_the_95_percent_area_holds_95_percent(place: Place):
    area = place.area_95()
    assert area is not None
    assert (place.contains_probability(area) or 0.0) >= 0.94


def test_a_sector_of_almost_no_width_holds_itself():
    ray = SectorPlace(LAT, LON, 0.0, 1e-78, 0.0, 2100.0)
    assert (ray.contains_probability(ray.area_95()) or 0.0) >= 0.94


def test_a_long_and_narrow_strip_holds_itself():
    road = LinePlace("a road", LineString([(LON, LAT), (LON + 0.5, LAT)]), 0.0)
    assert (road.contains_probability(road.area_95()) or 0.0) >= 0.94


@settings(max_examples=20, deadline=None)
@given(PLACES, st.floats(10.0, 50_000.0), st.floats(1.0, 3.0))
def test_a_wider_strip_is_never_less_likely(place: Place, metres: float, factor: float):
    near = place.distance_probability(FRONT, metres)
    wider = place.distance_probability(FRONT, metres * factor)
    assert near is not None
    assert wider is not None
    assert 0.0 <= near <= wider + 1e-6 <= 1.0 + 1e-6


@pytest.mark.parametrize("bearing", [0.0, 90.0, 45.0, 270.0])
def test_at_25_km_from_a_line_the_25_km_strip_holds_half(bearing: float):
    lon, lat, _ = Geod(ellps="WGS84").fwd(LON, LAT, bearing, 25_000.0)
    ends = [Geod(ellps="WGS84").fwd(LON, LAT, bearing + turn, 200_000.0)[:2] for turn in (90.0, -90.0)]
    line = LineString([ends[0], (LON, LAT), ends[1]])
    assert PointPlace(lat, lon, 500.0).distance_probability(line, 25_000.0) == pytest.approx(0.5, abs=0.03)
    assert PointPlace(lat, lon, 500.0).distance_probability(line, 26_000.0) == pytest.approx(1.0, abs=0.001)
    assert PointPlace(lat, lon, 500.0).distance_probability(line, 24_000.0) == pytest.approx(0.0, abs=0.001)


def test_a_surveyed_point_is_inside_or_outside_and_nothing_between():
    assert PointPlace(LAT, LON, 0.0).contains_probability(box(36, 47, 38, 49)) == 1.0
    assert PointPlace(LAT, LON, 0.0).contains_probability(box(38, 47, 39, 49)) == 0.0


def test_half_of_a_points_error_lies_on_either_side_of_a_border():
    assert PointPlace(LAT, LON, 800.0).contains_probability(box(LON, 42, 44, 54)) == pytest.approx(0.5, abs=0.01)


def test_a_sector_may_sweep_over_north():
    north = SectorPlace(LAT, LON, 337.5, 22.5, 0.0, 10_000.0)
    assert north.contains_probability(box(30, LAT, 44, 54)) == pytest.approx(1.0, abs=1e-3)
    assert north.contains_probability(box(LON, 42, 44, 54)) == pytest.approx(0.5, abs=0.01)
    assert north.shape().area == pytest.approx(math.pi * 1e8 * 45 / 360, rel=0.01)


def test_from_a_bearing_to_a_smaller_one_is_the_long_way_round():
    rest = SectorPlace(LAT, LON, 22.5, 337.5, 0.0, 10_000.0)
    assert rest.shape().area == pytest.approx(math.pi * 1e8 * 315 / 360, rel=0.01)
    assert rest.contains_probability(box(30, LAT + 0.05, 44, 54)) < 0.25


def test_equal_bearings_mean_all_round_with_the_near_part_left_out():
    ring = SectorPlace(LAT, LON, 90.0, 90.0, 2_000.0, 4_000.0)
    assert ring.shape().area == pytest.approx(math.pi * (16e6 - 4e6), rel=0.01)
    assert ring.contains_probability(PointPlace(LAT, LON, 1_900.0).area_95()) == pytest.approx(0.0, abs=1e-6)


def test_a_sector_of_one_exact_distance_still_has_a_surface():
    thin = SectorPlace(LAT, LON, 0.0, 10.0, 3_000.0, 3_000.0)
    assert thin.contains_probability(EVERYTHING_NEAR) == pytest.approx(1.0)


@settings(max_examples=30, deadline=None)
@given(st.floats(-80, 80), st.floats(-179, 179), st.floats(-80, 80), st.floats(-179, 179))
def test_distances_are_those_of_the_geodesic(lat_a: float, lon_a: float, lat_b: float, lon_b: float):
    expected = Geod(ellps="WGS84").inv(lon_a, lat_a, lon_b, lat_b)[2]
    assert distance_m(lat_a, lon_a, lat_b, lon_b) == pytest.approx(expected, abs=1e-6)
    assert distance_m(lat_b, lon_b, lat_a, lon_a) == pytest.approx(expected, abs=1e-3)


@settings(max_examples=20, deadline=None)
@given(st.floats(0.0, 360.0), st.floats(1.0, 400_000.0))
def test_the_local_plane_is_exact_from_its_centre(bearing: float, away_m: float):
    lon, lat, _ = Geod(ellps="WGS84").fwd(LON, LAT, bearing, away_m)
    east, north = plane_at(LON, LAT).to_metres(lon, lat)
    assert math.hypot(float(east[0]), float(north[0])) == pytest.approx(away_m, rel=1e-6, abs=1e-3)
    assert [float(x[0]) for x in plane_at(LON, LAT).to_degrees(east, north)] == pytest.approx([lon, lat], abs=1e-9)


def test_what_nobody_said_cannot_be_answered():
    for nowhere in (UnknownPlace("near the front"), AreaPlace("Odeska oblast")):
        assert nowhere.contains_probability(EVERYTHING_NEAR) is None
        assert nowhere.distance_probability(FRONT, 1e6) is None
        assert nowhere.area_95() is None


@pytest.mark.parametrize(
    ("lat", "lon"), [(91, 0), (-90.1, 3), (0, 181), (math.nan, 37), (48, math.nan), (48, math.inf)]
)
def test_a_position_off_the_globe_is_refused(lat: float, lon: float):
    with pytest.raises(ValueFault, match="off the globe"):
        check_position(lat, lon)


def test_swapped_coordinates_are_named_as_such():
    with pytest.raises(ValueFault) as refused:
        PointPlace(137.8, 48.0, 10.0)
    assert "swapped" in refused.value.do


def test_the_null_island_is_a_lost_coordinate():
    with pytest.raises(ValueFault, match="lost coordinate"):
        PointPlace(0.0, 0.0, 10.0)


@pytest.mark.parametrize("radius_m", [-1.0, math.nan, math.inf])
def test_a_radius_is_a_number_of_metres(radius_m: float):
    with pytest.raises(ValueFault, match="radius"):
        PointPlace(LAT, LON, radius_m)
    with pytest.raises(ValueFault, match="radius"):
        LinePlace("a road", FRONT, radius_m)


@pytest.mark.parametrize(
    ("near_m", "far_m"), [(4e3, 600.0), (0.0, 0.0), (-1.0, 5.0), (math.nan, 5.0), (0.0, math.nan), (0.0, math.inf)]
)
def test_a_distance_band_runs_from_near_to_far(near_m: float, far_m: float):
    with pytest.raises(ValueFault, match="distance band"):
        SectorPlace(LAT, LON, 0.0, 90.0, near_m, far_m)


def test_a_bearing_is_a_number():
    with pytest.raises(ValueFault, match="bearing"):
        SectorPlace(LAT, LON, math.nan, 90.0, 0.0, 10.0)


def test_an_area_has_a_name():
    with pytest.raises(ValueFault, match="without a name"):
        AreaPlace("  ")


@settings(max_examples=20, deadline=None)
@given(PLACES, PLACES)
def test_places_that_say_the_same_have_the_same_key(one: Place, other: Place):
    if one == other:
        assert one.key == other.key

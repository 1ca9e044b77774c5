"""Every place has a density; its mean and covariance are those of samples drawn from it."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from place_samples import LAT, LON, PLACES
from shapely.geometry import LineString, MultiPolygon, Polygon, box

from truceline.model import (
    AreaPlace,
    EllipsePlace,
    LinePlace,
    MirrorImage,
    Moments,
    Place,
    PointPlace,
    SectorPlace,
    UnknownPlace,
    ValueFault,
)
from truceline.model.geodesy import plane_at

LESS = 1.0 / (-2.0 * np.log(0.05))


def grid_over(place: Place, cells: int = 500) -> tuple[np.ndarray, np.ndarray, float]:
    """Positions in degrees on an even grid over nearly all of a density, and the surface of a cell."""
    told = place.density().moments()
    reach = 6.0 * np.sqrt(max(told.xx_m2, told.yy_m2))
    axis = (np.arange(cells) + 0.5) / cells * 2 * reach - reach
    x, y = (part.ravel() for part in np.meshgrid(axis, axis))
    lon, lat = plane_at(told.lon, told.lat).to_degrees(x, y)
    return lon, lat, (axis[1] - axis[0]) ** 2


def summed(place: Place) -> tuple[float, Moments]:
    """All of the density, and its moments, by summing it over a grid."""
    lon, lat, cell = grid_over(place)
    weight = place.density().at(lon, lat) * cell
    told = place.density().moments()
    x, y = plane_at(told.lon, told.lat).to_metres(lon, lat)
    whole = float(weight.sum())
    mean_x, mean_y = (x * weight).sum() / whole, (y * weight).sum() / whole
    x, y = x - mean_x, y - mean_y
    covariance = [float((weight * one * other).sum() / whole) for one, other in ((x, x), (x, y), (y, y))]
    mean_lon, mean_lat = plane_at(told.lon, told.lat).to_degrees(mean_x, mean_y)
    return whole, Moments(float(mean_lat[0]), float(mean_lon[0]), *covariance)


EVEN = (
    PointPlace(LAT, LON, 800.0),
    PointPlace(-33.0, 151.0, 5.0),
    SectorPlace(LAT, LON, 100.0, 170.0, 2_000.0, 5_000.0),
    SectorPlace(LAT, LON, 0.0, 0.0, 2_000.0, 5_000.0),
    SectorPlace(LAT, LON, 340.0, 20.0, 0.0, 5_000.0),
    AreaPlace("a raion", box(36.7, 47.8, 37.2, 48.1)),
    AreaPlace("with a hole", Polygon(box(36.7, 47.8, 37.2, 48.1).exterior, [box(36.8, 47.9, 37.1, 48.0).exterior])),
    AreaPlace("two parts", MultiPolygon([box(36.7, 47.8, 36.8, 48.0), box(37.0, 48.0, 37.3, 48.1)])),
    LinePlace("a road", LineString([(LON, LAT), (LON + 0.1, LAT + 0.05)]), 700.0),
    EllipsePlace(LAT, LON, 900.0, 300.0, 40.0),
    EllipsePlace(LAT, LON, 900.0, 300.0, 40.0, mirror=MirrorImage(LAT + 0.02, LON, 800.0, 400.0, 130.0, 0.3)),
)


@pytest.mark.parametrize("place", EVEN, ids=lambda place: place.key[:30])
def test_mean_and_covariance_are_those_of_the_density(place: Place):
    whole, found = summed(place)
    told = place.density().moments()
    spread = np.sqrt(max(told.xx_m2, told.yy_m2))
    assert whole == pytest.approx(1.0, abs=0.01)
    away = found.on(plane_at(told.lon, told.lat))
    assert np.hypot(away.x_m, away.y_m) < 0.01 * spread
    for one, other in ((found.xx_m2, told.xx_m2), (found.xy_m2, told.xy_m2), (found.yy_m2, told.yy_m2)):
        assert one == pytest.approx(other, abs=0.012 * spread**2)


@settings(max_examples=40, deadline=None)
@given(PLACES)
def test_the_area_of_95_percent_agrees_with_the_density(place: Place):
    density, area = place.density(), place.area_95()
    told = density.moments()
    assert np.isfinite([told.xx_m2, told.xy_m2, told.yy_m2]).all()
    assert told.xx_m2 > 0
    assert told.yy_m2 > 0
    assert told.xx_m2 * told.yy_m2 > told.xy_m2**2
    if area.area > 0:
        lon, lat = shapely.get_coordinates(shapely.point_on_surface(area)).T
        assert density.at(lon, lat)[0] > 0
    far = density.at(np.array([LON + 20.0]), np.array([LAT]))
    assert far[0] == pytest.approx(0.0, abs=1e-300)


@settings(max_examples=30, deadline=None)
@given(st.floats(10.0, 3_000.0), st.floats(1.0, 10.0), st.floats(-360.0, 360.0))
def test_turning_an_ellipse_turns_its_covariance(major_m: float, thinner: float, azimuth: float):
    straight = EllipsePlace(LAT, LON, major_m, major_m / thinner, 0.0).density().moments()
    turned = EllipsePlace(LAT, LON, major_m, major_m / thinner, azimuth).density().moments()
    east, north = np.sin(np.radians(azimuth)), np.cos(np.radians(azimuth))
    turn = np.array([[north, east], [-east, north]])
    before = np.array([[straight.xx_m2, straight.xy_m2], [straight.xy_m2, straight.yy_m2]])
    after = np.array([[turned.xx_m2, turned.xy_m2], [turned.xy_m2, turned.yy_m2]])
    assert turn @ before @ turn.T == pytest.approx(after, rel=1e-6, abs=1e-3)
    half_a_turn = EllipsePlace(LAT, LON, major_m, major_m / thinner, azimuth + 180.0)
    assert half_a_turn.density().moments().xx_m2 == pytest.approx(turned.xx_m2, rel=1e-6)


@settings(max_examples=30, deadline=None)
@given(st.floats(0.0, 359.0), st.floats(1.0, 359.0), st.floats(0.0, 900.0), st.floats(1e3, 1e4))
def test_a_sector_mirrored_east_to_west_has_its_mean_mirrored(start: float, sweep: float, near_m: float, far_m: float):
    one = SectorPlace(LAT, LON, start, start + sweep, near_m, far_m).density().moments()
    other = SectorPlace(LAT, LON, -start - sweep, -start, near_m, far_m).density().moments()
    here, there = one.on(plane_at(LON, LAT)), other.on(plane_at(LON, LAT))
    # rounded corners stand every three degrees from where the sector begins
    assert here.x_m == pytest.approx(-there.x_m, abs=0.002 * far_m)
    assert here.y_m == pytest.approx(there.y_m, abs=0.002 * far_m)
    assert here.xy_m2 == pytest.approx(-there.xy_m2, abs=0.004 * far_m**2)
    assert here.xx_m2 == pytest.approx(there.xx_m2, abs=0.004 * far_m**2)


def test_two_lobes_in_the_other_order_are_the_same_density():
    one = EllipsePlace(LAT, LON, 900.0, 300.0, 40.0, mirror=MirrorImage(LAT + 0.02, LON, 800.0, 400.0, 130.0, 0.3))
    other = EllipsePlace(LAT + 0.02, LON, 800.0, 400.0, 130.0, mirror=MirrorImage(LAT, LON, 900.0, 300.0, 40.0, 0.7))
    there = np.array([LON, LON + 0.002]), np.array([LAT, LAT + 0.021])
    assert one.density().at(*there) == pytest.approx(other.density().at(*there), rel=1e-4)
    here, again = one.density().moments(), other.density().moments()
    assert (here.lat, here.lon) == pytest.approx((again.lat, again.lon), abs=1e-7)
    assert here.yy_m2 == pytest.approx(again.yy_m2, rel=1e-4)


def test_the_moments_of_a_point_are_those_of_its_radius():
    told = PointPlace(LAT, LON, 100.0).density().moments()
    assert told.xx_m2 == pytest.approx(1e4 * LESS)
    assert told.xy_m2 == pytest.approx(0.0, abs=1e-6)
    surveyed = PointPlace(LAT, LON, 0.0).density()
    assert np.isfinite(surveyed.at(np.array([LON]), np.array([LAT]))).all()


def test_on_a_plane_far_away_north_points_elsewhere_and_the_ellipse_with_it():
    told = EllipsePlace(LAT, LON, 900.0, 30.0, 0.0).density().moments()
    there = told.on(plane_at(LON - 4.0, LAT))
    assert np.degrees(0.5 * np.arctan2(2 * there.xy_m2, there.yy_m2 - there.xx_m2)) == pytest.approx(-2.97, abs=0.05)


def test_where_nobody_said_where_there_is_no_density():
    assert UnknownPlace("somewhere").density() is None
    assert AreaPlace("Odeska oblast").density() is None


def test_a_shape_without_a_surface_still_has_a_density():
    assert AreaPlace("a village", shapely.Point(LON, LAT)).density().moments().xx_m2 > 0
    assert AreaPlace("a road", LineString([(LON, LAT), (LON + 0.1, LAT)])).density().moments().xx_m2 > 1e6
    crossed = AreaPlace("drawn badly", Polygon([(37, 48), (37.1, 48.1), (37.1, 48), (37, 48.1)]))
    assert crossed.density().moments().xx_m2 > 0


@pytest.mark.parametrize(
    "fault",
    [
        lambda: EllipsePlace(LAT, LON, 100.0, 200.0, 0.0),
        lambda: EllipsePlace(LAT, LON, 100.0, -1.0, 0.0),
        lambda: EllipsePlace(LAT, LON, float("inf"), 1.0, 0.0),
        lambda: EllipsePlace(LAT, LON, 100.0, float("nan"), 0.0),
        lambda: EllipsePlace(LAT, LON, 100.0, 10.0, float("nan")),
        lambda: EllipsePlace(95.0, LON, 100.0, 10.0, 0.0),
        lambda: MirrorImage(LAT, LON, 100.0, 10.0, 0.0, 0.0),
        lambda: MirrorImage(LAT, LON, 100.0, 10.0, 0.0, 1.0),
        lambda: MirrorImage(LAT, LON, 10.0, 100.0, 0.0, 0.5),
    ],
)
def test_an_impossible_ellipse_is_refused(fault: object):
    with pytest.raises(ValueFault):
        fault()

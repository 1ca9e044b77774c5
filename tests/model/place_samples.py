"""Places of every kind, at random."""

from __future__ import annotations

from hypothesis import strategies as st
from shapely.geometry import LineString, box

from truceline.model import AreaPlace, EllipsePlace, LinePlace, MirrorImage, PointPlace, SectorPlace

LAT, LON = 48.0, 37.0

_POINTS = st.builds(PointPlace, st.floats(47.5, 48.5), st.floats(36.5, 37.5), st.sampled_from([0.0, 30.0, 5_000.0]))
_BEARINGS = st.floats(0.0, 359.9)
_SECTORS = st.builds(
    SectorPlace, st.just(LAT), st.just(LON), _BEARINGS, _BEARINGS, st.floats(0.0, 2e3), st.floats(2.1e3, 2e4)
)
_AREAS = st.builds(
    lambda west, south, wide, high: AreaPlace("a district", box(west, south, west + wide, south + high)),
    *(st.floats(36.6, 37.2), st.floats(47.6, 48.2), st.floats(0.02, 0.5), st.floats(0.02, 0.5)),
)
_LOBE = (st.floats(47.5, 48.5), st.floats(36.5, 37.5), st.sampled_from([300.0, 8e3]), st.floats(0.0, 300.0), _BEARINGS)
_IMAGES = st.one_of(st.none(), st.builds(MirrorImage, *_LOBE, st.floats(0.1, 0.9)))
_ELLIPSES = st.builds(EllipsePlace, *_LOBE, mirror=_IMAGES)
_LINES = st.builds(
    lambda east, north, radius_m: LinePlace("a road", LineString([(LON, LAT), (LON + east, LAT + north)]), radius_m),
    *(st.floats(0.05, 0.5), st.floats(-0.5, 0.5), st.floats(0.0, 3_000.0)),
)
PLACES = st.one_of(_POINTS, _SECTORS, _AREAS, _LINES, _ELLIPSES)

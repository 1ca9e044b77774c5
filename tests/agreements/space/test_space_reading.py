"""Lines, zones and settlements as files: what is read, and what each fault is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from truceline.agreements.space.reading import check_side, read_line, read_outline, read_settlements
from truceline.agreements.space.zone import ReferenceLine, Zone
from truceline.model import AgreementFault
from truceline.model.geodesy import WGS84

LINE = {"type": "LineString", "coordinates": [[37.0, 48.0], [37.5, 48.2], [38.0, 48.1]]}
SQUARE = {"type": "Polygon", "coordinates": [[[37, 48], [38, 48], [38, 49], [37, 49], [37, 48]]]}


def written(folder: Path, value: object) -> Path:
    path = folder / "shape.geojson"
    path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    return path


def line(*corners: tuple[float, float]) -> dict[str, Any]:
    return {"type": "LineString", "coordinates": corners}


def settlements(*pairs: tuple[Any, Any]) -> dict[str, Any]:
    return {
        "type": "FeatureCollection",
        "features": [{"type": "Feature", "properties": p, "geometry": g} for p, g in pairs],
    }


def point(lon: float, lat: float) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [lon, lat]}


def test_a_line_is_read_without_its_heights_as_feature_collection_or_bare(tmp_path: Path):
    high = line((37.0, 48.0, 100.0), (38.0, 48.0, 90.0))  # type: ignore[arg-type]
    feature = {"type": "Feature", "properties": {}, "geometry": high}
    for value in (high, feature, {"type": "FeatureCollection", "features": [feature]}):
        (part,) = read_line(written(tmp_path, value))
        assert part.tolist() == [[37.0, 48.0], [38.0, 48.0]]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("{", "not GeoJSON"),
        (SQUARE, "'Polygon' is not a line"),
        (line(), "fewer than two positions"),
        (line((37.0, 48.0)), "fewer than two positions"),
        ({"type": "MultiLineString", "coordinates": []}, "the line is empty"),
        (line((37.0, 48.0), (37.0, 48.0), (38.0, 48.0)), "repeats the position"),
        (line((37.0, 48.0), (38.0, 49.0), (38.0, 48.0), (37.0, 49.0)), "crosses or touches itself at longitude 37.5"),
        (line((37.0, 48.0), (38.0, 48.0), (37.5, 48.0)), "crosses or touches itself"),
        (line((37.0, 48.0), (38.0, 98.0)), "off the globe"),
        (line((37.0, 48.0), ("38", 48.0)), "is not a position"),  # type: ignore[arg-type]
        (line((37.0, 48.0), (float("nan"), 48.0)), "off the globe"),
        (line((179.0, 48.0), (-179.0, 48.0)), "more than half the globe"),
        ({**LINE, "crs": {"type": "name", "properties": {"name": "EPSG:28407"}}}, "reference system 'EPSG:28407'"),
        (
            {"type": "MultiLineString", "coordinates": [[[37, 48], [38, 48]], [[39, 48], [38, 48]]]},
            "two parts of the line end at",
        ),
        (
            {"type": "MultiLineString", "coordinates": [[[37, 48], [38, 49]], [[37, 49], [38, 48]]]},
            "crosses or touches itself",
        ),
        (settlements(({}, LINE), ({}, LINE)), "exactly one feature"),
    ],
)
def test_each_fault_of_a_line_is_told(tmp_path: Path, value: object, words: str):
    told(tmp_path, value, words, read_line)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"type": "Polygon", "coordinates": []}, "the outline is empty"),
        ({"type": "Polygon", "coordinates": [[[37, 48], [38, 48], [38, 49], [37, 49]]]}, "a ring is open"),
        ({"type": "Polygon", "coordinates": [[[37, 48], [38, 49], [38, 48], [37, 49], [37, 48]]]}, "outline is wrong"),
        ({"type": "Polygon", "coordinates": [[[37, 48], [38, 48], [37.5, 48], [37, 48]]]}, "the outline is empty"),
        (LINE, "'LineString' is not an outline"),
    ],
)
def test_each_fault_of_a_zone_is_told(tmp_path: Path, value: object, words: str):
    told(tmp_path, value, words, read_outline)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (SQUARE, "no FeatureCollection"),
        (settlements(), "holds no settlements"),
        (settlements(({}, point(37.0, 48.0))), "has the radius None"),
        (settlements(({"radius_m": -5}, point(37.0, 48.0))), "has the radius -5"),
        (settlements(({"radius_m": True}, point(37.0, 48.0))), "has the radius True"),
        (settlements((None, point(37.0, 48.0))), "has the radius None"),
        (settlements(({"radius_m": 500}, point(37.0, 89.9))), "may hold a pole"),
        (settlements(({}, LINE)), "'LineString' is not a settlement"),
    ],
)
def test_each_fault_of_settlements_is_told(tmp_path: Path, value: object, words: str):
    told(tmp_path, value, words, read_settlements)


def told(folder: Path, value: object, words: str, read: Callable[..., object]) -> None:
    path = written(folder, value)
    with pytest.raises(AgreementFault) as caught:
        read(path, where="truce.yaml:12")
    fault = caught.value
    assert words in fault.what
    assert str(path) in fault.where
    assert "truce.yaml:12" in fault.where
    assert fault.do
    valid = folder / "valid.geojson"
    valid.write_text(fault.example, encoding="utf-8")
    read(valid)


@pytest.mark.parametrize(
    ("bounds", "words"),
    [
        ((36.0, 47.0, 39.0, 50.0), ""),
        ((47.0, 36.0, 50.0, 39.0), "inside with the two exchanged"),
        ((10.0, 47.0, 20.0, 50.0), "lies outside the stated bounds"),
        ((170.0, 47.0, -170.0, 50.0), "lies outside the stated bounds"),
    ],
)
def test_exchanged_coordinates_are_told_where_bounds_are_stated(
    tmp_path: Path, bounds: tuple[float, float, float, float], words: str
):
    path = written(tmp_path, LINE)
    if not words:
        assert len(read_line(path, bounds=bounds)) == 1
        return
    with pytest.raises(AgreementFault, match=words):
        read_line(path, bounds=bounds)


def test_settlements_are_polygons_and_circles_that_may_overlap(tmp_path: Path):
    found = read_settlements(
        written(
            tmp_path,
            settlements(({}, SQUARE), ({"radius_m": 1000}, point(39.0, 48.0)), ({"radius_m": 900}, point(38, 48))),
        )
    )
    rim, _, _ = WGS84.fwd(39.0, 48.0, 90.0, 999.0)
    beyond, _, _ = WGS84.fwd(39.0, 48.0, 90.0, 1_001.0)
    assert shapely.intersects_xy(found, [37.5, rim, beyond, 38.005], [48.5, 48.0, 48.0, 47.999]).tolist() == [
        True,
        True,
        False,
        True,
    ]


def test_a_settlement_on_the_date_line_is_cut_there(tmp_path: Path):
    found = read_settlements(written(tmp_path, settlements(({"radius_m": 5000}, point(179.99, 10.0)))))
    assert found.bounds[0] == -180.0
    assert found.bounds[2] == 180.0
    assert shapely.intersects_xy(found, [179.97, -179.98, 0.0], [10.0, 10.0, 10.0]).tolist() == [True, True, False]


BORDER = ReferenceLine("line", (np.array([[36.0, 48.0], [39.0, 48.0]]),))


@pytest.mark.parametrize(("south", "side"), [(48.0, 1), (47.0, -1)])
def test_a_zone_on_its_side_passes_and_fails_on_the_other(south: float, side: int):
    zone = Zone("withdrawal", shapely.box(37.0, south, 38.0, south + 1.0))
    check_side(zone, BORDER, side)
    hand = "right" if side == 1 else "left"
    with pytest.raises(AgreementFault, match=rf"100% of zone 'withdrawal' lies on the .* not on its {hand}"):
        check_side(zone, BORDER, -side, where="truce.yaml:30")


def test_a_zone_across_its_line_is_told_with_the_share():
    zone = Zone("across", shapely.box(37.0, 47.75, 38.0, 48.25))
    with pytest.raises(AgreementFault, match=r"5[01]% of zone 'across' lies on the right"):
        check_side(zone, BORDER, 1)


def test_a_zone_beyond_the_ends_of_its_line_cannot_be_placed():
    with pytest.raises(AgreementFault, match="nobody can say"):
        check_side(Zone("beyond", shapely.box(40.0, 47.9, 41.0, 48.1)), BORDER, 1)


@pytest.mark.parametrize(("line_m", "zone_m"), [(1_000.0, 0.0), (0.0, 1_000.0), (500.0, 500.0)])
def test_a_zone_no_farther_from_its_line_than_the_two_are_known_says_so(line_m: float, zone_m: float):
    line = replace(BORDER, accuracy_m=line_m)
    zone = Zone("thin", shapely.box(37.2, 48.0, 37.8, 48.008), accuracy_m=zone_m)
    for side in (1, -1):
        with pytest.raises(
            AgreementFault, match="nowhere farther from the line than the two are known to, 1000 m"
        ) as fault:
            check_side(zone, line, side)
        assert "leave beside out" in fault.value.do
    check_side(replace(zone, accuracy_m=0.0), replace(line, accuracy_m=100.0), 1)


def test_what_is_cut_at_the_date_line_is_read_and_placed(tmp_path: Path):
    parts = read_line(
        written(
            tmp_path, {"type": "MultiLineString", "coordinates": [[[179, 10], [180, 10]], [[-180, 10], [-179, 10]]]}
        )
    )
    zone = Zone(
        "z", shapely.MultiPolygon([shapely.box(179.2, 10.0, 180.0, 10.5), shapely.box(-180.0, 10.0, -179.2, 10.5)])
    )
    check_side(zone, ReferenceLine("line", parts), 1)

"""Outlines for the map, from the mission's own geometry or a public data folder; none are shipped."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import shapely

from truceline.coverage.shares import CoverageShare
from truceline.mission.assessment import MapShape
from truceline.mission.feeds import feed_places
from truceline.mission.folder import Mission
from truceline.model import InputFault
from truceline.sources.tables import open_text

_TOLERANCE_DEG = 0.01
"""A map of a country needs no finer line, and the report stays small."""


def map_shapes(mission: Mission, coverage: Sequence[CoverageShare]) -> tuple[MapShape, ...]:
    """The outlines of the mission's areas, each with the state of the phenomenon most could be seen of."""
    states = _states(coverage)
    names = dict(mission.settings.geometry_names)
    shapes = []
    for path in _files(mission):
        for name, shape in _outlines(path):
            area = names.get(name, name)
            if area in states:
                plain = shapely.simplify(shape, _TOLERANCE_DEG)
                shapes.append(MapShape(area, json.loads(shapely.to_geojson(plain)), states[area]))
    return tuple(sorted(shapes, key=lambda shape: shape.name))


def _states(coverage: Sequence[CoverageShare]) -> dict[str, str]:
    seen = [share for share in coverage if share.strata]
    if not seen:
        return {}
    best = max(seen, key=lambda share: share.share)
    return {area.area: area.state.value for area in best.areas}


def _files(mission: Mission) -> Iterator[Path]:
    folder = feed_places().folder
    for name in mission.settings.geometry:
        for place in (mission.root / "geometry", folder):
            if place is not None and (place / name).is_file():
                yield place / name
                break


def _outlines(path: Path) -> Iterator[tuple[str, shapely.Geometry]]:
    with open_text(path) as text:
        try:
            features = json.load(text)["features"]
        except (ValueError, KeyError, TypeError) as cause:
            raise InputFault("not a GeoJSON feature collection", where=str(path)) from cause
    for feature in features:
        properties = feature.get("properties") or {}
        name = str(properties.get("name") or properties.get("shapeName") or "")
        yield name, shapely.from_geojson(json.dumps(feature["geometry"]))

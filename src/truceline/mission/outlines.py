"""Outlines for the map: kept in the mission's geometry when it is made, so that every machine draws the same map."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import shapely

from truceline.coverage.shares import CoverageShare
from truceline.mission.assessment import MapShape, OutlineFile, ReadingWindow
from truceline.mission.folder import Mission
from truceline.model import InputFault
from truceline.sources.tables import open_text
from truceline.store import sha256_of

_TOLERANCE_DEG = 0.01
"""A map of a country needs no finer line, and the report stays small."""


def map_shapes(mission: Mission, windows: Sequence[ReadingWindow]) -> tuple[MapShape, ...]:
    """The outlines of the mission's areas, each with its state for what could be seen best in the first window."""
    shown = next(((window, best) for window in windows[:1] if (best := _best(window.coverage))), None)
    if shown is None:
        return ()
    window, best = shown
    states = {area.area: area.state.value for area in best.areas}
    names = dict(mission.settings.geometry_names)
    shapes = []
    for _, path in _files(mission):
        for name, shape in _outlines(path):
            area = names.get(name, name)
            if area in states:
                plain = json.loads(shapely.to_geojson(shapely.simplify(shape, _TOLERANCE_DEG)))
                shapes.append(MapShape(area, plain, states[area], best.phenomenon, window.reading))
    return tuple(sorted(shapes, key=lambda shape: shape.name))


def area_outlines(mission: Mission) -> dict[str, shapely.Geometry]:
    """The outline of every area there is one of, by the name the mission gives it; parts of one name united."""
    names, found = dict(mission.settings.geometry_names), dict[str, list[shapely.Geometry]]()
    for _, path in _files(mission):
        for name, shape in _outlines(path):
            found.setdefault(names.get(name, name), []).append(shape)
    return {name: shapely.union_all(shapes) for name, shapes in sorted(found.items()) if name}


def outline_files(mission: Mission) -> tuple[OutlineFile, ...]:
    """The files the outlines come from, with the SHA-256 of their bytes and their licence as the mission states it."""
    return tuple(
        OutlineFile(name, sha256_of(path), mission.settings.geometry_licence) for name, path in _files(mission)
    )


def _best(coverage: Sequence[CoverageShare]) -> CoverageShare | None:
    seen = [share for share in coverage if share.strata]
    return max(seen, key=lambda share: share.share) if seen else None


def _files(mission: Mission) -> Iterator[tuple[str, Path]]:
    for name in mission.settings.geometry:
        path = mission.root / "geometry" / name
        if path.is_file():
            yield name, path


def _outlines(path: Path) -> Iterator[tuple[str, shapely.Geometry]]:
    with open_text(path) as text:
        try:
            features = list(json.load(text)["features"])
        except (ValueError, KeyError, TypeError) as cause:
            raise InputFault("not a GeoJSON feature collection", where=str(path)) from cause
    for number, feature in enumerate(features, 1):
        try:
            properties, geometry = feature.get("properties") or {}, feature["geometry"]
            name = str(properties.get("name") or properties.get("shapeName") or "")
            shape = None if geometry is None else shapely.from_geojson(json.dumps(geometry))
        except (AttributeError, KeyError, TypeError, shapely.errors.ShapelyError) as cause:
            raise InputFault(f"feature {number} has no geometry that can be read", where=str(path)) from cause
        if shape is not None:  # a feature without a place, as RFC 7946 allows it, cannot be drawn
            yield name, shape

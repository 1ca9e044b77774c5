"""Reading a made-up file of located events."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from truceline.sources import ReadOptions, Record, SourceFile
from truceline.sources.located_events import FORMAT


def feature(**said: object) -> dict[str, Any]:
    """One event, with what is said otherwise; a value of ``...`` leaves the property out."""
    properties = {
        "event": 1,
        "time": "2031-04-19T18:00:00.250000Z",
        "time_error_s": 0.1,
        "z_m": 0.0,
        "probability": 0.97,
        "ellipse_major_m": 40.0,
        "ellipse_minor_m": 12.0,
        "ellipse_azimuth": 30.0,
        "arrivals": 7,
        **said,
    }
    kept = {name: value for name, value in properties.items() if value is not ...}
    return {"type": "Feature", "geometry": {"type": "Point", "coordinates": [37.1, 48.2]}, "properties": kept}


def collection(*features: object, **members: object) -> dict[str, Any]:
    """A file of events."""
    span = {"heard_from": "2031-04-19T17:00:00.000000Z", "heard_until": "2031-04-19T21:00:00.000000Z"}
    return {"type": "FeatureCollection", "medium": "acoustic", **span, **members, "features": list(features)}


@pytest.fixture
def one() -> Callable[..., dict[str, Any]]:
    return feature


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., list[Record]]:
    """Every record of these events, as the settings say."""

    def reading(*features: object, settings: tuple[tuple[str, str], ...] = (), **members: object) -> list[Record]:
        path = tmp_path / "events.geojson"
        path.write_text(json.dumps(collection(*features, **members)), encoding="utf-8")
        return list(FORMAT.read(SourceFile(path, "0" * 64), ReadOptions(settings=settings)))

    return reading

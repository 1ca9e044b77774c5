"""Nothing the public sees is placed finer than a tenth of a degree, or in time finer than a minute."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from truceline.mission.assessment import Assessment, EventSketch, SketchedSensor
from truceline.mission.coarse_words import coarse_text
from truceline.mission.public_places import public_label
from truceline.mission.public_time import public_time
from truceline.model import (
    AreaPlace,
    Because,
    EllipsePlace,
    Interval,
    MirrorImage,
    PointPlace,
    SectorPlace,
    TimeSense,
    UnknownPlace,
    moment_at,
)
from truceline.report import ALL, write_report
from truceline.report.coarse import public_geometry, public_position, public_positions

FINE = re.compile(r"(?:48|37|33|51|148)\.\d{2,}")
latitudes = st.floats(-89, 89).filter(lambda degrees: abs(degrees) > 0.2)
longitudes = st.floats(-179, 179)


def _coordinates(geometry: object) -> list[float]:
    if isinstance(geometry, (int, float)):
        return [float(geometry)]
    return [number for part in geometry for number in _coordinates(part)] if isinstance(geometry, list) else []


@pytest.mark.parametrize("kind", [kind for kind in ALL if kind != "report.pdf"])
def test_no_file_holds_a_fine_position(assessment: Assessment, folder: Path, kind: str):
    write_report(assessment, folder, "en", (kind,))
    text = re.sub(r"<svg.*?</svg>", "", (folder / kind).read_text("utf-8"), flags=re.DOTALL)
    assert not FINE.findall(text)
    assert "secret" not in text


def test_geojson_is_a_feature_collection_that_says_it_is_coarse(assessment: Assessment, folder: Path):
    write_report(assessment, folder, "en", ("incidents.geojson",))
    record = json.loads((folder / "incidents.geojson").read_bytes())
    assert record["type"] == "FeatureCollection"
    assert record["position_precision_degrees"] == 0.1
    assert record["licences"] == ["MIT"]
    assert len(record["features"]) == len(assessment.incidents)
    for feature in record["features"]:
        assert set(feature["properties"]) >= {
            "id",
            "revision",
            "start",
            "end",
            "sense",
            "phenomenon",
            "count",
            "weapon",
            "calibre_mm",
            "weapon_name",
            "target",
            "strata",
        }
        assert (feature["geometry"] is None) != feature["properties"]["coarse"]


def test_geojson_names_weapon_and_target_where_they_are_known_and_null_where_not(assessment: Assessment, folder: Path):
    write_report(assessment, folder, "en", ("incidents.geojson",))
    features = json.loads((folder / "incidents.geojson").read_bytes())["features"]
    told = {
        tuple(one["properties"][name] for name in ("weapon", "calibre_mm", "weapon_name", "target")) for one in features
    }
    assert told == {("mlrs", 122.0, "BM-21", "power-grid"), (None, None, None, None)}


def test_an_area_without_a_shape_has_no_geometry():
    assert public_geometry(AreaPlace("Odeska oblast")) is None
    assert public_geometry(UnknownPlace("somewhere")) is None


def test_an_observers_position_is_not_told_by_a_sectors_name():
    sector = SectorPlace(48.123456, 37.654321, 90.0, 180.0, 600.0, 4000.0, "S of the mill")
    assert public_label(sector) == ""
    assert public_position(sector) == (48.1, 37.7)


@given(latitudes, longitudes)
def test_points_stand_on_the_grid(lat: float, lon: float):
    geometry = public_geometry(PointPlace(lat, lon, 0.0))
    assert geometry is not None
    assert all(abs(number * 10 - round(number * 10)) < 1e-9 for number in _coordinates(geometry["coordinates"]))


@given(st.floats(-170, 170), st.floats(-80, 80), st.floats(0.001, 3))
def test_areas_stand_on_the_grid_and_turn_the_right_way(west: float, south: float, size: float):
    geometry = public_geometry(AreaPlace("a", shapely.box(west, south, west + size, south + size)))
    assert geometry is not None
    assert all(abs(number * 10 - round(number * 10)) < 1e-9 for number in _coordinates(geometry["coordinates"]))
    if geometry["type"] == "Polygon":
        assert shapely.geometry.shape(geometry).exterior.is_ccw


def test_degrees_in_words_are_coarsened_and_other_figures_are_not():
    assert coarse_text("at 48.01593° N, 12.345 kg of 100.25") == "at 48.0° N, 12.345 kg of 100.25"
    assert coarse_text("48.01593 37.80281") == "48.0 37.8"


@pytest.mark.parametrize("likelihood", [0.123456, 0.999999, 1 / 3])
def test_no_likelihood_of_findings_json_has_more_than_two_digits(
    assessment: Assessment, folder: Path, likelihood: float
):
    first = assessment.findings[0]
    named = (("highest_probability", likelihood), ("likeliest", likelihood), ("incidents", 3))
    step = replace(first.trace[0], figures=named, outcome=Because("{likeliest}", named))
    finding = replace(first, probability=likelihood, because=Because("{likeliest}", named), trace=(step,))
    write_report(replace(assessment, findings=(finding, *assessment.findings[1:])), folder, "en", ("findings.json",))
    found = json.loads((folder / "findings.json").read_bytes())["findings"][0]
    told = [found["probability"]]
    for values in (found["because"]["values"], found["trace"][0]["figures"], found["trace"][0]["outcome"]["values"]):
        told += [values["highest_probability"], values["likeliest"]]
        assert values["incidents"] == 3
    assert set(told) == {round(likelihood, 2)}


def test_an_event_that_may_be_its_mirror_image_has_two_positions():
    two = EllipsePlace(48.123, 37.456, 300.0, 100.0, 20.0, mirror=MirrorImage(48.523, 37.456, 300.0, 100.0, 20.0, 0.6))
    assert public_positions(two) == ((48.5, 37.5), (48.1, 37.5))
    assert public_position(two) is None
    assert public_geometry(two) == {"type": "MultiPoint", "coordinates": [[37.5, 48.5], [37.5, 48.1]]}
    near = EllipsePlace(48.123, 37.456, 300.0, 100.0, 20.0, mirror=MirrorImage(48.124, 37.456, 300.0, 100.0, 20.0, 0.6))
    assert public_position(near) == (48.1, 37.5)


def _at(assessment: Assessment, offset_us: int) -> Assessment:
    """The same, one incident with a sketch, each moved within its minutes, as no reader may notice."""
    moved = timedelta(microseconds=offset_us)

    def _moved(time: Interval) -> Interval:
        start, end = (one.replace(second=0, microsecond=0) + moved for one in (time.start, time.end))
        return Interval(start, end, time.sense, start.isoformat())

    notes = tuple(
        replace(note, incident=replace(note.incident, time=_moved(note.incident.time))) for note in assessment.incidents
    )
    first, heard = notes[0].incident, (SketchedSensor(0.5), SketchedSensor(None))
    sketch = EventSketch(first.id, first.time, 0.98, 0.4, 500.0, 200.0, 45.0, None, heard)
    return replace(assessment, incidents=notes, sketches=(sketch,))


INSIDE_A_MINUTE_US = st.integers(1, 59_999_999)


@pytest.mark.parametrize("kind", [kind for kind in ALL if kind != "report.pdf"])
def test_no_released_file_tells_where_in_its_minute_something_happened(assessment: Assessment, folder: Path, kind: str):
    @settings(max_examples=5, deadline=None)
    @given(INSIDE_A_MINUTE_US, INSIDE_A_MINUTE_US)
    def _tells_the_same(one: int, other: int) -> None:
        written = []
        for offset in (one, other):
            write_report(_at(assessment, offset), folder, "en", (kind,))
            written.append((folder / kind).read_bytes())
        assert written[0] == written[1]

    _tells_the_same()


def test_the_pdf_does_not_tell_where_in_its_minute_something_happened(assessment: Assessment, folder: Path):
    written = []
    for offset in (5_123_456, 48_654_321):
        write_report(_at(assessment, offset), folder, "en", ("report.pdf",))
        written.append((folder / "report.pdf").read_bytes())
    assert written[0] == written[1]


def test_geojson_says_that_its_times_are_coarse(assessment: Assessment, folder: Path):
    write_report(_at(assessment, 7_000_001), folder, "en", ("incidents.geojson",))
    record = json.loads((folder / "incidents.geojson").read_bytes())
    assert record["time_precision_s"] == 60
    for feature in record["features"]:
        for name in ("start", "end"):
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:00\+00:00", feature["properties"][name])


moments = st.integers(0, 4_000_000_000_000_000).map(moment_at)


@given(moments, st.timedeltas(timedelta(), timedelta(days=3)))
def test_a_public_time_holds_the_time_and_at_most_a_minute_more_at_each_end(start: datetime, lasting: timedelta):
    time = Interval(start, start + lasting, TimeSense.LASTED, start.isoformat())
    told, minute = public_time(time), timedelta(minutes=1)
    assert told.start <= time.start < told.end
    assert time.end <= told.end
    assert time.start - told.start < minute
    assert told.end - time.end <= minute
    assert {told.start.second, told.start.microsecond, told.end.second, told.end.microsecond} == {0}
    assert told.text == ""
    assert told.sense is (TimeSense.LASTED if lasting else TimeSense.SOMETIME)
    assert public_time(told) == told


def test_a_moment_on_the_minute_is_told_as_any_other_of_its_minute():
    noon = datetime(2031, 4, 19, 12, tzinfo=UTC)
    later = noon + timedelta(seconds=31)
    assert public_time(Interval(noon, noon)) == public_time(Interval(later, later))


def test_the_last_minute_that_can_be_written_is_told():
    last = datetime.max.replace(tzinfo=UTC)
    assert public_time(Interval(last, last)).end == last

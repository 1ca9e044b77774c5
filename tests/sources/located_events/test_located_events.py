"""Located events as observations: an ellipse, a moment with its error, a channel; and what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from truceline.model import (
    Coverage,
    CoverageState,
    EllipsePlace,
    InputFault,
    Means,
    Observation,
    Phenomenon,
    Rejected,
    Stratum,
    TimeSense,
    UnreadableFile,
    UsageFault,
)
from truceline.sources import ReadOptions, SourceFile, source_format
from truceline.sources.located_events import FORMAT

One = Callable[..., dict[str, Any]]
Read = Callable[..., list[Any]]


def test_an_event_is_an_explosion_with_its_ellipse_and_its_error_of_time(one: One, read: Read):
    seen, _ = read(one())
    assert isinstance(seen, Observation)
    assert (seen.source, seen.means, seen.phenomenon) == ("located-acoustic", Means.DETECTED, Phenomenon.EXPLOSION)
    assert seen.place == EllipsePlace(48.2, 37.1, 40.0, 12.0, 30.0)
    middle = datetime(2031, 4, 19, 18, 0, 0, 250_000, tzinfo=UTC)
    assert (seen.time.start, seen.time.end) == (middle - timedelta(seconds=0.196), middle + timedelta(seconds=0.196))
    assert seen.time.sense is TimeSense.SOMETIME
    assert seen.words == "event 1: probability 0.9700, 7 arrivals"
    assert seen.probability == 0.97
    assert (seen.party, seen.direction, seen.weapon) == ("", "", None)
    assert seen.evidence.line == 2


def test_an_event_that_may_be_its_mirror_image_has_two_lobes(one: One, read: Read):
    seen, _ = read(one(mirror_lon=37.1, mirror_lat=48.3, mirror_share=0.4))
    assert [round(share, 6) for share, _ in seen.place.lobes] == [0.6, 0.4]
    image = seen.place.mirror
    assert (image.lat, image.lon, image.major_m, image.azimuth_deg) == (48.3, 37.1, 40.0, 150.0)
    half = EllipsePlace(48.2, 37.1, 40.0, 12.0, 30.0).area_95()
    assert seen.place.contains_probability(half.buffer(0.01)) == pytest.approx(0.6)


@pytest.mark.parametrize("name", ["probability", "time_error_s", "ellipse_major_m", "ellipse_azimuth"])
def test_an_event_that_lacks_a_figure_is_refused_in_plain_words(one: One, read: Read, name: str):
    refused, _ = read(one(**{name: ...}))
    assert isinstance(refused, Rejected)
    assert refused.reason.startswith(f"the event has no {name}; give the folder as `truceline locate` wrote it; ")
    assert "None" not in refused.reason


def test_what_is_not_probable_enough_is_kept_as_a_rejected_row(one: One, read: Read):
    first, second, _ = read(one(probability=0.6), one())
    assert isinstance(first, Rejected)
    assert "probability 0.6000 of being real is below 0.9" in first.reason
    assert isinstance(second, Observation)
    low = (("least_probability", "0.5"),)
    assert all(isinstance(one, Observation) for one in read(one(probability=0.6), one(), settings=low)[:2])


@pytest.mark.parametrize("wrong", [1.2, -0.1])
def test_a_probability_that_is_none_is_refused(one: One, read: Read, wrong: float):
    first, _, _ = read(one(probability=wrong), one())
    assert isinstance(first, Rejected)
    assert f"probability is {wrong}" in first.reason


@given(st.lists(st.floats(0.0, 1.0), min_size=1, max_size=8), st.floats(0.0, 1.0))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_row_is_lost(one: One, read: Read, probabilities: list[float], least: float):
    rows = read(*(one(probability=p) for p in probabilities), settings=(("least_probability", str(least)),))[:-1]
    assert [isinstance(row, Observation) for row in rows] == [p >= least for p in probabilities]


def test_the_span_is_unknown_until_its_area_is_named(one: One, read: Read):
    *_, nowhere = read(one())
    *_, here = read(one(), settings=(("area", "Left bank"),))
    assert isinstance(nowhere, Coverage)
    assert (nowhere.area, nowhere.state) == ("*", CoverageState.UNKNOWN)
    assert (here.area, here.state) == ("Left bank", CoverageState.DEGRADED)
    assert here.time.duration_s == 4 * 3600
    assert here.detection == ((Phenomenon.EXPLOSION, None),)


def test_a_seismic_network_with_a_name_is_a_source_of_its_own(one: One, tmp_path: Path, read: Read):
    read(one(), medium="seismic")
    options = ReadOptions(settings=(("network", "north"), ("phenomenon", "shot")))
    (source,) = FORMAT.sources(SourceFile(tmp_path / "events.geojson", "0" * 64), options)
    assert (source.id, source.stratum, source.senses) == ("located-seismic-north", Stratum.SEISMIC, (Phenomenon.SHOT,))


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"time": ...}, "time is None"),
        ({"time": 12.5}, "time is 12.5"),
        ({"time": "2031-04-19T18:00:00"}, ""),
        ({"probability": ...}, "the event has no probability"),
        ({"probability": True}, "probability is True"),
        ({"time_error_s": None}, "the event has no time_error_s"),
        ({"ellipse_major_m": "40"}, "ellipse_major_m is '40'"),
        ({"ellipse_minor_m": 90.0}, "half axes 40 and 90 m"),
        ({"mirror_share": 0.4}, "the event has no mirror_lon"),
        ({"mirror_share": 1.4, "mirror_lon": 37.0, "mirror_lat": 48.0}, "mirror image with the share 1.4"),
    ],
)
def test_a_row_with_one_fault_is_kept_with_its_reason(one: One, read: Read, said: dict[str, Any], reason: str):
    bad, good, _ = read(one(**said), one())
    assert isinstance(bad, Rejected)
    assert reason in bad.reason
    assert bad.line == 2
    assert isinstance(good, Observation)


@pytest.mark.parametrize("bad", [None, 3, {}, {"properties": {}, "geometry": {"coordinates": [1]}}])
def test_what_is_no_point_is_kept_with_its_reason(read: Read, one: One, bad: object):
    assert isinstance(read(bad, one())[0], Rejected)


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"medium": None}, "does not say what carried the waves"),
        ({"medium": "water"}, "does not say what carried the waves"),
        ({"type": "Feature"}, "no GeoJSON feature collection"),
        ({"heard_from": 3.5}, "seconds since nobody knows when"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused(one: One, read: Read, members: dict[str, Any], said: str):
    with pytest.raises(UnreadableFile, match=said):
        read(one(), **members)


def test_words_that_are_no_json_are_refused(tmp_path: Path):
    path = tmp_path / "events.geojson"
    path.write_text("event,x,y\n", encoding="utf-8")
    with pytest.raises(UnreadableFile, match="no GeoJSON"):
        list(FORMAT.read(SourceFile(path, "0" * 64), ReadOptions()))


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("least_probability", "often", "'often' is no probability"),
        ("least_probability", "1.2", "is no probability"),
        ("least_probability", "nan", "is no probability"),
        ("phenomenon", "explosio", "no phenomenon 'explosio'"),
        ("phenomenon", "any-fire", "no phenomenon 'any-fire'"),
    ],
)
def test_a_setting_that_makes_no_sense_is_told(one: One, read: Read, name: str, value: str, said: str):
    with pytest.raises(UsageFault, match=said):
        read(one(), settings=((name, value),))


def test_a_folder_means_its_events_and_the_workings_beside_them(one: One, read: Read, tmp_path: Path):
    read(one())
    assert FORMAT.in_folder(tmp_path) == (tmp_path / "events.geojson", ())
    (tmp_path / "workings.npz").write_bytes(b"kept")
    assert FORMAT.in_folder(tmp_path) == (tmp_path / "events.geojson", (tmp_path / "workings.npz",))
    assert FORMAT.in_folder(tmp_path / "events.geojson")[1] == (tmp_path / "workings.npz",)
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputFault, match="no located events with a place on Earth"):
        FORMAT.in_folder(tmp_path / "empty")


def test_no_setting_and_no_event_is_an_empty_file(read: Read):
    assert [type(row) for row in read()] == [Coverage]
    assert read(heard_from=None, heard_until=None) == []
    assert source_format("located-events") is FORMAT
    assert json.dumps(FORMAT.settings)

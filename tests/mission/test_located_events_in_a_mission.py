"""From sensors and arrivals to incidents of a mission, with the workings kept as evidence."""

from __future__ import annotations

import json
import re
from pathlib import Path

import mission_samples as samples
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.fusion.arrivals.explaining import Voice
from truceline.mission.assessing import assess_mission
from truceline.mission.event_sketches import coarse_ellipse, in_order
from truceline.mission.folder import Mission
from truceline.mission.fusing import all_incidents, fuse_mission
from truceline.mission.gathering import gather
from truceline.mission.ingesting import Intake, ingest
from truceline.mission.locating import LocateAsked, locate_files
from truceline.model import Stratum
from truceline.model.custody import CustodyKind, Handling
from truceline.report import write_report
from truceline.sources import ReadOptions
from truceline.store import ImportOutcome

DEGREE_M = 111_195.0
READER = Handling("paul", "drawing the pictures of a report", samples.NOW)
SHOTS = [(1500.0, 1200.0, 5), (4400.0, 3900.0, 65), (2200.0, 4100.0, 135), (4900.0, 800.0, 200), (3100.0, 2200.0, 290)]


@pytest.fixture
def located(tmp_path: Path) -> Path:
    """Five explosions heard by nine sensors in the evening of 19 April 2031, located."""
    random = np.random.default_rng(4)
    places = [(x, y) for x in (0.0, 3000.0, 6000.0) for y in (0.0, 2500.0, 5000.0)]
    east_m = DEGREE_M * np.cos(np.radians(48.0))
    sensors = "".join(f"p{i},{48 + y / DEGREE_M:.7f},{37 + x / east_m:.7f}\n" for i, (x, y) in enumerate(places))
    heard = (
        (i, shot, np.hypot(x - east, y - north) / 340.0)
        for east, north, shot in SHOTS
        for i, (x, y) in enumerate(places)
    )
    rows = [
        f"a{number},p{i},2031-04-19T18:{(shot + travel + random.normal(0, 0.005)) // 60:02.0f}:"
        f"{(shot + travel) % 60:09.6f}Z\n"
        for number, (i, shot, travel) in enumerate(heard)
    ]
    (tmp_path / "S.csv").write_text("sensor,lat,lon\n" + sensors, encoding="utf-8")
    (tmp_path / "A.csv").write_text("arrival,sensor,time\n" + "".join(rows), encoding="utf-8")
    locate_files(LocateAsked(tmp_path / "S.csv", (tmp_path / "A.csv",), tmp_path / "located"))
    return tmp_path / "located"


def taken(mission: Mission, folder: Path, **settings: str) -> ImportOutcome:
    options = ReadOptions(settings=tuple(settings.items()))
    return ingest(mission, Intake("located-events", folder, options), now=samples.NOW)


def test_events_become_incidents_of_the_acoustic_channel(mission: Mission, located: Path):
    before = len(all_incidents(mission))
    outcome = taken(mission, located, area="Left bank")
    assert (outcome.new, outcome.rejected, outcome.coverage) == (len(SHOTS), 0, 1)
    fuse_mission(mission, now=samples.NOW)
    after = all_incidents(mission)
    assert len(after) == before + len(SHOTS)
    assert str(Stratum.ACOUSTIC) in {source.stratum for source in mission.records.sources()}


def test_a_second_time_changes_nothing(mission: Mission, located: Path):
    taken(mission, located)
    again = taken(mission, located)
    assert (again.new, again.already, again.revised) == (0, len(SHOTS), 0)


def test_the_workings_are_kept_as_evidence_and_named(mission: Mission, located: Path):
    taken(mission, located)
    entry = mission.records.imports()[-1]
    (name, sha256), *others = json.loads(entry.incoming.options)["beside"].items()
    assert (entry.incoming.file_name, name, others) == ("events.geojson", "workings.npz", [])
    kept = mission.folders.evidence / sha256[:2] / sha256
    assert kept.read_bytes() == (located / "workings.npz").read_bytes()
    assert mission.records.name_evidence(sha256)


def test_without_workings_the_events_come_in_all_the_same(mission: Mission, located: Path):
    (located / "workings.npz").unlink()
    assert taken(mission, located).new == len(SHOTS)
    assert "beside" not in json.loads(mission.records.imports()[-1].incoming.options or "{}")


@pytest.fixture
def judged(mission: Mission, located: Path) -> Mission:
    """The mission with the located events, fused and assessed."""
    taken(mission, located)
    fuse_mission(mission, now=samples.NOW)
    assess_mission(mission, now=samples.NOW)
    return mission


def test_each_located_event_behind_an_incident_has_a_sketch(judged: Mission):
    assessment = gather(judged, reading=READER)
    assert len(assessment.sketches) == len(SHOTS)
    assert (assessment.sketches_left_out, assessment.sketches_lacking) == (0, 0)
    incidents = {note.incident.id: note.incident.time for note in assessment.incidents}
    for sketch in assessment.sketches:
        assert incidents[sketch.incident] == sketch.time
        assert sum(one.residual_errors is not None for one in sketch.sensors) >= 8
        assert sketch.major_m >= sketch.minor_m >= 100.0


def test_nothing_in_the_sketches_tells_a_place_or_a_name(judged: Mission, located: Path):
    told = repr(gather(judged, reading=READER).sketches)
    assert not re.search(r"\bp\d\b", told)
    names = (located.parent / "S.csv").read_text(encoding="utf-8")
    for number in re.findall(r"\d+\.\d{3,}", names):
        assert number[:6] not in told
    for sketch in gather(judged, reading=READER).sketches:
        assert all(one.residual_errors in {None, *np.arange(-20, 21) / 2} for one in sketch.sensors)
        assert sketch.azimuth_deg in {0.0, 45.0, 90.0, 135.0}


def test_without_workings_it_is_said_that_events_cannot_be_drawn(mission: Mission, located: Path):
    (located / "workings.npz").unlink()
    taken(mission, located)
    fuse_mission(mission, now=samples.NOW)
    assess_mission(mission, now=samples.NOW)
    assessment = gather(mission, reading=READER)
    assert (assessment.sketches, assessment.sketches_lacking) == ((), len(SHOTS))


def test_workings_of_another_run_draw_nothing(mission: Mission, located: Path):
    (located / "workings.npz").write_bytes(b"PK\x03\x04 of another program")
    taken(mission, located)
    fuse_mission(mission, now=samples.NOW)
    assess_mission(mission, now=samples.NOW)
    assert gather(mission, reading=READER).sketches_lacking == len(SHOTS)


def test_without_somebody_who_reads_them_the_workings_stay_closed(judged: Mission):
    before = _reads(judged)
    assessment = gather(judged)
    assert (assessment.sketches, assessment.sketches_lacking) == ((), len(SHOTS))
    assert _reads(judged) == before == []
    gather(judged, reading=READER)
    assert _reads(judged) == [("paul", "done")]


def test_workings_that_were_changed_draw_nothing_and_that_is_on_record(judged: Mission):
    sha256 = json.loads(judged.records.imports()[-1].incoming.options)["beside"]["workings.npz"]
    path = judged.folders.evidence / sha256[:2] / sha256
    path.chmod(0o644)
    path.write_bytes(path.read_bytes() + b"x")
    assert gather(judged, reading=READER).sketches_lacking == len(SHOTS)
    assert _reads(judged) == [("paul", "failed")]


def _reads(mission: Mission) -> list[tuple[str, str]]:
    chains = [mission.records.custody_of(item) for item in mission.records.items_received()]
    events = [one.entry for chain in chains for one in chain if one.entry.kind is CustodyKind.READ]
    return [(one.handling.by, one.stage) for one in events]


def test_more_events_than_a_report_draws_are_counted(judged: Mission, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("truceline.mission.event_sketches.SKETCHES", 2)
    assessment = gather(judged, reading=READER)
    assert (len(assessment.sketches), assessment.sketches_left_out) == (2, len(SHOTS) - 2)


@given(st.floats(1.0, 50_000.0), st.floats(0.01, 1.0), st.floats(0.0, 180.0))
def test_a_coarse_ellipse_holds_the_fine_one(major_m: float, share: float, azimuth_deg: float):
    minor_m = share * major_m
    coarse = coarse_ellipse(major_m, minor_m, azimuth_deg)
    matrices = []
    for major, minor, azimuth in (coarse, (major_m, minor_m, azimuth_deg)):
        turn = np.radians(azimuth)
        axes = np.array([[np.sin(turn), np.cos(turn)], [np.cos(turn), -np.sin(turn)]])
        matrices.append(axes.T @ np.diag([major**2, minor**2]) @ axes)
    assert np.linalg.eigvalsh(matrices[0] - matrices[1]).min() > -1e-6 * major_m**2


def voice(sensor: int, distance_m: float, residual_s: float) -> Voice:
    nothing = dict.fromkeys(("shift_x_m", "shift_y_m", "shift_ellipses", "shift_s", "adds"), 0.0)
    return Voice(sensor, sensor, distance_m, 0.0, residual_s, 0.02, 0.1, 0.9, **nothing)


@given(
    st.lists(st.tuples(st.floats(100.0, 20_000.0), st.floats(-0.06, 0.06)), min_size=2, max_size=30),
    st.floats(0.0, 10_000.0),
    st.floats(1.0, 3.0),
)
def test_a_sketch_tells_whoever_has_the_arrivals_nothing_of_when_it_happened(
    heard: list[tuple[float, float]], farther_m: float, wider: float
):
    """The same arrivals in the same order from an event at another distance, so at another second: the same sketch."""
    one = [voice(sensor, distance_m, late) for sensor, (distance_m, late) in enumerate(heard)]
    other = [voice(sensor, farther_m + wider * distance_m, late) for sensor, (distance_m, late) in enumerate(heard)]
    if len({told.distance_m for told in other}) == len({told.distance_m for told in one}):
        assert in_order(one) == in_order(other)


def test_no_released_file_tells_the_second_of_a_located_event(judged: Mission, tmp_path: Path):
    assessment = gather(judged, reading=READER)
    write_report(assessment, tmp_path / "out", "en", ("incidents.geojson", "findings.json", "report.html"))
    incidents = [note.incident for note in assessment.incidents]
    exact = [one.time.start for one in incidents if Stratum.ACOUSTIC in one.strata]
    assert len(exact) == len(SHOTS)
    for path in (tmp_path / "out").iterdir():
        text = path.read_text(encoding="utf-8")
        assert not [one for one in exact if f"{one:%H:%M:%S}" in text], path.name
        assert not re.search(r"T\d\d:\d\d:\d\d\.\d", text), path.name

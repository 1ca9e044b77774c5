"""The files of a result, and what they never hold."""

from __future__ import annotations

import csv
import json
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from located_samples import DEGREES, GRID, MOMENTS, PLANE, SECONDS, located

import truceline.fusion.arrivals as engine
from truceline.mission.locating import LocateAsked, LocateOutcome, locate_files
from truceline.mission.locating.run import nothing_located
from truceline.mission.locating.tables import Told
from truceline.mission.locating.writing import check_out, write_all
from truceline.model import MissionReadOnly, SensorTable, UsageFault

TellsOf = Callable[..., Told]
TABLES = {"events", "assignments", "mirrors", "medium", "sensors", "leftover", "rejected", "flagged"}
BED = "{http://quakeml.org/xmlns/bed/1.2}"


def written(told: Told, folder: Path, form: str = "csv", *, quakeml: bool = False) -> set[str]:
    return {path.name for path in write_all(told, folder, form, with_quakeml=quakeml)}


def test_the_tables_are_written_as_csv_without_quotes(told: TellsOf, tmp_path: Path):
    assert written(told(), tmp_path / "out") == {f"{name}.csv" for name in TABLES}
    lines = (tmp_path / "out" / "events.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("event,x,y,z,time,probability,")
    assert lines[1].startswith("1,2,1.5,,8.25,0.99,")
    assert not list((tmp_path / "out").glob(".*"))


def test_a_sensor_that_was_moved_has_a_row_for_each_period(told: TellsOf, tmp_path: Path):
    head, *rows = PLANE.splitlines()
    moved = [f"{rows[0]},,9", *(f"{row},," for row in rows[1:]), f"{rows[0].split(',')[0]},7,7,9,"]
    written(told("\n".join([f"{head},from,until", *moved]) + "\n"), tmp_path / "out")
    with (tmp_path / "out" / "sensors.csv").open(encoding="utf-8", newline="") as opened:
        first, second, *_ = csv.DictReader(opened)
    assert (first["sensor"], first["from"], first["until"]) == (rows[0].split(",")[0], "", "9")
    assert (second["sensor"], second["from"], second["until"]) == (first["sensor"], "9", "12")


def an_hour(chance: np.random.Generator) -> tuple[list[str], list[str]]:
    """Rows of eleven sensors at 140 m and what they heard of six events; three arrivals are alike but for their id."""
    place, source = chance.uniform(0, 6, (11, 2)), chance.uniform(1, 5, (6, 2))
    sensors = [f"P{i},{x:.4f},{y:.4f},0.14" for i, (x, y) in enumerate(place.tolist())]
    heard = np.hypot(*(place[None] - source[:, None]).transpose(2, 0, 1)) / 0.34 + 100.0 * np.arange(6)[:, None]
    heard += chance.normal(0, 0.01, heard.shape)
    rows = [f"P{i},{at:.4f}" for one in heard.tolist() for i, at in enumerate(one)]
    return sensors, [f"a{n},{row}" for n, row in enumerate([*rows, rows[5], rows[5]])]


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_the_order_of_rows_changes_no_byte_but_the_rows_named(tmp_path: Path, seed: int, form: str):
    chance = np.random.default_rng(seed)
    sensors, arrivals = an_hour(chance)
    held = []
    for turn in range(2):
        for name, head, rows in (("S", "sensor,x,y,z", sensors), ("A", "arrival,sensor,time", arrivals)):
            mixed = [rows[i] for i in chance.permutation(len(rows))] if turn else rows
            (tmp_path / f"{name}.csv").write_text("\n".join([head, *mixed]) + "\n", encoding="utf-8")
        out = tmp_path / f"out{turn}"
        locate_files(LocateAsked(tmp_path / "S.csv", (tmp_path / "A.csv",), out, form=form))
        held.append({path.name: path.read_bytes() for path in out.iterdir() if path.stem != "flagged"})
    assert f"assignments.{form}" in held[0]
    assert [name for name in held[0] if held[0][name] != held[1][name]] == []


def test_results_are_in_an_order_people_look_things_up_in(tmp_path: Path):
    sensors, arrivals = an_hour(np.random.default_rng(4))
    (tmp_path / "S.csv").write_text("\n".join(["sensor,x,y,z", *sensors[::-1]]) + "\n", encoding="utf-8")
    (tmp_path / "A.csv").write_text("\n".join(["arrival,sensor,time", *arrivals[::-1]]) + "\n", encoding="utf-8")
    locate_files(LocateAsked(tmp_path / "S.csv", (tmp_path / "A.csv",), tmp_path / "out"))

    def _rows(name: str) -> list[dict[str, str]]:
        with (tmp_path / "out" / f"{name}.csv").open(encoding="utf-8", newline="") as opened:
            return list(csv.DictReader(opened))

    assert [row["sensor"] for row in _rows("sensors")] == [f"P{i}" for i in range(11)]
    times = [float(row["time"]) for row in _rows("leftover")]
    assert times == sorted(times)
    time_of = {name: float(at) for name, _, at in (row.split(",") for row in arrivals)}
    told = [(int(row["event"]), time_of[row["arrival"]]) for row in _rows("assignments")]
    assert told == sorted(told)
    assert {row["event"] for row in _rows("events")} == {str(event) for event, _ in told} == set("123456")
    assert {row["z"] for row in _rows("events")} == {"0.14"}, "on the ground around, not at the height 0"
    assert max(float(row["probability"]) for row in _rows("events")) <= 0.9999


def test_where_no_height_is_known_none_is_told(tmp_path: Path):
    sensors, arrivals = an_hour(np.random.default_rng(4))
    bare = [row.rpartition(",")[0] for row in sensors]
    (tmp_path / "S.csv").write_text("\n".join(["sensor,x,y", *bare]) + "\n", encoding="utf-8")
    (tmp_path / "A.csv").write_text("\n".join(["arrival,sensor,time", *arrivals]) + "\n", encoding="utf-8")
    locate_files(LocateAsked(tmp_path / "S.csv", (tmp_path / "A.csv",), tmp_path / "out"))
    with (tmp_path / "out" / "events.csv").open(encoding="utf-8", newline="") as opened:
        assert {row["z"] for row in csv.DictReader(opened)} == {""}


def test_an_id_with_a_comma_is_quoted_and_comes_back(told: TellsOf, tmp_path: Path):
    written(told(arrivals=SECONDS.replace("last,", '"la,s""t",')), tmp_path / "out")
    with (tmp_path / "out" / "leftover.csv").open(encoding="utf-8", newline="") as opened:
        assert [row["arrival"] for row in csv.DictReader(opened)] == ['la,s"t']


def test_parquet_says_the_same(told: TellsOf, tmp_path: Path):
    assert written(told(), tmp_path, "parquet") == {f"{name}.parquet" for name in TABLES}
    rows = pq.read_table(tmp_path / "events.parquet").to_pylist()
    assert (rows[0]["x"], rows[0]["z"], rows[1]["arrivals"]) == (2.0, None, 1)


@pytest.mark.parametrize(("sensors", "crs"), [(DEGREES, ""), (GRID, "EPSG:32637")])
def test_on_earth_there_is_a_map_and_no_file_says_where_a_sensor_stands(
    told: TellsOf, tmp_path: Path, sensors: str, crs: str
):
    tell = told(sensors, MOMENTS, crs)
    names = written(tell, tmp_path / "out", quakeml=True)
    assert {"events.geojson", "events.quakeml.xml"} <= names
    features = json.loads((tmp_path / "out" / "events.geojson").read_text(encoding="utf-8"))["features"]
    assert [one["geometry"]["type"] for one in features] == ["Point", "Point"]
    assert features[1]["properties"]["mirror_share"] == 0.25
    assert features[0]["properties"]["ellipse_major_m"] == pytest.approx(48.95, abs=0.02)
    lon, lat = tell.heard.frame.degrees(tell.heard.network.sensors.x_m, tell.heard.network.sensors.y_m)
    places = {f"{value:.4f}" for value in (*lon, *lat)}
    places |= {value for row in sensors.splitlines()[1:] for value in row.split(",")[1:]}
    for name in names:
        text = (tmp_path / "out" / name).read_text(encoding="utf-8")
        assert [place for place in places if place in text] == [], name


def test_a_map_an_earlier_run_left_is_taken_away(told: TellsOf, tmp_path: Path):
    written(told(DEGREES, MOMENTS), tmp_path / "out", quakeml=True)
    written(told(), tmp_path / "out")
    assert {path.name for path in (tmp_path / "out").iterdir()} == {f"{name}.csv" for name in TABLES}


def test_quakeml_holds_origin_ellipse_picks_and_arrivals(told: TellsOf, tmp_path: Path):
    written(told(DEGREES, MOMENTS.replace("1,A", "<1&>,A")), tmp_path, quakeml=True)
    events = ET.parse(tmp_path / "events.quakeml.xml").getroot().findall(f"{BED}eventParameters/{BED}event")  # noqa: S314 - written by ourselves
    assert len(events) == 2
    origin = events[0].find(f"{BED}origin")
    assert origin is not None
    assert origin.findtext(f"{BED}time/{BED}value") == "2031-01-01T00:00:08.250000Z"
    assert float(origin.findtext(f"{BED}originUncertainty/{BED}maxHorizontalUncertainty", "")) == pytest.approx(
        48.95, abs=0.02
    )
    picks = [pick.attrib["publicID"] for pick in events[0].findall(f"{BED}pick")]
    assert [one.findtext(f"{BED}pickID") for one in origin.findall(f"{BED}arrival")] == picks
    assert len(picks) == 3
    other = events[1].find(f"{BED}origin")
    assert other is not None
    assert other.findtext(f"{BED}depth/{BED}value") == "1200.000"


@pytest.fixture
def locate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., LocateOutcome]:
    """Locate files with an engine that finds what the sample says."""

    def found(sensors: SensorTable, *_: object) -> object:
        return located(float(np.mean(sensors.x_m)), float(np.mean(sensors.y_m)))

    monkeypatch.setattr(engine, "locate", found)

    def run(sensors: str = PLANE, arrivals: str = SECONDS, **asked: object) -> LocateOutcome:
        (tmp_path / "S.csv").write_text(sensors, encoding="utf-8")
        (tmp_path / "A.csv").write_text(arrivals, encoding="utf-8")
        told = {"out": tmp_path / "out", **asked}
        return locate_files(LocateAsked(tmp_path / "S.csv", (tmp_path / "A.csv",), **told))  # type: ignore[arg-type]

    return run


def test_the_outcome_counts_what_the_files_hold(locate: Callable[..., LocateOutcome], tmp_path: Path):
    outcome = locate(arrivals=SECONDS.replace("14.5\n", "14.5\n9,B,\n8,X,1\n"))
    assert (outcome.events, outcome.mirrored, outcome.assigned, outcome.leftover) == (2, 1, 4, 1)
    assert (outcome.read, outcome.rejected, outcome.flagged) == (7, 2, 0)
    assert sum(outcome.reasons.values()) == 2
    with (tmp_path / "out" / "rejected.csv").open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    assert [(row["row"], row["arrival"]) for row in rows] == [("4", "9"), ("5", "8")]
    assert outcome.as_record()["settings"] == {"pick_error_s": 0.05}


def test_a_sensor_that_was_moved_is_one_sensor(tmp_path: Path):
    places = "P1,0,0,,5\nP1,1,1,5,\nP2,3,0,,\nP3,0,3,,\n"
    (tmp_path / "S.csv").write_text("sensor,x,y,from,until\n" + places, encoding="utf-8")
    (tmp_path / "A.csv").write_text("arrival,sensor,time\n", encoding="utf-8")
    outcome = locate_files(LocateAsked(tmp_path / "S.csv", (tmp_path / "A.csv",), tmp_path / "out"))
    assert (outcome.sensors, outcome.not_checked) == (3, 3)


def test_nobody_heard_anything_is_a_result(locate: Callable[..., LocateOutcome], tmp_path: Path):
    outcome = locate(arrivals="arrival,sensor,time\n", sensors=DEGREES, quakeml=True)
    assert (outcome.events, outcome.read) == (0, 0)
    assert "no proof of silence" in outcome.notes[-1]
    assert (tmp_path / "out" / "events.csv").read_text(encoding="utf-8").count("\n") == 1
    with (tmp_path / "out" / "sensors.csv").open(encoding="utf-8", newline="") as opened:
        assert {row["finding"] for row in csv.DictReader(opened)} == {"not-checked"}
    assert json.loads((tmp_path / "out" / "events.geojson").read_text(encoding="utf-8"))["features"] == []


def test_arrivals_without_an_event_say_what_to_check(
    locate: Callable[..., LocateOutcome], monkeypatch: pytest.MonkeyPatch
):
    nothing = nothing_located()
    empty = replace(nothing, events=replace(nothing.events, assigned=np.full(5, -1)))
    monkeypatch.setattr(engine, "locate", lambda *_: empty)
    outcome = locate()
    assert (outcome.events, outcome.leftover) == (0, 5)
    assert "check the unit" in outcome.notes[-1]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"medium": "acustic"}, "did you mean acoustic?"),
        ({"form": "xlsx"}, "choose of csv, parquet"),
        ({"quakeml": True}, "give sensors by lat,lon"),
    ],
)
def test_a_question_that_makes_no_sense_is_told_and_nothing_is_written(
    locate: Callable[..., LocateOutcome], tmp_path: Path, asked: dict[str, object], said: str
):
    with pytest.raises(UsageFault) as fault:
        locate(**asked)
    assert said in fault.value.do
    assert not (tmp_path / "out").exists()


def test_quakeml_of_bare_seconds_is_told(locate: Callable[..., LocateOutcome]):
    with pytest.raises(UsageFault, match="needs the date"):
        locate(sensors=DEGREES, quakeml=True)


def test_a_result_is_not_written_over_what_it_is_made_from(tmp_path: Path):
    (tmp_path / "sensors.csv").write_text(PLANE, encoding="utf-8")
    with pytest.raises(UsageFault, match=r"sensors\.csv would be written over"):
        check_out(tmp_path, [tmp_path / "sensors.csv"])


def test_a_file_where_the_folder_should_be_is_told(locate: Callable[..., LocateOutcome], tmp_path: Path):
    (tmp_path / "out").write_text("here", encoding="utf-8")
    with pytest.raises(UsageFault, match="a file stands where"):
        locate()


def test_a_folder_that_cannot_be_written_to_is_told(told: TellsOf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.mkstemp", refuse)
    with pytest.raises(MissionReadOnly):
        write_all(told(), tmp_path / "out", "csv", with_quakeml=False)

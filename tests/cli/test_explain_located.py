"""``truceline explain EVENT --located DIR``."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest

Command = Callable[..., Any]
PLACES_KM = [(x, y) for x in (0.0, 3.0, 6.0) for y in (0.0, 2.5, 5.0)]
SHOTS = [(1.5, 1.2, 100.0), (4.4, 3.9, 160.0), (2.2, 4.1, 230.0), (4.9, 0.8, 300.0), (3.1, 2.2, 390.0)]


@pytest.fixture
def located(truceline: Command, tmp_path: Path) -> Path:
    """Five shots heard by eight of nine sensors, located."""
    random = np.random.default_rng(4)
    rows = [
        (f"p{i}", shot + np.hypot(x - east, y - north) / 0.34 + random.normal(0, 0.005))
        for east, north, shot in SHOTS
        for i, (x, y) in enumerate(PLACES_KM)
        if i != 4 or shot != 100.0
    ]
    sensors = "".join(f"p{i},{x},{y}\n" for i, (x, y) in enumerate(PLACES_KM))
    arrivals = "".join(f"a{number},{name},{time:.4f}\n" for number, (name, time) in enumerate(rows))
    (tmp_path / "S.csv").write_text("sensor,x,y\n" + sensors, encoding="utf-8")
    (tmp_path / "A.csv").write_text("arrival,sensor,time\n" + arrivals, encoding="utf-8")
    files = ("--sensors", tmp_path / "S.csv", "--arrivals", tmp_path / "A.csv", "--out", tmp_path / "out")
    assert truceline("locate", *files).exit_code == 0
    return tmp_path / "out"


def test_the_table_names_arrivals_and_the_miss(truceline: Command, located: Path):
    answer = truceline("explain", "1", "--located", located)
    assert answer.exit_code == 0, answer.err
    assert "heard by 8 sensors" in answer.out
    assert "1 nearer ones did not" in answer.out
    assert re.search(r"p4\b.*missed", answer.out)
    assert "if this sensor had not stood there" in answer.out


def test_no_event_is_told_as_certain(truceline: Command, located: Path):
    answer = truceline("explain", "1", "--located", located)
    assert "probability of being real >0.9999" in answer.out
    assert "1.0000" not in answer.out


def test_a_machine_gets_every_sensor_most_moving_first(truceline: Command, located: Path):
    told = json.loads(truceline("explain", "1", "--located", located, "--json").out)
    assert (told["event"], told["crs"], told["arrivals"], told["misses"]) == (1, "local-km", 8, 1)
    assert math.hypot(told["x"] - 1.5, told["y"] - 1.2) < 0.05
    heard = [one for one in told["sensors"] if one["arrival"]]
    assert len(told["sensors"]) == 9
    assert [one["shift_ellipses"] for one in heard] == sorted((one["shift_ellipses"] for one in heard), reverse=True)
    assert sum(one["leverage"] for one in heard) == pytest.approx(3.0, abs=1e-3)  # place and time: three freedoms
    miss = next(one for one in told["sensors"] if one["sensor"] == "p4")
    assert (miss["arrival"], miss["residual_s"], miss["shift_m"]) == (None, None, 0.0)
    assert miss["log_odds"] < -1


def test_several_events_come_as_a_list(truceline: Command, located: Path):
    told = json.loads(truceline("explain", "2,4", "--located", located, "--json").out)
    assert [one["event"] for one in told["events"]] == [2, 4]
    assert len(json.loads(truceline("explain", "all", "--located", located, "--json").out)["events"]) == len(SHOTS)


def test_a_picture_stands_alone_and_has_the_same_bytes_again(truceline: Command, located: Path, tmp_path: Path):
    for name in ("one.svg", "two.svg"):
        assert truceline("explain", "1", "--located", located, "--svg", tmp_path / name).exit_code == 0
    drawn = (tmp_path / "one.svg").read_text(encoding="utf-8")
    assert drawn == (tmp_path / "two.svg").read_text(encoding="utf-8")
    root = ET.fromstring(drawn)  # noqa: S314 - our own bytes
    names = [element.tag.rpartition("}")[2] for element in root.iter()]
    assert names[:2] == ["svg", "defs"]
    assert {"title", "desc", "ellipse"} <= set(names)
    assert not {"script", "image", "use", "foreignObject"} & set(names)
    assert "http" not in drawn.replace("http://www.w3.org/2000/svg", "")
    classes = [element.get("class") for element in root.iter()]
    assert classes.count("heard") == 8 + 8 + 1  # on the map, among the residuals, in the legend
    assert classes.count("missed") == 1 + 1 + 1


def test_several_pictures_go_into_a_folder_in_the_language_asked(truceline: Command, located: Path, tmp_path: Path):
    answer = truceline("explain", "all", "--located", located, "--svg", tmp_path / "pictures", "--lang", "de")
    assert answer.exit_code == 0, answer.err
    assert sorted(path.name for path in (tmp_path / "pictures").iterdir()) == [f"event-{n}.svg" for n in range(1, 6)]
    assert "Ereignis 3" in (tmp_path / "pictures" / "event-3.svg").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("what", "words", "code", "said"),
    [
        ("9", (), 7, "there is no event 9"),
        ("0", (), 7, "there is no event 0"),
        ("first", (), 2, "'first' is no number"),
        ("1", ("--lang", "fr"), 2, "no report in the language 'fr'"),
    ],
)
def test_what_cannot_be_explained_is_told(
    truceline: Command, located: Path, what: str, words: tuple[str, ...], code: int, said: str
):
    answer = truceline("explain", what, "--located", located, *words)
    assert said in answer.err
    assert answer.exit_code == code


def test_a_folder_without_workings_or_with_broken_ones_is_told(truceline: Command, located: Path):
    (located / "workings.npz").write_bytes(b"PK\x03\x04 nothing")
    assert "no file of workings that this version can read" in truceline("explain", "1", "--located", located).err
    (located / "workings.npz").unlink()
    assert "the workings of this run are not there" in truceline("explain", "1", "--located", located).err


def test_only_located_events_are_drawn(truceline: Command, tmp_path: Path):
    answer = truceline("explain", "1", "--svg", tmp_path / "x.svg")
    assert "only located events are drawn" in answer.err


def test_workings_are_left_out_when_asked_and_an_old_one_goes(truceline: Command, located: Path, tmp_path: Path):
    files = ("--sensors", tmp_path / "S.csv", "--arrivals", tmp_path / "A.csv", "--out", located)
    assert (located / "workings.npz").is_file()
    assert truceline("locate", *files, "--no-workings").exit_code == 0
    assert not (located / "workings.npz").exists()


def test_waves_in_the_ground_are_told_as_not_explained_and_s_alone_as_locating_nothing(
    truceline: Command, tmp_path: Path
):
    places = [("a", 0, 0), ("b", 20, 0), ("c", 0, 20), ("d", 20, 20)]
    sensors = "sensor,x,y\n" + "".join(f"{name},{x},{y}\n" for name, x, y in places)
    arrivals = "arrival,sensor,time,phase\n" + "".join(f"{i},{one[0]},{i}.5,S\n" for i, one in enumerate(places))
    (tmp_path / "S.csv").write_text(sensors, encoding="utf-8")
    (tmp_path / "A.csv").write_text(arrivals, encoding="utf-8")
    out = tmp_path / "quakes"
    files = ("--sensors", tmp_path / "S.csv", "--arrivals", tmp_path / "A.csv", "--out", out)
    ran = truceline("locate", "--medium", "seismic", *files)
    assert ran.exit_code == 0
    assert "every arrival is said to be an S" in " ".join((ran.out + ran.err).split())
    told = truceline("explain", "1", "--located", out)
    assert told.exit_code != 0
    assert "from waves in the ground, which are not explained one by one yet" in " ".join(told.err.split())
    assert "--no-workings" not in told.err

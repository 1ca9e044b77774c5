"""``truceline locate`` as people call it."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

Command = Callable[..., Any]
PLACES_KM = [(x, y) for x in (0.0, 3.0, 6.0) for y in (0.0, 2.5, 5.0)]
SHOTS = [(1.5, 1.2, 100.0), (4.4, 3.9, 160.0), (2.2, 4.1, 230.0), (4.9, 0.8, 300.0), (3.1, 2.2, 390.0)]


@pytest.fixture
def files(tmp_path: Path) -> list[object]:
    """Five shots heard by nine sensors, as the words of a command."""
    random = np.random.default_rng(4)
    rows = [
        (f"p{i}", shot + np.hypot(x - east, y - north) / 0.34 + random.normal(0, 0.005))
        for east, north, shot in SHOTS
        for i, (x, y) in enumerate(PLACES_KM)
    ]
    sensors = "".join(f"p{i},{x},{y}\n" for i, (x, y) in enumerate(PLACES_KM))
    arrivals = "".join(f"{number},{name},{time:.4f}\n" for number, (name, time) in enumerate(rows))
    (tmp_path / "S.csv").write_text("sensor,x,y\n" + sensors, encoding="utf-8")
    (tmp_path / "A.csv").write_text("arrival,sensor,time\n" + arrivals + "x,p0,never\n", encoding="utf-8")
    return ["--sensors", tmp_path / "S.csv", "--arrivals", tmp_path / "A.csv", "--out", tmp_path / "out"]


def test_shots_are_located_and_the_answer_says_what_was_not_used(
    truceline: Command, files: list[object], tmp_path: Path
):
    answer = truceline("locate", *files)
    assert answer.exit_code == 0, answer.err
    assert "events located from 45 arrivals at 9 sensors" in answer.out
    assert "not used, 1 rows: not a time" in answer.out
    with (tmp_path / "out" / "events.csv").open(encoding="utf-8", newline="") as opened:
        events = list(csv.DictReader(opened))
    assert len(events) == len(SHOTS)
    for event, (x, y, time) in zip(sorted(events, key=lambda one: float(one["time"])), SHOTS, strict=True):
        assert np.hypot(float(event["x"]) - x, float(event["y"]) - y) < 0.05
        assert abs(float(event["time"]) - time) < 0.1


def test_a_clock_that_runs_ahead_is_told_and_taken_out(truceline: Command, tmp_path: Path):
    random = np.random.default_rng(8)
    shots = zip(random.uniform(0, 6, 60), random.uniform(0, 5, 60), 100.0 + 60.0 * np.arange(60), strict=True)
    rows = [
        f"{number}-{i},p{i},{shot + np.hypot(x - east, y - north) / 0.34 + random.normal(0, 0.01) + (i == 4):.4f}\n"
        for number, (east, north, shot) in enumerate(shots)
        for i, (x, y) in enumerate(PLACES_KM)
    ]
    sensors = "".join(f"p{i},{x},{y}\n" for i, (x, y) in enumerate(PLACES_KM))
    (tmp_path / "S.csv").write_text("sensor,x,y\n" + sensors, encoding="utf-8")
    (tmp_path / "A.csv").write_text("arrival,sensor,time\n" + "".join(rows), encoding="utf-8")
    files = ["--sensors", tmp_path / "S.csv", "--arrivals", tmp_path / "A.csv", "--out", tmp_path / "out"]
    said = [line for line in truceline("locate", *files).out.splitlines() if line.startswith("sensor ")]
    assert len(said) == 1
    assert said[0].startswith("sensor p4: clock-offset +1.0")
    assert said[0].endswith("taken out")
    told = json.loads(truceline("locate", *files, "--json").out)
    [fault] = told["sensor_faults"]
    assert (fault["sensor"], fault["finding"], fault["unit"], fault["corrected"]) == ("p4", "clock-offset", "s", True)
    assert abs(fault["value"] - 1.0) < 3 * fault["error"] < 0.1
    assert told["sensors_not_checked"] == 0


def test_a_machine_gets_counts_settings_and_seconds(truceline: Command, files: list[object]):
    told = json.loads(truceline("locate", *files, "--json").out)
    assert told["arrivals"] == {
        "read": 46, "rejected": 1, "flagged": 0, "assigned": told["arrivals"]["assigned"],
        "leftover": 45 - told["arrivals"]["assigned"],
    }  # fmt: skip
    assert {"read", "locate", "write"} <= set(told["timings_s"])
    assert told["settings"]
    assert (told["medium"], told["crs"], told["sensors"]) == ("acoustic", "local-km", 9)


def test_the_same_files_give_the_same_bytes(truceline: Command, files: list[object], tmp_path: Path):
    truceline("locate", *files)
    first = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    truceline("locate", *files)
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == first


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--medium", "water"), 2, "no medium 'water'"),
        (("--crs", "EPSG:4326"), 2, "not a projected grid"),
        (("--format", "xlsx"), 2, "no format 'xlsx'"),
        (("--quakeml",), 2, "QuakeML needs"),
        (("--sensors", "nowhere.csv"), 3, "cannot be opened"),
    ],
)
def test_a_question_that_makes_no_sense_is_told_in_four_parts(
    truceline: Command, files: list[object], words: tuple[str, ...], code: int, said: str
):
    answer = truceline("locate", *files, *words)
    assert (answer.exit_code, answer.out) == (code, "")
    assert said in answer.err


def test_the_help_of_all_commands_does_not_load_what_locating_needs():
    code = (
        "import sys; sys.argv = ['truceline', '--help']\n"
        "from truceline.cli.main import run\n"
        "try:\n    run()\nexcept SystemExit:\n    pass\n"
        "print([name for name in ('numba', 'pyarrow', 'pyproj') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.splitlines()[-1] == "[]"


def test_waves_in_the_ground_are_located_with_depth(truceline: Command, tmp_path: Path):
    random, rows, shakes = np.random.default_rng(2), [], [(8.0 + 2 * k, 20.0 - k, 60.0 * k) for k in range(8)]
    posts = [(8.0 * (i % 4), 8.0 * (i // 4)) for i in range(12)]
    for x, y, moment in shakes:
        for name, (east, north) in enumerate(posts):
            away = np.sqrt((x - east) ** 2 + (y - north) ** 2 + 6.0**2)
            for phase, speed in (("P", 5.8), ("S", 3.36)):
                rows.append((name, moment + away / speed + random.normal(0, 0.02), phase))
    sensors = "".join(f"p{i},{x},{y},0\n" for i, (x, y) in enumerate(posts))
    picks = "".join(f"{n},p{name},{time:.4f},{phase}\n" for n, (name, time, phase) in enumerate(rows))
    (tmp_path / "S.csv").write_text("sensor,x,y,z\n" + sensors, encoding="utf-8")
    (tmp_path / "A.csv").write_text("arrival,sensor,time,phase\n" + picks, encoding="utf-8")
    (tmp_path / "V.csv").write_text("depth_km,vp_km_s,vs_km_s\n0,5.8,3.36\n", encoding="utf-8")
    words = ["--sensors", tmp_path / "S.csv", "--arrivals", tmp_path / "A.csv", "--out", tmp_path / "out"]
    refused = truceline("locate", *words, "--velocity-model", tmp_path / "V.csv")
    assert (refused.exit_code, "--medium seismic" in refused.err) == (2, True)
    answer = truceline("locate", *words, "--medium", "seismic", "--velocity-model", tmp_path / "V.csv")
    assert answer.exit_code == 0, answer.err
    assert "clocks and health of sensors are not checked" in answer.out
    with (tmp_path / "out" / "events.csv").open(encoding="utf-8", newline="") as opened:
        events = list(csv.DictReader(opened))
    assert len(events) == len(shakes)
    for event, (x, y, _) in zip(events, shakes, strict=True):
        assert np.hypot(float(event["x"]) - x, float(event["y"]) - y) < 1.5
        assert abs(float(event["z"]) + 6.0) < 4 * float(event["z_error"])
        assert float(event["z_error"]) ** 2 == pytest.approx(float(event["cov_zz"]), rel=1e-3)
    assert (tmp_path / "out" / "medium.csv").read_text(encoding="utf-8").startswith("top_m,p_mps,s_mps")
    assert (tmp_path / "out" / "delays.csv").read_text(encoding="utf-8").count("\n") == 1 + 2 * len(posts)
    assert truceline("locate", *words).exit_code == 0
    assert not (tmp_path / "out" / "delays.csv").exists()

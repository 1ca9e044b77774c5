"""Events located from P and S picks: two days of a real swarm beside PyOcto on the same picks, and made-up days.

    python benchmarks/seismic.py                        all of it
    python benchmarks/seismic.py --only plain crust     some made-up days, without the swarm
    python benchmarks/seismic.py --no-peer              ours alone

The swarm is that of the folder of public feeds (``TRUCELINE_DATA``, ../shared/data unless set). An event of the
network's catalogue is found when one is located within 3 s and 10 km, one to one, the nearest first. The catalogue is
itself incomplete: what is beyond it is counted by probability, not called wrong.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from arrivals import Peer, environment
from arrivals_scoring import judged, overlapping, together
from seismic_made import TRUE_GROUND, Made, made_day, sensors_of

from truceline.fusion.arrivals.ground import GroundSettings, locate_in_ground
from truceline.fusion.arrivals.ground.warming import exercise_in_ground
from truceline.model import LocatedEvents, Medium, VelocityModel
from truceline.model.columns import Floats
from truceline.sources.arrivals import Heard, take_in

DATA = Path(os.environ.get("TRUCELINE_DATA", Path(__file__).parents[2] / "shared" / "data"))
_SWARM = Path("seismic_picks") / "saltonsea_2020"
_TOOL = Path(__file__).with_name("seismic_peer.py")
_NEAR_S, _NEAR_M = 3.0, 10_000.0
_SURE = (0.5, 0.9, 0.99, 0.999)
_PLAIN = Made()
DAYS: dict[str, tuple[Made, VelocityModel | None]] = {
    "plain": (_PLAIN, TRUE_GROUND),
    "crust": (_PLAIN, None),
    "noise": (replace(_PLAIN, noise=6.0), TRUE_GROUND),
    "dense": (replace(_PLAIN, events=1500), TRUE_GROUND),
    "unsaid": (replace(_PLAIN, said=0.0), TRUE_GROUND),
    "only-p": (replace(_PLAIN, only_p=True), TRUE_GROUND),
    "few": (replace(_PLAIN, sensors=12), TRUE_GROUND),
    "line": (replace(_PLAIN, on_a_line=True), TRUE_GROUND),
}
"""Made-up days, and the layers that are told (none: the standard crust, which is wrong there)."""


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--only", nargs="*", default=[], choices=DAYS, help="made-up days, and no swarm")
    asked.add_argument("--seeds", nargs="*", type=int, default=[1, 2])
    asked.add_argument("--no-peer", action="store_true")
    asked.add_argument("--peer-python", type=Path, help="an environment that has PyOcto already")
    asked.add_argument("--out", type=Path, default=Path("build/bench-seismic.json"))
    given = asked.parse_args()
    exercise_in_ground()
    result: dict[str, Any] = {"days": {name: day(name, given.seeds) for name in given.only or DAYS}}
    if not given.only:
        result["swarm"] = swarm(None if given.no_peer else environment(given.peer_python, wanted=True))
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


def day(name: str, seeds: list[int]) -> dict[str, float]:
    """Made-up days of one kind, held against the truth and printed."""
    asked, model = DAYS[name]
    scores, off, inside, cpu_s, arrivals = [], [], [], 0.0, 0
    for seed in seeds:
        made = made_day(asked, seed)
        began = time.process_time()
        located = locate_in_ground(sensors_of(made), made.arrivals(), GroundSettings(model=model) if model else None)
        cpu_s, arrivals = cpu_s + time.process_time() - began, arrivals + len(made)
        events = located.events
        scores.append(judged(events, made))
        left, right = overlapping(events.assigned, made).T
        apart = -events.z_m[left] - made.depth_m[right]
        off.append(np.abs(apart))
        inside.append(np.abs(apart) <= 1.96 * np.sqrt(events.covariance[left, 3, 3]))
    depth, held = np.concatenate(off), np.concatenate(inside)
    told = {
        **together(scores),
        "depth_median_m": float(np.median(depth)),
        "depth_p90_m": float(np.quantile(depth, 0.9)),
        "depth_in_95": float(held.mean()),
        "cpu_s_a_million": cpu_s / arrivals * 1e6,
    }
    names = (
        "f1",
        "median_m",
        "p90_m",
        "inside_95_by_arrivals",
        "inside_95_either_place",
        "calibration_error_by_arrivals",
    )
    also = ("calibration_error", "invented", "depth_median_m", "depth_p90_m", "depth_in_95", "cpu_s_a_million")
    print(f"{name:8}", *(f"{one} {told[one]:.4g}" for one in (*names, *also)), flush=True)
    return told


def swarm(peer: Peer | None) -> dict[str, Any]:
    """Two days of a swarm, ours and the peer's, held against the catalogue and printed."""
    folder = DATA / _SWARM
    if not folder.is_dir():
        print(f"{folder} is no folder: the swarm is left out. Set TRUCELINE_DATA to the folder of public feeds.")
        return {}
    heard = take_in(folder / "stations.csv", (folder / "picks.csv.gz",), medium=Medium.SEISMIC, crs="")
    listed = catalogue(folder / "events.csv", heard)
    began = time.process_time()
    located = locate_in_ground(heard.network.sensors, heard.judged.arrivals)
    cpu_s = time.process_time() - began
    events = located.events
    told = {"ours": {**held_against(listed, at_of(events), events.probability), "cpu_s": cpu_s, **located.learned}}
    if peer is not None and peer.runs:
        for name, settings in {"peer": {}, "peer-5.5": {"vp": 5.5, "vs": 3.1}}.items():
            told[name] = beside(peer.python, heard, listed, settings)
    for who, figures in told.items():
        print(who, *(f"{key} {value:.4g}" for key, value in figures.items()), flush=True)
    return told


def catalogue(path: Path, heard: Heard) -> Floats:
    """The network's own events: x, y, time, depth."""
    begins = datetime.fromisoformat(heard.clock.epoch)
    with path.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened, delimiter="\t"))
    x, y = heard.frame.plane(*(np.array([float(row[name]) for row in rows]) for name in ("lng", "lat")))
    moments = [datetime.fromisoformat(row["time"]).replace(tzinfo=UTC) for row in rows]
    seconds = [(moment - begins).total_seconds() for moment in moments]
    listed: Floats = np.c_[x, y, seconds, [float(row["depth(m)"]) for row in rows]]
    return listed


def at_of(events: LocatedEvents) -> Floats:
    """Where located events are: x, y, time, depth."""
    found: Floats = np.c_[events.x_m, events.y_m, events.time_s, -events.z_m]
    return found


def held_against(listed: Floats, found: Floats, probability: Floats) -> dict[str, float]:
    """Recall, differences of place, time and depth, and what is beyond the catalogue."""
    order = np.argsort(found[:, 2], kind="stable")
    times = found[order, 2]
    pairs = []
    for row, (x, y, moment, _) in enumerate(listed):
        near = order[np.searchsorted(times, moment - _NEAR_S) : np.searchsorted(times, moment + _NEAR_S)]
        for one in near:
            apart = float(np.hypot(found[one, 0] - x, found[one, 1] - y))
            if apart <= _NEAR_M:
                cost = (apart / _NEAR_M) ** 2 + ((found[one, 2] - moment) / _NEAR_S) ** 2
                pairs.append((cost, row, int(one), apart))
    rows, ones, kept = set[int](), set[int](), []
    for _, row, one, apart in sorted(pairs):
        if row not in rows and one not in ones:
            rows.add(row)
            ones.add(one)
            kept.append((apart, found[one, 3] - listed[row, 3], found[one, 2] - listed[row, 2]))
    apart, deeper, later = np.array(kept).T
    beyond = np.delete(probability, sorted(ones))
    return {
        "events": len(found), "recall": len(kept) / len(listed), "place_median_m": float(np.median(apart)),
        "place_p90_m": float(np.quantile(apart, 0.9)), "depth_median_m": float(np.median(np.abs(deeper))),
        "depth_p90_m": float(np.quantile(np.abs(deeper), 0.9)), "deeper_m": float(np.median(deeper)),
        "later_s": float(np.median(later)), "beyond": len(beyond), "beyond_expected_real": float(beyond.sum()),
        **{f"beyond_from_{sure:g}": int((beyond >= sure).sum()) for sure in _SURE},
    }  # fmt: skip


def beside(python: Path, heard: Heard, listed: Floats, settings: dict[str, float]) -> dict[str, float]:
    """The peer on the same picks."""
    sensors, arrivals = heard.network.sensors, heard.judged.arrivals
    with tempfile.TemporaryDirectory() as folder:
        np.savez(
            Path(folder) / "picks.npz", x=sensors.x_m, y=sensors.y_m, z=np.nan_to_num(sensors.z_m),
            sensor=arrivals.sensor, time=arrivals.time_s, phase=np.array(arrivals.phase.names)[arrivals.phase.codes],
        )  # fmt: skip
        command = [str(python), str(_TOOL), folder, json.dumps(settings)]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=1800)
        found = np.load(Path(folder) / "peer.npz")["found"]
    told = held_against(listed, found, np.ones(len(found)))
    return {**told, **json.loads(done.stdout.splitlines()[-1])}


if __name__ == "__main__":
    main()

"""What runs in the peer's own environment: shared generator, PyOcto, shared scorer (they need NumPy 1 and pandas).

    python arrivals_peer.py SHARED make FOLDER '{"gen": {...}, "seed": 1}'    arrivals with truth -> FOLDER/day.npz
    python arrivals_peer.py SHARED run FOLDER '{...settings...}'              the peer's result -> FOLDER/peer.npz
    python arrivals_peer.py SHARED score FOLDER NAME                          FOLDER/NAME.npz held against the truth

The last line printed is JSON. Lengths are kilometres here, as the shared tools have them.
"""

from __future__ import annotations

import importlib
import json
import resource
import sys
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np


def main() -> None:
    warnings.filterwarnings("ignore")
    shared, step, folder, given = sys.argv[1:]
    sys.path.insert(0, shared)
    steps = {"make": make, "run": run, "score": score}
    print(json.dumps(steps[step](Path(folder), given)))


def make(folder: Path, given: str) -> dict[str, Any]:
    """A day of the shared generator."""
    wanted = json.loads(given)
    asked, sensors, picks, events = importlib.import_module("gen").make(seed=wanted["seed"], **wanted["gen"])
    np.savez(
        folder / "day.npz", asked=json.dumps(asked),
        sensor_x=sensors.x, sensor_y=sensors.y, sensor=picks.sensor, time=picks.time, event=picks.event,
        event_x=events.x, event_y=events.y, event_time=events.time, heard=events.n_picks,
    )  # fmt: skip
    return {"arrivals": len(picks)}


def run(folder: Path, given: str) -> dict[str, Any]:
    """The peer on that day; only its own work is timed."""
    asked, sensors, picks, _ = _day(folder)
    peer = importlib.import_module("run_pyocto")
    began = time.process_time()
    events, assigned, seconds = peer.run(asked, sensors, picks, **json.loads(given))
    cpu = time.process_time() - began
    pairs = np.empty((0, 2), dtype=int) if assigned is None else assigned.to_numpy()
    np.savez(folder / "peer.npz", x=events.x, y=events.y, time=events.time, event=pairs[:, 0], arrival=pairs[:, 1])
    return {"seconds": seconds, "cpu_s": cpu, "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def score(folder: Path, name: str) -> dict[str, Any]:
    """What the shared scorer says of a result."""
    pandas = importlib.import_module("pandas")
    _, _, picks, events = _day(folder)
    result = np.load(folder / f"{name}.npz")
    found = pandas.DataFrame({key: result[key] for key in ("x", "y", "time")})
    assigned = pandas.DataFrame({"event_idx": result["event"], "pick_idx": result["arrival"]})
    told = importlib.import_module("score").score(found, assigned, events, picks, min_true_picks=5)
    return {key: float(value) for key, value in told.items()}


def _day(folder: Path) -> tuple[Any, Any, Any, Any]:
    pandas = importlib.import_module("pandas")
    day = np.load(folder / "day.npz")
    sensors = pandas.DataFrame({"x": day["sensor_x"], "y": day["sensor_y"]})
    picks = pandas.DataFrame({key: day[key] for key in ("sensor", "time", "event")})
    columns = {"x": "event_x", "y": "event_y", "time": "event_time", "n_picks": "heard"}
    events = pandas.DataFrame({key: day[column] for key, column in columns.items()})
    return json.loads(str(day["asked"])), sensors, picks, events


if __name__ == "__main__":
    main()

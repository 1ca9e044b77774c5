"""Events located from P and S picks: two days of a real swarm beside PyOcto on the same picks, and made-up days.

    python benchmarks/seismic.py                        all of it
    python benchmarks/seismic.py --only plain crust     some of the made-up days
    python benchmarks/seismic.py --no-peer              ours alone

The swarm is told in ``seismic_swarm.py``; ``--only swarm`` runs it alone.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from arrivals import environment
from arrivals_scoring import judged, overlapping, together
from seismic_made import TRUE_GROUND, Made, made_day, sensors_of
from seismic_swarm import swarm

from truceline.fusion.arrivals.ground import GroundSettings, locate_in_ground
from truceline.fusion.arrivals.ground.warming import exercise_in_ground
from truceline.model import VelocityModel

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
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--only", nargs="*", default=[], choices=[*DAYS, "swarm"], help="some of it")
    options.add_argument("--seeds", nargs="*", type=int, default=[1, 2])
    options.add_argument("--no-peer", action="store_true")
    options.add_argument("--peer-python", type=Path, help="an environment that has PyOcto already")
    options.add_argument("--out", type=Path, default=Path("build/bench-seismic.json"))
    given = options.parse_args()
    exercise_in_ground()
    asked = given.only or [*DAYS, "swarm"]
    result: dict[str, Any] = {"days": {name: day(name, given.seeds) for name in asked if name in DAYS}}
    if "swarm" in asked:
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


if __name__ == "__main__":
    main()

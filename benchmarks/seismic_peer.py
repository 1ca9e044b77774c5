"""PyOcto on picks of P and S, in the environment of the peer: python seismic_peer.py FOLDER SETTINGS.

FOLDER/picks.npz -> FOLDER/peer.npz (x, y, time, depth in metres and seconds). The last line printed is JSON.
Settings not given are those of PyOcto's own examples for a local network: at least 7 arrivals, 3 of P and 2 sensors
with both. ``vp``, ``vs`` (km/s) and ``tolerance`` (s) are of the ground; any other is one of its search.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from pathlib import Path

import numpy as np


def main() -> None:
    """One run."""
    pandas, pyocto = importlib.import_module("pandas"), importlib.import_module("pyocto")
    folder, given = Path(sys.argv[1]), {"vp": 6.0, "vs": 3.47, "tolerance": 2.0, **json.loads(sys.argv[2])}
    told = np.load(folder / "picks.npz")
    names = np.array([f"S{row}" for row in range(len(told["x"]))])
    sensors = pandas.DataFrame({"id": names, "x": told["x"] / 1e3, "y": told["y"] / 1e3, "z": -told["z"] / 1e3})
    picks = pandas.DataFrame({"station": names[told["sensor"]], "phase": told["phase"], "time": told["time"]})
    model = pyocto.VelocityModel0D(given["vp"], given["vs"], given["tolerance"])
    limits = {f"{axis}lim": (sensors[axis].min() - 30, sensors[axis].max() + 30) for axis in "xy"}
    ground = {"vp", "vs", "tolerance"}
    needs = {"n_picks": 7, "n_p_picks": 3, "n_s_picks": 0, "n_p_and_s_picks": 2}
    needs |= {name: value for name, value in given.items() if name not in ground}
    search = pyocto.OctoAssociator(
        **limits, zlim=(0, 30), velocity_model=model, time_before=60, n_threads=2, **needs
    )  # fmt: skip
    began = time.process_time()
    events, _ = search.associate(picks, sensors)
    cpu_s = time.process_time() - began
    found = np.c_[events.x * 1e3, events.y * 1e3, events.time, events.z * 1e3]
    np.savez(folder / "peer.npz", found=found)
    print(json.dumps({"cpu_s": cpu_s}))


if __name__ == "__main__":
    main()

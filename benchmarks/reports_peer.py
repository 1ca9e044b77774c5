"""What runs in an environment of its own: the shared generator, likelihood ratio and scorer (they need pandas).

    python reports_peer.py SHARED make FOLDER '{"seed": 1, "incidents": 300}'   reports with truth -> FOLDER/reports.npz
    python reports_peer.py SHARED run FOLDER '{}'        the likelihood ratio, told every error, its best offset
    python reports_peer.py SHARED score FOLDER NAME      FOLDER/NAME.npz held against the truth

The last line printed is JSON. Lengths are kilometres and times hours here, as the shared tools have them.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np

_OFFSETS = (-3, -2, -1, 0, 1, 2, 3, 4, 5)


def main() -> None:
    warnings.filterwarnings("ignore")
    shared, step, folder, given = sys.argv[1:]
    sys.path.insert(0, shared)
    steps = {"make": make, "run": run, "score": score}
    print(json.dumps(steps[step](Path(folder), given)))


def make(folder: Path, given: str) -> dict[str, Any]:
    """Thirty days of the shared generator."""
    wanted = json.loads(given)
    table = importlib.import_module("gen_reports").make(wanted["seed"], n=wanted["incidents"])
    entity, x, y, t = (table[name].to_numpy() for name in ("entity", "x", "y", "t"))
    source, kind = np.array(table["source"].tolist()), np.array(table["type"].tolist())
    np.savez(folder / "reports.npz", entity=entity, x=x, y=y, t=t, source=source, kind=kind)
    return {"reports": len(table)}


def run(_: Path, given: str) -> dict[str, Any]:
    """The likelihood ratio that is told every source's error; its offset is chosen with the truth in hand."""
    wanted = json.loads(given)
    table = importlib.import_module("gen_reports").make(wanted["seed"], n=wanted["incidents"])
    told = importlib.import_module("run_fusion")
    began = time.process_time()
    pairs, ratio = told.lr_model(table, thr=0)
    told.greedy(table, pairs, ratio)
    cpu_s = time.process_time() - began
    pairs, ratio = told.lr_model(table, thr=-8)
    scores = [_scores(told.greedy(table, pairs, ratio + offset), table["entity"].to_numpy()) for offset in _OFFSETS]
    return {"cpu_s": cpu_s, **max(scores, key=lambda one: one["b3_f1"])}


def score(folder: Path, name: str) -> dict[str, Any]:
    """What the shared scorer says of a grouping."""
    return _scores(np.load(folder / f"{name}.npz")["group"], np.load(folder / "reports.npz")["entity"])


def _scores(group: Any, entity: Any) -> dict[str, Any]:  # noqa: ANN401 - arrays of either NumPy
    told = importlib.import_module("gen_reports").bcubed(group, entity)
    return {key: float(value) for key, value in told.items()}


if __name__ == "__main__":
    main()

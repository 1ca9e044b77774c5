"""What runs in an environment of its own: the shared generator, likelihood ratio, Splink and scorer (they need pandas).

    python reports_peer.py SHARED make FOLDER '{"seeds": [1, 2], "incidents": 300}'   -> FOLDER/reports-1.npz and so on
    python reports_peer.py SHARED told FOLDER '{"seed": 1, "incidents": 300}'     the likelihood ratio, told all errors
    python reports_peer.py SHARED splink FOLDER '{"seed": 1, "incidents": 300}'   Splink, with its own estimation
    python reports_peer.py SHARED score FOLDER '{"seed": 1, "name": "ours"}'      FOLDER/ours-1.npz against the truth

Both peers are tuned with the truth in hand: the best of the settings that are searched in the shared folder. The last
line printed is JSON. Lengths are kilometres and times hours here, as the shared tools have them.
"""

from __future__ import annotations

import importlib
import json
import logging
import sys
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_OFFSETS = (-3, -2, -1, 0, 1, 2, 3, 4, 5)
_LINK_OFFSETS = (-2, -1, 0, 1, 2, 3)
_THRESHOLDS = (0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95)
_ALMOST_NONE = 1e-12


def main() -> None:
    warnings.filterwarnings("ignore")
    logging.disable(logging.CRITICAL)
    shared, step, folder, given = sys.argv[1:]
    sys.path.insert(0, shared)
    steps = {"make": make, "told": told, "splink": splink, "score": score}
    print(json.dumps(steps[step](Path(folder), json.loads(given))))


def make(folder: Path, wanted: dict[str, Any]) -> dict[str, Any]:
    """Thirty days of the shared generator for every seed."""
    for seed in wanted["seeds"]:
        table = _table({**wanted, "seed": seed})
        entity, x, y, t = (table[name].to_numpy() for name in ("entity", "x", "y", "t"))
        source, kind = np.array(table["source"].tolist()), np.array(table["type"].tolist())
        np.savez(folder / f"reports-{seed}.npz", entity=entity, x=x, y=y, t=t, source=source, kind=kind)
    return {"sets": len(wanted["seeds"])}


def _table(wanted: dict[str, Any]) -> Any:  # noqa: ANN401 - a table of pandas
    return importlib.import_module("gen_reports").make(wanted["seed"], n=wanted["incidents"])


def told(folder: Path, wanted: dict[str, Any]) -> dict[str, Any]:
    """The likelihood ratio with average linkage; its setting as given is timed, its best offset is scored."""
    table, tools = _table(wanted), importlib.import_module("run_fusion")
    began = time.process_time()
    pairs, ratio = tools.lr_model(table, thr=0)
    tools.greedy(table, pairs, ratio)
    cpu_s = time.process_time() - began
    pairs, ratio = tools.lr_model(table, thr=-8)
    groups = [tools.greedy(table, pairs, ratio + offset) for offset in _OFFSETS]
    return {"cpu_s": cpu_s, **_best(folder / f"told-{wanted['seed']}.npz", groups, table["entity"].to_numpy())}


def splink(folder: Path, wanted: dict[str, Any]) -> dict[str, Any]:
    """Splink's training and prediction are timed; its links are joined in both ways, each with its best setting."""
    table, tools = _table(wanted), importlib.import_module("run_fusion")
    began, wall = time.process_time(), time.monotonic()
    links = tools.splink_run(table)
    cpu_s, seconds = time.process_time() - began, time.monotonic() - wall
    links = links[["unique_id_l", "unique_id_r", "match_probability"]].to_numpy()
    pairs, probability = np.sort(links[:, :2].astype(int), 1), links[:, 2].astype(float)
    odds = np.log(probability / (1 - probability + _ALMOST_NONE))
    groups = [tools.cc(len(table), pairs[probability >= threshold]) for threshold in _THRESHOLDS]
    groups += [tools.greedy(table, pairs, odds + offset) for offset in _LINK_OFFSETS]
    return {
        "cpu_s": cpu_s,
        "seconds": seconds,
        **_best(folder / f"splink-{wanted['seed']}.npz", groups, table["entity"].to_numpy()),
    }


def _best(path: Path, groups: list[NDArray[Any]], entity: NDArray[Any]) -> dict[str, Any]:
    scored = [_scores(group, entity) for group in groups]
    best = max(range(len(groups)), key=lambda one: scored[one]["b3_f1"])
    np.savez(path, group=groups[best])
    return scored[best]


def score(folder: Path, wanted: dict[str, Any]) -> dict[str, Any]:
    """What the shared scorer says of a grouping."""
    entity = np.load(folder / f"reports-{wanted['seed']}.npz")["entity"]
    return _scores(np.load(folder / f"{wanted['name']}-{wanted['seed']}.npz")["group"], entity)


def _scores(group: NDArray[Any], entity: NDArray[Any]) -> dict[str, Any]:
    agreed = importlib.import_module("gen_reports").bcubed(group, entity)
    return {key: float(value) for key, value in agreed.items()}


if __name__ == "__main__":
    main()

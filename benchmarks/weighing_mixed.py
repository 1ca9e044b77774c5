"""What weighing a million mixed observations costs, part by part: ``weighing_mixed.py --largest 1000000``.

The made-up reports of :mod:`reports_mixed` become evidence as a mission hands it over, with words: what the press
copies reads nearly like what it is copied from, and texts of different incidents share a phrase or two. Each size runs
in a process of its own; the parts are told in seconds of processor.
"""

from __future__ import annotations

import argparse
import json
import math
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
from reports_mixed import STRATA, Mixed, Setting, mixed
from reports_scoring import agreement

from truceline.fusion import weighing
from truceline.fusion.evidence import Evidence, Where
from truceline.model import ObservationTable, Words
from truceline.model.columns import Floats, Ints
from truceline.model.geodesy import plane_at

SIZES = (10_000, 100_000, 1_000_000)
MOST_SECONDS, MOST_MIB = 60.0, 3000.0
PARTS = ("reports_of", "group_reports", "gather", "standing_of", "told_together", "with_estimates")

_A_MONTH, _MONTH_DAYS, _MOST_MONTHS, _REPORTS_OF_ONE = 600, 30.0, 12, 2.85
_CHANNEL = dict(zip(STRATA, ("patrol", "media", "optical", "optical", "acoustic", "optical", "patrol", "thermal",
                             "civilian"), strict=True))  # fmt: skip
_PHENOMENA = ("explosion", "burst", "shot", "strike", "fire-at-uav")
_PRESS = STRATA.index("press")


def evidence(day: Mixed, seed: int = 1) -> Evidence:
    """The reports as observations, in order of start and id."""
    rows, number = day.rows, len(day.stratum)
    chance = np.random.default_rng(seed)
    start = np.round(rows.time_s * 1e6).astype(np.int64)
    ids = chance.permutation(number).astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    order = np.lexsort((ids, start))
    lon, lat = plane_at(37.0, 48.0).to_degrees(rows.x_m - rows.x_m.mean(), rows.y_m - rows.y_m.mean())
    nothing = Words(np.zeros(number, np.int32), ("",))
    ones, wide = np.ones(number, np.int64), np.sqrt(np.fmax(rows.xx_m2, rows.yy_m2)) * 2.45
    words, page = _words(day, chance)
    phenomenon = np.where(rows.kind < 0, len(_PHENOMENA), rows.kind)
    table = ObservationTable(
        ids, start, start + np.round(np.nan_to_num(rows.span_s) * 1e6).astype(np.int64), ones > 1,
        Words(phenomenon.astype(np.int32), (*_PHENOMENA, "thermal-anomaly")), ids, nothing, nothing, nothing,
        ones, ones, ones, lat, lon, np.nan_to_num(wide, nan=0.0),
        source=page,
        stratum=Words(day.stratum.astype(np.int32), tuple(_CHANNEL[name] for name in STRATA)),
    )  # fmt: skip
    where = Where(lat, lon, rows.xx_m2, rows.xy_m2, rows.yy_m2)
    return Evidence(
        table.take(order),
        Where(*(getattr(where, name)[order] for name in ("lat", "lon", "xx_m2", "xy_m2", "yy_m2"))),
        words.take(order),
        page.take(order),
        rows.probability[order],
    )


def _words(day: Mixed, chance: np.random.Generator) -> tuple[Words, Words]:
    """Texts of the press, copies with a word added, and which page each stands on."""
    press = np.flatnonzero(day.stratum == _PRESS)
    said = [""] * len(day.stratum)
    page = day.stratum.astype(np.int32).copy()
    seen: dict[int, int] = {}
    for row in press.tolist():
        origin = int(day.rows.origin[row])
        text = origin if origin >= 0 else row + 10**9
        again = seen[text] = seen.get(text, 0) + 1
        a, b, c = np.random.default_rng(text).integers(1000, 99_999, 3).tolist()
        said[row] = (
            f"Shelling hit {a} street near mill {b} this day, {c} windows were broken, officials said"
            + " again" * (again > 1)
        )
        if again > 1:
            page[row] = len(STRATA) + int(chance.integers(0, 5))
    return Words.of(said), Words(page, (*STRATA, *(f"page {one}" for one in range(5))))


@contextmanager
def timed(parts: dict[str, float]) -> Iterator[None]:
    """Count the processor's seconds in each part of weighing."""

    def counted(name: str, of: Callable[..., object]) -> Callable[..., object]:
        def call(*told: object) -> object:
            began = time.process_time()
            result = of(*told)
            parts[name] = time.process_time() - began
            return result

        return call

    patches = [patch.object(weighing, name, counted(name, getattr(weighing, name))) for name in PARTS]
    for one in patches:
        one.start()
    try:
        yield
    finally:
        for one in patches:
            one.stop()


def cost(size: int) -> dict[str, Any]:
    """Seconds, memory and agreement of so many observations, at the same density for every number."""
    months = max(1.0, size / (_REPORTS_OF_ONE * _A_MONTH))
    regions = math.ceil(months / _MOST_MONTHS)
    weighing.weigh(evidence(mixed(1, Setting(200))))  # kernels are compiled before anything is timed
    day = mixed(1, Setting(int(months * _A_MONTH), regions, months / regions * _MONTH_DAYS))
    seen = evidence(day)
    entity = _entities(day)
    parts: dict[str, float] = {}
    began, cpu, before = time.monotonic(), time.process_time(), _peak_mib()
    with timed(parts):
        found = weighing.weigh(seen)
    seconds, cpu_s = time.monotonic() - began, time.process_time() - cpu
    members = found.fused.membership
    by_id = np.argsort(seen.observations.id)
    rows = by_id[np.searchsorted(seen.observations.id, members.observation, sorter=by_id)]
    group = np.empty(len(rows), np.int64)
    group[rows] = np.unique(members.incident, return_inverse=True)[1]
    return {
        "observations": len(rows), "seconds": seconds, "cpu_s": cpu_s, "before_mib": before, "peak_mib": _peak_mib(),
        "b_cubed": agreement(group, entity).b_cubed, "fused": len(found.details), "copies": found.summary.copies,
        "parts": parts,
    }  # fmt: skip


def _entities(day: Mixed) -> Ints:
    """The incident behind each observation, in the order of the evidence."""
    start: Floats = np.round(day.rows.time_s * 1e6).astype(np.int64)
    ids = np.random.default_rng(1).permutation(len(start)).astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    entity: Ints = day.rows.entity[np.lexsort((ids, start))]
    return entity


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Print the table, one row a size."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--largest", type=int, default=100_000)
    asked.add_argument("--of", type=int, default=0)
    told = asked.parse_args()
    if told.of:
        print(json.dumps(cost(told.of)))
        return
    print(f"{'rows':>9}{'seconds':>9}{'in CPU':>8}{'MiB':>7}{'B³ F1':>7}{'fused':>8}  CPU seconds of each part")
    for size in (one for one in SIZES if one <= told.largest):
        command = [sys.executable, str(Path(__file__)), "--of", str(size)]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        row = json.loads(done.stdout.splitlines()[-1])
        parts = ", ".join(f"{name} {seconds:.1f}" for name, seconds in row["parts"].items())
        missed = [name for name, most in (("seconds", MOST_SECONDS), ("peak_mib", MOST_MIB)) if row[name] > most]
        print(
            f"{row['observations']:9}{row['seconds']:9.1f}{row['cpu_s']:8.1f}{row['peak_mib']:7.0f}"
            f"{row['b_cubed']:7.3f}{row['fused']:8}  {parts}{'; not met: ' + ', '.join(missed) if missed else ''}",
            flush=True,
        )


if __name__ == "__main__":
    main()

"""How often the 95 % interval of the number of incidents holds the truth, over many seeds of the shared generator.

The links of all seeds are held against the truth as well: are they right as often as they are said to be?

Every seed's result is kept in build/bench-reports-count.jsonl with a fingerprint of the code that made it, so a run
that was stopped goes on where it was, and a run of other code begins anew.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from reports_environment import Peers
from reports_scoring import NO_LINKS, Links, count_of, links_of

import truceline.fusion.reports
import truceline.model.reports
from truceline.fusion.reports import group_reports
from truceline.model import ReportTable, Words

KEPT = Path("build/bench-reports-count.jsonl")
HELD = (0.93, 0.97)
MOST_CALIBRATION_ERROR = 0.03

_AT_ONCE = 10
_KM, _HOUR = 1000.0, 3600.0


def counts_held(peers: Peers, sizes: list[int], seeds: int, limit_s: float) -> list[dict[str, Any]]:
    """Every size over so many seeds; stops after ``limit_s`` with what is done by then."""
    code, ends = fingerprint(), time.monotonic() + limit_s
    print(
        f"\n{'incidents':>9}{'seeds':>7}{'held':>7}{'share':>8}{'below':>7}{'above':>7}{'bias':>8}{'width':>8}{'calib.':>8}"
        "  not met"
    )
    rows = []
    for size in sizes:
        done = _kept(code, size)
        wanted = [seed for seed in range(1, seeds + 1) if seed not in done]
        for begin in range(0, len(wanted), _AT_ONCE):
            if time.monotonic() > ends:
                break
            done |= _counted(peers, code, size, wanted[begin : begin + _AT_ONCE])
        if done:
            rows.append(_shown(size, [done[seed] for seed in sorted(done) if seed <= seeds]))
    return rows


def fingerprint() -> str:
    """A short name of the code that groups reports."""
    code = hashlib.sha256()
    folder = Path(str(truceline.fusion.reports.__file__)).parent
    for path in (*sorted(folder.glob("*.py")), Path(str(truceline.model.reports.__file__))):
        code.update(path.read_bytes())
    return code.hexdigest()[:12]


def _kept(code: str, size: int) -> dict[int, dict[str, Any]]:
    if not KEPT.is_file():
        return {}
    rows = (json.loads(line) for line in KEPT.read_text(encoding="utf-8").splitlines())
    return {row["seed"]: row for row in rows if row["code"] == code and row["incidents"] == size}


def _counted(peers: Peers, code: str, size: int, seeds: list[int]) -> dict[int, dict[str, Any]]:
    """Some seeds, each written down as soon as it is done."""
    done: dict[int, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory() as name:
        peers.ask("make", Path(name), seeds=seeds, incidents=size)
        for seed in seeds:
            made = np.load(Path(name) / f"reports-{seed}.npz")
            found = group_reports(table_of(made))
            links = links_of(found, made["entity"])
            done[seed] = {
                "code": code, "incidents": size, "seed": seed, **count_of(found, made["entity"]).as_row(),
                "links": [links.number.tolist(), links.said.tolist(), links.right.tolist()],
            }  # fmt: skip
            KEPT.parent.mkdir(parents=True, exist_ok=True)
            with KEPT.open("a", encoding="utf-8") as file:
                file.write(json.dumps(done[seed]) + "\n")
    return done


def table_of(made: Mapping[str, NDArray[Any]]) -> ReportTable:
    """The shared generator's reports as they are grouped: nobody's error is told."""
    names = tuple(map(str, range(len(made["x"]))))
    source, kind = Words.of(made["source"].tolist()), Words.of(made["kind"].tolist())
    return ReportTable(names, source, made["x"] * _KM, made["y"] * _KM, made["t"] * _HOUR, kind)


def _shown(size: int, rows: list[dict[str, Any]]) -> dict[str, Any]:
    held = float(np.mean([row["held"] for row in rows]))
    below, above = (sum(row["true"] < row["low"] for row in rows), sum(row["true"] > row["high"] for row in rows))
    links = sum((Links(*map(np.array, row["links"])) for row in rows), NO_LINKS)
    met = {"held": HELD[0] <= held <= HELD[1], "calibration": links.error < MOST_CALIBRATION_ERROR}
    told: dict[str, Any] = {
        "incidents": size, "seeds": len(rows), "held": held, "truth_below": below, "truth_above": above,
        "bias": float(np.mean([row["number"] - row["true"] for row in rows])),
        "width": float(np.mean([row["high"] - row["low"] for row in rows])),
        "calibration_error": links.error, "reliability": links.rows(),
    }  # fmt: skip
    print(
        f"{size:9}{len(rows):7}{sum(row['held'] for row in rows):7.0f}{held:8.3f}{below:7}{above:7}{told['bias']:8.1f}"
        f"{told['width']:8.1f}{links.error:8.4f}  {', '.join(name for name, was in met.items() if not was)}",
        flush=True,
    )
    return told

"""Reports grouped into incidents, beside a likelihood ratio that is told every source's error, with the bars to be met.

Generator, likelihood ratio and scorer are those of the shared folder (``TRUCELINE_BENCH``, ../shared/bench unless set).
They need pandas and run in an environment of their own under build/, made on the first run. The offset of the
likelihood ratio is chosen with the truth in hand, so the agreement beside ours is the best it can do.

    python benchmarks/reports.py                                    150, 300, 1,000 and 3,000 incidents, a few minutes
    python benchmarks/reports.py --incidents 300 --count-seeds 40   one size, the count held against more seeds

The bars are means over seeds 1 to 3. "told" is the number of distinct happenings the reports tell of, each false
report one of its own; "held" is how often its 95 % interval held the truth. Seconds are of processor.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import tempfile
import time
import venv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from truceline.fusion.reports import group_reports
from truceline.model import ReportTable, Words
from truceline.model.columns import Floats, Mask

SHARED = Path(os.environ.get("TRUCELINE_BENCH", Path(__file__).parents[2] / "shared" / "bench")) / "reports"
PEER = Path("build/bench-reports-peer")
BARS = {150: (0.954, 0.870), 300: (0.932, 0.803), 1000: (0.867, 0.565), 3000: (0.837, 0.333)}
"""B-cubed F1 and F1 of the pairs by incidents in thirty days."""

_NEEDED = ("numpy", "pandas", "scipy")
_TOOL = Path(__file__).with_name("reports_peer.py")
_BAR_SEEDS = (1, 2, 3)
_KM, _HOUR = 1000.0, 3600.0
_MATTERS = 0.01


@dataclass(frozen=True)
class Outcome:
    """One set of reports: agreement, the peer's, the count and how far probabilities were off."""

    reports: int
    b_cubed: float
    pairs: float
    peer_b_cubed: float
    peer_pairs: float
    told: float
    low: float
    high: float
    true: int
    probability: Floats
    right: Mask
    seconds: float
    peer_seconds: float

    @property
    def held(self) -> bool:
        """Whether the interval of the count held the truth."""
        return self.low <= self.true <= self.high


def main() -> None:
    given = _asked()
    python = environment(given.peer_python)
    if python is None:
        return
    with tempfile.TemporaryDirectory() as name:
        one(python, Path(name), 1, 150, peer=False)  # kernels are compiled before anything is timed
        print(
            f"{'incidents':>9}{'B³ F1':>8}{'bar':>7}{'told*':>7}{'pair F1':>9}{'bar':>7}{'told*':>7}{'held':>8}"
            f"{'bias':>7}{'calib.':>8}{'seconds':>9}{'told*':>7}{'times':>7}  not met"
        )
        rows = {size: sized(python, Path(name), size, given.count_seeds) for size in given.incidents}
    print("told*: the likelihood ratio that is told every source's error sizes and tuned with the truth")
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


def _asked() -> argparse.Namespace:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--incidents", nargs="*", type=int, default=list(BARS), choices=list(BARS))
    asked.add_argument("--count-seeds", type=int, default=10, help="seeds over which the count is held to the truth")
    asked.add_argument("--peer-python", type=Path, help="an environment that has pandas and SciPy already")
    asked.add_argument("--out", type=Path, default=Path("build/bench-reports.json"))
    return asked.parse_args()


def environment(python: Path | None) -> Path | None:
    """Where generator, likelihood ratio and scorer run; None, with a word why, where they cannot."""
    if not SHARED.is_dir():
        print(f"{SHARED} is no folder: set TRUCELINE_BENCH to the shared bench folder.")
        return None
    if python is None:
        python = (PEER / "bin" / "python").absolute()
        if not python.exists():
            venv.create(PEER, with_pip=True)
        if not _has(python):
            subprocess.run([str(python), "-m", "pip", "install", "--quiet", *_NEEDED], check=False)
    if not _has(python):
        print(f"{', '.join(_NEEDED)} cannot be installed in {PEER}: nothing is measured.")
        return None
    return python


def _has(python: Path) -> bool:
    command = [str(python), "-c", "import pandas, scipy"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _ask(python: Path, step: str, folder: Path, given: str) -> dict[str, Any]:
    command = [str(python), str(_TOOL), str(SHARED), step, str(folder), given]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def one(python: Path, folder: Path, seed: int, incidents: int, *, peer: bool) -> Outcome:
    """Both on one made-up set of reports."""
    wanted = json.dumps({"seed": seed, "incidents": incidents})
    _ask(python, "make", folder, wanted)
    made = np.load(folder / "reports.npz")
    began = time.process_time()
    found = group_reports(table_of(made))
    seconds = time.process_time() - began
    np.savez(folder / "ours.npz", group=found.group)
    ours = _ask(python, "score", folder, "ours")
    theirs = _ask(python, "run", folder, wanted) if peer else {}
    return Outcome(
        len(found.group), ours["b3_f1"], ours["pair_f1"], theirs.get("b3_f1", np.nan), theirs.get("pair_f1", np.nan),
        found.told.number, found.told.low, found.told.high, len(np.unique(made["entity"])),
        found.probability, made["entity"][found.first] == made["entity"][found.second], seconds,
        theirs.get("cpu_s", np.nan),
    )  # fmt: skip


def table_of(made: Any) -> ReportTable:  # noqa: ANN401 - an archive of arrays has no type of its own
    """The reports as they are grouped: nobody's error is told."""
    names = tuple(map(str, range(len(made["x"]))))
    source, kind = Words.of(made["source"].tolist()), Words.of(made["kind"].tolist())
    return ReportTable(names, source, made["x"] * _KM, made["y"] * _KM, made["t"] * _HOUR, kind)


def calibration_error(outcomes: list[Outcome]) -> float:
    """Expected calibration error of all links above one per cent, over ten equal bins."""
    every = np.concatenate([outcome.probability for outcome in outcomes])
    matters = every > _MATTERS
    probability = every[matters]
    right = np.concatenate([outcome.right for outcome in outcomes])[matters]
    bins = np.minimum((probability * 10).astype(np.int64), 9)
    gap = np.bincount(bins, probability, 10) - np.bincount(bins, right, 10)
    return float(np.abs(gap).sum() / max(1, len(probability)))


def sized(python: Path, folder: Path, incidents: int, count_seeds: int) -> dict[str, float]:
    """All seeds of one size, printed as a row."""
    seeds = range(1, max(count_seeds, len(_BAR_SEEDS)) + 1)
    outcomes = [one(python, folder, seed, incidents, peer=seed in _BAR_SEEDS) for seed in seeds]
    for_bars = outcomes[: len(_BAR_SEEDS)]

    def mean(name: str) -> float:
        return float(np.mean([getattr(outcome, name) for outcome in for_bars]))

    row = {name: mean(name) for name in ("b_cubed", "pairs", "peer_b_cubed", "peer_pairs", "seconds", "peer_seconds")}
    row |= {
        "reports": mean("reports"), "held": sum(outcome.held for outcome in outcomes), "seeds": len(outcomes),
        "bias": float(np.mean([outcome.told - outcome.true for outcome in outcomes])),
        "calibration_error": calibration_error(outcomes),
    }  # fmt: skip
    show(incidents, row)
    return row


def show(incidents: int, row: dict[str, float]) -> None:
    """One line of the table."""
    b_cubed, pairs = BARS[incidents]
    met = {"B³": row["b_cubed"] >= b_cubed, "pairs": row["pairs"] >= pairs}
    held = f"{row['held']:.0f}/{row['seeds']:.0f}"
    print(
        f"{incidents:9}{row['b_cubed']:8.3f}{b_cubed:7.3f}{row['peer_b_cubed']:7.3f}{row['pairs']:9.3f}{pairs:7.3f}"
        f"{row['peer_pairs']:7.3f}{held:>8}{row['bias']:7.1f}{row['calibration_error']:8.3f}{row['seconds']:9.2f}"
        f"{row['peer_seconds']:7.3f}{row['seconds'] / row['peer_seconds']:7.1f}"
        f"  {', '.join(name for name, was in met.items() if not was)}",
        flush=True,
    )


if __name__ == "__main__":
    main()

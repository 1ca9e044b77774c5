"""Reports grouped into incidents, beside a likelihood ratio told every source's error and beside Splink, with the bars.

Generator, likelihood ratio, scorer and Splink's settings are those of the shared folder (``TRUCELINE_BENCH``,
../shared/bench unless set). They need pandas, and Splink its package; they run in an environment of their own under
build/, made on the first run. Both peers are tuned with the truth in hand, so what stands beside ours is their best.

    python benchmarks/reports.py                                        all parts but the count, a few minutes
    python benchmarks/reports.py --parts table --incidents 300          one size beside both peers
    python benchmarks/reports.py --parts count --count-seeds 200        the count over 200 seeds; goes on where it was
    python benchmarks/reports.py --parts strata curve                   unlike kinds of evidence, ours alone

table    150, 300, 1,000 and 3,000 incidents, means over seeds 1 to 3; agreement by the number of sources; reliability
count    how often the 95 % interval of "told" (the distinct happenings the reports tell of) holds the truth
strata   arrivals, bearings, sectors, pixels and raions beside the others, each left out in turn (reports_strata.py)
curve    seconds and memory up to a million reports of all kinds

Seconds are of processor.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from reports_counts import counts_held, table_of
from reports_environment import Peers, environment
from reports_scoring import NO_LINKS, Agreement, Links, agreement, links_of, show_links, sources_of_incident
from reports_strata import cost, curve, strata

from truceline.fusion.reports import group_reports
from truceline.model import Words
from truceline.model.columns import Ints

BARS = {150: (0.954, 0.870), 300: (0.932, 0.803), 1000: (0.867, 0.565), 3000: (0.837, 0.333)}
"""B-cubed F1 and F1 of the pairs by incidents in thirty days."""
MOST_TIMES_TOLD, LEAST_TIMES_SPLINK = 5.0, 20.0

_BAR_SEEDS = (1, 2, 3)
_SOURCES = (1, 2, 3)


@dataclass(frozen=True)
class Outcome:
    """One set of reports: who agreed how well in how many seconds, in all and by the number of sources."""

    reports: int
    scores: dict[str, dict[str, float]]
    seconds: dict[str, float]
    by_sources: dict[str, tuple[Agreement, ...]]
    links: Links


def main() -> None:
    given = _asked()
    if given.curve_of:
        print(json.dumps(cost(given.curve_of)))
        return
    result: dict[str, Any] = {}
    beside = {"table", "count"} & set(given.parts)
    peers = environment(given.peer_python, splink="table" in given.parts and not given.no_splink) if beside else None
    if peers is not None and "table" in given.parts:
        result["table"] = table(peers, given.incidents)
    if peers is not None and "count" in given.parts:
        result["count"] = counts_held(peers, given.incidents, given.count_seeds, given.limit)
    if "strata" in given.parts:
        result["strata"] = strata(tuple(given.strata_seeds))
    if "curve" in given.parts:
        result["curve"] = curve(given.largest)
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


def _asked() -> argparse.Namespace:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parts = ("table", "count", "strata", "curve")
    asked.add_argument("--parts", nargs="*", default=("table", "strata", "curve"), choices=parts)
    asked.add_argument("--incidents", nargs="*", type=int, default=list(BARS), choices=list(BARS))
    asked.add_argument("--count-seeds", type=int, default=200, help="seeds over which the count is held to the truth")
    asked.add_argument(
        "--limit", type=float, default=np.inf, help="seconds after which the count stops, to go on later"
    )
    asked.add_argument("--strata-seeds", nargs="*", type=int, default=[1, 2, 3])
    asked.add_argument("--largest", type=int, default=1_000_000, help="most reports of the curve")
    asked.add_argument("--no-splink", action="store_true")
    asked.add_argument("--peer-python", type=Path, help="an environment that has pandas, SciPy and Splink already")
    asked.add_argument("--out", type=Path, default=Path("build/bench-reports.json"))
    asked.add_argument("--curve-of", type=int, default=0, help=argparse.SUPPRESS)
    return asked.parse_args()


def table(peers: Peers, sizes: list[int]) -> list[dict[str, Any]]:
    """Every size beside the peers, printed as it comes; then agreement by sources and the reliability of all."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        one(Peers(peers.python, splink=False), folder, 1, 150)  # kernels are compiled before anything is timed
        print(
            f"{'incidents':>9}{'B³ F1':>8}{'bar':>7}{'told*':>7}{'Splink':>8}{'pair F1':>9}{'bar':>7}{'told*':>7}"
            f"{'Splink':>8}{'calib.':>8}{'seconds':>9}{'x told*':>8}{'Splink /':>9}  not met"
        )
        rows, every = [], NO_LINKS
        for size in sizes:
            outcomes = [one(peers, folder, seed, size) for seed in _BAR_SEEDS]
            row = _row(size, outcomes)
            _show(row)
            rows.append(row)
            every = sum((outcome.links for outcome in outcomes), every)
    print("told*: the likelihood ratio that is told every source's error sizes; it and Splink are tuned with the truth")
    print("\nagreement (B³ F1 / pair F1) in the view of reports whose incident so many sources tell of (last: or more)")
    for row in rows:
        _show_by_sources(row)
    print("\nall links above one per cent")
    show_links(every)
    return rows


def one(peers: Peers, folder: Path, seed: int, incidents: int) -> Outcome:
    """All of them on one made-up set of reports."""
    peers.ask("make", folder, seeds=[seed], incidents=incidents)
    made = np.load(folder / f"reports-{seed}.npz")
    began = time.process_time()
    found = group_reports(table_of(made))
    seconds = {"ours": time.process_time() - began}
    np.savez(folder / f"ours-{seed}.npz", group=found.group)
    scores = {"ours": peers.ask("score", folder, seed=seed, name="ours")}
    for name in ("told", "splink") if peers.splink else ("told",):
        scores[name] = peers.ask(name, folder, seed=seed, incidents=incidents)
        seconds[name] = scores[name]["cpu_s"]
    source = Words.of(made["source"].tolist()).codes.astype(np.int64)
    number = sources_of_incident(made["entity"], source)
    groups: dict[str, Ints] = {name: np.load(folder / f"{name}-{seed}.npz")["group"] for name in scores}
    by_sources = {
        name: tuple(agreement(group, made["entity"], np.minimum(number, _SOURCES[-1]) == many) for many in _SOURCES)
        for name, group in groups.items()
    }
    return Outcome(len(found.group), scores, seconds, by_sources, links_of(found, made["entity"]))


def _row(incidents: int, outcomes: list[Outcome]) -> dict[str, Any]:
    row: dict[str, Any] = {"incidents": incidents, "reports": float(np.mean([o.reports for o in outcomes]))}
    for name in ("ours", "told", "splink"):
        told = [outcome for outcome in outcomes if name in outcome.scores]
        row[name] = {
            "b_cubed": _mean([o.scores[name]["b3_f1"] for o in told]),
            "pairs": _mean([o.scores[name]["pair_f1"] for o in told]),
            "seconds": _mean([o.seconds[name] for o in told]),
            "by_sources": [
                [
                    _mean([o.by_sources[name][k].b_cubed for o in told]),
                    _mean([o.by_sources[name][k].pairs for o in told]),
                ]
                for k in range(len(_SOURCES))
            ],
        }
    links = sum((outcome.links for outcome in outcomes), NO_LINKS)
    return {**row, "calibration_error": links.error, "reliability": links.rows()}


def _mean(values: list[float]) -> float:
    return float(np.mean(values)) if values else float("nan")


def _show(row: dict[str, Any]) -> None:
    b_cubed, pairs = BARS[row["incidents"]]
    ours, told, splink = row["ours"], row["told"], row["splink"]
    slower, faster = ours["seconds"] / told["seconds"], splink["seconds"] / ours["seconds"]
    met = {
        "B³": ours["b_cubed"] >= b_cubed, "pairs": ours["pairs"] >= pairs, "x told": slower <= MOST_TIMES_TOLD,
        "Splink /": np.isnan(faster) or faster >= LEAST_TIMES_SPLINK,
    }  # fmt: skip
    print(
        f"{row['incidents']:9}{ours['b_cubed']:8.3f}{b_cubed:7.3f}{told['b_cubed']:7.3f}{splink['b_cubed']:8.3f}"
        f"{ours['pairs']:9.3f}{pairs:7.3f}{told['pairs']:7.3f}{splink['pairs']:8.3f}{row['calibration_error']:8.3f}"
        f"{ours['seconds']:9.3f}{slower:8.1f}{faster:9.1f}  {', '.join(name for name, was in met.items() if not was)}",
        flush=True,
    )


def _show_by_sources(row: dict[str, Any]) -> None:
    for name in ("ours", "told", "splink"):
        told = "".join(
            f"{many:6}: {both[0]:.3f} / {both[1]:.3f}"
            for many, both in zip(_SOURCES, row[name]["by_sources"], strict=True)
        )
        print(f"{row['incidents']:9} {name:7}{told}")


if __name__ == "__main__":
    main()

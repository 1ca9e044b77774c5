"""Events located from made-up arrivals, beside PyOcto on the same arrivals in the same run, with the bars to be met.

Generator, scorer and the peer's tuned settings are those of the shared folder (``TRUCELINE_BENCH``, ../shared/bench
unless set). They and PyOcto need NumPy 1 and pandas and run in an environment of their own under build/, made on the
first run; where it cannot be made, only what needs neither is measured: the cost curve and the harder days
(arrivals_harder.py).

    python benchmarks/arrivals.py                                  all of it, half an hour on two idle cores
    python benchmarks/arrivals.py --only plain line --seeds 4 5    some scenarios, other seeds
    python benchmarks/arrivals.py --no-peer --parts table          ours alone

"in 95" is the share of events whose 95 % ellipse holds the true event nearest in place and time; "of arr." the one
whose arrivals it has, which in a salvo is often another. Picks per second are by the clock on the wall; "in CPU"
compares seconds of processor, which other work on the machine leaves nearly alone.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from arrivals_harder import all_hardships, longer, made, wider
from arrivals_scoring import Day, Judged, judged, reliability, together

from truceline.fusion.arrivals import locate
from truceline.model import Located

SHARED = Path(os.environ.get("TRUCELINE_BENCH", Path(__file__).parents[2] / "shared" / "bench")) / "arrivals"
PEER = Path("build/bench-arrivals-peer")
_NEEDED = ("numpy<2", "pandas", "scipy")
_PYOCTO = "pyocto==0.2.2"
_TOOL = Path(__file__).with_name("arrivals_peer.py")
_KM = 1_000.0
_CURVE = (10_000, 100_000, 1_000_000, 10_000_000)
_GROWS = {"longer": _CURVE[-1], "wider": 1_000_000}
"""How the ordinary day grows along the cost curve, and up to how many arrivals: longer, or wider with more sensors."""

_REPEATS = 3
_PLAIN: dict[str, Any] = {"n_events": 2000, "noise_ratio": 2.0}
_REAL: dict[str, Any] = {
    "n_events": 3000, "noise_ratio": 3.0, "rmin": 5.0, "rmax": 15.0, "p_miss": 0.2, "salvo_frac": 0.5, "wind": 0.004,
    "c_bias": 0.01,
}  # fmt: skip


@dataclass(frozen=True)
class Bars:
    """What has to be reached; those that hold everywhere have their value here."""

    f1: float
    median_m: float = np.inf
    p90_m: float = np.inf
    inside_95: tuple[float, float] = (0.93, 0.97)
    calibration_error: float = 0.03
    times_the_peer: float = 30.0
    per_second: float = 0.0
    mirrors_told: float = 0.0


@dataclass(frozen=True)
class Scenario:
    """A setting of the shared generator, its seeds and its bars."""

    asked: dict[str, Any]
    bars: Bars
    seeds: tuple[int, ...] = (1,)


SCENARIOS = {
    "plain": Scenario(_PLAIN, Bars(0.992, 11.0, per_second=150_000)),
    "salvos-5s": Scenario({**_PLAIN, "salvo_frac": 0.5}, Bars(0.985)),
    "salvos-1s": Scenario({**_PLAIN, "salvo_frac": 0.5, "salvo_dt": 1.0}, Bars(0.95)),
    "salvos-of-40": Scenario({**_PLAIN, "salvo_frac": 0.9, "salvo_dt": 2.0, "salvo_size": 40}, Bars(0.93)),
    "wind-4": Scenario({**_PLAIN, "wind": 0.004}, Bars(0.995, 12.0)),
    "wind-8": Scenario({**_PLAIN, "wind": 0.008, "c_bias": 0.01}, Bars(0.995, 12.0)),
    "real": Scenario(_REAL, Bars(0.97, 12.0, 40.0), (1, 2, 3)),
    "dense": Scenario({"n_events": 5000, "noise_ratio": 5.0}, Bars(0.985, 11.0)),
    "sparse": Scenario({**_PLAIN, "rmin": 5.0, "rmax": 5.0}, Bars(0.95)),
    "line": Scenario({**_PLAIN, "layout": "line", "ly": 20.0, "n_sensors": 100}, Bars(0.992, mirrors_told=0.5)),
}
"""``mirrors_told``: of the events placed more than five standard errors off, the share whose mirror place is nearer."""


@dataclass
class Timed:
    """Arrivals and seconds of several days, and what was scored."""

    arrivals: int = 0
    seconds: float = 0.0
    cpu_s: float = 0.0
    peak_mib: float = 0.0
    scores: list[dict[str, float]] = field(default_factory=list)

    def figures(self) -> dict[str, float]:
        """Mean scores over the days, and arrivals a second."""
        mean = {
            told: float(np.mean([score.get(key, np.nan) for score in self.scores]))
            for told, key in (("f1", "f1_ov"), ("median_m", "loc_med_m"), ("p90_m", "loc_p90_m"))
        }
        return {**mean, "per_second": self.arrivals / self.seconds, "seconds": self.seconds, "cpu_s": self.cpu_s}


@dataclass(frozen=True)
class Peer:
    """The environment of the peer; ``runs`` is False where only generator and scorer work."""

    python: Path
    runs: bool

    def ask(self, step: str, folder: Path, given: str, limit_s: float = 900.0) -> dict[str, Any]:
        """Do a step there and give back what it says."""
        command = [str(self.python), str(_TOOL), str(SHARED), step, str(folder), given]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=limit_s)
        answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return answer


def main() -> None:
    given = _asked()
    if given.curve_of:
        print(json.dumps(cost(given.curve_of, given.grows)))
        return
    result: dict[str, Any] = {"cores": os.cpu_count(), "load_before": os.getloadavg()[0]}
    if "table" in given.parts:
        peer = environment(given.peer_python, not given.no_peer)
        result["table"] = table(peer, given) if peer else []
    if "curve" in given.parts:
        result["curve"] = {grows: curve(min(given.largest, most), grows) for grows, most in _GROWS.items()}
    if "harder" in given.parts:
        result["harder"] = all_hardships(given.seeds or [1, 2], [])
    result["load_after"] = os.getloadavg()[0]
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


def _asked() -> argparse.Namespace:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parts = ("table", "curve", "harder")
    asked.add_argument("--parts", nargs="*", default=parts, choices=parts)
    asked.add_argument("--only", nargs="*", default=[], choices=SCENARIOS, help="scenarios of the table")
    asked.add_argument("--seeds", nargs="*", type=int, default=[], help="instead of the seeds of each scenario")
    asked.add_argument("--no-peer", action="store_true")
    asked.add_argument("--peer-python", type=Path, help="an environment that has PyOcto already")
    asked.add_argument("--peer-limit", type=float, default=900.0, help="seconds the peer may take for a day")
    asked.add_argument("--largest", type=int, default=_CURVE[-1], help="most arrivals of the cost curve")
    asked.add_argument("--out", type=Path, default=Path("build/bench-arrivals.json"))
    asked.add_argument("--curve-of", type=int, default=0, help=argparse.SUPPRESS)
    asked.add_argument("--grows", choices=_GROWS, default="longer", help=argparse.SUPPRESS)
    return asked.parse_args()


def environment(python: Path | None, wanted: bool) -> Peer | None:
    """Where generator, scorer and peer run; None, with a word why, where the first two cannot."""
    if not SHARED.is_dir():
        print(f"{SHARED} is no folder: the table needs its generator. Set TRUCELINE_BENCH to the shared bench folder.")
        return None
    if python is None:
        python = (PEER / "bin" / "python").absolute()
        if not python.exists():
            venv.create(PEER, with_pip=True)
        _install(python, _NEEDED)
    if not _has(python, "pandas, scipy"):
        print(f"{', '.join(_NEEDED)} cannot be installed in {PEER}: the table needs them and is left out.")
        return None
    if wanted and not _has(python, "pyocto"):
        _install(python, (_PYOCTO, "numpy<2"))
    runs = wanted and _has(python, "pyocto")
    if wanted and not runs:
        print(f"{_PYOCTO} cannot be installed in {PEER}: the peer is left out.")
    return Peer(python, runs)


def _has(python: Path, names: str) -> bool:
    return subprocess.run([str(python), "-c", f"import {names}"], capture_output=True, check=False).returncode == 0


def _install(python: Path, names: Sequence[str]) -> None:
    if not _has(python, "pandas, scipy") or _PYOCTO in names:
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", *names], capture_output=True, check=False)


def table(peer: Peer, given: argparse.Namespace) -> list[dict[str, Any]]:
    """Every scenario asked for, printed as it comes, and the reliability of all of them."""
    warm_up()
    print(
        f"\n{'scenario':14}{'F1':>7}{'peer':>7}{'median m':>9}{'peer':>7}{'p90 m':>7}{'peer':>7}{'in 95':>7}"
        f"{'of arr.':>8}{'calib.':>8}{'picks/s':>9}{'peer':>7}{'times':>7}{'in CPU':>8}  not met"
    )
    rows, everything = [], []
    for name, scenario in SCENARIOS.items():
        if not given.only or name in given.only:
            row, days = one_scenario(name, scenario, given.seeds or list(scenario.seeds), peer, given.peer_limit)
            rows.append(row)
            everything += days
            show(row)
    if everything:
        show_reliability(everything)
    return rows


def warm_up() -> None:
    """Compiled code is loaded before anything is timed."""
    day = made(longer(0.1), 0)
    locate(day.sensors(), day.arrivals())


def one_scenario(
    name: str, scenario: Scenario, seeds: list[int], peer: Peer, limit_s: float
) -> tuple[dict[str, Any], list[Judged]]:
    """Ours and the peer on the days of a scenario, and which bars are met."""
    our, their, days = Timed(), Timed(), []
    for seed in seeds:
        with tempfile.TemporaryDirectory() as kept:
            folder = Path(kept)
            peer.ask("make", folder, json.dumps({"gen": scenario.asked, "seed": seed}))
            days.append(ours(folder, peer, our))
            if peer.runs:
                peers(folder, peer, their, scenario.asked, limit_s)
    figures = {**together(days), **our.figures()}
    row: dict[str, Any] = {"scenario": name, "seeds": seeds, "ours": figures, "reliability": reliability(days)}
    if their.scores and len(their.scores) == len(seeds):
        row["peer"] = {**their.figures(), "peak_mib": their.peak_mib}
        row["times_the_peer"] = figures["per_second"] / row["peer"]["per_second"]
        row["times_the_peer_in_cpu"] = row["peer"]["cpu_s"] / figures["cpu_s"]
    row["bars"] = bars(scenario.bars, figures, row.get("peer"))
    return row, days


def ours(folder: Path, peer: Peer, sum_of: Timed) -> Judged:
    """Locate the day; of some runs the middle one counts."""
    day = shared_day(folder)
    sensors, arrivals = day.sensors(), day.arrivals()
    seconds, cpu = [], []
    for _ in range(_REPEATS):
        began = time.perf_counter(), time.process_time()
        result = locate(sensors, arrivals)
        seconds.append(time.perf_counter() - began[0])
        cpu.append(time.process_time() - began[1])
    sum_of.arrivals += len(day)
    sum_of.seconds += float(np.median(seconds))
    sum_of.cpu_s += float(np.median(cpu))
    sum_of.scores.append(scored(result, folder, peer))
    return judged(result.events, day)


def scored(result: Located, folder: Path, peer: Peer) -> dict[str, float]:
    """What the shared scorer says of ours."""
    events = result.events
    rows = np.flatnonzero(events.assigned >= 0)
    np.savez(
        folder / "ours.npz", x=events.x_m / _KM, y=events.y_m / _KM, time=events.time_s, event=events.assigned[rows],
        arrival=rows,
    )  # fmt: skip
    return peer.ask("score", folder, "ours")


def peers(folder: Path, peer: Peer, sum_of: Timed, asked: dict[str, Any], limit_s: float) -> None:
    """The peer on the same day with the settings tuned for it."""
    try:
        run = peer.ask("run", folder, json.dumps(tuned(asked)), limit_s)
    except subprocess.TimeoutExpired:
        print(f"no answer of the peer in {limit_s:.0f} s")
        return
    sum_of.arrivals += len(np.load(folder / "day.npz")["time"])
    sum_of.seconds += run["seconds"]
    sum_of.cpu_s += run["cpu_s"]
    sum_of.peak_mib = max(sum_of.peak_mib, run["peak_mib"])
    sum_of.scores.append(peer.ask("score", folder, "peer"))


def tuned(asked: dict[str, Any]) -> dict[str, Any]:
    """The settings on file with which the peer did best on this scenario."""
    lines = (SHARED / "peer_results.jsonl").read_text(encoding="utf-8").splitlines()
    tried = [line for line in map(json.loads, lines) if line["gen"] == asked and line["min_true_picks"] == 5]
    best: dict[str, Any] = max(tried, key=lambda line: line.get("out", {}).get("f1_ov", 0.0))["cfg"]
    return best


def shared_day(folder: Path) -> Day:
    made_there = np.load(folder / "day.npz")
    metres = {name: _KM * made_there[name] for name in ("sensor_x", "sensor_y", "event_x", "event_y")}
    return Day(
        metres["sensor_x"], metres["sensor_y"], made_there["sensor"], made_there["time"], made_there["event"],
        metres["event_x"], metres["event_y"], made_there["event_time"],
    )  # fmt: skip


def bars(wanted: Bars, our: dict[str, float], their: dict[str, float] | None) -> dict[str, bool]:
    """Which bars are met; those that need the peer only where it ran."""
    low, high = wanted.inside_95
    met = {
        "F1": round(our["f1"], 3) >= wanted.f1,
        "median": our["median_m"] <= wanted.median_m,
        "p90": our["p90_m"] <= wanted.p90_m,
        "ellipse": low <= our["inside_95"] <= high,
        "ellipse of arrivals": low <= our["inside_95_by_arrivals"] <= high,
        "calibration": our["calibration_error"] < wanted.calibration_error,
        "picks/s": our["per_second"] >= wanted.per_second,
    }
    if wanted.mirrors_told:
        met["mirror"] = our["far_out_told_by_mirror"] >= wanted.mirrors_told * our["far_out"]
    if their:
        met["F1 of the peer"] = our["f1"] >= their["f1"]
        met["times the peer"] = our["per_second"] >= wanted.times_the_peer * their["per_second"]
    return met


def show(row: dict[str, Any]) -> None:
    our, their = row["ours"], row.get("peer", dict.fromkeys(("f1", "median_m", "p90_m", "per_second"), np.nan))
    missed = ", ".join(name for name, met in row["bars"].items() if not met) or "-"
    print(
        f"{row['scenario']:14}{our['f1']:7.3f}{their['f1']:7.3f}{our['median_m']:9.1f}{their['median_m']:7.1f}"
        f"{our['p90_m']:7.1f}{their['p90_m']:7.1f}{our['inside_95']:7.3f}"
        f"{our['inside_95_by_arrivals']:8.3f}{our['calibration_error']:8.3f}"
        f"{our['per_second']:9.0f}{their['per_second']:7.0f}{row.get('times_the_peer', np.nan):7.1f}"
        f"{row.get('times_the_peer_in_cpu', np.nan):8.1f}  {missed}",
        flush=True,
    )


def show_reliability(days: list[Judged]) -> None:
    """What the probability said and what was true, over all scenarios."""
    print(f"\n{'probability from':18}{'events':>8}{'said':>8}{'true':>8}")
    for line in reliability(days):
        print(f"{line['from']:<18}{line['events']:>8}{line['said']:>8.3f}{line['true']:>8.3f}")


def curve(largest: int, grows: str) -> list[dict[str, float]]:
    """Seconds per million arrivals and peak of memory as the ordinary day grows, each in its own process."""
    print(f"\nthe ordinary day grows {grows}")
    print(f"{'arrivals':>12}{'seconds':>10}{'per million':>13}{'in CPU':>8}{'peak MiB':>10}{'F1':>8}")
    rows = []
    for size in _CURVE:
        if size <= largest:
            command = [sys.executable, __file__, "--curve-of", str(size), "--grows", grows]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                print(f"{size:>12}  ended with {done.returncode}: {(done.stderr.splitlines() or [''])[-1]}", flush=True)
                continue
            row = json.loads(done.stdout.splitlines()[-1])
            rows.append(row)
            print(
                f"{row['arrivals']:>12}{row['seconds']:>10.2f}{row['s_per_million']:>13.2f}"
                f"{row['cpu_s_per_million']:>8.2f}{row['peak_mib']:>10.0f}{row['f1']:>8.3f}",
                flush=True,
            )
    return rows


def cost(size: int, grows: str) -> dict[str, float]:
    """One point of the curve: the ordinary network listens as long, or is as wide, as it takes to hear so much."""
    warm_up()
    day = with_process(size, grows)
    sensors, arrivals = day.sensors(), day.arrivals()
    began = time.perf_counter(), time.process_time()
    result = locate(sensors, arrivals)
    seconds, cpu = time.perf_counter() - began[0], time.process_time() - began[1]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "arrivals": len(day), "seconds": seconds, "s_per_million": 1e6 * seconds / len(day),
        "cpu_s_per_million": 1e6 * cpu / len(day), "peak_mib": peak,
        "f1": judged(result.events, day).f1(), **{f"{step}_s": value for step, value in result.timings_s.items()},
    }  # fmt: skip


def with_process(size: int, grows: str) -> Day:
    """The day made in another process, so that the peak of memory is that of locating."""
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "day.npz")
        maker = multiprocessing.get_context("spawn").Process(target=_keep_day, args=(size, grows, path))
        maker.start()
        maker.join()
        with np.load(path) as kept:
            return Day(**{name: kept[name] for name in kept.files})


def _keep_day(size: int, grows: str, path: str) -> None:
    days = size / 64_000
    np.savez(path, **vars(made(wider(days) if grows == "wider" else longer(days), 1)))


if __name__ == "__main__":
    main()

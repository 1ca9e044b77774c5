"""Two days of a real swarm located from its picks, beside PyOcto on the same picks in the same run.

The swarm is that of the folder of public feeds (``TRUCELINE_DATA``, ../shared/data unless set). An event of the
network's catalogue is found when one is located within 3 s and 10 km, one to one, the nearest first. The catalogue is
itself incomplete: what is beyond it is counted by probability, not called wrong. How many events chance alone would
make is asked of the same picks after those of each sensor were set off by a time of its own (minutes, or an hour and
more): no event is left whole, the days stay as busy, and P and S of one sensor stay together.

The peer is tuned on the first twelve hours: its speeds and tolerance, then how many picks an event needs, each by what
it finds of the catalogue while it tells of no more events than ours does there (``peer``), and without that bound
(``peer-most``).
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from arrivals import Peer
from seismic_among_chance import among_chance

from truceline.fusion.arrivals.ground import locate_in_ground
from truceline.model import ArrivalTable, LocatedEvents, Medium, SensorTable
from truceline.model.columns import Floats, Ints
from truceline.sources.arrivals import Heard, take_in

DATA = Path(os.environ.get("TRUCELINE_DATA", Path(__file__).parents[2] / "shared" / "data"))
_SWARM = Path("seismic_picks") / "saltonsea_2020"
_TOOL = Path(__file__).with_name("seismic_peer.py")
_NEAR_S, _NEAR_M = 3.0, 10_000.0
_SURE = (0.5, 0.9, 0.99, 0.999)
_TUNED_ON_S = 43_200.0
_SET_OFF_S = (300.0, 3_600.0)
_SEED = 7
_AMONG_CHANCE = (30, 300)
_GROUNDS = (
    {"vp": 6.0, "vs": 3.47, "tolerance": 2.0},
    {"vp": 6.0, "vs": 3.47, "tolerance": 1.3},
    {"vp": 5.5, "vs": 3.1, "tolerance": 2.0},
    {"vp": 5.5, "vs": 3.1, "tolerance": 1.3},
    {"vp": 5.5, "vs": 3.1, "tolerance": 0.9},
)
_NEEDS = (
    {"n_picks": 8, "n_p_picks": 4},
    {"n_picks": 6, "n_p_picks": 3},
    {"n_picks": 5, "n_p_picks": 2},
    {"n_picks": 7, "pick_match_tolerance": 1.0},
)

Told = dict[str, Any]


def swarm(peer: Peer | None) -> Told:
    """Two days of a swarm, ours and the peer's, held against the catalogue and printed."""
    folder = DATA / _SWARM
    if not folder.is_dir():
        print(f"{folder} is no folder: the swarm is left out. Set TRUCELINE_DATA to the folder of public feeds.")
        return {}
    heard = take_in(folder / "stations.csv", (folder / "picks.csv.gz",), medium=Medium.SEISMIC, crs="")
    sensors, arrivals = heard.network.sensors, heard.judged.arrivals
    listed = catalogue(folder / "events.csv", heard)
    told = {"ours": shown("ours", ours(sensors, arrivals, listed))}
    python = peer.python if peer is not None and peer.runs else None
    chance, none = set_off(arrivals, len(sensors)), np.empty((0, 4))
    told["ours-chance"] = shown("ours, picks set off", ours(sensors, chance, none))
    for many in _AMONG_CHANCE:
        name = f"{many} made up among picks set off"
        told[name] = shown(name, among_chance(sensors, chance, many, _SEED))
    if python is None:
        return told
    for name, given in tuned(python, sensors, arrivals, listed).items():
        told[name] = shown(name, {**beside(python, (sensors, arrivals), listed, given), **given})
        told[f"{name}-chance"] = shown(f"{name}, picks set off", beside(python, (sensors, chance), none, given))
    told["ratios"] = shown("ours to peer", ratios(told["ours"], told["peer"]))
    return told


def shown(name: str, told: Told) -> Told:
    """Print figures and give them back."""
    print(f"{name}:", *(f"{key} {value:.4g}" for key, value in told.items()), flush=True)
    return told


def ratios(mine: Told, theirs: Told) -> Told:
    """How ours stands to the peer's."""
    names = ("recall", "place_median_m", "place_p90_m", "depth_p90_m", "events", "cpu_s")
    return {name: mine[name] / theirs[name] for name in names}


def ours(sensors: SensorTable, arrivals: ArrivalTable, listed: Floats) -> Told:
    """Our own events, with seconds of processor and what was learned."""
    began = time.process_time()
    located = locate_in_ground(sensors, arrivals)
    cpu_s = time.process_time() - began
    events = located.events
    return {**held_against(listed, at_of(events), events.probability), "cpu_s": cpu_s, **located.learned}


def tuned(python: Path, sensors: SensorTable, arrivals: ArrivalTable, listed: Floats) -> dict[str, Told]:
    """The settings with which the peer does best on the first hours, with and without a bound on its events."""
    begin = float(arrivals.time_s.min())
    first = some(arrivals, np.flatnonzero(arrivals.time_s < begin + _TUNED_ON_S))
    early = listed[listed[:, 2] < begin + _TUNED_ON_S]
    mine = shown("ours, first hours", ours(sensors, first, early))
    tried: list[tuple[Told, Told]] = []

    def best(most: float) -> Told:
        within = [one for one in tried if one[1]["events"] <= most] or tried
        return max(within, key=lambda one: (one[1]["recall"], -one[1]["place_median_m"]))[0]

    def with_(given: Told) -> tuple[Told, Told]:
        return given, shown(f"tried {given}", beside(python, (sensors, first), early, given))

    tried += [with_(dict(given)) for given in _GROUNDS]
    ground = best(np.inf)
    tried += [with_({**ground, **needs}) for needs in _NEEDS]
    bounded, most = best(mine["events"]), best(np.inf)
    return {"peer": bounded} if most == bounded else {"peer": bounded, "peer-most": most}


def some(arrivals: ArrivalTable, rows: Ints) -> ArrivalTable:
    """Some of the arrivals."""
    return ArrivalTable(
        tuple(arrivals.id[row] for row in rows), arrivals.sensor[rows], arrivals.time_s[rows],
        arrivals.phase.take(rows), arrivals.amplitude[rows],
    )  # fmt: skip


def set_off(arrivals: ArrivalTable, sensors: int) -> ArrivalTable:
    """The same picks, those of each sensor later by a time of its own, round the end to the beginning."""
    late_s = np.random.default_rng(_SEED).uniform(*_SET_OFF_S, sensors) + np.arange(sensors) * 120.0
    begin, span = arrivals.time_s.min(), np.ptp(arrivals.time_s)
    return replace(arrivals, time_s=begin + (arrivals.time_s - begin + late_s[arrivals.sensor]) % span)


def catalogue(path: Path, heard: Heard) -> Floats:
    """The network's own events: x, y, time, depth."""
    begins = datetime.fromisoformat(heard.clock.epoch)
    with path.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened, delimiter="\t"))
    x, y = heard.frame.plane(*(np.array([float(row[name]) for row in rows]) for name in ("lng", "lat")))
    moments = [datetime.fromisoformat(row["time"]).replace(tzinfo=UTC) for row in rows]
    seconds = [(moment - begins).total_seconds() for moment in moments]
    listed: Floats = np.c_[x, y, seconds, [float(row["depth(m)"]) for row in rows]]
    return listed


def at_of(events: LocatedEvents) -> Floats:
    """Where located events are: x, y, time, depth."""
    found: Floats = np.c_[events.x_m, events.y_m, events.time_s, -events.z_m]
    return found


def held_against(listed: Floats, found: Floats, probability: Floats) -> dict[str, float]:
    """Recall, differences of place, time and depth, and what is beyond the catalogue."""
    order = np.argsort(found[:, 2], kind="stable")
    times = found[order, 2]
    pairs = []
    for row, (x, y, moment, _) in enumerate(listed):
        near = order[np.searchsorted(times, moment - _NEAR_S) : np.searchsorted(times, moment + _NEAR_S)]
        for one in near:
            apart = float(np.hypot(found[one, 0] - x, found[one, 1] - y))
            if apart <= _NEAR_M:
                cost = (apart / _NEAR_M) ** 2 + ((found[one, 2] - moment) / _NEAR_S) ** 2
                pairs.append((cost, row, int(one), apart))
    rows, ones, kept = set[int](), set[int](), []
    for _, row, one, apart in sorted(pairs):
        if row not in rows and one not in ones:
            rows.add(row)
            ones.add(one)
            kept.append((apart, found[one, 3] - listed[row, 3], found[one, 2] - listed[row, 2]))
    beyond = np.delete(probability, sorted(ones))
    if not kept:
        return {"events": len(found), **{f"from_{sure:g}": int((beyond >= sure).sum()) for sure in _SURE}}
    apart, deeper, later = np.array(kept).T
    return {
        "events": len(found), "recall": len(kept) / len(listed), "place_median_m": float(np.median(apart)),
        "place_p90_m": float(np.quantile(apart, 0.9)), "depth_median_m": float(np.median(np.abs(deeper))),
        "depth_p90_m": float(np.quantile(np.abs(deeper), 0.9)), "deeper_m": float(np.median(deeper)),
        "later_s": float(np.median(later)), "beyond": len(beyond), "beyond_expected_real": float(beyond.sum()),
        **{f"beyond_from_{sure:g}": int((beyond >= sure).sum()) for sure in _SURE},
    }  # fmt: skip


def beside(python: Path, picks: tuple[SensorTable, ArrivalTable], listed: Floats, settings: Told) -> Told:
    """The peer on the same picks."""
    sensors, arrivals = picks
    with tempfile.TemporaryDirectory() as folder:
        np.savez(
            Path(folder) / "picks.npz", x=sensors.x_m, y=sensors.y_m, z=np.nan_to_num(sensors.z_m),
            sensor=arrivals.sensor, time=arrivals.time_s, phase=np.array(arrivals.phase.names)[arrivals.phase.codes],
        )  # fmt: skip
        command = [str(python), str(_TOOL), folder, json.dumps(settings)]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=1800)
        found = np.load(Path(folder) / "peer.npz")["found"]
    told = held_against(listed, found, np.ones(len(found)))
    return {**told, **json.loads(done.stdout.splitlines()[-1])}

"""A world with liars: how often the evidence standard is wrong where it decides, beside majority vote and Dawid-Skene.

Thousands of places and hours of which something is told. In half of them something happened. Fifty sources of all
strata each tell what they noticed; liars tell of things that did not happen on targets they chose, and keep silent of
what did.

    python benchmarks/liars.py                      all worlds, three seeds, and the wave
    python benchmarks/liars.py --targets 2000 --seeds 1

honest     nobody lies
open       two fifths of the sources lie: those of one party, and the civilian channel but for two of its eighteen
disguised  a fifth of all sources lie, drawn from every stratum, instruments too
both       the open liars, and a fifth of all others disguised

The standard decides "happened" where it confirms. It is told as gainsaid where at least two technical strata were sure
to notice, registered nothing, and no instrument speaks. It abstains otherwise. Majority and Dawid-Skene (crowd-kit, in
an environment of its own under build/, made on the first run) decide everything; they are given each source's silence
as a "no" wherever it watched. The wave: ten minutes of 10,000 civilian messages a minute, all of one channel, taken in
before one event that instruments registered; its grade must be the same, and the seconds it waits are printed.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
import time
import venv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from truceline.coverage import technical_silence
from truceline.mission.assessing import assess_mission
from truceline.mission.folder import open_mission
from truceline.mission.fusing import all_incidents, fuse_mission
from truceline.mission.grading import graded
from truceline.mission.ingesting import Intake, ingest
from truceline.model import (
    CONFIRMED,
    GRADES,
    TECHNICAL_STRATA,
    Coverage,
    CoverageState,
    EvidenceLink,
    IncidentTable,
    Interval,
    ObservationTable,
    Phenomenon,
    Source,
    Stratum,
    Words,
    microseconds,
    moment_at,
    strata_bits,
)
from truceline.sources import ReadOptions
from truceline.verification import DEFAULT_STANDARD, OWN_WORDS, Voices, grade_channels, independent_channels

PEER = Path("build/bench-liars-peer")
CROWD_KIT = "crowd-kit==1.4.1"
MOST_WRONG = 0.004
_NOON = datetime(2031, 4, 1, 12, tzinfo=UTC)
_BLAST = Phenomenon.EXPLOSION
_WATCHES = 0.85
_CHOSEN = 0.5


@dataclass(frozen=True)
class Kind:
    """Sources of one stratum: how many, how often one notices what happened, how often it tells of nothing."""

    stratum: Stratum
    sources: int
    notices: float
    invents: float


KINDS = (
    Kind(Stratum.SEISMIC, 2, 0.92, 0.005),
    Kind(Stratum.ACOUSTIC, 4, 0.94, 0.005),
    Kind(Stratum.RADAR, 2, 0.92, 0.005),
    Kind(Stratum.OPTICAL, 3, 0.70, 0.005),
    Kind(Stratum.THERMAL, 2, 0.60, 0.010),
    Kind(Stratum.PATROL, 4, 0.60, 0.010),
    Kind(Stratum.OFFICIAL_ALARM, 1, 0.80, 0.020),
    Kind(Stratum.MEDIA, 6, 0.50, 0.030),
    Kind(Stratum.CIVILIAN, 18, 0.50, 0.050),
    Kind(Stratum.PARTY_A, 4, 0.60, 0.050),
    Kind(Stratum.PARTY_B, 4, 0.60, 0.050),
)


@dataclass(frozen=True)
class World:
    """Targets with the truth, and what each source says of each: 1 told, 0 watched and silent, -1 did not watch."""

    kind: tuple[Kind, ...]
    """The kind of each source."""
    happened: NDArray[np.bool_]
    says: NDArray[np.int8]
    liar: NDArray[np.bool_]


def world(seed: int, targets: int, liars: str) -> World:
    """A world of one seed."""
    chance = np.random.default_rng((seed, len(liars)))
    kinds = tuple(kind for kind in KINDS for _ in range(kind.sources))
    happened = chance.random(targets) < 0.5
    notices, invents = (np.array([getattr(kind, name) for kind in kinds]) for name in ("notices", "invents"))
    says = np.where(happened[:, None], chance.random((targets, len(kinds))) < notices, False)
    says |= ~happened[:, None] & (chance.random((targets, len(kinds))) < invents)
    liar = _liars(kinds, liars, chance)
    lies = liar & (chance.random(targets) < _CHOSEN)[:, None]
    told = np.where(lies, ~happened[:, None], says).astype(np.int8)
    told[~(lies | (chance.random(told.shape) < _WATCHES))] = -1
    return World(kinds, happened, told, liar)


def _liars(kinds: tuple[Kind, ...], liars: str, chance: np.random.Generator) -> NDArray[np.bool_]:
    strata = [kind.stratum for kind in kinds]
    openly = np.array([one is Stratum.PARTY_A for one in strata])
    openly[[at for at, one in enumerate(strata) if one is Stratum.CIVILIAN][2:]] = True
    lying = openly if liars in {"open", "both"} else np.zeros(len(kinds), bool)
    if liars in {"disguised", "both"}:
        others = np.flatnonzero(~lying)
        lying = lying.copy()
        lying[chance.permutation(others)[: round(len(others) * 0.2)]] = True
    return lying


@dataclass(frozen=True)
class Decisions:
    """What was decided of the targets that anybody tells of: which are held to have happened, which not."""

    told: NDArray[np.intp]
    yes: NDArray[np.bool_]
    no: NDArray[np.bool_]


def by_standard(made: World) -> Decisions:
    """The evidence standard over channels, with technical dissent."""
    told = np.flatnonzero((made.says == 1).any(axis=1))
    row, source = np.nonzero(made.says[told] == 1)
    place = np.array([list(Stratum).index(kind.stratum) for kind in made.kind], np.int32)
    # Sources of one stratum are kept by one custodian here: two of one physics are one channel.
    voices = Voices(row, place[source], np.zeros(len(row), np.int32), np.full(len(row), OWN_WORDS))
    channels = independent_channels(voices, len(told), never=DEFAULT_STANDARD.interested)
    silence = technical_silence(_incidents(made, told), tuple(_records(made)), _sources(made), _registered(made))
    grades = grade_channels(channels, DEFAULT_STANDARD, silence.against)
    gainsaid = (np.bitwise_count(silence.against) >= 2) & (channels.technical == 0)
    return Decisions(told, grades == GRADES.index(CONFIRMED), gainsaid)


def _at_us(target: NDArray[np.intp]) -> NDArray[np.int64]:
    return microseconds(_NOON) + target.astype(np.int64) * 3_600_000_000


def _columns(target: NDArray[np.intp]) -> dict[str, Any]:
    rows = len(target)
    ones, nothing = np.ones(rows, np.int64), Words(np.zeros(rows, np.int32), ("",))
    return {
        "id": target.astype(np.uint64),
        "start_us": _at_us(target),
        "end_us": _at_us(target) + 1_000_000,
        "sometime": np.zeros(rows, bool),
        "phenomenon": Words(np.zeros(rows, np.int32), (str(_BLAST),)),
        "place": np.zeros(rows, np.uint64),
        **dict.fromkeys(("area", "party", "direction"), nothing),
        **dict.fromkeys(("count_low", "count_best", "count_high"), ones),
        **{name: np.zeros(rows) for name in ("lat", "lon")},
        "radius_m": np.full(rows, 100.0),
    }


def _incidents(made: World, told: NDArray[np.intp]) -> IncidentTable:
    bits = np.array([strata_bits([kind.stratum]) for kind in made.kind], np.uint32)
    strata = np.bitwise_or.reduce(np.where(made.says[told] == 1, bits, 0).astype(np.uint32), axis=1)
    return IncidentTable(**_columns(told), strata=strata, members=(made.says[told] == 1).sum(axis=1))


def _registered(made: World) -> ObservationTable:
    technical = np.array([kind.stratum in TECHNICAL_STRATA for kind in made.kind])
    target, source = np.nonzero((made.says == 1) & technical)
    names = tuple(f"source-{number:02d}" for number in range(len(made.kind)))
    strata = Words.of([str(made.kind[number].stratum) for number in source])
    return ObservationTable(**_columns(target), source=Words(source.astype(np.int32), names), stratum=strata)


def _sources(made: World) -> tuple[Source, ...]:
    return tuple(
        Source(f"source-{number:02d}", "", "", kind.stratum, (_BLAST,)) for number, kind in enumerate(made.kind)
    )


def _records(made: World) -> Iterator[Coverage]:
    """Each instrument says that it watched all the time, with its measured chance, and when it did not."""
    first, last = _NOON - timedelta(hours=1), _NOON + timedelta(hours=len(made.happened))
    for number, kind in enumerate(made.kind):
        if kind.stratum in TECHNICAL_STRATA:
            yield _record(number, first, last, CoverageState.WATCHING, kind.notices)
            for at in _at_us(np.flatnonzero(made.says[:, number] < 0)).tolist():
                minute = timedelta(minutes=1)
                yield _record(number, moment_at(at) - minute, moment_at(at) + minute, CoverageState.BLIND, None)


def _record(source: int, first: datetime, last: datetime, state: CoverageState, notices: float | None) -> Coverage:
    name, link = f"source-{source:02d}", EvidenceLink("0" * 64, 1)
    chance = ((_BLAST, notices),)
    return Coverage(f"{name} {first}", name, "*", Interval(first, last), state, chance, "", link)


def score(made: World, found: Decisions) -> dict[str, float]:
    """Share decided and wrong, of those held to have happened, of those gainsaid, and of both."""
    truth = made.happened[found.told]
    yes, no = int(found.yes.sum()), int(found.no.sum())
    wrong_yes, wrong_no = int((found.yes & ~truth).sum()), int((found.no & truth).sum())
    return {
        "told": len(truth),
        "happened": yes,
        "wrong_happened": wrong_yes,
        "gainsaid": no,
        "wrong_gainsaid": wrong_no,
        "share_decided": (yes + no) / len(truth),
        "share_wrong": (wrong_yes + wrong_no) / max(1, yes + no),
        "share_of_real_confirmed": yes / max(1, int(truth.sum())),
    }


_PEERS = """
import json, sys
import numpy as np, pandas as pd
from crowdkit.aggregation import DawidSkene, MajorityVote
given = np.load(sys.argv[1])
says, truth = given["says"], given["truth"]
task, worker = np.nonzero(says >= 0)
table = pd.DataFrame({"task": task, "worker": worker, "label": says[task, worker]})
out = {}
for name, way in (("majority", MajorityVote()), ("dawid-skene", DawidSkene(n_iter=100))):
    answer = way.fit_predict(table).reindex(np.arange(len(truth))).to_numpy()
    out[name] = float((answer.astype(bool) != truth).mean())
print(json.dumps(out))
"""


def peers(made: World, found: Decisions) -> dict[str, float]:
    """Share wrong of majority vote and Dawid-Skene on the same targets; nothing where crowd-kit cannot be had."""
    python = (PEER / "bin" / "python").absolute()
    if not python.exists():
        venv.create(PEER, with_pip=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", CROWD_KIT], capture_output=True, check=False)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "says.npz"
        np.savez(path, says=made.says[found.told], truth=made.happened[found.told])
        command = [str(python), "-W", "ignore", "-c", _PEERS, str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=1_800)
    answer: dict[str, float] = json.loads(done.stdout.splitlines()[-1]) if done.returncode == 0 else {}
    return answer


def swapped(made: World) -> World:
    """The same with the parties exchanged."""
    other = {Stratum.PARTY_A: Stratum.PARTY_B, Stratum.PARTY_B: Stratum.PARTY_A}
    kinds = tuple(Kind(other.get(k.stratum, k.stratum), k.sources, k.notices, k.invents) for k in made.kind)
    return World(kinds, made.happened, made.says, made.liar)


_MISSION = """\
truceline = 1
name = "wave"
time_zone = "UTC"
as_of = "2031-05-01T00:00:00+00:00"
areas = ["*"]

[fusion]
linking = "{linking}"
"""
_AGREEMENT = """\
truceline: 1
id: wave
title: {en: A truce}
status: mirrored
parties: [{id: party-north, name: {en: North}}, {id: party-south, name: {en: South}}]
sources: [{id: text, title: Text, url: "https://example.org/text", date: 2031-03-01}]
clauses: [{id: c1, text: "All fire shall cease.", language: en, source: text}]
readings:
  - id: one
    asserted_by: [party-north, party-south]
    start: "2031-04-01T00:00:00+00:00"
    end: "2031-04-03T00:00:00+00:00"
    source: text
norms: [{id: fire, kind: forbid, who: each, act: ground-fire, object: any, where: everywhere, clause: c1}]
"""
_TABLE = """\
truceline: 1
source: {{id: {name}, title: {name}, custodian: {name}, stratum: {stratum}, senses: [explosion]}}
time: {{sense: lasted}}
columns: {{key: key, start: start, end: end, lat: lat, lon: lon, radius_m: radius, phenomenon: what, words: words}}
"""
_HEADER = "key,start,end,lat,lon,radius,what,words\n"


def wave(messages_a_minute: int, minutes: int, linking: str) -> tuple[str, float]:
    """The grade of an event of two instruments and a patrol after a wave of messages, and the seconds it waited."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name) / "mission"
        (root / "agreements").mkdir(parents=True)
        (root / "agreements" / "wave.yaml").write_text(_AGREEMENT, encoding="utf-8")
        (root / "mission.toml").write_text(_MISSION.format(linking=linking), encoding="utf-8")
        chance = np.random.default_rng(1)
        begin = _NOON + timedelta(hours=1)
        rows = (
            _row(f"m{at}", begin + timedelta(seconds=60 * at / messages_a_minute), chance.normal(0, 0.02, 2), 3_000.0)
            for at in range(messages_a_minute * minutes)
        )
        if messages_a_minute:
            _take_in(root, "channel", Stratum.CIVILIAN, "".join(rows))
            fuse_mission(open_mission(root), now=_NOON)
        began = time.perf_counter()
        for stratum in (Stratum.ACOUSTIC, Stratum.RADAR, Stratum.PATROL):
            at = begin + timedelta(minutes=5)
            _take_in(root, str(stratum), stratum, _row("e", at, np.zeros(2), 150.0))
        mission = open_mission(root)
        fuse_mission(mission, now=_NOON)
        incidents = all_incidents(mission)
        told = graded(mission, incidents)
        assess_mission(mission, now=_NOON)
        waited = time.perf_counter() - began
        instruments = np.uint32(strata_bits([Stratum.ACOUSTIC]))
        return str(told.grades.words()[(incidents.strata & instruments) != 0][0]), waited


def _row(key: str, at: datetime, off: NDArray[np.float64], radius_m: float) -> str:
    lat, lon = 48.0 + float(off[0]), 37.0 + float(off[1])
    return f"{key},{at.isoformat()},{at.isoformat()},{lat:.5f},{lon:.5f},{radius_m:g},explosion,heard\n"


def _take_in(root: Path, name: str, stratum: Stratum, rows: str) -> None:
    mapping, table = root / f"{name}.yaml", root / f"{name}.csv"
    mapping.write_text(_TABLE.format(name=name, stratum=stratum), encoding="utf-8")
    table.write_text(_HEADER + rows, encoding="utf-8")
    mission = open_mission(root)
    ingest(mission, Intake("table", table, ReadOptions(mapping=mapping)), now=_NOON)


def main() -> None:
    given = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    given.add_argument("--targets", type=int, default=5_000)
    given.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    given.add_argument("--no-wave", action="store_true")
    asked = given.parse_args()
    for liars in ("honest", "open", "disguised", "both"):
        for seed in asked.seeds:
            made = world(seed, asked.targets, liars)
            found = by_standard(made)
            if score(swapped(made), by_standard(swapped(made))) != score(made, found):
                raise SystemExit("exchanging the parties changed the result")
            told = {**score(made, found), **{f"wrong, {name}": share for name, share in peers(made, found).items()}}
            lying = f"{made.liar.sum()}/{len(made.liar)} lie"
            print(liars, f"seed {seed},", lying, json.dumps({name: round(one, 5) for name, one in told.items()}))
    if not asked.no_wave:
        for linking in ("rules", "likelihood"):
            for rate in (0, 10_000):
                grade, waited = wave(rate, 10, linking)
                print(f"wave of {rate} a minute, {linking}: the event is {grade}, known after {waited:.1f} s")


if __name__ == "__main__":
    main()

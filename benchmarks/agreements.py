"""How long a busy year takes against a set of instruments: every norm, party and reading, bands and settlements.

A made-up set in the manner of Minsk: withdrawal of weapons by calibre and range from a line of each party's own, a fire
ban with return fire as its exception, no aircraft, no heavy weapons in or near settlements, three disengagement areas.
The lines have 3,000 vertices each, there are 200 settlements, and the records of a year are made up around them. Each
size runs in a process of its own, so that the peak of memory is its own.

    python benchmarks/agreements.py                      400,000 records
    python benchmarks/agreements.py --largest 4000000    and how it grows to 4,000,000
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import shapely
from space import Ground as MadeGround
from space import made_ground, made_positions

from truceline.agreements.evaluation import EvaluationParameters, Evidence, evaluate
from truceline.agreements.loading import read_agreement
from truceline.coverage.shares import AreaShare, CoverageShare
from truceline.model import (
    CONFIRMED,
    GRADES,
    CoverageState,
    EvidenceLink,
    IncidentTable,
    Interval,
    Phenomenon,
    RegisterEntry,
    RegisterKind,
    Standing,
    Stratum,
    Words,
    microseconds,
    parse_moment,
)

SIZE = 400_000
BAR_S = 15.0
BAR_GIB = 2.0
_BEGIN = parse_moment("2031-01-01T00:00:00Z")
_YEAR = timedelta(days=365)
_SEED = 20_310_419
_CLAIMS = 200

_HEAD = """\
truceline: 1
id: made-up-set
title: {en: A made-up set of instruments}
status: signed
parties: [{id: party-north, name: {en: North}}, {id: party-south, name: {en: South}}]
sources: [{id: text, title: Text, url: "https://example.org/text", date: 2031-01-01}]
clauses: [{id: c1, text: weapons are withdrawn, language: en, source: text}]
events: [{id: effective, at: "2031-01-01T00:00:00+00:00"}]
lines:
  - {id: first, file: first.geojson, date: 2031-01-01, method: made, accuracy: 200 m, left: party-north,
     right: party-south}
  - {id: second, file: second.geojson, date: 2031-01-01, method: made, accuracy: 200 m, left: party-north,
     right: party-south}
zones:
  - {id: area-one, file: area-one.geojson, date: 2031-01-01, method: made}
  - {id: area-two, file: area-two.geojson, date: 2031-01-01, method: made}
  - {id: area-three, file: area-three.geojson, date: 2031-01-01, method: made}
settlements: [{id: towns, file: towns.geojson, date: 2031-01-01, method: made}]
readings:
  - {id: own-lines, asserted_by: [party-north], start: effective, end: effective+P365D, source: text}
  - id: one-line
    asserted_by: [party-south]
    start: effective
    end: effective+P365D
    source: text
    changes: {LINES}
  - id: per-side
    asserted_by: [observer]
    start: effective
    end: effective+P365D
    source: text
    changes: {norms.artillery.where.measured: per-side, norms.mlrs.where.measured: per-side}
norms:
"""
_OWN = "{party-north: first, party-south: second}"
_BANDED = {
    "over-100": (
        "[{weapon: artillery, calibre: {over: 100 mm}}, {weapon: mortar, calibre: {over: 100 mm}}]",
        "from: 0 km, to: 15 km",
    ),
    "artillery": (
        "[{weapon: artillery, calibre: {at_least: 100 mm}}, {weapon: mortar, calibre: {at_least: 100 mm}}]",
        "width: 50 km, measured: total-width",
    ),
    "mlrs": ("[{weapon: mlrs}]", "width: 70 km, measured: total-width"),
    "long-range": ("[{names: [BM-27, BM-30, Tornado-S, Tochka-U]}, {range: {over: 70 km}}]", "from: 0 km, to: 70 km"),
    "tanks": ("[{weapon: tank}]", "from: 0 km, to: 15 km"),
    "light-artillery": (
        "[{weapon: artillery, calibre: {under: 100 mm}}, {weapon: mortar, calibre: {up_to: 120 mm}}]",
        "from: 0 km, to: 15 km",
    ),
}
"""Norm, object and band of each withdrawal; each is held as a prohibition of presence and as a duty to withdraw."""


_WITHDRAWN = """\
  - {id: NAME, kind: forbid, who: each, act: heavy-weapons, object: THING, where: WHERE, when: {from: effective+P14D},
     clause: c1}
  - {id: withdraw-NAME, kind: oblige, mode: achievement-then-maintenance, who: each, act: withdraw-weapons,
     object: THING, where: WHERE, when: {from: effective+P2D, until: effective+P14D}, clause: c1}
"""
_LEFT = """\
  - {id: troops-AREA, kind: forbid, who: each, act: troop-presence, where: AREA, clause: c1}
  - {id: fire-AREA, kind: forbid, who: each, act: ground-fire, where: AREA, clause: c1}
"""
_MEASURES = """\
  - {id: fire, kind: forbid, who: each, act: ground-fire, clause: c1}
  - id: return-fire
    kind: permit
    who: each
    act: ground-fire
    overrides: [fire]
    requires: [{act: offensive, by: other, within: PT1H}, {entry: order, by: same}, {entry: coordination, by: same}]
    clause: c1
  - {id: flights, kind: forbid, who: each, act: flight, where: {line: first, from: 0 km, to: 30 km, side: both},
     clause: c1}
  - {id: towns-free, kind: forbid, who: each, act: heavy-weapons, where: {in: towns, within: 2 km}, clause: c1}
"""
_AREAS = ("area-one", "area-two", "area-three")


def agreement_text() -> str:
    """The made-up set as a file."""
    withdrawn = [
        _WITHDRAWN.replace("NAME", name).replace("THING", thing).replace("WHERE", f"{{line: {_OWN}, {band}}}")
        for name, (thing, band) in _BANDED.items()
    ]
    changes = ", ".join(f"norms.{prefix}{name}.where.line: first" for name in _BANDED for prefix in ("", "withdraw-"))
    left = [_LEFT.replace("AREA", area) for area in _AREAS]
    return "".join((_HEAD.replace("{LINES}", f"{{{changes}}}"), *withdrawn, _MEASURES, *left))


def written(folder: Path, ground: MadeGround) -> Path:
    """The set with its geometry as files."""
    for name, line in zip(("first", "second"), ground.lines, strict=True):
        (folder / f"{name}.geojson").write_text(shapely.to_geojson(shapely.linestrings(line)))
    parts = [
        {"type": "Feature", "properties": {}, "geometry": json.loads(shapely.to_geojson(one))} for one in ground.single
    ]
    (folder / "towns.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": parts}))
    middle = ground.lines[0][len(ground.lines[0]) // 4 :: len(ground.lines[0]) // 4]
    for name, (lon, lat) in zip(_AREAS, middle, strict=False):
        box = shapely.box(lon - 0.015, lat - 0.01, lon + 0.015, lat + 0.01)
        (folder / f"{name}.geojson").write_text(shapely.to_geojson(box))
    (folder / "set.yaml").write_text(agreement_text())
    return folder / "set.yaml"


def records(ground: MadeGround, number: int) -> IncidentTable:
    """Incidents of a year about the lines: fire, weapons seen, flights, troops, in the shares of a busy year."""
    chance = np.random.default_rng(_SEED)
    table = made_positions(ground, number)
    begin = microseconds(_BEGIN) + np.sort(chance.integers(0, int(_YEAR.total_seconds()), number)) * 1_000_000
    kinds = (
        Phenomenon.EXPLOSION,
        Phenomenon.BURST,
        Phenomenon.WEAPON_PRESENCE,
        Phenomenon.FLIGHT,
        Phenomenon.TROOP_PRESENCE,
    )
    kind = chance.choice(len(kinds), number, p=[0.4, 0.25, 0.2, 0.1, 0.05]).astype(np.int32)
    weapons = ("", "artillery", "mortar", "mlrs", "tank")
    calibres = np.array([np.nan, 82.0, 100.0, 120.0, 122.0, 152.0])
    return IncidentTable(
        id=chance.permutation(number).astype(np.uint64),
        start_us=begin,
        end_us=begin + chance.integers(0, 7200, number) * 1_000_000,
        sometime=chance.random(number) < 0.2,
        phenomenon=Words(kind, tuple(str(one) for one in kinds)),
        place=np.arange(number, dtype=np.uint64),
        area=Words(np.zeros(number, dtype=np.int32), ("",)),
        party=Words(chance.choice(3, number, p=[0.4, 0.3, 0.3]).astype(np.int32), ("", "party-north", "party-south")),
        direction=Words(np.zeros(number, dtype=np.int32), ("",)),
        count_low=np.ones(number, dtype=np.int64),
        count_best=np.ones(number, dtype=np.int64),
        count_high=np.ones(number, dtype=np.int64),
        lat=table.lat,
        lon=table.lon,
        radius_m=table.radius_m,
        strata=np.full(number, 7, dtype=np.uint32),
        members=np.ones(number, dtype=np.int64),
        weapon=Words(chance.integers(0, len(weapons), number).astype(np.int32), weapons),
        calibre_mm=calibres[chance.integers(0, len(calibres), number)],
        weapon_name=Words(chance.choice(3, number, p=[0.9, 0.05, 0.05]).astype(np.int32), ("", "BM-21", "BM-30")),
    )


def evidence(incidents: IncidentTable) -> Evidence:
    """The incidents with grades, claims of return fire, and full coverage."""
    chance = np.random.default_rng(_SEED + 1)
    grade = chance.choice(2, len(incidents), p=[0.5, 0.5]).astype(np.int32)
    area = AreaShare("somewhere", 1.0, CoverageState.WATCHING, (), 1.0)
    seen = tuple(CoverageShare(one, 1.0, (Stratum.ACOUSTIC,), (area,), 1.0) for one in Phenomenon)
    register = tuple(_claim(i, chance) for i in range(_CLAIMS))
    return Evidence(incidents, Words(grade, (GRADES[0], CONFIRMED)), register, lambda _: seen)


def _claim(number: int, chance: np.random.Generator) -> RegisterEntry:
    when: datetime = _BEGIN + timedelta(seconds=int(chance.integers(0, int(_YEAR.total_seconds()))))
    party = ("party-north", "party-south")[number % 2]
    spoken = Interval(when, when + timedelta(minutes=30))
    link = EvidenceLink("0" * 64, number + 1)
    kind = (RegisterKind.CLAIM, RegisterKind.ORDER, RegisterKind.COORDINATION)[number % 3]
    return RegisterEntry(
        f"{number:04}", kind, "return-fire", party, (), Interval(when, when), Standing.VERIFIED, "mission", link, spoken
    )


def one_size(number: int, sender: multiprocessing.connection.Connection) -> None:
    """Seconds and peak memory of one size, sent back."""
    ground = made_ground()
    with tempfile.TemporaryDirectory() as folder:
        path = written(Path(folder), ground)
        held = evidence(records(ground, number))
        began = time.perf_counter()
        loaded = read_agreement(path)
        read_s = time.perf_counter() - began
        findings = evaluate(
            loaded.agreement, loaded.ground, held, EvaluationParameters(_BEGIN + _YEAR + timedelta(days=1))
        )
        took_s = time.perf_counter() - began
    results: dict[str, int] = {}
    for finding in findings:
        results[finding.result.value] = results.get(finding.result.value, 0) + 1
    peak_gib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    sender.send({"records": number, "seconds": took_s, "reading_s": read_s, "peak_gib": peak_gib, "results": results})


def measured(number: int) -> dict[str, object]:
    """One size in a process of its own."""
    receiver, sender = multiprocessing.get_context("spawn").Pipe(duplex=False)
    process = multiprocessing.get_context("spawn").Process(target=one_size, args=(number, sender))
    process.start()
    line: dict[str, object] = receiver.recv()
    process.join()
    return line


def main() -> None:
    """Print every size with its share of the bar."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--largest", type=int, default=SIZE)
    asked.add_argument("--out", type=Path, default=Path("build/bench-agreements.json"))
    given = asked.parse_args()
    lines = [measured(number) for number in dict.fromkeys((min(SIZE, given.largest), given.largest))]
    for line in lines:
        number, seconds, peak_gib = int(str(line["records"])), float(str(line["seconds"])), float(str(line["peak_gib"]))
        print(
            f"{number:>10,} records: {seconds:6.2f} s ({seconds / number * 1e6:.2f} s per million), {peak_gib:.2f} GiB"
        )
        if number == SIZE:
            print(f"           share of the bars: time {seconds / BAR_S:.2f}, memory {peak_gib / BAR_GIB:.2f}")
        print(f"           findings: {line['results']}")
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(json.dumps(lines, indent=2) + "\n")


if __name__ == "__main__":
    main()

"""How long the spine takes, and how that grows: from a CSV file to the period report.

Every stage runs as the command a person would type, in a process of its own, so that its peak memory is its own.
Figures are wall seconds and MiB on the machine named; bars are ratios to it, never tests.

    python benchmarks/spine.py                  1,000,000 rows, and smaller ones for the curve
    python benchmarks/spine.py --largest 10000000
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

BARS_S = {"ingest": 60.0, "assess and count": 10.0, "report": 10.0, "help": 0.4, "linkage": 2.0}
"""Seconds allowed at 1,000,000 rows (help: one call; linkage: both alarm feeds)."""
INGEST_MIB = 1024.0

_MAPPING = """\
truceline: 1
rows: observations
source: {id: patrol-diary, title: Patrol diary, custodian: benchmark, stratum: patrol, senses: [explosion, burst, shot]}
time: {format: iso, sense: lasted}
columns: {key: row, start: time, lat: lat, lon: lon, phenomenon: what, count: number, direction: direction, words: note}
constants: {radius_m: "400", means: heard}
coverage:
  - {area: '*', start: "2021-01-01T00:00:00+00:00", end: "2022-01-01T00:00:00+00:00", state: watching}
"""
_MISSION = """\
truceline = 1
name = "benchmark"
time_zone = "Europe/Kyiv"
as_of = "2022-01-01T00:00:00+00:00"
areas = ["*"]

[series]
bin = "day"
before = 14
after = 14
"""
_AGREEMENT = """\
truceline: 1
id: benchmark
title: {en: A benchmark}
status: announced
parties: [{id: party-north, name: {en: North}}, {id: party-south, name: {en: South}}]
sources: [{id: text, title: Text, url: "https://example.org/text", date: 2021-01-01}]
clauses: [{id: c1, text: "All fire shall cease.", language: en, source: text}]
readings:
  - id: whole-year
    asserted_by: [party-north]
    start: "2021-01-01T00:00:00+00:00"
    end: "2022-01-01T00:00:00+00:00"
    source: text
norms:
  - {id: ground-fire, kind: forbid, who: each, act: ground-fire, object: any, where: everywhere, clause: c1}
  - {id: zone-fire, kind: forbid, who: each, act: ground-fire, object: any, where: zone, clause: c1}
zones: [{id: zone, file: zone.geojson, date: 2021-01-01, method: made for the benchmark}]
"""
_ZONE = {
    "type": "Polygon",
    "coordinates": [[[37.2, 47.8], [38.2, 47.8], [38.2, 48.4], [37.7, 48.1], [37.2, 48.4], [37.2, 47.8]]],
}


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--largest", type=int, default=1_000_000)
    asked.add_argument("--out", type=Path, default=Path("build/bench-spine.json"))
    given = asked.parse_args()
    sizes = [size for size in (10_000, 100_000, 1_000_000, 10_000_000) if size <= given.largest]
    result = {"machine": machine(), "help_s": help_seconds(), "curve": [run(size) for size in sizes]}
    result["linkage_s"] = linkage_seconds()
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    show(result)


def machine() -> str:
    with Path("/proc/cpuinfo").open(encoding="utf-8") as lines:
        models = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return (
        f"{models[0] if models else platform.processor()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    )


def run(size: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepare(folder, size)
        stages = {
            "ingest": ("ingest", "table", str(folder / "rows.csv"), "--mapping", str(folder / "mapping.yaml")),
            "fuse": ("fuse",),
            "assess": ("assess",),
            "count": ("count",),
            "report": ("report",),
        }
        found: dict[str, float] = {"rows": size}
        for stage, words in stages.items():
            seconds, mib = timed([*words, "--mission", str(folder), "--json"])
            found |= {f"{stage}_s": round(seconds, 2), f"{stage}_mib": round(mib)}
    return found


def prepare(folder: Path, size: int) -> None:
    for name in ("agreements", "geometry"):
        (folder / name).mkdir()
    (folder / "mission.toml").write_text(_MISSION, encoding="utf-8")
    (folder / "mapping.yaml").write_text(_MAPPING, encoding="utf-8")
    (folder / "agreements" / "benchmark.yaml").write_text(_AGREEMENT, encoding="utf-8")
    (folder / "agreements" / "zone.geojson").write_text(json.dumps(_ZONE), encoding="utf-8")
    with (folder / "rows.csv").open("w", encoding="utf-8") as out:
        out.write("row,time,lat,lon,what,number,direction,note\n")
        out.writelines(rows(size))


def rows(size: int) -> Iterator[str]:
    chance = random.Random(20210601)  # noqa: S311 - a repeatable benchmark, not a secret
    start, year_s = datetime(2021, 1, 1, tzinfo=UTC), 365 * 86_400
    for row in range(size):
        moment = start + timedelta(seconds=int(row / size * year_s))
        lat, lon = 47.5 + chance.random(), 37.0 + 1.5 * chance.random()
        what = chance.choice(("explosion", "burst", "shot"))
        direction = chance.choice(("N", "E", "S", "W", ""))
        yield f"{row},{moment.isoformat()},{lat:.5f},{lon:.5f},{what},{chance.randint(1, 9)},{direction},heard\n"


def timed(words: list[str]) -> tuple[float, float]:
    """Wall seconds and peak MiB of one command, read from the process itself at its end."""
    command = [sys.executable, "-c", _MEASURED, *words]
    began = time.perf_counter()
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return time.perf_counter() - began, int(done.stderr.rsplit("peak_kib=", 1)[1]) / 1024


_MEASURED = """
import atexit, resource, sys
atexit.register(lambda: sys.stderr.write(f"peak_kib={resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}"))
from truceline.cli.main import run
run()
"""


def help_seconds() -> float:
    command = [str(Path(sys.executable).parent / "truceline"), "--help"]
    took = []
    for _ in range(7):
        began = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        took.append(time.perf_counter() - began)
    return round(sorted(took)[3], 3)


def linkage_seconds() -> float | None:
    """Fusing both Ukrainian alarm feeds, the archive already filled; none where the feeds are absent."""
    from truceline.fusion import FusionParameters, fuse
    from truceline.mission.feeds import feed_places
    from truceline.mission.folder import new_mission
    from truceline.mission.fusing import all_observations
    from truceline.mission.ingesting import Intake, ingest

    folder = feed_places().folder
    feeds = sorted((folder / "air_raid_alarms").glob("vadimkin_*.csv.gz")) if folder else []
    if len(feeds) != 2:
        return None
    with tempfile.TemporaryDirectory() as name:
        mission = new_mission(Path(name) / "m")
        for path in feeds:
            ingest(mission, Intake("ua-alarms", path, mission.read_options()), now=datetime(2026, 1, 1, tzinfo=UTC))
        observations = all_observations(mission)
        began = time.perf_counter()
        fuse(observations, FusionParameters())
        return round(time.perf_counter() - began, 3)


def show(result: dict[str, object]) -> None:
    print(f"machine: {result['machine']}")
    print(f"help: {result['help_s']} s (bar {BARS_S['help']} s)")
    print(f"linkage of both alarm feeds: {result['linkage_s']} s (bar {BARS_S['linkage']} s)")
    curve = result["curve"]
    for line in curve if isinstance(curve, list) else []:
        per_million = {key: value / line["rows"] * 1e6 for key, value in line.items() if key.endswith("_s")}
        print(
            f"{line['rows']:>10,} rows: " + "  ".join(f"{key} {value}" for key, value in line.items() if key != "rows")
        )
        print(
            " " * 17 + "seconds per million: " + "  ".join(f"{key} {value:.1f}" for key, value in per_million.items())
        )
        if line["rows"] == 1_000_000:
            ratios = {
                "ingest": line["ingest_s"] / BARS_S["ingest"],
                "ingest memory": line["ingest_mib"] / INGEST_MIB,
                "assess and count": (line["assess_s"] + line["count_s"]) / BARS_S["assess and count"],
                "report": line["report_s"] / BARS_S["report"],
            }
            print(" " * 17 + "share of the bar: " + "  ".join(f"{key} {value:.2f}" for key, value in ratios.items()))


if __name__ == "__main__":
    main()

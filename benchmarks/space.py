"""How long distances and probabilities take for a busy year against two lines and 200 settlements, and against PostGIS.

The same made positions, lines and settlements go to both in one run. Ours gives three probabilities for every position
and band, with the side; PostGIS only says in or out, without sides. PostGIS runs on a server of its own in a temporary
folder, on a Unix socket, with GiST indexes, ANALYZE and parallel workers; of its formulations the fastest counts.

    python benchmarks/space.py                      400,000 positions, ours and PostGIS
    python benchmarks/space.py --largest 4000000    and how ours grows to 4,000,000
"""
# ruff: noqa: S608 - the only words put into SQL are the benchmark's own

from __future__ import annotations

import argparse
import json
import os
import pwd
import resource
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import shapely

from truceline.agreements.space.distance import Outline, distances_from_line
from truceline.agreements.space.edges import Edges
from truceline.agreements.space.inside import Band, inside_band, inside_zone
from truceline.agreements.space.zone import Zone
from truceline.model.columns import Floats

if TYPE_CHECKING:
    from truceline.model import IncidentTable

BAR = 5.0
"""How many times faster than PostGIS ours has to be."""
SIZE = 400_000
_BANDS_KM = ((0, 15), (0, 25), (0, 50), (15, 25), (25, 35), (25, 70), (35, 70), (50, 70))
"""Depth bands on each side of each line, as the withdrawal of weapons knows them."""
_NEAR_SETTLEMENT_M = 2_000.0
_FARTHEST_M = 70_000.0
_LIMITS_KM = sorted({km for band in _BANDS_KM for km in band if km})
_TRIED = 2_000
_INSTALL = "apt-get install postgresql-15 postgresql-15-postgis-3 (Debian 12), and run as root or as the user postgres"


@dataclass(frozen=True)
class Table:
    """As much of a table of incidents as space asks for."""

    lon: Floats
    lat: Floats
    radius_m: Floats

    def __len__(self) -> int:
        """How many positions."""
        return len(self.lon)


@dataclass(frozen=True)
class Ground:
    """Two lines that run side by side and cross, and settlements about them."""

    lines: tuple[Floats, Floats]
    settlements: shapely.Geometry
    single: tuple[shapely.Geometry, ...]


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--largest", type=int, default=SIZE)
    asked.add_argument("--out", type=Path, default=Path("build/bench-space.json"))
    asked.add_argument("--against", type=int, default=SIZE, help="positions for PostGIS; 0 leaves it out")
    given = asked.parse_args()
    ground = made_ground()
    result: dict[str, object] = {"cores": os.cpu_count(), "curve": []}
    curve = []
    for size in (100_000, SIZE, 1_000_000, 4_000_000):
        if size <= given.largest:
            seconds = ours(made_positions(ground, size), ground)
            curve.append({"positions": size, **seconds, "peak_mib": round(peak_mib())})
            show_ours(curve[-1])
    result["curve"] = curve
    if given.against:
        result["against"] = against_postgis(made_positions(ground, given.against), ground)
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


def made_ground() -> Ground:
    """Lines of 3,000 positions and some 500 km; the second lies up to a few kilometres beside the first."""
    chance = np.random.default_rng(20150212)
    along = np.linspace(0.0, 1.0, 3_000)

    def line(bend: float) -> Floats:
        lat = 47.1 + 1.6 * along + 0.2 * np.sin(14.0 * along) + bend * np.sin(40.0 * along)
        return np.column_stack((37.3 + 3.4 * along, lat + chance.normal(0.0, 0.0006, len(along))))

    lines = (line(0.0), line(0.03))
    single = []
    for lon, lat in positions_about(lines[0], 200, 0.5, chance):
        turn = np.linspace(0.0, 2.0 * np.pi, 40, endpoint=False)
        reach = 0.01 * (1.0 + 0.3 * np.sin(3.0 * turn + lon)) * chance.uniform(0.5, 2.5)
        single.append(shapely.Polygon(np.column_stack((lon + 1.5 * reach * np.cos(turn), lat + reach * np.sin(turn)))))
    return Ground(lines, shapely.union_all(single), tuple(single))


def positions_about(line: Floats, number: int, far_deg: float, chance: np.random.Generator) -> Floats:
    base = line[chance.integers(0, len(line), number)]
    placed: Floats = base + chance.normal(0.0, 1.0, (number, 2)) * (1.4 * far_deg, far_deg)
    return placed


def made_positions(ground: Ground, number: int) -> Table:
    """Most within tens of kilometres of the line, where observers are; the farthest some 150 km away."""
    chance = np.random.default_rng(number)
    lon, lat = positions_about(ground.lines[0], number, 0.35, chance).T
    radius_m = chance.choice([0.0, 50.0, 400.0, 2_000.0], number)
    return Table(np.round(lon, 6), np.round(lat, 6), radius_m)


def bands() -> tuple[Band, ...]:
    return tuple(Band(low * 1_000.0, high * 1_000.0, side, 100.0) for low, high in _BANDS_KM for side in (1, -1))


def ours(table: Table, ground: Ground) -> dict[str, float]:
    """Seconds for everything from degrees on: trees, distances, sides, three probabilities for every band."""
    began = time.perf_counter()
    measured = [distances_from_line(table.lon, table.lat, Edges.of_lines([line])) for line in ground.lines]
    lines_s = time.perf_counter() - began
    for distance in measured:
        for band in bands():
            inside_band(distance, table.radius_m, band)
    bands_s = time.perf_counter() - began - lines_s
    zone = Zone("settlements", ground.settlements)
    inside_zone(as_incidents(table), zone)
    inside_zone(as_incidents(table), zone, grow_m=_NEAR_SETTLEMENT_M)
    total_s = time.perf_counter() - began
    seconds = {"lines_s": lines_s, "bands_s": bands_s, "settlements_s": total_s - lines_s - bands_s, "all_s": total_s}
    return {key: round(value, 2) for key, value in seconds.items()}


def as_incidents(table: Table) -> IncidentTable:
    return table  # type: ignore[return-value]  # space asks for nothing but position and radius


def show_ours(line: dict[str, float]) -> None:
    per_million = line["all_s"] / line["positions"] * 1e6
    print(
        f"ours {line['positions']:>9,} positions: {line['all_s']:.2f} s (distances of two lines {line['lines_s']:.2f}, "
        f"{2 * len(bands())} bands {line['bands_s']:.2f}, settlements {line['settlements_s']:.2f}), "
        f"{per_million:.1f} s per million, peak {line['peak_mib']} MiB"
    )


def peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0


def against_postgis(table: Table, ground: Ground) -> dict[str, object] | None:
    """Ours and PostGIS on the same data, one after the other; ours is measured again so that both run in one hour."""
    folder = programs()
    if folder is None:
        print(f"PostGIS is not here; ours was measured alone. For the comparison: {_INSTALL}")
        return None
    seconds = ours(table, ground)
    with tempfile.TemporaryDirectory(prefix="space-") as name, server(folder, Path(name)) as psql:
        load(psql, Path(name), table, ground)
        taken = fastest(psql)
        differences = compare(psql, Path(name), list(taken), table, ground)
    theirs_s = sum(taken.values())
    ratio = theirs_s / seconds["all_s"]
    for title, value in taken.items():
        print(f"PostGIS, {title}: {value:.1f} s")
    print(
        f"{len(table):,} positions: PostGIS {theirs_s:.1f} s, ours {seconds['all_s']:.2f} s: "
        f"{ratio:.1f} times faster (bar {BAR:g})"
    )
    for title, text in differences.items():
        print(f"{title}: {text}")
    return {"ours": seconds, "postgis": taken, "ratio": round(ratio, 1), "differences": differences}


def programs() -> Path | None:
    """The folder of PostgreSQL's programs, where PostGIS is installed too and a user is there to run it."""
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        control = Path("/usr/share/postgresql") / folder.parent.name / "extension" / "postgis.control"
        if (folder / "initdb").exists() and control.exists() and shutil.which("psql") and may_run():
            return folder
    return None


def may_run() -> bool:
    return os.geteuid() != 0 or any(entry.pw_name == "postgres" for entry in pwd.getpwall())


class Psql:
    """Runs SQL on the benchmark's own server."""

    def __init__(self, socket: Path, user: int | None) -> None:
        """By the folder of its socket, as the user that runs it."""
        self._command = ["psql", "-h", str(socket), "-d", "postgres", "-XqAt", "-v", "ON_ERROR_STOP=1"]
        self._user = user

    def __call__(self, sql: str) -> str:
        """What it answers, as text."""
        done = subprocess.run(
            self._command, input=sql, check=False, capture_output=True, text=True, cwd="/", user=self._user
        )
        if done.returncode:
            raise SystemExit(f"PostGIS refused: {done.stderr}")
        return done.stdout


@contextmanager
def server(programs: Path, folder: Path) -> Iterator[Psql]:
    """A server that lives in the folder and ends with the block; it listens to no network."""
    user = None
    if os.geteuid() == 0:
        postgres = pwd.getpwnam("postgres")
        user = postgres.pw_uid
        os.chown(folder, postgres.pw_uid, postgres.pw_gid)
    place = folder / "server"
    subprocess.run(
        [programs / "initdb", "-D", place, "-A", "trust", "-E", "UTF8", "--locale", "C", "--no-sync"],
        check=True,
        capture_output=True,
        cwd="/",
        user=user,
    )
    workers = str(os.cpu_count() or 1)
    settings = {
        "listen_addresses": "", "unix_socket_directories": str(folder), "fsync": "off", "jit": "off",
        "shared_buffers": "1GB", "work_mem": "256MB", "max_parallel_workers_per_gather": workers,
        "max_parallel_workers": workers, "parallel_setup_cost": "0", "parallel_tuple_cost": "0",
        "min_parallel_table_scan_size": "0", "effective_cache_size": "4GB",
    }  # fmt: skip
    options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([programs / "postgres", "-D", place, *options], stderr=log, cwd="/", user=user)
        try:
            wait_for(folder)
            yield Psql(folder, user)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)


def wait_for(folder: Path) -> None:
    for _ in range(200):
        if "ready to accept connections" in (folder / "log").read_text(encoding="utf-8", errors="replace"):
            return
        time.sleep(0.1)
    raise SystemExit("PostgreSQL did not start:\n" + (folder / "log").read_text(encoding="utf-8"))


def load(psql: Psql, folder: Path, table: Table, ground: Ground) -> None:
    """The same data: positions, lines cut into stretches with an index, settlements with an index.

    Loading and indexing are not timed. A stretch is cut to 500 m, evenly in degrees, so that PostGIS, which takes an
    edge as a great circle, measures from the same line; stretches hold 16 positions, longer ones 40; 6 were slower.
    """
    numbered = np.column_stack((np.arange(len(table)), table.lon, table.lat))
    (folder / "positions.csv").write_text(
        "\n".join(f"{int(number)},{lon:.6f},{lat:.6f}" for number, lon, lat in numbered), encoding="utf-8"
    )
    shapes = [
        *(
            (f"line-{nth}", shapely.segmentize(shapely.LineString(line), 0.004))
            for nth, line in enumerate(ground.lines)
        ),
        *(("settlement", shapely.segmentize(one, 0.004)) for one in ground.single),
    ]
    (folder / "shapes.csv").write_text(
        "\n".join(f"{kind},SRID=4326;{shape.wkt}".replace(f"{kind},", f'{kind},"') + '"' for kind, shape in shapes),
        encoding="utf-8",
    )
    for name in ("positions.csv", "shapes.csv"):
        (folder / name).chmod(0o644)
    psql(f"""
        create extension postgis;
        create unlogged table raw (id int, lon float8, lat float8);
        create unlogged table shape (kind text, geom geometry);
        copy raw from '{folder}/positions.csv' csv;
        copy shape from '{folder}/shapes.csv' csv;
        create unlogged table position as
            select id, st_setsrid(st_makepoint(lon, lat), 4326)::geography as at from raw
            order by st_setsrid(st_makepoint(lon, lat), 4326);
        create unlogged table stretch as
            select right(kind, 1)::int as line, st_subdivide(geom, 16)::geography as along
            from shape where kind <> 'settlement';
        create unlogged table longer as
            select right(kind, 1)::int as line, st_subdivide(geom, 40)::geography as along
            from shape where kind <> 'settlement';
        create unlogged table settlement as select geom::geography as area, geom from shape where kind = 'settlement';
        create index longer_0 on longer using gist (along) where line = 0;
        create index longer_1 on longer using gist (along) where line = 1;
        create index stretch_0 on stretch using gist (along) where line = 0;
        create index stretch_1 on stretch using gist (along) where line = 1;
        create index on position using gist (at);
        create index on settlement using gist (area);
        create index on settlement using gist (geom);
    """)
    psql("vacuum analyze;")


def formulations() -> dict[str, str]:
    """Ways of asking PostGIS; each gives the membership of every position. Sides are not asked: it knows none.

    One pass finds the distance to each line, for all bands at once, as ours does; another asks ST_DWithin for every
    limit a band has, and stops at the first stretch that is near enough.
    """
    near = f"st_dwithin(p.at, s.area, {_NEAR_SETTLEMENT_M})"
    inside = "exists (select from settlement s where st_intersects(s.geom, p.at::geometry))"
    return {
        "lines, KNN": asked_per_line(
            "(select st_distance(p.at, s.along) from stretch s where s.line = {n} order by p.at <-> s.along limit 1)"
        ),
        "lines, nearest within the farthest limit": asked_per_line(
            "(select min(st_distance(p.at, s.along)) from stretch s "
            f"where s.line = {{n}} and st_dwithin(p.at, s.along, {_FARTHEST_M}))"
        ),
        "lines, KNN over longer stretches": asked_per_line(
            "(select st_distance(p.at, s.along) from longer s where s.line = {n} order by p.at <-> s.along limit 1)"
        ),
        "lines, ST_DWithin for each limit": asked_per_line(
            *(
                f"exists (select from stretch s where s.line = {{n}} and st_dwithin(p.at, s.along, {km * 1_000}))"
                for km in _LIMITS_KM
            )
        ),
        "settlements, by geography": asked(
            "exists (select from settlement s where st_covers(s.area, p.at))",
            f"exists (select from settlement s where {near})",
        ),
        "settlements, inside by geometry": asked(inside, f"exists (select from settlement s where {near})"),
        "settlements, joined": asked("coalesce(f.inside, false)", "f.inside is not null")
        + " left join (select q.id, bool_or(st_intersects(s.geom, q.at::geometry)) as inside from settlement s "
        f"join position q on {near.replace('p.at', 'q.at')} group by q.id) f on f.id = p.id",
    }


def asked_per_line(*columns: str) -> str:
    return asked(*(column.format(n=n) for n in (0, 1) for column in columns))


def asked(*columns: str) -> str:
    return "select p.id, " + ", ".join(f"{text} as c{nth}" for nth, text in enumerate(columns)) + " from position p"


def timed_query(psql: Psql, title: str, query: str, *, only: int = 0) -> float:
    """Seconds in which PostGIS answers into a table of its own; ``only`` so many positions where it is not 0."""
    if only:
        query = query.replace("from position p", f"from (select * from position where id < {only}) p")
    psql(f'drop table if exists "{title}"')
    began = time.perf_counter()
    psql(f'create unlogged table "{title}" as {query}')
    return time.perf_counter() - began


def fastest(psql: Psql) -> dict[str, float]:
    """Each formulation on a part of the positions, then the fastest for lines and for settlements on all of them."""
    tried = {title: timed_query(psql, title, query, only=_TRIED) for title, query in formulations().items()}
    for title, seconds in tried.items():
        print(f"PostGIS tried on {_TRIED:,} positions: {title}: {seconds:.2f} s", flush=True)
    best = [min((t for t in tried if t.startswith(kind)), key=tried.__getitem__) for kind in ("lines", "settlements")]
    return {title: timed_query(psql, title, formulations()[title]) for title in best}


def compare(psql: Psql, folder: Path, titles: list[str], table: Table, ground: Ground) -> dict[str, str]:
    """How many memberships differ, and how near to its limit the farthest of those positions lies by our measure."""
    said: dict[str, tuple[str, Floats]] = {}
    for title in titles:
        path = folder / "answer.csv"
        psql(f"copy (select * from \"{title}\" order by id) to '{path}' csv")
        rows = path.read_text(encoding="utf-8").replace("t", "1").replace("f", "0").splitlines()
        answer = np.genfromtxt(rows, delimiter=",")
        said[title.split(",", maxsplit=1)[0]] = (title, answer[:, 1:])
    text: dict[str, str] = {}
    title, answer = said["lines"]
    for nth, line in enumerate(ground.lines):
        ours_m = distances_from_line(table.lon, table.lat, Edges.of_lines([line])).metres
        for column, km in enumerate(_LIMITS_KM):
            theirs = answer[:, nth * len(_LIMITS_KM) + column] if "DWithin" in title else answer[:, nth] <= km * 1_000.0
            text[f"line {nth}, {km} km"] = differing(theirs.astype(bool), ours_m - km * 1_000.0)
        if "KNN" in title:
            longer = answer[:, nth] - ours_m
            text[f"line {nth}, distances"] = (
                f"PostGIS longer by {np.median(longer):.4f} m in the middle, from {longer.min():.3f} m to "
                f"{longer.max():.3f} m (its nearest stretch is the nearest on a sphere)"
            )
    depth = Outline(ground.settlements).depth_m(table.lon, table.lat, near_m=5_000.0)
    text["in a settlement"] = differing(said["settlements"][1][:, 0].astype(bool), -depth)
    text["in or near a settlement"] = differing(said["settlements"][1][:, 1].astype(bool), -depth - _NEAR_SETTLEMENT_M)
    return text


def differing(theirs: np.ndarray, beyond_m: Floats) -> str:
    wrong = theirs != (beyond_m <= 0.0)
    farthest = np.abs(beyond_m[wrong]).max(initial=0.0)
    return f"{int(theirs.sum()):,} inside, {int(wrong.sum())} differ" + (
        f", the farthest {farthest:.3f} m from the limit" if wrong.any() else ""
    )


if __name__ == "__main__":
    main()

"""What each kind of evidence adds: all of them grouped, then each left out; and what grouping costs up to a million.

"others" is the agreement of the reports that stay, once grouped with the stratum beside them and once without it.
Place errors are those of incidents told of by what stays: an incident's place is that of the group with most of its
reports, each report weighed by how exact it says it is or its source was found to be.
"""

from __future__ import annotations

import json
import math
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from reports_mixed import KINDS, STRATA, Mixed, Setting, mixed
from reports_scoring import NO_LINKS, Count, Links, agreement, count_of, links_of, show_links

from truceline.fusion.reports import group_reports
from truceline.model import GroupedReports, PlaceSpread, ReportTable, Words
from truceline.model.columns import Floats, Ints

SIZES = (300, 1000)
CURVE = (10_000, 100_000, 1_000_000)
MOST_SECONDS, MOST_MIB = 60.0, 3000.0

_ALL = "(all)"
_A_MONTH, _MONTH_DAYS, _MOST_MONTHS = 600, 30.0, 12
_REPORTS_OF_ONE = 2.85


def table_of(day: Mixed) -> ReportTable:
    """The reports as they are grouped: what they say of their own exactness, and no more."""
    rows = day.rows
    kinds = ("", *KINDS)
    text = np.unique(rows.origin)
    origin = Words(
        np.searchsorted(text, rows.origin).astype(np.int32), tuple("" if t < 0 else f"text {t}" for t in text.tolist())
    )
    return ReportTable(
        tuple(map(str, range(len(day.stratum)))), Words(day.stratum.astype(np.int32), STRATA),
        rows.x_m, rows.y_m, rows.time_s, Words((rows.kind + 1).astype(np.int32), kinds),
        spread=PlaceSpread(rows.xx_m2, rows.xy_m2, rows.yy_m2), span_s=rows.span_s, origin=origin,
        probability=rows.probability,
    )  # fmt: skip


@dataclass(frozen=True)
class Seen:
    """Reports of some strata, grouped and held against the truth."""

    day: Mixed
    found: GroupedReports
    off_m: Floats
    seconds: float

    @property
    def count(self) -> Count:
        """Of how many happenings they tell."""
        return count_of(self.found, self.day.rows.entity)

    @property
    def links(self) -> Links:
        """Their links against the truth, but for copies that are known to be ones."""
        return links_of(self.found, self.day.rows.entity, self.day.rows.origin)


def seen(day: Mixed) -> Seen:
    """Group the reports of a day and hold them against the truth."""
    table = table_of(day)
    began = time.process_time()
    found = group_reports(table)
    seconds = time.process_time() - began
    return Seen(day, found, _off_m(day, found), seconds)


def _off_m(day: Mixed, found: GroupedReports) -> Floats:
    """How far from its true place each incident is that any of the reports tell of."""
    x, y = places_of(day, found)
    real = np.flatnonzero(day.rows.entity >= 0)
    entity, group = day.rows.entity[real], found.group[real]
    both, number = np.unique(np.c_[entity, group], axis=0, return_counts=True)
    order = np.lexsort((np.bincount(found.group)[both[:, 1]], -number, both[:, 0]))
    first = np.r_[True, np.diff(both[order, 0]) > 0]
    entity, group = both[order[first]].T
    off: Floats = np.hypot(x[group] - day.truth.x_m[entity], y[group] - day.truth.y_m[entity])
    return off


def places_of(day: Mixed, found: GroupedReports) -> tuple[Floats, Floats]:
    """Place of each group: reports weighed by their spread or their source's error, copies of one text as one."""
    rows = day.rows
    usual = np.ones(len(STRATA))
    for manner in found.sources:
        usual[STRATA.index(manner.source)] = max(1.0, manner.error_m**2)
    unsaid = np.isnan(rows.xx_m2)
    xx = np.where(unsaid, usual[day.stratum], rows.xx_m2)
    yy = np.where(unsaid, usual[day.stratum], rows.yy_m2)
    xy = np.where(unsaid, 0.0, rows.xy_m2)
    _, text, copies = np.unique(rows.origin, return_inverse=True, return_counts=True)
    share = np.where(rows.origin >= 0, 1 / copies[text], 1.0) / (xx * yy - xy * xy)
    a, b, c = (_by_group(found.group, value * share) for value in (yy, -xy, xx))
    u = _by_group(found.group, (yy * rows.x_m - xy * rows.y_m) * share)
    v = _by_group(found.group, (xx * rows.y_m - xy * rows.x_m) * share)
    whole = a * c - b * b
    return (c * u - b * v) / whole, (a * v - b * u) / whole


def _by_group(group: Ints, value: Floats) -> Floats:
    total: Floats = np.bincount(group, value).astype(float)
    return total


def strata(seeds: tuple[int, ...]) -> list[dict[str, Any]]:
    """The table, for each size; then the reliability of the links of all strata together."""
    rows = []
    every = NO_LINKS
    for size in SIZES:
        print(
            f"\n{size} incidents in 30 days, means of {len(seeds)} seeds\n{'left out':11}{'reports':>8}{'told of':>8}"
            f"{'B³ F1':>7}{'pairs':>7}{'others: with, without (B³)':>28}{'(pairs)':>15}{'median m':>10}{'p90 m':>8}"
            f"{'held':>6}{'bias':>7}{'width':>7}{'calib.':>8}{'seconds':>9}"
        )
        days = [mixed(seed, Setting(size)) for seed in seeds]
        whole = [seen(day) for day in days]
        every = sum((one.links for one in whole), every)
        rows += [_show(size, _ALL, whole, whole)]
        rows += [_show(size, name, [seen(day.without(name)) for day in days], whole) for name in STRATA]
    print("\nlinks of all strata together above one per cent, known copies left out")
    show_links(every)
    return rows


def _show(size: int, left_out: str, some: list[Seen], whole: list[Seen]) -> dict[str, Any]:
    row = {"incidents": size, "left_out": left_out, **_figures(some), **_others(left_out, some, whole)}
    told = f"{row['others_with']:17.3f}{row['others']:11.3f}{row['others_pairs_with']:8.3f}{row['others_pairs']:7.3f}"
    print(
        f"{left_out:11}{row['reports']:8.0f}{row['told_of']:8.0f}{row['b_cubed']:7.3f}{row['pairs']:7.3f}{told}"
        f"{row['median_m']:10.0f}{row['p90_m']:8.0f}{row['held']:4.0f}/{len(some)}{row['bias']:7.1f}{row['width']:7.1f}"
        f"{row['calibration_error']:8.3f}{row['seconds']:9.2f}",
        flush=True,
    )
    return row


def _figures(some: list[Seen]) -> dict[str, float]:
    agreed = [agreement(one.found.group, one.day.rows.entity) for one in some]
    off, counts = np.concatenate([one.off_m for one in some]), [one.count for one in some]
    return {
        "reports": _mean([len(one.day.stratum) for one in some]), "told_of": _mean([len(one.off_m) for one in some]),
        "b_cubed": _mean([one.b_cubed for one in agreed]), "pairs": _mean([one.pairs for one in agreed]),
        "median_m": float(np.median(off)), "p90_m": float(np.quantile(off, 0.9)),
        "held": float(sum(count.held for count in counts)), "bias": _mean([one.number - one.true for one in counts]),
        "width": _mean([one.high - one.low for one in counts]),
        "calibration_error": sum((one.links for one in some), NO_LINKS).error,
        "seconds": _mean([one.seconds for one in some]),
    }  # fmt: skip


def _others(left_out: str, some: list[Seen], whole: list[Seen]) -> dict[str, float]:
    """Agreement of the reports that stay, grouped without the stratum and with it."""
    told = []
    for one, all_of in zip(some, whole, strict=True):
        stay = np.array([name != left_out for name in STRATA])[all_of.day.stratum]
        beside = agreement(all_of.found.group[stay], all_of.day.rows.entity[stay])
        alone = agreement(one.found.group, one.day.rows.entity)
        told.append((beside.b_cubed, alone.b_cubed, beside.pairs, alone.pairs))
    names = ("others_with", "others", "others_pairs_with", "others_pairs")
    return dict(zip(names, np.mean(told, axis=0).tolist(), strict=True))


def _mean(values: list[float] | list[int]) -> float:
    return float(np.mean(values))


def cost(reports: int) -> dict[str, float]:
    """Seconds, memory and agreement of so many reports of all kinds, at the same density for every number."""
    months = max(1.0, reports / (_REPORTS_OF_ONE * _A_MONTH))
    regions = math.ceil(months / _MOST_MONTHS)
    setting = Setting(int(months * _A_MONTH), regions, months / regions * _MONTH_DAYS)
    group_reports(table_of(mixed(1, Setting(20))))  # kernels are compiled before anything is timed
    day = mixed(1, setting)
    table = table_of(day)
    before = _peak_mib()
    began, cpu = time.monotonic(), time.process_time()
    found = group_reports(table)
    seconds, cpu_s = time.monotonic() - began, time.process_time() - cpu
    agreed = agreement(found.group, day.rows.entity)
    return {
        "reports": len(table), "seconds": seconds, "cpu_s": cpu_s, "peak_mib": _peak_mib(), "before_mib": before,
        "b_cubed": agreed.b_cubed, "pairs": agreed.pairs, "held": float(count_of(found, day.rows.entity).held),
    }  # fmt: skip


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def curve(largest: int) -> list[dict[str, float]]:
    """The cost of each size, each in a process of its own."""
    print(f"\n{'reports':>9}{'seconds':>9}{'in CPU':>8}{'MiB':>7}{'B³ F1':>7}{'pairs':>7}{'held':>6}  not met")
    rows = []
    for size in (size for size in CURVE if size <= largest):
        command = [sys.executable, str(Path(__file__).with_name("reports.py")), "--curve-of", str(size)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        row: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
        met = {"seconds": row["seconds"] < MOST_SECONDS, "MiB": row["peak_mib"] < MOST_MIB}
        print(
            f"{row['reports']:9.0f}{row['seconds']:9.1f}{row['cpu_s']:8.1f}{row['peak_mib']:7.0f}{row['b_cubed']:7.3f}"
            f"{row['pairs']:7.3f}{'yes' if row['held'] else 'no':>6}"
            f"  {', '.join(name for name, was in met.items() if not was)}",
            flush=True,
        )
        rows.append(row)
    return rows

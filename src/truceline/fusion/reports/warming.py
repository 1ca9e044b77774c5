"""Compile all kernels of grouping reports: ``python -m truceline.fusion.reports.warming``, as ``make env`` does.

Kernels become machine code when they are first called, which takes about half a minute. So that nobody waits for it,
reports that never were are grouped here, some that state how exact they are and some that do not, so many that sources
are learned on a part and all are grouped afterwards. The code is kept beside the modules (:mod:`keeping`).
"""

from __future__ import annotations

import numpy as np

from truceline.fusion.copying import origins
from truceline.fusion.reports.grouping import group_reports
from truceline.model import GroupedReports, PlaceSpread, ReportTable, Words

_SEED = 1
_INCIDENTS = 800
_SIDE_M, _SPAN_S, _DAY_S = 60_000.0, 30 * 86_400.0, 86_400.0
_SOURCES = ("aircraft", "camera", "press")
_NAMED_M = 5_000.0


def exercise() -> GroupedReports:
    """Group what three sources say of eight hundred happenings: a coarse one that names places, a bearing, a plain one.

    >>> len(exercise().sources)
    3
    """
    chance = np.random.default_rng(_SEED)
    place = chance.uniform(0, _SIDE_M, (_INCIDENTS, 2))
    moment, kind = chance.uniform(0, _SPAN_S, _INCIDENTS), chance.integers(0, 2, _INCIDENTS)
    rows = np.tile(np.arange(_INCIDENTS), len(_SOURCES))
    source = np.repeat(np.arange(len(_SOURCES)), _INCIDENTS)
    at = place[rows] + chance.normal(0, 300.0, (len(rows), 2))
    named, bearing = source == 2, source == 1
    at[named] = np.round(at[named] / _NAMED_M) * _NAMED_M
    time_s = moment[rows] + chance.normal(0, 300.0, len(rows))
    time_s[named] = np.round(time_s[named] / _DAY_S) * _DAY_S
    stated = np.where(bearing & (chance.random(len(rows)) < 0.5), 1.0, np.nan)
    spread = PlaceSpread(stated * 4e6, stated * 1e6, stated * 3e5)
    # Nobody copies anybody here; that is looked for as well.
    words = Words(named.astype(np.int32), ("", "Shells hit the mill of the village at noon, the police said"))
    told = Words.of([_SOURCES[s] for s in source])
    return group_reports(
        ReportTable(
            tuple(f"report {row}" for row in range(len(rows))), told,
            at[:, 0], at[:, 1], time_s, Words.of([("explosion", "shelling")[k] for k in kind[rows]]),
            spread=spread, span_s=stated * 60.0,
            origin=origins(words, told, time_s, (at[:, 0].copy(), at[:, 1].copy()), spread),
        )
    )  # fmt: skip


if __name__ == "__main__":
    exercise()

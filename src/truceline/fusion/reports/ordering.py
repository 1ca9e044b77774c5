"""Reports in the order of what they say, so that nothing found depends on the order of rows."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

import numpy as np

from truceline.fusion.reports.densities import Reports
from truceline.fusion.reports.settings import HOUR, KM
from truceline.fusion.reports.stating import Clocks, Stated, clocks_of, stated_in
from truceline.model import ReportTable, Words
from truceline.model.columns import Floats, Ids, Ints, Rows

_PLACE_M = 1e-6 * KM
_TIME_S = 1e-3 * HOUR / 3600.0


@dataclass(frozen=True)
class Ordered:
    """Reports in order, the row each came from, the names behind the codes, and the numbers chance is made of."""

    reports: Reports
    row: Ints
    sources: tuple[str, ...]
    kinds: tuple[str, ...]
    said: Ids
    seed: int
    stated: Stated
    clocks: Clocks

    @property
    def plain(self) -> bool:
        """Whether no report states how exact its place is, how long its time lasts or how sure it is."""
        return bool(all(np.isnan(column).all() for column in (*self.stated, self.clocks.span_s)))

    def of_rows(self, rows: Rows) -> Ordered:
        """Some of the reports, times from the first of them."""
        reports = Reports._make(column[rows] for column in self.reports)
        reports = reports._replace(time_s=reports.time_s - reports.time_s[0])
        return replace(self, reports=reports, said=self.said[rows], stated=self.stated.of_rows(rows))


def ordered(table: ReportTable) -> Ordered:
    """Bring reports into order: places to a millimetre and times to a millisecond, from the least of each."""
    source, sources = _coded(table.source)
    kind, kinds = _coded(table.kind)
    x, y = _from_least(table.x_m, _PLACE_M), _from_least(table.y_m, _PLACE_M)
    t = _from_least(table.time_s, _TIME_S)
    clock, clocks = clocks_of(source, len(sources), table.span_s)
    stated = stated_in(table)
    states = [column for column in (*stated, clock) if not np.array_equal(column, source)]
    states = [column for column in states if not np.isnan(column).all()]
    row = np.lexsort((*states, kind, source, y, x, t))
    reports = Reports(source[row], x[row], y[row], t[row], kind[row], clock[row])
    said = _said(reports, [np.nan_to_num(column[row].astype(float), nan=-1.0) + 0.0 for column in states])
    seed = int.from_bytes(hashlib.blake2b(said.tobytes(), digest_size=4).digest(), "little")
    return Ordered(reports, row, sources, kinds, said, seed, stated.of_rows(row), clocks)


def _coded(words: Words) -> tuple[Ints, tuple[str, ...]]:
    """Codes in the order of the names that are there."""
    used, at = np.unique(words.codes, return_inverse=True)
    names, code = np.unique(np.array([words.names[i] for i in used], dtype=object), return_inverse=True)
    return code.astype(np.int64)[at], tuple(str(name) for name in names)


def _from_least(values: Floats, step: float) -> Floats:
    rounded: Floats = np.round((values - values.min()) / step) * step
    return rounded


def _said(reports: Reports, states: list[Floats]) -> Ids:
    """A number for what each report says and states; reports alike in everything are told apart by their turn."""
    source, x, y, t, kind, _ = reports
    said = (x.view(np.uint64) * np.uint64(0x9E3779B97F4A7C15)) ^ (y.view(np.uint64) * np.uint64(0xC2B2AE3D27D4EB4F))
    said ^= (t.view(np.uint64) * np.uint64(0x165667B19E3779F9)) ^ (source * 31 + kind).astype(np.uint64)
    for column in states:
        said = (said ^ (column.view(np.uint64) >> np.uint64(7))) * np.uint64(0x9FB21C651E98DF25)
    alike = np.r_[False, said[1:] == said[:-1]]
    turn = np.arange(len(said))
    turn -= np.maximum.accumulate(np.where(alike, 0, turn))
    return np.asarray(said ^ (turn.astype(np.uint64) << np.uint64(40)))

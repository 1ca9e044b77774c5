"""Alert messages of one salvo: rows of one broadcast, and repeats for the same place."""

from __future__ import annotations

import numpy as np

from truceline.fusion.parameters import BROADCAST
from truceline.model import ObservationTable, UnknownPlace, id_of
from truceline.model.columns import Ids, Ints, Mask

SECOND_US = 1_000_000
NOWHERE = np.uint64(id_of(UnknownPlace().key))
"""The number of the place that nobody named."""


def salvo_labels(observations: ObservationTable, repeat_gap_s: float) -> tuple[Ints, Ints]:
    """Rows that are alert messages, and the number of the salvo each belongs to.

    Two messages of one source and phenomenon belong together when they carry the same second (one broadcast in many
    rows) or name the same place within ``repeat_gap_s``; salvos are what hangs together so (connected components). A
    message without a place repeats none: nobody knows that the two were for the same.
    """
    rows = np.flatnonzero(observations.phenomenon.among(BROADCAST))
    if len(rows) == 0:
        return rows, rows
    from scipy.sparse import coo_array  # noqa: PLC0415 - slow to load, and only needed with alert messages
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415 - the same

    left, right = _neighbours(observations, rows, repeat_gap_s)
    joined = coo_array((np.ones(len(left), dtype=np.int8), (left, right)), shape=(len(rows), len(rows)))
    _, labels = connected_components(joined, directed=False)
    return rows, np.asarray(labels, dtype=np.int64)


def _neighbours(observations: ObservationTable, rows: Ints, repeat_gap_s: float) -> tuple[Ints, Ints]:
    kind = observations.phenomenon.codes[rows].astype(np.int64) * len(observations.source.names)
    kind += observations.source.codes[rows]
    start_us, place = observations.start_us[rows], observations.place[rows]
    second = start_us // SECOND_US
    by_second = np.lexsort((second, kind))
    broadcast = _same(kind, by_second) & _same(second, by_second)
    by_place = np.lexsort((start_us, place, kind))
    near = np.diff(start_us[by_place]) <= round(repeat_gap_s * SECOND_US)
    repeat = _same(kind, by_place) & _same(place, by_place) & (place[by_place[1:]] != NOWHERE) & near
    left = np.concatenate((by_second[:-1][broadcast], by_place[:-1][repeat]))
    right = np.concatenate((by_second[1:][broadcast], by_place[1:][repeat]))
    return left, right


def _same(values: Ints | Ids, order: Ints) -> Mask:
    """Whether each value in order equals the one before it."""
    ordered = values[order]
    equal: Mask = ordered[1:] == ordered[:-1]
    return equal

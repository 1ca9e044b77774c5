"""Arrivals of files as one table on one clock: what cannot be used is set aside with its reason, what is odd flagged.

Every check works on whole columns. The first reason found for a row is the one it is set aside for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from truceline.model import ArrivalTable, InputFault, SensorTable, Words
from truceline.model.columns import Floats, Ints, Mask, Rows
from truceline.sources.arrivals.network import Network
from truceline.sources.arrivals.reading import ArrivalFiles
from truceline.sources.arrivals.records import RowNumbers, SetAside, Texts
from truceline.sources.arrivals.times import (
    DAY_S,
    LONGEST_RECORD_S,
    Clock,
    clock_of,
    joined,
    read_times,
    reason_text,
    time_order,
)

MOST_IN_A_SECOND = 100
"""More arrivals of one sensor in one second are a fault of the sensor: no picker tells sounds 10 ms apart."""
_PHASES = ("", "P", "S")


@dataclass(frozen=True)
class Spoken:
    """All rows of all files in one piece, their times read, before anything is judged."""

    files: tuple[str, ...]
    file: Ints
    row: RowNumbers
    id: Texts
    sensor: Texts
    phase: Texts
    amplitude: Floats
    odd_amplitude: Mask
    clock: Clock
    time_s: Floats
    time_fault: Ints
    aside: tuple[SetAside, ...]

    def __len__(self) -> int:
        """How many rows."""
        return len(self.row)


@dataclass(frozen=True)
class Judged:
    """Usable arrivals, their ids as a column, and the rows set aside or flagged."""

    arrivals: ArrivalTable
    ids: Texts
    rejected: tuple[SetAside, ...]
    flagged: tuple[SetAside, ...]
    read: int


class _Verdicts:
    """The reason for which each row is set aside; the first one stands."""

    def __init__(self, spoken: Spoken) -> None:
        self.spoken = spoken
        self.code = np.zeros(len(spoken), np.int16)
        self.reasons = [""]

    def refuse(self, rows: Mask, reason: str) -> None:
        """Set rows aside that have no reason yet."""
        if rows.any():
            self.reasons.append(reason)
            self.code[rows & (self.code == 0)] = len(self.reasons) - 1

    def standing(self) -> Mask:
        """Rows that nothing was said against."""
        return np.asarray(self.code == 0)

    def refused(self) -> tuple[SetAside, ...]:
        """The rows by file and reason."""
        return tuple(
            part
            for code in range(1, len(self.reasons))
            for part in gathered(self.spoken, np.flatnonzero(self.code == code), self.reasons[code])
        )


def gathered(spoken: Spoken, rows: Rows, reason: str) -> tuple[SetAside, ...]:
    """Rows with one reason, a group for each file."""
    found = []
    for number, name in enumerate(spoken.files):
        at = rows[spoken.file[rows] == number] if len(spoken.files) > 1 else rows
        if len(at):
            ids = spoken.id.take(pa.array(at))
            found.append(SetAside(name, reason, spoken.row[at], tuple(ids.to_pylist())))
    return tuple(found)


def spoken_of(files: ArrivalFiles) -> Spoken:
    """The rows of all files in one piece. Raises :class:`InputFault` where their times are of two kinds."""
    parts = files.parts
    times = joined(
        [read_times(part.time, utc_meant=part.utc_meant, row=part.row, file=part.file) for part in parts],
        lambda first, second: f"seconds in {parts[first].file}, ISO 8601 in {parts[second].file}",
    )
    clock = clock_of(times)
    amplitudes = [_amplitudes(part.amplitude) for part in parts]
    return Spoken(
        files=tuple(part.file for part in parts),
        file=np.repeat(np.arange(len(parts)), [len(part) for part in parts]),
        row=np.concatenate([part.row for part in parts]),
        id=_one_column([part.id for part in parts]),
        sensor=_one_column([part.sensor for part in parts]),
        phase=_one_column([part.phase for part in parts]),
        amplitude=np.concatenate([value for value, _ in amplitudes]),
        odd_amplitude=np.concatenate([odd for _, odd in amplitudes]),
        clock=clock,
        time_s=clock.seconds(times),
        time_fault=times.reason,
        aside=files.aside,
    )


def _one_column(columns: Sequence[Texts]) -> Texts:
    return columns[0] if len(columns) == 1 else pa.concat_arrays(list(columns))


def _amplitudes(column: Texts) -> tuple[Floats, Mask]:
    """Amplitudes, NaN where none is said, and which rows say something that is none."""
    if column.type != pa.string():
        values = pc.fill_null(column.cast(pa.float64(), safe=False), np.nan).to_numpy(zero_copy_only=False)
        return values, np.zeros(len(values), bool)
    texts = pc.if_else(pc.equal(column, ""), None, column)
    try:
        values = pc.cast(texts, pa.float64())
    except pa.ArrowInvalid:
        number = pc.match_substring_regex(texts, r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$")
        values = pc.cast(pc.if_else(number, texts, None), pa.float64())
    odd = pc.and_(values.is_null(), texts.is_valid()).to_numpy(zero_copy_only=False)
    found = pc.fill_null(values, np.nan).to_numpy(zero_copy_only=False)
    return np.where(np.isfinite(found), found, np.nan), odd


def judge(spoken: Spoken, network: Network) -> Judged:
    """The usable arrivals. Raises :class:`InputFault` where there were some and none can be used."""
    verdicts = _Verdicts(spoken)
    verdicts.refuse(_true(pc.equal(spoken.id, "")), "no id")
    verdicts.refuse(_repeats(spoken), "the row stands twice: same id, sensor and time as an earlier one")
    sensor = _at_the_time(_sensor_rows(spoken.sensor, network.sensors), spoken.time_s, network)
    verdicts.refuse(sensor < 0, "of a sensor that the file of sensors does not name")
    for code in np.unique(spoken.time_fault[spoken.time_fault != 0]).tolist():
        verdicts.refuse(spoken.time_fault == code, reason_text(code))
    _check_moments(verdicts, sensor, network)
    kept = _in_time(np.flatnonzero(verdicts.standing()), spoken, sensor)
    rejected = (*spoken.aside, *verdicts.refused())
    if len(spoken) and not len(kept):
        _none_left(spoken, rejected, network.sensors)
    arrivals, odd_phase = _table(spoken, kept, sensor)
    flagged = _flagged(spoken, kept, arrivals, odd_phase)
    ids = spoken.id if _as_they_stand(kept, spoken) else spoken.id.take(pa.array(kept))
    return Judged(arrivals, ids, rejected, flagged, len(spoken) + sum(map(len, spoken.aside)))


def _in_time(kept: Rows, spoken: Spoken, sensor: Ints) -> Rows:
    """Usable rows by time, then sensor and id, so that nothing made of them depends on the order of the files."""
    kept = kept[time_order(spoken.time_s[kept])]
    time = spoken.time_s[kept]
    again = np.flatnonzero(_either_side(np.diff(time) == 0, len(time)))
    if not len(again):
        return kept
    some = kept[again]
    names = np.array(spoken.id.take(pa.array(some)).to_pylist(), dtype=object)
    kept[again] = some[np.lexsort((names, sensor[some], spoken.time_s[some]))]
    return kept


def _as_they_stand(kept: Rows, spoken: Spoken) -> bool:
    """Whether every row is used, in the order of the file."""
    return len(kept) == len(spoken) and bool((kept[1:] > kept[:-1]).all())


def _true(column: Texts) -> Mask:
    return np.asarray(pc.coalesce(column, pa.scalar(value=False)).to_numpy(zero_copy_only=False), bool)


def _sensor_rows(named: Texts, sensors: SensorTable) -> Ints:
    """The first row of each arrival's sensor, -1 for one that is not known; blanks around an id do not count."""
    first = {name: row for row, name in reversed(list(enumerate(sensors.id)))}
    ids = pa.array(first, pa.string())
    found = pc.index_in(named, value_set=ids)
    if found.null_count:
        found = pc.index_in(pc.utf8_trim_whitespace(named), value_set=ids)
    rows = np.array([*first.values(), -1], np.int64)
    return rows[np.asarray(pc.fill_null(found, -1).to_numpy(zero_copy_only=False), np.int64)]


def _at_the_time(sensor: Ints, time_s: Floats, network: Network) -> Ints:
    """Of a sensor that was moved, the row of the place where it stood at the time of each arrival, if it stood."""
    ids = network.sensors.id
    if len(set(ids)) == len(ids):
        return sensor
    first: dict[str, int] = {}
    given, out = sensor, sensor.copy()
    for row, name in enumerate(ids):
        named = first.setdefault(name, row)
        since, until = network.since_s[row], network.until_s[row]
        # An open end is NaN, which no time lies beyond.
        out[(given == named) & ~(time_s < since) & ~(time_s >= until)] = row
    return out


def _repeats(spoken: Spoken) -> Mask:
    """Rows that repeat an earlier one. Raises :class:`InputFault` where one id names two arrivals."""
    repeats = np.zeros(len(spoken), bool)
    if _numbered(spoken.id) or pc.count_distinct(spoken.id).as_py() == len(spoken):
        return repeats
    code = spoken.id.dictionary_encode().indices.to_numpy(zero_copy_only=False)
    order = np.argsort(code, kind="stable")
    again = np.flatnonzero(code[order][1:] == code[order][:-1]) + 1
    named = again[_true(pc.not_equal(spoken.id.take(pa.array(order[again])), ""))]
    at, before = order[named], order[named - 1]
    same = _true(pc.equal(spoken.sensor.take(pa.array(at)), spoken.sensor.take(pa.array(before))))
    same &= (spoken.time_s[at] == spoken.time_s[before]) & (spoken.time_fault[at] == 0)
    differ = np.flatnonzero(~same)
    if len(differ):
        _one_id_for_two(spoken, int(before[differ[0]]), int(at[differ[0]]))
    repeats[at] = True
    return repeats


def _numbered(ids: Texts) -> bool:
    """Whether ids are rising numbers, as most are; then no two are equal, and it need not be sought."""
    try:
        numbers = pc.cast(ids, pa.int64()).to_numpy(zero_copy_only=False)
    except pa.ArrowInvalid:
        return False
    return bool((numbers[1:] > numbers[:-1]).all())


def _one_id_for_two(spoken: Spoken, first: int, second: int) -> None:
    rows = [f"row {int(spoken.row[at])} of {spoken.files[int(spoken.file[at])]}" for at in (first, second)]
    raise InputFault(
        f"arrival {spoken.id[first].as_py()!r} is two arrivals: {rows[0]} and {rows[1]}",
        where=spoken.files[int(spoken.file[second])],
        do="give each arrival an id of its own: assignments name arrivals by it",
        example="a1,P7,12.345",
    )


def _check_moments(verdicts: _Verdicts, sensor: Ints, network: Network) -> None:
    time = verdicts.spoken.time_s
    held = np.maximum(sensor, 0)
    if np.isfinite(network.since_s).any():
        verdicts.refuse(time < network.since_s[held], "before the sensor existed ('from' in the file of sensors)")
    if np.isfinite(network.until_s).any():
        verdicts.refuse(time >= network.until_s[held], "after the sensor was gone ('until' in the file of sensors)")
    usable = verdicts.standing()
    if usable.any():
        far = np.abs(time - np.median(time[usable])) > LONGEST_RECORD_S
        verdicts.refuse(far, f"more than {LONGEST_RECORD_S / DAY_S:.0f} days from the middle of all arrivals")
    verdicts.refuse(
        _bursts(time, sensor, verdicts.standing()),
        f"more than {MOST_IN_A_SECOND} arrivals of this sensor in this second: its fault, not that many sounds",
    )


def _bursts(time: Floats, sensor: Ints, usable: Mask) -> Mask:
    """Arrivals of a sensor in a second in which it has more than a picker can tell apart."""
    burst = np.zeros(len(time), bool)
    at = np.flatnonzero(usable)
    order = at[time_order(time[at])]
    ordered = time[order]
    if len(order) <= MOST_IN_A_SECOND or np.min(ordered[MOST_IN_A_SECOND:] - ordered[:-MOST_IN_A_SECOND]) >= 1.0:
        return burst
    second = np.floor(ordered).astype(np.int64)
    key = (second - second[0]) * (int(sensor.max()) + 1) + sensor[order]
    _, which, count = np.unique(key, return_inverse=True, return_counts=True)
    burst[order[count[which] > MOST_IN_A_SECOND]] = True
    return burst


def _none_left(spoken: Spoken, rejected: Sequence[SetAside], sensors: SensorTable) -> None:
    worst = max(rejected, key=len)
    names = pc.unique(spoken.sensor).to_pylist()[:3]
    unknown = "does not name" in worst.reason
    raise InputFault(
        f"none of {len(spoken):,} arrivals can be used: {worst.reason} ({len(worst):,} rows, the first {worst.row[0]})",
        where=worst.file,
        do="mend the file" + (f"; its sensors are {', '.join(map(repr, names))} and so on" if unknown else ""),
        example=f"a1,{sensors.id[0]},12.345" if unknown else "a1,P7,2025-04-19T18:00:00.123+03:00",
    )


def _table(spoken: Spoken, kept: Rows, sensor: Ints) -> tuple[ArrivalTable, Mask]:
    every = _as_they_stand(kept, spoken)
    at = pa.array(kept)
    phase, odd = _phases(spoken.phase if every else spoken.phase.take(at))
    ids = (spoken.id if every else spoken.id.take(at)).to_pylist()
    rows = slice(None) if every else kept
    table = ArrivalTable(
        tuple(ids), sensor[rows], spoken.time_s[rows], phase, spoken.amplitude[rows], spoken.clock.epoch
    )
    return table, odd


def _phases(column: Texts) -> tuple[Words, Mask]:
    """P or S of whatever a picker wrote (Pg, Sn, p), and which rows say neither."""
    coded = column.dictionary_encode()
    said = [name.strip().upper()[:1] for name in coded.dictionary.to_pylist()]
    code = np.array([_PHASES.index(one) if one in _PHASES else 0 for one in said] or [0], np.int32)
    odd = np.array([one not in _PHASES for one in said] or [False], bool)
    at = coded.indices.to_numpy(zero_copy_only=False)
    return Words(code[at], _PHASES), odd[at]


def _flagged(spoken: Spoken, kept: Rows, arrivals: ArrivalTable, odd_phase: Mask) -> tuple[SetAside, ...]:
    together = _together(arrivals)
    return (
        *gathered(spoken, kept[together], "same sensor and time as another arrival"),
        *gathered(spoken, kept[odd_phase], "phase is neither P nor S, taken as not said"),
        *gathered(spoken, kept[spoken.odd_amplitude[kept]], "amplitude is not a number, taken as not said"),
    )


def _together(arrivals: ArrivalTable) -> Mask:
    """Arrivals that share their sensor and their time with another one."""
    found = np.zeros(len(arrivals), bool)
    order = time_order(arrivals.time_s)
    some = order[_either_side(np.diff(arrivals.time_s[order]) == 0, len(order))]
    some = some[np.lexsort((arrivals.sensor[some], arrivals.time_s[some]))]
    same = (np.diff(arrivals.time_s[some]) == 0) & (np.diff(arrivals.sensor[some]) == 0)
    found[some[_either_side(same, len(some))]] = True
    return found


def _either_side(equal: Mask, rows: int) -> Mask:
    """Rows that equal the one before or the one after, told for each two neighbours."""
    found = np.zeros(rows, bool)
    found[1:] |= equal
    found[:-1] |= equal
    return found

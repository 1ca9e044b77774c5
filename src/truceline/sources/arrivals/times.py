"""Times of arrivals: bare seconds, or ISO 8601 with an offset from UTC; a column is one or the other.

Inside they are seconds from an epoch: none for bare seconds, else the beginning of the UTC day of the middle
arrival, so that a tenth of a microsecond survives in a floating number.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from truceline.model import InputFault, ValueFault
from truceline.model.columns import Floats, Ints, Mask, Rows
from truceline.model.times import moment_at
from truceline.sources.arrivals.records import RowNumbers, Texts

DAY_S = 86_400.0
LONGEST_RECORD_S = 366 * DAY_S
"""A time further than this from the middle arrival is a fault of a clock or of the file, not a part of one record."""
_SLICE = 1 << 18
_DAY_NS = 86_400_000_000_000
_NUMBER = r"^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$"
_WALL = r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])[T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d([.,]\d+)?)?"
_ISO = rf"^\s*{_WALL}(Z|z|[+-]\d{{2}}(:?\d{{2}})?)\s*$"
_WITHOUT_OFFSET = rf"^\s*{_WALL}\s*$"
_DATED = rf"^\s*{_WALL}"
_LEAP = r"T\d\d:\d\d:60"
_REASONS = (
    "",
    "no time",
    "not a finite time",
    "not a time: neither seconds nor ISO 8601",
    "a time without its offset from UTC",
    "a leap second (:60), which no clock scale here holds: give it as the next second",
    "a year outside 1678 to 2261",
)
_EMPTY, _NOT_FINITE, _NO_TIME, _NO_OFFSET, _LEAPS, _YEAR = range(1, 7)
_EXAMPLE = "12.345 or 2025-04-19T18:00:00.123+03:00"


@dataclass(frozen=True)
class Clock:
    """How times are written in the file: bare seconds (``epoch`` empty), or ISO 8601, counted from an epoch in UTC."""

    epoch: str = ""
    epoch_ns: int = 0

    @property
    def absolute(self) -> bool:
        """Whether the times are instants on a calendar."""
        return bool(self.epoch)

    def written(self, seconds: Floats) -> Texts:
        """Seconds as the file would write them: numbers, or ISO 8601 in UTC to the microsecond; NaN is nothing.

        >>> Clock("1970-01-02T00:00:00Z", 86_400 * 10**9).written(np.array([1.5])).to_pylist()
        ['1970-01-02T00:00:01.500000Z']
        """
        known = np.isfinite(seconds)
        if not self.absolute:
            return pa.array(np.round(seconds, 6), mask=~known)
        us = np.round(np.where(known, seconds, 0.0) * 1e6).astype(np.int64) + self.epoch_ns // 1000
        stamps = pa.array(us, pa.timestamp("us", "UTC"), mask=~known)
        return pc.strftime(stamps, format="%Y-%m-%dT%H:%M:%SZ")

    def seconds_of(self, texts: tuple[str, ...], *, where: str) -> Floats:
        """Times of another column on this clock; an empty text is NaN. Raises :class:`ValueFault`."""
        column = pa.array(texts, pa.string())
        found = read_times(column, utc_meant=False)
        bad = np.flatnonzero((found.reason != 0) & (found.reason != _EMPTY))
        said = np.flatnonzero(found.reason == 0)
        if len(bad) or (len(said) and found.iso != self.absolute):
            at = int(bad[0]) if len(bad) else int(said[0])
            raise ValueFault(
                f"{texts[at]!r} is no time as the arrivals have them",
                where=where,
                do="write it in the form of the arrivals: all in seconds, or all in ISO 8601 with the offset",
                example=_EXAMPLE,
            )
        return self.seconds(found)

    def seconds(self, found: Times) -> Floats:
        """Times as read on this clock, NaN where there is none."""
        if not found.iso:
            return found.number
        return np.where(found.reason == 0, (found.ns - self.epoch_ns) / 1e9, np.nan)


@dataclass(frozen=True)
class Times:
    """A column of times: numbers, or nanoseconds since 1970 UTC where ``iso``; ``reason`` is 0 where there is one."""

    iso: bool
    number: Floats
    ns: Ints
    reason: Ints


def reason_text(code: int) -> str:
    """What is wrong with a time, in words."""
    return _REASONS[code]


def read_times(column: Texts, *, utc_meant: bool, row: RowNumbers | None = None, file: str = "") -> Times:
    """Every time of a column. Raises :class:`InputFault` where seconds and ISO 8601 stand in one column.

    >>> read_times(pa.array(["2031-01-01T00:00:00Z", "soon"]), utc_meant=False).reason.tolist()
    [0, 3]
    """
    kind = column.type
    if pa.types.is_timestamp(kind):
        return _from_instants(column, utc_meant=utc_meant)
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        return _from_numbers(pc.fill_null(column.cast(pa.float64(), safe=False), np.nan).to_numpy(zero_copy_only=False))
    for attempt in (_all_numbers, _all_instants):
        found = attempt(column)
        if found is not None:
            return found
    rows = np.arange(len(column)) if row is None else row
    starts = range(0, len(column), _SLICE)
    slices = [_slice_times(column[at : at + _SLICE], rows[at : at + _SLICE], utc_meant=utc_meant) for at in starts]
    return joined(slices, lambda first, second: _two_kinds(column, rows, (first, second)), where=file)


def _slice_times(column: Texts, row: RowNumbers, *, utc_meant: bool) -> Times:
    """Times of a part of a column: most parts of a long one are in order, and these are read at once."""
    for attempt in (_all_numbers, _all_instants):
        found = attempt(column)
        if found is not None:
            return found
    return _sorted_out(column, row, utc_meant=utc_meant)


def _two_kinds(column: Texts, row: RowNumbers, slices: tuple[int, int]) -> str:
    """Where seconds and where ISO 8601 first stand, in words."""
    told = []
    for number, pattern, kind in zip(slices, (_NUMBER, _DATED), ("seconds", "ISO 8601"), strict=True):
        at = number * _SLICE + int(np.flatnonzero(_matching(column[number * _SLICE :][:_SLICE], pattern))[0])
        told.append(f"{kind} in row {int(row[at])} ({column[at].as_py()!r})")
    return " and ".join(told)


def joined(times: Sequence[Times], said: Callable[[int, int], str], *, where: str = "") -> Times:
    """Times of several pieces as one. Raises :class:`InputFault` where they are of two kinds.

    ``said`` tells where the two stand, given the number of a piece with seconds and of one with ISO 8601.
    """
    spoken = [(found.reason == 0).any() for found in times]
    seconds, iso = ([i for i, one in enumerate(times) if spoken[i] and one.iso == kind] for kind in (False, True))
    if seconds and iso:
        raise InputFault(
            f"seconds and ISO 8601 in one record: {said(seconds[0], iso[0])}",
            where=where,
            do="write all times in one form; nobody can say when the seconds began",
            example=_EXAMPLE,
        )
    kind = bool(iso) or (not seconds and any(one.iso for one in times))
    same = [one if one.iso == kind else _nothing(one, iso=kind) for one in times]
    if len(same) == 1:
        return same[0]
    number, ns, reason = (np.concatenate([getattr(one, name) for one in same]) for name in ("number", "ns", "reason"))
    return Times(kind, number, ns, reason)


def _nothing(found: Times, *, iso: bool) -> Times:
    """Times of a piece in which none can be read, as the kind the others have."""
    rows = len(found.reason)
    return Times(iso, np.full(0 if iso else rows, np.nan), np.zeros(rows if iso else 0, np.int64), found.reason)


def _from_instants(column: Texts, *, utc_meant: bool) -> Times:
    known = column.is_valid().to_numpy(zero_copy_only=False)
    reason = np.where(known, 0, _EMPTY)
    if column.type.tz is None and not utc_meant:
        reason[known] = _NO_OFFSET
    ns = pc.fill_null(column.cast(pa.timestamp("ns", column.type.tz)).cast(pa.int64()), 0)
    return Times(True, np.zeros(0), ns.to_numpy(zero_copy_only=False), reason)


def _from_numbers(number: Floats) -> Times:
    return Times(False, number, np.zeros(0, np.int64), np.where(np.isfinite(number), 0, _NOT_FINITE))


def _all_numbers(column: Texts) -> Times | None:
    try:
        return _from_numbers(pc.cast(column, pa.float64()).to_numpy(zero_copy_only=False))
    except pa.ArrowInvalid:
        return None


def _all_instants(column: Texts) -> Times | None:
    try:
        stamps = pc.cast(column, pa.timestamp("ns", "UTC"))
    except pa.ArrowInvalid:
        return None
    ns = stamps.cast(pa.int64()).to_numpy(zero_copy_only=False)
    return Times(True, np.zeros(0), ns, np.zeros(len(ns), np.int64))


def _matching(column: Texts, pattern: str) -> Mask:
    found: Mask = pc.match_substring_regex(column, pattern).to_numpy(zero_copy_only=False)
    return found


def _sorted_out(column: Texts, row: RowNumbers, *, utc_meant: bool) -> Times:
    """A column in which something is no time: every row by itself, still without a loop."""
    number, iso, bare = (_matching(column, pattern) for pattern in (_NUMBER, _ISO, _WITHOUT_OFFSET))
    if number.any() and (iso | bare).any():
        raise InputFault(
            f"seconds and ISO 8601 in one record: {_two_kinds(column, row, (0, 0))}",
            do="write all times in one form; nobody can say when the seconds began",
            example=_EXAMPLE,
        )
    reason = _why_not(column)
    if (iso | bare).any():
        return _dated(column, iso, bare, reason, utc_meant=utc_meant)
    values = np.full(len(column), np.nan)
    at = np.flatnonzero(number)
    values[at] = pc.cast(pc.utf8_trim_whitespace(column.take(pa.array(at))), pa.float64()).to_numpy(
        zero_copy_only=False
    )
    reason[number] = 0
    reason[number & ~np.isfinite(values)] = _NOT_FINITE
    return Times(False, values, np.zeros(0, np.int64), reason)


def _why_not(column: Texts) -> Ints:
    reason = np.full(len(column), _NO_TIME, np.int64)
    reason[_matching(column, r"(?i)^\s*[+-]?(nan|inf|infinity)\s*$")] = _NOT_FINITE
    reason[_matching(column, _LEAP)] = _LEAPS
    reason[_matching(column, r"^\s*$")] = _EMPTY
    return reason


def _dated(column: Texts, iso: Mask, bare: Mask, reason: Ints, *, utc_meant: bool) -> Times:
    reason[bare] = _NO_OFFSET
    usable = iso | bare if utc_meant else iso
    at = np.flatnonzero(usable)
    texts = pc.replace_substring(pc.utf8_upper(pc.utf8_trim_whitespace(column.take(at))), ",", ".")
    if utc_meant:
        without = pa.array(bare[at])
        texts = pc.if_else(without, pc.binary_join_element_wise(texts, "Z", ""), texts)
    ns = np.zeros(len(column), np.int64)
    reason[at] = 0
    stamps, known = _stamps(texts)
    ns[at] = stamps
    years = pc.cast(pc.utf8_slice_codeunits(texts, 0, 4), pa.int64()).to_numpy(zero_copy_only=False)
    reason[at[~known]] = _NO_TIME
    reason[at[(years < 1678) | (years > 2261)]] = _YEAR
    return Times(True, np.zeros(0), ns, reason)


def _stamps(texts: Texts) -> tuple[Ints, Mask]:
    """Nanoseconds of texts that look like instants, and which of them are (the 30th of February is none)."""
    try:
        stamps = pc.cast(texts, pa.timestamp("ns", "UTC"))
    except pa.ArrowInvalid:
        if len(texts) == 1:
            return np.zeros(1, np.int64), np.zeros(1, bool)
        half = len(texts) // 2
        parts = (_stamps(texts[:half]), _stamps(texts[half:]))
        return np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts])
    return stamps.cast(pa.int64()).to_numpy(zero_copy_only=False), np.ones(len(texts), bool)


def clock_of(found: Times) -> Clock:
    """The clock of a column: its epoch is the beginning of the UTC day of the middle arrival."""
    if not found.iso:
        return Clock()
    usable = found.ns[found.reason == 0]
    middle = int(np.partition(usable, len(usable) // 2)[len(usable) // 2]) if len(usable) else 0
    epoch_ns = middle // _DAY_NS * _DAY_NS
    return Clock(moment_at(epoch_ns // 1000).strftime("%Y-%m-%dT%H:%M:%SZ"), epoch_ns)


def time_order(seconds: Floats) -> Rows:
    """The rows in order of time, equal ones as they stand; most files are in order already."""
    if bool((seconds[1:] >= seconds[:-1]).all()):
        return np.arange(len(seconds))
    return np.argsort(seconds, kind="stable")

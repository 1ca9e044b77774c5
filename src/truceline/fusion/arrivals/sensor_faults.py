"""What the located events tell of each sensor: clock wrong, drifting or set; dead, deaf, moved, noisy; or too little.

Each sensor is held against what the others say it should have heard (:mod:`expecting`). Whatever is wrong must be surer
than chance over all sensors and all sizes tried, and larger than what sound sensors of the same network show.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from truceline.fusion.arrivals.clocks import Lags, Line, lags, line_from, lines
from truceline.fusion.arrivals.expecting import Firm, Foretold, firm_events, foretold
from truceline.fusion.arrivals.health import dead, deaf, noisy
from truceline.fusion.arrivals.moves import NEAR_S, Place, place_anywhere, place_near
from truceline.fusion.arrivals.network import Network
from truceline.fusion.arrivals.screening import Screened, Usual, least_clock_s, least_move_m, screened
from truceline.fusion.arrivals.settling import Events, World
from truceline.fusion.arrivals.turning import Turn, turn_between
from truceline.model import SensorFault, SensorFinding
from truceline.model.columns import Floats, Ints, Mask

_CLOSE_S = 3.0
_SAME_PLACE_M = 0.5
_FEWEST_EXPECTED = 8.0
_FEWEST_HEARD = 8
_GAIN = 20.0
_ERRORS = 6.0
_UNEXPLAINED_SHARE = 0.35
_DAY_S = 86_400.0


@dataclass(frozen=True)
class Spans:
    """The clock error of a sensor, piece by piece: each line holds from its moment on."""

    from_s: tuple[float, ...]
    line: tuple[Line, ...]

    def at(self, time_s: Floats) -> Floats:
        """Clock error at some moments of true time (s)."""
        error = self.line[0].at(time_s)
        for begin, line in zip(self.from_s[1:], self.line[1:], strict=True):
            error = np.where(time_s >= begin, line.at(time_s), error)
        return error


@dataclass(frozen=True)
class Checked:
    """One sensor held against the events: what it should have heard, and the clock and the place that fit."""

    sensor: int
    foretold: Foretold
    level: Line | None
    spans: Spans | None
    near: Place | None
    far: Place | None
    far_from: Turn | None


@dataclass(frozen=True)
class Correction:
    """What to take out: clock errors by sensor, and true places by sensor."""

    clocks: dict[int, Spans]
    places: dict[int, tuple[float, float]]

    def __bool__(self) -> bool:
        """Whether there is anything to correct."""
        return bool(self.clocks or self.places)

    def times(self, time_s: Floats, sensor: Ints) -> Floats:
        """Arrival times with the clock errors taken out."""
        out = time_s.copy()
        for one, spans in self.clocks.items():
            rows = np.flatnonzero(sensor == one)
            # The lines speak of true time; the clock shows it wrong by little against how slowly a clock drifts.
            true_s = time_s[rows] - spans.line[0].at(time_s[rows])
            for _ in range(3):
                true_s = time_s[rows] - spans.at(true_s)
            out[rows] = true_s
        return out

    def moved(self, x_m: Floats, y_m: Floats) -> tuple[Floats, Floats]:
        """Sensor positions with moved sensors where they are found to stand."""
        x_m, y_m = x_m.copy(), y_m.copy()
        for one, (x, y) in self.places.items():
            x_m[one], y_m[one] = x, y
        return x_m, y_m


def sensor_findings(
    events: Events,
    sure: Mask,
    world: World,
    event_of: Ints,
    arrivals_from_to: tuple[float, float],
    aside: Ints | None = None,
) -> tuple[tuple[SensorFinding, ...], Correction]:
    """Findings on all sensors, in the order of the sensors, and what can be corrected.

    ``sure`` excludes events that could be at a second place. ``event_of`` gives the event of each arrival or -1,
    ``aside`` how many arrivals of each sensor were not asked because they stand too thick.
    """
    net, picks = world.net, world.picks
    sensors = len(net.x_m)
    begin = np.searchsorted(picks.sensor, np.arange(sensors + 1))
    firm = firm_events(events, sure, world)
    firm_of = np.full(len(events.home) + 1, -1, dtype=np.int64)
    firm_of[firm.row] = np.arange(len(firm.row))
    seen = screened(firm, world)
    out: list[SensorFinding] = [*_same_place(net), *_not_checked(seen)]
    clocks: dict[int, Spans] = {}
    places: dict[int, tuple[float, float]] = {}
    leftover = np.bincount(picks.sensor[event_of < 0], minlength=sensors).astype(np.float64)
    leftover += 0 if aside is None else aside
    for sensor in np.flatnonzero(seen.suspect & (seen.expected >= _FEWEST_EXPECTED)).tolist():
        span = slice(begin[sensor], begin[sensor + 1])
        own = _owned(firm_of, event_of, picks.time_s, span)
        told = foretold(firm, world, sensor, own, seen.share)
        told = replace(told, error_s=told.error_s * seen.wider)
        one = _checked(sensor, told, firm, world, picks.time_s[span], event_of[span])
        found, explained = _judged(one, seen.usual, world, clocks, places, picks.time_s[span])
        out.extend(found)
        leftover[sensor] = max(0.0, leftover[sensor] - float((~np.isin(explained, event_of[span])).sum()))
    first_s, last_s = arrivals_from_to
    out.extend(noisy(leftover, np.maximum(net.since_s, first_s), np.minimum(net.until_s, last_s)))
    out.sort(key=lambda f: (f.sensor, list(SensorFault).index(f.fault), f.from_s))
    return tuple(out), Correction(clocks, places)


def _not_checked(seen: Screened) -> list[SensorFinding]:
    """Sensors of which too few events speak."""
    nan = float("nan")
    return [
        SensorFinding(
            sensor, SensorFault.NOT_CHECKED, nan, nan, "", nan, nan, float(seen.expected[sensor]),
            float(seen.heard[sensor]), corrected=False,
        )
        for sensor in np.flatnonzero((seen.expected < _FEWEST_EXPECTED) & (seen.heard < _FEWEST_HEARD)).tolist()
    ]  # fmt: skip


def _owned(firm_of: Ints, event_of: Ints, time_s: Floats, span: slice) -> dict[int, float]:
    """The time of a sensor's arrival for each firm event it holds."""
    firm = firm_of[event_of[span]]
    rows = np.flatnonzero(firm >= 0)
    return dict(zip(firm[rows].tolist(), time_s[span][rows].tolist(), strict=True))


def _checked(sensor: int, told: Foretold, firm: Firm, world: World, times_s: Floats, owner: Ints) -> Checked:
    net = world.net
    pairs = lags(told.time_s, told.error_s, told.event, times_s, owner)
    given = float(net.x_m[sensor]), float(net.y_m[sensor])
    close = _within(pairs, _CLOSE_S)
    every = np.ones(len(close.lag_s), dtype=bool)
    level = line_from(close, every, 0.0, 0.0, 0.0, slanted=False)
    near = place_near(close, every, firm, told.firm[close.event], (given, given))
    spans = _spans(lines(pairs, len(net.x_m)))
    explained = sum(len(line.events) for line in spans.line) if spans else 0
    expected = float(told.chance.sum())
    far, turn = None, None
    if expected >= _FEWEST_EXPECTED and expected - explained > _UNEXPLAINED_SHARE * expected:
        wide = _within(pairs, NEAR_S)
        rows = told.firm[wide.event]
        far = place_anywhere(wide, np.ones(len(rows), dtype=bool), firm, rows, given, len(net.x_m))
        if level is not None and (far is None or len(far.events) < 0.8 * expected):
            rest = ~np.isin(wide.event, level.events)
            later = place_anywhere(wide, rest, firm, rows, given, len(net.x_m))
            turn = turn_between(level.times_s, later.times_s) if later is not None else None
            if later is not None and turn is not None and (far is None or later.score + level.score > far.score):
                far = later
            else:
                turn = None
    return Checked(sensor, told, level, spans, near, far, turn)


def _within(pairs: Lags, far_s: float) -> Lags:
    rows = np.abs(pairs.lag_s) <= far_s
    return Lags(pairs.event[rows], pairs.time_s[rows], pairs.lag_s[rows], pairs.error_s[rows])


def _spans(found: tuple[Line, ...]) -> Spans | None:
    """The pieces of a clock: lines that follow each other in time; what is scattered among others is left out."""
    if not found:
        return None
    kept = [found[0]]
    for line in found[1:]:
        if all(turn_between(line.times_s, other.times_s) is not None for other in kept):
            kept.append(line)
    kept.sort(key=lambda line: float(np.median(line.times_s)))
    turns = [turn_between(a.times_s, b.times_s) for a, b in pairwise(kept)]
    return Spans((float("-inf"), *(turn.moment_s for turn in turns if turn is not None)), tuple(kept))


def _judged(
    one: Checked, usual: Usual, world: World, clocks: dict[int, Spans], places: dict[int, tuple[float, float]],
    times_s: Floats,
) -> tuple[list[SensorFinding], Ints]:  # fmt: skip
    """Findings on one sensor, and the events its arrivals explain."""
    out: list[SensorFinding] = []
    told = one.foretold
    sound = (
        one.level.score
        if one.level is not None and abs(one.level.offset_s) < _least_s(usual, one.level, world)
        else 0.0
    )
    clock = sum(line.score for line in one.spans.line) if one.spans else 0.0
    place = _best_place(one, usual, world, max(sound, clock))
    if place is not None:
        hits = place.events if one.far_from is None or one.level is None else np.r_[place.events, one.level.events]
        out.append(_moved(one, place, usual, world))
        if one.far_from is None or place is one.near:
            places[one.sensor] = (place.x_m, place.y_m)
            out[-1] = replace(out[-1], corrected=True)
    elif one.spans is not None:
        hits = np.concatenate([line.events for line in one.spans.line])
        said = _clock(one, one.spans, usual, world)
        if said:
            clocks[one.sensor] = one.spans
            out.extend(said)
    else:
        hits = np.flatnonzero(told.heard)
    hit = told.heard.copy() if not out else np.zeros(len(told.heard), dtype=bool)
    hit[hits] = True
    gone = dead(one.sensor, told, times_s, len(world.net.x_m))
    out.extend(gone)
    out.extend(deaf(one.sensor, told, hit, len(world.net.x_m), gone))
    return out, told.event[hit]


def _least_s(usual: Usual, line: Line, world: World) -> float:
    error_s = float(np.hypot(line.offset_error_s, usual.clock_s))
    return max(least_clock_s(world.search.pick_error_s), _ERRORS * error_s)


def _best_place(one: Checked, usual: Usual, world: World, other: float) -> Place | None:
    """The place that explains the arrivals better than any clock does, if it is far enough from the one given."""
    net = world.net
    best = None
    for place in (one.near, one.far):
        if place is None:
            continue
        score = place.score + (one.level.score if place is one.far and one.far_from and one.level is not None else 0.0)
        far = float(np.hypot(place.x_m - net.x_m[one.sensor], place.y_m - net.y_m[one.sensor]))
        error = float(np.hypot(np.sqrt(np.trace(place.covariance)), usual.place_m))
        least = max(least_move_m(world.search.pick_error_s), _ERRORS * error)
        if far > least and score > other + _GAIN:
            best, other = place, score
    return best


def _moved(one: Checked, place: Place, usual: Usual, world: World) -> SensorFinding:
    net, told = world.net, one.foretold
    far = float(np.hypot(place.x_m - net.x_m[one.sensor], place.y_m - net.y_m[one.sensor]))
    error = float(np.hypot(np.sqrt(np.trace(place.covariance) / 2), usual.place_m))
    begin, end = float(told.time_s.min()), float(told.time_s.max())
    if one.far_from is not None and place is one.far:
        begin, end = (one.far_from.moment_s, end) if one.far_from.later else (begin, one.far_from.moment_s)
    during = (told.time_s >= begin) & (told.time_s <= end)
    return SensorFinding(
        one.sensor, SensorFault.MOVED, far, error, "m", begin, end, float(told.chance[during].sum()),
        float(len(place.events)), corrected=False,
    )  # fmt: skip


def _clock(one: Checked, spans: Spans, usual: Usual, world: World) -> list[SensorFinding]:
    """Offset at the beginning, drift, and each step."""
    told = one.foretold
    first, last = float(told.time_s.min()), float(told.time_s.max())
    ends = (*spans.from_s[1:], last)
    begins = (first, *spans.from_s[1:])
    out: list[SensorFinding] = []
    for part, (line, begin, end) in enumerate(zip(spans.line, begins, ends, strict=True)):
        during = (told.time_s >= begin) & (told.time_s <= end)
        expected, heard = float(told.chance[during].sum()), float(len(line.events))
        drift_error = float(np.hypot(line.slope_error, usual.drift))
        drifts = (
            line.slope != 0.0
            and abs(line.slope) > _ERRORS * drift_error
            and abs(line.slope) * (end - begin) > 2 * least_clock_s(world.search.pick_error_s)
        )
        offset = float(line.at(np.array(begin))) if drifts else line.offset_s
        error = float(np.hypot(line.offset_error_s, usual.clock_s))
        if drifts:
            error = float(np.hypot(error, drift_error * (line.middle_s - begin)))
            out.append(
                SensorFinding(
                    one.sensor,
                    SensorFault.CLOCK_DRIFT,
                    line.slope * _DAY_S,
                    drift_error * _DAY_S,
                    "s/day",
                    begin,
                    end,
                    expected,
                    heard,
                    corrected=True,
                )
            )
        if part:
            before = spans.line[part - 1]
            jump = offset - float(before.at(np.array(begin)))
            error = float(np.hypot(error, before.offset_error_s))
            fault = SensorFault.CLOCK_STEP
        else:
            jump, fault = offset, SensorFault.CLOCK_OFFSET
        if abs(jump) > max(_least_s(usual, line, world), _ERRORS * error):
            # An offset holds until the end or until a step is told; the step's own line tells the rest.
            out.append(SensorFinding(one.sensor, fault, jump, error, "s", begin, end, expected, heard, corrected=True))
    return out


def _same_place(net: Network) -> list[SensorFinding]:
    """Sensors within half a metre of another that stood at the same time: one position is probably a copy."""
    nan = float("nan")
    out = []
    for sensor in range(len(net.x_m)):
        apart = np.hypot(net.x_m - net.x_m[sensor], net.y_m - net.y_m[sensor])
        apart[(net.since_s >= net.until_s[sensor]) | (net.until_s <= net.since_s[sensor])] = np.inf
        apart[sensor] = np.inf
        if apart.min(initial=np.inf) < _SAME_PLACE_M:
            out.append(
                SensorFinding(
                    sensor,
                    SensorFault.SAME_PLACE,
                    float(apart.min()),
                    _SAME_PLACE_M,
                    "m",
                    nan,
                    nan,
                    nan,
                    nan,
                    corrected=False,
                )
            )
    return out

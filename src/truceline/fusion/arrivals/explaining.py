"""What moved a located event: for each sensor, where and how probable the event would be had it never stood there.

The question: which arrivals hold the event where it is, which misses speak against it, and what does the air add to its
ellipse? In: the workings of a run (metres, seconds), one event. Out: for every sensor asked its residual (s), its
leverage and, from settling the event again without that sensor (deleted case statistics: Cook & Weisberg 1982,
Residuals and Influence in Regression, ch. 3), how far the place and the log odds go. Nothing is approximated: each
sensor left out is a whole new settling.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from truceline.fusion.arrivals.air import air_at, slant
from truceline.fusion.arrivals.finishing import LAST_ROUNDS
from truceline.fusion.arrivals.medium import air_terms
from truceline.fusion.arrivals.picks import NO_CLUSTER, Taken
from truceline.fusion.arrivals.settling import Events, Starts, settle_all
from truceline.fusion.arrivals.working import Alone, alone, without
from truceline.model import LocatedEvents, UsageFault, Workings
from truceline.model.columns import Floats, Ints

ELLIPSE_95 = math.sqrt(5.991)
"""Standard errors from the middle of the 95 % ellipse to its edge."""

_FEWEST = 3
_OWN = 0


@dataclass(frozen=True)
class Voice:
    """What one sensor says of an event, and what would be without it.

    ``sensor`` and ``arrival`` are rows (-1: it heard nothing). ``residual_s`` is arrived minus foretold, ``error_s``
    its standard error; ``leverage`` (0 to 1) is the share of the foretold time that its own arrival decides. NaN where
    there is no arrival. ``heard_chance`` is the probability that it hears an event which is heard as far as this one.

    ``shift_x_m``, ``shift_y_m`` lead from the place found to the place without this sensor, ``shift_ellipses`` is
    that in units of the 95 % ellipse (1: on its edge), ``shift_s`` the time's; NaN where the event cannot stand
    without it. ``adds`` is what the sensor adds to the log odds of being real: with it less without it.
    """

    sensor: int
    arrival: int
    distance_m: float
    bearing_deg: float
    residual_s: float
    error_s: float
    leverage: float
    heard_chance: float
    shift_x_m: float
    shift_y_m: float
    shift_ellipses: float
    shift_s: float
    adds: float

    @property
    def shift_m(self) -> float:
        """How far the place would go without this sensor."""
        return math.hypot(self.shift_x_m, self.shift_y_m)


@dataclass(frozen=True)
class AirTold:
    """The air at the event, and what it does: the place in still air, the ellipse without its uncertainty.

    Speed and wind in m/s (wind blows to the east and north). ``still_x_m``, ``still_y_m`` lead from the place found to
    where the same arrivals put it without wind. ``own_covariance`` (m², m s, s²) is that of the event in a known air.
    """

    speed_mps: float
    wind_x_mps: float
    wind_y_mps: float
    still_x_m: float
    still_y_m: float
    own_covariance: Floats


@dataclass(frozen=True)
class Moved:
    """One event explained: voices by what they move or add, most first; how many misses were to be expected.

    ``farthest_m`` is the distance of the farthest sensor that heard it: sensors nearer than that should have heard it.
    """

    row: int
    log_odds: float
    farthest_m: float
    misses_expected: float
    voices: tuple[Voice, ...]
    air: AirTold

    @property
    def heard(self) -> tuple[Voice, ...]:
        """The sensors that heard it."""
        return tuple(voice for voice in self.voices if voice.arrival >= 0)

    @property
    def missed(self) -> tuple[Voice, ...]:
        """The sensors that did not, though a farther one did."""
        return tuple(voice for voice in self.voices if voice.arrival < 0 and voice.distance_m <= self.farthest_m)


def explained(kept: Workings, events: LocatedEvents, sensor_of: Ints, row: int) -> Moved:
    """What moved one event (``row``, from 0). ``sensor_of`` gives the sensor of every arrival.

    Raises :class:`~truceline.model.UsageFault` where the event does not come out of these workings again.
    """
    one = alone(kept, events, sensor_of, row)
    whole = _settled(one)
    if whole.state[0, 4] < _FEWEST or abs(whole.state[0, 0] - kept.log_odds[row]) > 0.5:
        raise UsageFault(
            f"event {row + 1} does not come out of these workings again",
            where="workings",
            do="locate again, with the version that explains",
            example="truceline locate --sensors S.csv --arrivals A.csv --out located",
        )
    air = _air_told(one, whole, kept)
    covariance = events.covariance[row][:2, :2]
    heard = _heard(one, whole)
    farthest_m = max(distance for _, distance, *_ in heard.values())
    net = one.world.net
    above = net.z_m - net.ground_m[0]
    distance = np.sqrt((net.x_m - whole.state[0, 1]) ** 2 + (net.y_m - whole.state[0, 2]) ** 2 + above**2)
    arrives_s = whole.state[0, 3] + distance / air.speed_mps
    there = (arrives_s >= net.since_s) & (arrives_s < net.until_s)
    there[list(heard)] = True
    asked = np.flatnonzero(there & (distance <= kept.belief.reach_m))
    voices = [_voice(one, whole, int(place), heard, covariance, farthest_m) for place in asked]
    voices.sort(key=lambda voice: (-_weight(voice), voice.sensor))
    silent = distance[asked] <= farthest_m
    return Moved(
        row, float(whole.state[0, 0]), farthest_m, float(silent.sum()) * (1.0 - kept.belief.heard_share),
        tuple(voices), air,
    )  # fmt: skip


def _weight(voice: Voice) -> float:
    """How much a sensor moves: what holds the event up first, then the farthest shift, then the log odds."""
    if voice.arrival < 0:
        return -1.0 / (1.0 + abs(voice.adds))
    return voice.shift_ellipses if math.isfinite(voice.shift_ellipses) else math.inf


def _settled(one: Alone) -> Events:
    """The event settled on its own arrivals, as the last look does it."""
    arrivals = len(one.world.picks.time_s)
    own = Taken(np.full(arrivals, _OWN, dtype=np.int64), np.full(arrivals, NO_CLUSTER, dtype=np.int64))
    starts = Starts(one.start[None, :].copy(), np.zeros(1, dtype=np.int64), np.array([_OWN]))
    return settle_all(starts, one.world, own, one.log_chance, LAST_ROUNDS)


def _heard(one: Alone, whole: Events) -> dict[int, tuple[int, float, float, float, float]]:
    """For each sensor (by its place) that heard the event: arrival, distance, residual, error, leverage."""
    net, picks, search = one.world.net, one.world.picks, one.world.search
    x, y, t = whole.state[0, 1:4]
    told = {}
    for hit in whole.hits[0][whole.hits[0] >= 0]:
        sensor = int(picks.sensor[hit])
        above = net.z_m[sensor] - net.ground_m[0]
        along_x, along_y, distance, effective = slant(one.world.air, x, y, t, net.x_m[sensor], net.y_m[sensor], above)
        travel = distance / effective
        variance = search.pick_error_s**2 + (search.air_error * travel) ** 2
        slope = np.array([-along_x / effective, -along_y / effective, 1.0])
        leverage = float(slope @ whole.cov[0] @ slope) / variance
        residual = float(picks.time_s[hit] - t - travel)
        told[sensor] = int(one.arrival[hit]), distance, residual, math.sqrt(variance), leverage
    return told


def _voice(
    one: Alone, whole: Events, place: int, heard: dict[int, tuple[int, float, float, float, float]],
    covariance: Floats, farthest_m: float,
) -> Voice:  # fmt: skip
    net, x, y = one.world.net, whole.state[0, 1], whole.state[0, 2]
    east, north = float(net.x_m[place] - x), float(net.y_m[place] - y)
    flat = math.sqrt(east**2 + north**2 + float(net.z_m[place] - net.ground_m[0]) ** 2)
    nan = math.nan
    arrival, distance, residual, error, leverage = heard.get(place, (-1, flat, nan, nan, nan))
    again = _settled(without(one, place)) if len(net.x_m) > _FEWEST else None
    stands = again is not None and again.state[0, 4] >= _FEWEST
    shift = again.state[0, 1:4] - whole.state[0, 1:4] if again is not None and stands else np.full(3, nan)
    adds = float(whole.state[0, 0] - again.state[0, 0]) if again is not None and stands else math.inf
    return Voice(
        sensor=int(one.sensor[place]),
        arrival=arrival,
        distance_m=distance,
        bearing_deg=math.degrees(math.atan2(east, north)) % 360.0,
        residual_s=residual,
        error_s=error,
        leverage=leverage,
        heard_chance=_heard_chance(one, distance, farthest_m),
        shift_x_m=float(shift[0]),
        shift_y_m=float(shift[1]),
        shift_ellipses=float(np.sqrt(shift[:2] @ np.linalg.solve(covariance, shift[:2]))) / ELLIPSE_95,
        shift_s=float(shift[2]),
        adds=adds,
    )


def _heard_chance(one: Alone, distance_m: float, farthest_m: float) -> float:
    """Probability that a sensor so far away hears an event that was heard as far as this one was."""
    search, within = one.world.search, one.world.belief.heard_within
    steps = np.linspace(0.0, search.reach_m, len(within))
    beyond, heard_so_far = (1.0 - float(np.interp(at, steps, within)) for at in (distance_m, farthest_m))
    if distance_m <= farthest_m or heard_so_far <= 0.0:
        return search.heard_share if distance_m <= farthest_m else 0.0
    return search.heard_share * beyond / heard_so_far


def _air_told(one: Alone, whole: Events, kept: Workings) -> AirTold:
    x, y, t = whole.state[0, 1:4]
    speed, wind_x, wind_y = air_at(one.world.air, x, y, t)
    lever = air_terms(whole, one.world.air, one.world.net, one.world.picks, kept.belief.pick_error_s).lever[0]
    still = lever @ np.array([0.0, -wind_x, -wind_y])
    return AirTold(speed, wind_x, wind_y, float(still[0]), float(still[1]), whole.cov[0])

"""A first, quick look at all sensors together: who may be at fault is looked at closely, who is sound is done with.

One pass over the firm events gathers for each sensor how many it should have heard and did, the stretch of time in
which it heard least (cumulative sums: Page 1954, Biometrika 41, 100-115), and what its own arrivals say of an error
of its clock, a drift and a move.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from truceline.fusion.arrivals.expecting import LEAST_OF_OTHERS, Firm
from truceline.fusion.arrivals.growing import Search
from truceline.fusion.arrivals.network import Network, stood
from truceline.fusion.arrivals.picks import Picks
from truceline.fusion.arrivals.settling import World
from truceline.fusion.compiled import compiled
from truceline.model.columns import Floats, Mask

BINS = 10
_DEAF_SHARE = 0.5
_SUSPECT_LOG_ODDS = 8.0
_SUSPECT_ERRORS = 4.0
_HALF = 0.5


@dataclass(frozen=True)
class Usual:
    """How far sound sensors of this network seem off (standard deviation): clock (s), drift, place (m)."""

    clock_s: float
    drift: float
    place_m: float


@dataclass(frozen=True)
class Screened:
    """Per sensor: events it should have heard, and heard; who needs a closer look; what is usual; share by distance.

    ``wider`` is by how much the differences of all sensors are wider than foretold (1 or more).
    """

    expected: Floats
    heard: Floats
    suspect: Mask
    usual: Usual
    share: Floats
    wider: float


@compiled
def _counted(firm: Firm, net: Network, picks: Picks, near: Floats, heard: Floats) -> None:
    """Per sensor and tenth of the distance of an event's farthest hearer: events in reach, and those heard."""
    held = np.full(len(net.x_m), -1, dtype=np.int64)
    for event in range(len(firm.row)):
        for pick in firm.hits[event]:
            if pick < 0:
                break
            held[picks.sensor[pick]] = event
        home, far = firm.home[event], firm.far_m[event]
        away = math.hypot(firm.x_m[event] - net.x_m[home], firm.y_m[event] - net.y_m[home])
        for turn in range(-1, net.near.shape[1]):
            sensor = home if turn < 0 else net.near[home, turn]
            if sensor < 0 or (turn >= 0 and net.near_m[home, turn] > far + away):
                break
            limit = firm.next_far_m[event] if sensor == firm.farthest[event] else far
            distance = math.hypot(net.x_m[sensor] - firm.x_m[event], net.y_m[sensor] - firm.y_m[event])
            if held[sensor] != event and not stood(net, sensor, firm.time_s[event] + distance / firm.air[event, 0]):
                continue
            if distance < limit - 1e-6:
                part = min(int(distance / limit * near.shape[1]), near.shape[1] - 1)
                near[sensor, part] += 1.0
                if held[sensor] == event:
                    heard[sensor, part] += 1.0


@compiled
def _accounts(
    firm: Firm, net: Network, picks: Picks, search: Search, share: Floats, middle_s: float, half_s: float,
    totals: Floats, moments: Floats, standing: Floats,
) -> None:  # fmt: skip
    """Per sensor: expected, heard and the deafest stretch (``totals``); normal equations of offset, drift and move."""
    sensors = len(net.x_m)
    held, running = np.full(sensors, -1, dtype=np.int64), np.zeros(sensors)
    pick_of = np.zeros(sensors, dtype=np.int64)
    row = np.empty(5)
    for event in range(len(firm.row)):
        for pick in firm.hits[event]:
            if pick < 0:
                break
            held[picks.sensor[pick]], pick_of[picks.sensor[pick]] = event, pick
        home, far = firm.home[event], firm.far_m[event]
        away = math.hypot(firm.x_m[event] - net.x_m[home], firm.y_m[event] - net.y_m[home])
        for turn in range(-1, net.near.shape[1]):
            sensor = home if turn < 0 else net.near[home, turn]
            if sensor < 0 or (turn >= 0 and net.near_m[home, turn] > far + away):
                break
            east, north = net.x_m[sensor] - firm.x_m[event], net.y_m[sensor] - firm.y_m[event]
            distance = math.sqrt(east * east + north * north) + 1e-6
            limit = firm.next_far_m[event] if sensor == firm.farthest[event] else far
            has = held[sensor] == event
            if not has and not stood(net, sensor, firm.time_s[event] + distance / firm.air[event, 0]):
                continue
            if distance < limit - 1e-6:
                chance = share[min(int(distance / limit * len(share)), len(share) - 1)]
                totals[sensor, 0] += chance
                totals[sensor, 1] += 1.0 if has else 0.0
                gain = math.log(_DEAF_SHARE) if has else math.log((1.0 - _DEAF_SHARE * chance) / (1.0 - chance))
                running[sensor] = max(0.0, running[sensor] + gain)
                totals[sensor, 2] = max(totals[sensor, 2], running[sensor])
            if not has:
                continue
            totals[sensor, 3] += 1.0
            along_x, along_y = east / distance, north / distance
            effective = firm.air[event, 0] + along_x * firm.air[event, 1] + along_y * firm.air[event, 2]
            travel = distance / effective
            cov = firm.covariance[event]
            slope_x, slope_y = -along_x / effective, -along_y / effective
            of_event = (
                slope_x * (slope_x * cov[0, 0] + 2 * slope_y * cov[0, 1] + 2 * cov[0, 2])
                + slope_y * (slope_y * cov[1, 1] + 2 * cov[1, 2]) + cov[2, 2]
            )  # fmt: skip
            of_pick = search.pick_error_s**2 + (search.air_error * travel) ** 2
            others = 1.0 - of_event / of_pick
            if others < LEAST_OF_OTHERS:
                continue
            error = math.sqrt(of_pick / others)
            rest = (picks.time_s[pick_of[sensor]] - firm.time_s[event] - travel) / others
            standing[pick_of[sensor]] = rest / error
            row[0], row[1] = 1.0, (firm.time_s[event] - middle_s) / half_s
            row[2], row[3], row[4] = -slope_x, -slope_y, rest
            for i in range(5):
                for j in range(5):
                    moments[sensor, i, j] += row[i] * row[j] / (error * error)


def screened(firm: Firm, world: World) -> Screened:
    """Look at all sensors once."""
    net, picks, search = world.net, world.picks, world.search
    sensors = len(net.x_m)
    near, heard = np.zeros((sensors, BINS)), np.zeros((sensors, BINS))
    _counted(firm, net, picks, near, heard)
    share = _share(near, heard)
    begin, end = (float(firm.time_s[0]), float(firm.time_s[-1])) if len(firm.row) else (0.0, 1.0)
    half_s = max(0.5 * (end - begin), 1.0)
    totals, moments = np.zeros((sensors, 4)), np.zeros((sensors, 5, 5))
    standing = np.full(len(picks.time_s), np.nan)
    _accounts(firm, net, picks, search, share, 0.5 * (begin + end), half_s, totals, moments, standing)
    known = np.abs(standing[np.isfinite(standing)])
    wider = max(1.0, 1.4826 * float(np.median(known))) if len(known) >= 8 else 1.0
    usual, off = _off(moments, half_s, wider, search.pick_error_s)
    return Screened(
        totals[:, 0],
        np.maximum(totals[:, 1], totals[:, 3]),
        (totals[:, 2] > _SUSPECT_LOG_ODDS) | off,
        usual,
        share,
        wider,
    )


def _share(near: Floats, heard: Floats) -> Floats:
    """Share heard by distance; a few dead or deaf sensors must not lower what is expected of the others."""
    every = near.sum(axis=1)
    spoken = every >= 1
    part = heard.sum(axis=1) / np.maximum(every, 1.0)
    able = spoken & (part >= _HALF * np.median(part[spoken])) if spoken.any() else spoken
    return np.asarray(np.clip((heard[able].sum(axis=0) + 0.5) / (near[able].sum(axis=0) + 1.0), 0.01, 0.99))


def _off(moments: Floats, half_s: float, wider: float, pick_error_s: float) -> tuple[Usual, Mask]:
    """What is usual, and which sensors' own arrivals speak of a clock error, a drift or a move."""
    clock, clock_error = _fitted(moments, (0,), wider)
    drift, drift_error = _fitted(moments, (0, 1), wider)
    place, place_error = _fitted(moments, (2, 3), wider)
    able = np.isfinite(clock_error[:, 0])
    usual = Usual(_scatter(clock[able, 0]), _scatter(drift[able, 1]) / half_s, _scatter(place[able].ravel()))
    least_s = least_clock_s(pick_error_s)
    with np.errstate(invalid="ignore"):
        off = _far(clock[:, 0], clock_error[:, 0], usual.clock_s, _HALF * least_s)
        off |= _far(2 * drift[:, 1], 2 * drift_error[:, 1], 2 * usual.drift * half_s, least_s)
        far_m, error_m = np.hypot(place[:, 0], place[:, 1]), np.hypot(place_error[:, 0], place_error[:, 1])
        off |= _far(far_m, error_m, usual.place_m, _HALF * least_move_m(pick_error_s))
    return usual, off


def least_clock_s(pick_error_s: float) -> float:
    """Smallest clock error that is told (s)."""
    return max(0.05, 1.5 * pick_error_s)


def least_move_m(pick_error_s: float) -> float:
    """Smallest move that is told (m)."""
    return max(20.0, 1.5 * pick_error_s * 340.0)


def _far(value: Floats, error: Floats, usual: float, least: float) -> Mask:
    return np.asarray((np.abs(value) > least) & (np.abs(value) > _SUSPECT_ERRORS * np.hypot(error, usual)))


def _fitted(moments: Floats, columns: tuple[int, ...], wider: float) -> tuple[Floats, Floats]:
    """Least squares on some columns for every sensor: values and errors (infinite where they cannot be told)."""
    pick = np.array(columns)
    normal = moments[:, pick[:, None], pick[None, :]]
    scale = np.maximum(np.trace(normal, axis1=1, axis2=2), 1e-300)
    normal = normal / scale[:, None, None]
    able = np.linalg.det(normal) > 1e-6
    normal[~able] = np.eye(len(pick))
    back = np.linalg.inv(normal) / scale[:, None, None]
    value = np.einsum("sij,sj->si", back, moments[:, pick, 4])
    error = wider * np.sqrt(np.maximum(np.diagonal(back, axis1=1, axis2=2), 0.0))
    value[~able], error[~able] = 0.0, np.inf
    return value, error


def _scatter(values: Floats) -> float:
    """Robust standard deviation."""
    return 1.4826 * float(np.median(np.abs(values - np.median(values)))) if len(values) else 0.0

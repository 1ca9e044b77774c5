"""Events in the ground as they are handed over: mirror images, what the ground leaves uncertain, order of time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from truceline.fusion.arrivals.ground.all_depths import AllDepths, Unsure, over_all_depths
from truceline.fusion.arrivals.ground.choosing import only_own
from truceline.fusion.arrivals.ground.control import Belief
from truceline.fusion.arrivals.ground.depths import at_every_depth
from truceline.fusion.arrivals.ground.paths import common_errors_taught
from truceline.fusion.arrivals.ground.settings import GroundSettings
from truceline.fusion.arrivals.ground.settling import CHANNELS, Found, Starts, Under, places, settle
from truceline.fusion.arrivals.ground.teaching import Lesson, terms_of
from truceline.fusion.arrivals.ground.travel import level_m
from truceline.fusion.arrivals.network import nearest_sensor
from truceline.fusion.arrivals.picks import Taken
from truceline.model import GroundTable, Located, LocatedEvents, MediumTable, SensorFault, SensorFinding, SensorTable
from truceline.model.columns import Floats, Ints, Mask

_LEAST_MIRROR = 0.01
_NO_COVARIANCE = np.empty((0, 4, 4))


class Run(NamedTuple):
    """Events, who holds which arrival in order of the search, and which of these each row of the input is."""

    found: Found
    taken: Taken
    arrival_of: Ints


@dataclass(frozen=True)
class Mirrors:
    """The second place of each event, and its share of the probability (0 where there is none)."""

    x_m: Floats
    y_m: Floats
    share: Floats


class Finished(NamedTuple):
    """Events, where they are told over all depths, and their second places."""

    found: Found
    told: AllDepths
    mirrors: Mirrors

    def believed(self, belief: Belief, settings: GroundSettings) -> Finished:
        """The same with log odds as they are to be believed, without events that are more likely chance."""
        odds = belief.of(self.found.state[:, 0])
        rows = np.flatnonzero(odds > settings.least_log_odds)
        found = self.found.take(rows)
        found.state[:, 0] = odds[rows]
        mirrors = Mirrors(self.mirrors.x_m[rows], self.mirrors.y_m[rows], self.mirrors.share[rows])
        return Finished(found, AllDepths(*(column[rows] for column in self.told)), mirrors)


def mirrored(found: Found, under: Under, unsure: Unsure, settings: GroundSettings, taken: Taken) -> Finished:
    """Each event at the more probable of two places: that found, and its image beyond the line through its hearers."""
    rows = len(found.home)
    if not rows:
        nothing = AllDepths(np.empty((0, 4)), np.empty((0, 4, 4)), np.empty(0))
        return Finished(found, nothing, Mirrors(np.empty(0), np.empty(0), np.empty(0)))
    own = only_own(taken)
    here = at_every_depth(found, np.arange(rows), under, own, unsure.log_chance)
    better = here.state[:, 4] >= found.state[:, 4]
    found = _either(better, here, found)
    other = _across(found, under)
    home = nearest_sensor(under.net, other[:, 0], other[:, 1])
    there = settle(Starts(other, home, np.arange(rows)), under, own, unsure.log_chance, 1.5)
    gap = np.where(there.state[:, 4] >= 3, there.state[:, 0] - found.state[:, 0], -np.inf)
    share = 1.0 / (1.0 + np.exp(np.clip(np.abs(gap), 0, 700)))
    first = _either(gap > 0, there, found)
    told = over_all_depths(first, unsure, settings)
    x, y = np.full(rows, np.nan), np.full(rows, np.nan)
    asked = np.flatnonzero(share >= _LEAST_MIRROR)
    if len(asked):
        second = over_all_depths(_either(gap > 0, found, there).take(asked), unsure, settings)
        x[asked], y[asked] = second.mean[:, 0], second.mean[:, 1]
    error_m = np.sqrt(told.covariance[:, 0, 0] + told.covariance[:, 1, 1])
    shown = np.hypot(x - told.mean[:, 0], y - told.mean[:, 1]) > 3 * error_m
    return Finished(
        first, told, Mirrors(np.where(shown, x, np.nan), np.where(shown, y, np.nan), np.where(shown, share, 0.0))
    )


def _either(choice: Mask, one: Found, other: Found) -> Found:
    return Found(
        np.where(choice[:, None], one.state, other.state),
        np.where(choice, one.home, other.home),
        np.where(choice[:, None], one.hits, other.hits),
        np.where(choice[:, None, None], one.cov, other.cov),
    )


def _across(found: Found, under: Under) -> Floats:
    """The image of each event behind the line that lies best among its hearers."""
    image = places(found)
    for row, hits in enumerate(found.hits):
        sensors = under.picks.sensor[hits[hits >= 0]] // CHANNELS
        points = np.c_[under.net.x_m[sensors], under.net.y_m[sensors]]
        middle = points.mean(axis=0)
        _, _, axes = np.linalg.svd(points - middle, full_matrices=False)
        normal = np.array([-axes[0, 1], axes[0, 0]])
        image[row, :2] -= 2.0 * np.dot(image[row, :2] - middle, normal) * normal
    return image


def unsure_of(found: Found, lesson: Lesson, log_chance: Floats) -> Unsure:
    """What the events tell of the ground's own errors."""
    under = lesson.under
    common = common_errors_taught(terms_of(found, under), len(found.home))
    # Ground around an event may be slower or faster than the mean of all: by as much as single paths err, and by what
    # all arrivals of one event are seen to err together.
    common[:2] = np.hypot(common[:2], under.weigh.path_error)
    return Unsure(lesson, common, log_chance)


def located(
    run: Run, finished: Finished | None, lesson: Lesson | None, sensors: SensorTable, settings: GroundSettings,
    taken_s: dict[str, float],
) -> Located:  # fmt: skip
    """Everything as it is handed over, events in order of time."""
    found, taken, arrival_of = run
    rows = len(found.home)
    mirrors = finished.mirrors if finished else None
    place, covariance = (finished.told.mean, finished.told.covariance) if finished else (places(found), _NO_COVARIANCE)
    order = np.argsort(place[:, 2], kind="stable")
    number = np.full(rows + 1, -1, dtype=np.int64)
    number[order] = np.arange(rows)
    state, place = found.state[order], place[order]
    # Height is told upwards, depth was sought downwards.
    covariance = covariance * np.array([1.0, 1.0, 1.0, -1.0])[:, None] * np.array([1.0, 1.0, 1.0, -1.0])
    none = np.empty(0)
    events = LocatedEvents(
        x_m=place[:, 0], y_m=place[:, 1], z_m=level_m(sensors) - place[:, 3], time_s=place[:, 2],
        probability=1.0 / (1.0 + np.exp(-np.clip(state[:, 0], -700, 700))), covariance=covariance[order],
        arrivals=state[:, 4].astype(np.int64),
        mirror_x_m=mirrors.x_m[order] if mirrors else none, mirror_y_m=mirrors.y_m[order] if mirrors else none,
        mirror_share=mirrors.share[order] if mirrors else none,
        assigned=number[taken.event][arrival_of],
    )  # fmt: skip
    air = MediumTable(none, none, none, none, none, none, none, none)
    unchecked = tuple(_not_checked(sensor) for sensor in range(len(sensors)))
    ground = _ground(lesson, settings, len(sensors))
    return Located(events, air, unchecked, _told(lesson), taken_s, ground=ground)


def _not_checked(sensor: int) -> SensorFinding:
    """Clocks and health are not held against events in the ground: nobody is told that they are sound."""
    nan = float("nan")
    return SensorFinding(sensor, SensorFault.NOT_CHECKED, nan, nan, "", nan, nan, nan, nan, corrected=False)


def _ground(lesson: Lesson | None, settings: GroundSettings, sensors: int) -> GroundTable:
    """The layers and delays as learned, or as they were taken for granted."""
    p_mps, s_mps = np.array(settings.model.p_mps), np.array(settings.model.s_mps)
    if lesson is None:
        slower, delay_s = np.zeros(2), np.zeros((sensors, 2))
        error = np.r_[np.full(2, settings.slower_error), np.tile(settings.delay_error_s, sensors)]
    else:
        slower, delay_s = lesson.under.ground.slower, lesson.under.ground.delay_s
        error = np.sqrt(np.diag(lesson.covariance))
    return GroundTable(
        top_m=np.array(settings.model.top_m), p_mps=p_mps / (1.0 + slower[0]), s_mps=s_mps / (1.0 + slower[1]),
        p_error_mps=p_mps * error[0], s_error_mps=s_mps * error[1],
        delay_s=delay_s, delay_error_s=error[2:].reshape(-1, 2),
    )  # fmt: skip


def _told(lesson: Lesson | None) -> dict[str, float]:
    if lesson is None:
        return {}
    weigh, ground = lesson.under.weigh, lesson.under.ground
    return {
        "pick_error_p_s": float(weigh.error_s[0]),
        "pick_error_s_s": float(weigh.error_s[1]),
        "path_error": weigh.path_error,
        "slower_p": float(ground.slower[0]),
        "slower_s": float(ground.slower[1]),
        "share_heard_p": float(weigh.share[:, 0].mean()),
        "share_heard_s": float(weigh.share[:, 1].mean()),
        "reach_m": weigh.reach_m,
    }

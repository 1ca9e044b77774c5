"""Events in the ground as they are handed over: mirror images, what the ground leaves uncertain, order of time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from truceline.fusion.arrivals.ground.choosing import only_own
from truceline.fusion.arrivals.ground.depths import at_every_depth
from truceline.fusion.arrivals.ground.paths import common_errors_taught
from truceline.fusion.arrivals.ground.settings import GroundSettings
from truceline.fusion.arrivals.ground.settling import CHANNELS, Found, Starts, T, Under, Z, places, settle
from truceline.fusion.arrivals.ground.teaching import Lesson, design, own_covariance, terms_of
from truceline.fusion.arrivals.ground.travel import level_m
from truceline.fusion.arrivals.network import nearest_sensor
from truceline.fusion.arrivals.picks import Taken
from truceline.model import GroundTable, Located, LocatedEvents, MediumTable, SensorFault, SensorFinding, SensorTable
from truceline.model.columns import Floats, Ints, Mask

_LEAST_MIRROR = 0.01


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


def mirrored(found: Found, under: Under, taken: Taken, log_rate: Floats) -> tuple[Found, Mirrors]:
    """Each event at the more probable of two places: that found, and its image beyond the line through its hearers."""
    rows = len(found.home)
    if not rows:
        return found, Mirrors(np.empty(0), np.empty(0), np.empty(0))
    own = only_own(taken)
    here = at_every_depth(found, np.arange(rows), under, own, log_rate)
    better = here.state[:, 4] >= found.state[:, 4]
    found = _either(better, here, found)
    other = _across(found, under)
    home = nearest_sensor(under.net, other[:, 0], other[:, 1])
    there = settle(Starts(other, home, np.arange(rows)), under, own, log_rate, 1.5)
    apart = np.hypot(there.state[:, 1] - found.state[:, 1], there.state[:, 2] - found.state[:, 2])
    error_m = np.sqrt(np.maximum(found.cov[:, 0, 0] + found.cov[:, 1, 1], 0))
    second = (there.state[:, 4] >= 3) & (apart > 3 * error_m)
    gap = np.where(second, there.state[:, 0] - found.state[:, 0], -np.inf)
    share = 1.0 / (1.0 + np.exp(np.clip(np.abs(gap), 0, 700)))
    first = _either(gap > 0, there, found)
    shown = second & (share >= _LEAST_MIRROR)
    x, y = (np.where(gap > 0, found.state[:, k], there.state[:, k]) for k in (1, 2))
    return first, Mirrors(np.where(shown, x, np.nan), np.where(shown, y, np.nan), np.where(shown, share, 0.0))


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


def with_ground(found: Found, lesson: Lesson, settings: GroundSettings) -> Floats:
    """Covariance of each event (x, y, time, depth), what is not known of the ground included."""
    terms = terms_of(found, lesson.under)
    own = own_covariance(terms, 1.0 / terms.variance, len(found.home), 1.0 / settings.depth_error_m**2)
    change = design(terms, lesson.under.ground) / terms.variance[:, None]
    # What the fit itself knows not holds all depths at which an event may be.
    covariance = found.cov.copy()
    free = np.zeros_like(lesson.covariance)
    # Ground around an event may be slower or faster than the mean of all: by as much as single paths err, and by what
    # all arrivals of one event are seen to err together.
    common = common_errors_taught(terms, len(found.home))
    free[[0, 1], [0, 1]] = lesson.under.weigh.path_error**2 + common**2
    unknown = lesson.covariance + free
    cuts = np.searchsorted(terms.event, np.arange(len(found.home) + 1))
    for event in range(len(found.home)):
        rows = slice(cuts[event], cuts[event + 1])
        used = np.flatnonzero(change[rows].any(axis=0))
        lever = own[event] @ terms.slope[rows].T @ change[rows][:, used]
        covariance[event] += lever @ unknown[np.ix_(used, used)] @ lever.T
    return covariance


def located(
    run: Run, mirrors: Mirrors | None, lesson: Lesson | None, sensors: SensorTable, settings: GroundSettings,
    taken_s: dict[str, float],
) -> Located:  # fmt: skip
    """Everything as it is handed over, events in order of time."""
    found, taken, arrival_of = run
    rows = len(found.home)
    order = np.argsort(found.state[:, T], kind="stable")
    number = np.full(rows + 1, -1, dtype=np.int64)
    number[order] = np.arange(rows)
    state = found.state[order]
    covariance = with_ground(found, lesson, settings) if lesson and rows else np.empty((0, 4, 4))
    # Height is told upwards, depth was sought downwards.
    covariance = covariance * np.array([1.0, 1.0, 1.0, -1.0])[:, None] * np.array([1.0, 1.0, 1.0, -1.0])
    none = np.empty(0)
    events = LocatedEvents(
        x_m=state[:, 1], y_m=state[:, 2], z_m=level_m(sensors) - state[:, Z], time_s=state[:, T],
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

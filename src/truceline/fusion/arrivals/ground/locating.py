"""From arrivals of P and S to events, step by step (docs/method/locating-in-ground.md tells the same in prose).

1. Sensors become a network, arrivals stand in channels of sensor and phase.
2. Clear events teach how slow the ground is, each sensor's delay, the errors, and how far events are heard.
3. Every arrival proposes the event it would be the first P of; the best are accepted.
4. Each event is lifted on trial, so that what is one event does not stand as two.
5. All events teach once more; steps 3 and 4 are done again with what is still free.
6. The same search in arrivals set off by sensor tells how far events are to be believed (:mod:`.control`).
7. Each event is settled on its own arrivals, with its mirror image and its uncertainty.
8. Wrong clocks and swapped names of phases are looked for (:mod:`.sensor_faults`), taken out, and all is done again.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from truceline.fusion.arrivals.accepting import accept, best_first
from truceline.fusion.arrivals.ground.choosing import (
    GATE,
    ROUNDS,
    able,
    chance,
    chosen_events,
    none_found,
    nothing_taken,
    numbered,
    only_own,
    rearranged,
    settled_again,
    with_open_gate,
)
from truceline.fusion.arrivals.ground.control import NOTHING_BELIEVED, Belief, believed
from truceline.fusion.arrivals.ground.depths import at_every_depth
from truceline.fusion.arrivals.ground.finishing import Run, located, mirrored, unsure_of
from truceline.fusion.arrivals.ground.seeking import places_around, sought
from truceline.fusion.arrivals.ground.sensor_faults import faults_of, findings_of, mended
from truceline.fusion.arrivals.ground.settings import GroundSettings
from truceline.fusion.arrivals.ground.settling import (
    CHANNELS,
    SAID_P,
    SAID_S,
    UNSAID,
    Found,
    Under,
    Weigh,
)
from truceline.fusion.arrivals.ground.teaching import Lesson, even_hearing, taught, tells_of
from truceline.fusion.arrivals.ground.travel import ground_of
from truceline.fusion.arrivals.network import network, spread_m2
from truceline.fusion.arrivals.picks import Picks, Taken, ordered, refuse_no_times
from truceline.fusion.arrivals.watch import Watch
from truceline.model import ArrivalTable, Located, SensorTable
from truceline.model.columns import Floats, Ints

_ARRIVALS_PER_EVENT = 20
_TEACHING_ROUNDS = 5
_FEWEST_TO_TEACH = 6
_FIRM = 4.0
_MOST_FIRSTS = 6_000
_SEED = 20_261


def locate_in_ground(sensors: SensorTable, arrivals: ArrivalTable, settings: GroundSettings | None = None) -> Located:
    """Events that explain the arrivals, and the ground as it was found.

    Fewer than three sensors, or fewer than four arrivals, locate nothing: the result is empty, not an error. Raises
    :class:`~truceline.model.UsageFault` for times that are no numbers.
    """
    settings = settings or GroundSettings()
    refuse_no_times(arrivals)
    watch = Watch()
    located_, clear, under = _located_once(sensors, arrivals, settings, watch)
    if clear is None or under is None:
        return located_
    with watch.step("check sensors"):
        faults = faults_of(clear, under)
    if not faults:
        return located_
    again, _, _ = _located_once(sensors, mended(arrivals, faults, len(sensors)), settings, watch)
    told = findings_of(faults, arrivals.time_s, arrivals.sensor)
    at_fault = {one.sensor for one in told}
    return replace(again, sensors=(*told, *(one for one in again.sensors if one.sensor not in at_fault)))


def _located_once(
    sensors: SensorTable, arrivals: ArrivalTable, settings: GroundSettings, watch: Watch
) -> tuple[Located, Found | None, Under | None]:
    """Events from arrivals as they are told, those that are sure, and what they are held against."""
    with watch.step("order"):
        picks, arrival_of = ordered(arrivals.time_s, channels_of(arrivals), CHANNELS * len(sensors))
        under = beginning(sensors, picks, settings) if len(sensors) >= 2 and len(arrivals) else None
    if under is None or len(sensors) < settings.fewest_sensors or len(arrivals) < settings.fewest_arrivals:
        run = Run(none_found(), nothing_taken(len(picks.time_s)), arrival_of)
        return located(run, None, None, sensors, settings, watch.taken_s), None, None
    with watch.step("learn"):
        lesson = learned(under, settings)
    found, taken = none_found(), nothing_taken(len(picks.time_s))
    belief = Belief()
    for turn, rounds in enumerate(ROUNDS):
        with watch.step("seek"):
            tried = places_around(lesson.under)
            found, taken = chosen_events(lesson.under, tried, settings, (found, taken), rounds)
        with watch.step("rearrange"):
            wide = with_open_gate(lesson.under)
            found, taken = settled_again(found, wide, taken, settings)
            found, taken = rearranged(found, wide, taken, settings)
        with watch.step("control"):
            belief = believed(found, lesson.under, tried, taken, settings, belief if turn else NOTHING_BELIEVED)
        with watch.step("learn"):
            lesson = _learned_again(found, belief, lesson, settings)
            wide = with_open_gate(lesson.under)
            found = at_every_depth(found, np.arange(len(found.home)), wide, only_own(taken), _noise(wide, taken))
            found, taken = settled_again(found, wide, taken, settings)
    with watch.step("finish"):
        wide = with_open_gate(lesson.under)
        unsure = unsure_of(found, lesson, _noise(wide, taken))
        finished = mirrored(found, wide, unsure, settings, taken)
        finished = finished.believed(belief, settings)
        found, taken = numbered(finished.found, np.ones(len(finished.found.home), dtype=bool), len(picks.time_s))
    run = Run(found, taken, arrival_of)
    clear = found.take(np.flatnonzero((found.state[:, 0] > _FIRM) & (found.state[:, 4] >= settings.clear_arrivals)))
    return located(run, finished, lesson, sensors, settings, watch.taken_s), clear, lesson.under


def channels_of(arrivals: ArrivalTable) -> Ints:
    """The channel of each arrival: its sensor, and whether P, S or nothing was said."""
    said = {"P": SAID_P, "S": SAID_S}
    kind = np.array([said.get(word, UNSAID) for word in arrivals.phase.names], dtype=np.int64)
    return np.asarray(CHANNELS * arrivals.sensor.astype(np.int64) + kind[arrivals.phase.codes])


def beginning(sensors: SensorTable, picks: Picks, settings: GroundSettings) -> Under:
    """The network, its arrivals and the ground before anything is learned."""
    period_s = sensors.since_s, sensors.until_s
    net = network(sensors.x_m, sensors.y_m, settings.most_sensors, sensors.z_m, period_s)
    extent_m = float(np.hypot(np.ptp(sensors.x_m), np.ptp(sensors.y_m)))
    reach_m = 1.2 * float(np.median(net.near_m[:, -1])) if np.isfinite(net.near_m[:, -1]).all() else extent_m
    reach_m = max(reach_m, 1.0)
    ground = ground_of(settings.model, sensors, 3.0 * reach_m + extent_m, settings.deepest_m)
    span_s = max(picks.bucket_s * (picks.begin.shape[1] - 1), 1e-6)
    log_rate = math.log(max(1, len(picks.time_s)) / _ARRIVALS_PER_EVENT / (spread_m2(net) * span_s))
    weigh = Weigh(
        np.array(settings.error_s), settings.path_error, np.where(tells_of(picks, len(sensors)), 0.6, 0.0), reach_m,
        3.0, even_hearing(), log_rate, settings.depth_m, settings.depth_error_m,
    )  # fmt: skip
    return Under(net, picks, ground, weigh)


def learned(under: Under, settings: GroundSettings) -> Lesson:
    """The ground as clear events tell it; without them the priors stay."""
    taken = nothing_taken(len(under.picks.time_s))
    log_rate = chance(under, taken, 1.0, free_only=False)
    firsts = _quiet(log_rate, under.picks)
    new = sought(firsts, places_around(under), under, taken, log_rate, 0.0)
    clear = (new.state[:, 0] > settings.clear_log_odds) & (new.state[:, 4] >= settings.clear_arrivals)
    new = new.take(np.flatnonzero(clear & able(new, under, settings)))
    accepted = np.full(len(new.home), -1, dtype=np.int64)
    accept(best_first(new.state[:, 0]), new.state[:, 0].copy(), new.hits, taken.event, accepted, 0.0, 0)
    found = new.take(np.flatnonzero(accepted >= 0))
    lesson = Lesson(under, prior_covariance(under, settings))
    for turn in range(_TEACHING_ROUNDS):
        if len(found.home) < _FEWEST_TO_TEACH:
            break
        lesson = taught(found, lesson.under, settings, errors=turn > 0, reach=turn > 2)
        now = lesson.under
        found = at_every_depth(found, np.full(len(found.home), -2), now, nothing_taken(len(log_rate)), log_rate)
        found = found.take(np.flatnonzero(found.state[:, 4] >= settings.clear_arrivals))
    return replace(lesson, under=replace(lesson.under, weigh=lesson.under.weigh._replace(gate=GATE)))


def prior_covariance(under: Under, settings: GroundSettings) -> Floats:
    """What is not known of slowness and delays before any event speaks."""
    sensors = len(under.net.x_m)
    return np.diag(np.r_[np.full(2, settings.slower_error), np.tile(settings.delay_error_s, sensors)] ** 2)


def _learned_again(found: Found, belief: Belief, lesson: Lesson, settings: GroundSettings) -> Lesson:
    """What all sure events teach; how many there are, each by its probability, tells the rate of events."""
    lesson = replace(lesson, under=_at_the_rate_of(belief.probability(found.state[:, 0]).sum(), lesson.under))
    sure = belief.of(found.state[:, 0]) > _FIRM
    firm = found.take(np.flatnonzero(sure & (found.state[:, 4] >= settings.clear_arrivals)))
    if len(firm.home) < _FEWEST_TO_TEACH:
        return lesson
    return taught(firm, lesson.under, settings, errors=True, reach=True)


def _at_the_rate_of(events: float, under: Under) -> Under:
    """The same with the rate of so many events."""
    span_s = under.picks.bucket_s * (under.picks.begin.shape[1] - 1)
    log_rate = math.log(max(1.0, events) / (spread_m2(under.net) * max(span_s, 1e-6)))
    return replace(under, weigh=under.weigh._replace(log_rate=log_rate))


def _noise(under: Under, taken: Taken) -> Floats:
    """Log rate of arrivals of no event at each arrival."""
    return chance(under, taken, 0.0, free_only=True)


def _quiet(log_rate: Floats, picks: Picks) -> Ints:
    """Arrivals that may be a first P and around which few others stand; of very many an even sample."""
    able_ = np.flatnonzero(picks.sensor % CHANNELS != SAID_S)
    if not len(able_):
        return able_
    quiet = able_[log_rate[able_] <= np.quantile(log_rate[able_], 0.8)]
    if len(quiet) > _MOST_FIRSTS:
        quiet = np.sort(np.random.default_rng(_SEED).choice(quiet, _MOST_FIRSTS, replace=False))
    return quiet

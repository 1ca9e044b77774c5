"""What a network's arrivals teach before the events are sought: the air, the error of picks, how far events are heard.

Only what stands clear is learned from: arrivals where few others stand, and events that many sensors heard. The
search for them leaves the air wide room; then events are settled again and again while the air, the error of picks
and the room left to the air are narrowed from round to round.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from truceline.fusion.arrivals.accepting import accept, accepted_events, best_first, chance, nothing_taken
from truceline.fusion.arrivals.air import still_air
from truceline.fusion.arrivals.finishing import kept, without_echoes
from truceline.fusion.arrivals.growing import Search, proposals
from truceline.fusion.arrivals.hearing import even_hearing, heard_within, share_heard
from truceline.fusion.arrivals.medium import air_terms, fair, pick_error, same_air, shared_out
from truceline.fusion.arrivals.network import Network, nearest_sensor, spread_m2
from truceline.fusion.arrivals.picks import Picks
from truceline.fusion.arrivals.settings import LocateSettings
from truceline.fusion.arrivals.settling import Belief, Events, Starts, World, settle_all
from truceline.model.columns import Floats, Ints

_ROOM_FOR_AIR = (0.025, 0.015, 0.008, 0.004, 0.002, 0.001)
_NEAR_SENSORS = 6
_QUIET_SHARE = 0.8
_ARRIVALS_PER_EVENT = 20
_MOST_EVENTS = 600
_AIR_LEFT = 0.0015
_SEED = 20_260
_FEW = 8
_FEW_ROUNDS = 3
_REACHED = 60
_SMALL = 2.0
_SURELY_MORE = 0.1
GATE = 2.2
"""Standard errors within which an arrival may belong while events are sought (narrow: chance hits fill wide gates)."""

GATE_KEPT = 3.3
"""The same once events stand."""


@dataclass(frozen=True)
class Learned:
    """The world as learned, the air's covariance, how many clear events taught it, and their log odds in all."""

    world: World
    air_covariance: Floats
    clear_events: int
    log_odds: float


def learned(net: Network, picks: Picks, settings: LocateSettings) -> Learned:
    """Learn the air, the error of picks, the share heard and the reach. Without clear events the priors stay.

    Sources far outside a network that is small against how far events may be heard would be taken for sources inside
    it, and teach that none is heard from afar. So such a network is taught twice, and the lesson that explains more is
    believed.
    """
    near_m = max(1.0, float(np.median(net.near_m[:, min(_REACHED, net.near_m.shape[1] - 1)])))
    lesson = _lesson(_before(net, picks, settings, near_m), settings)
    if not settings.heard_to_m > _SMALL * near_m:
        return lesson
    wide = _lesson(_before(net, picks, settings, settings.heard_to_m), settings)
    return wide if _explains_more(wide, lesson, settings) else lesson


def _explains_more(wide: Learned, near: Learned, settings: LocateSettings) -> bool:
    """Whether the events of one lesson are more probable than those of the other, by at least one clear event.

    An echo thrown back by a distant slope crosses a small network like sound from afar; so events that may be echoes
    are told first, and as much must be explained by events from twice as far as the other lesson reaches.

    Long records are not searched for this: the clear events that taught are held against each other, whose hearing was
    not learned yet, so that more is asked.
    """
    if len(wide.world.picks.time_s) > settings.most_thorough:
        return wide.log_odds > near.log_odds + max(settings.clear_log_odds, _SURELY_MORE * near.log_odds)
    far, close = (_no_echoes(one.world, settings) for one in (wide, near))
    apart = _farthest_hearer_m(far, wide.world) > _SMALL * near.world.search.reach_m
    gain = far.state[:, 0].sum() - close.state[:, 0].sum()
    return bool(min(gain, far.state[apart, 0].sum()) > settings.clear_log_odds)


def _no_echoes(world: World, settings: LocateSettings) -> Events:
    """The events that stand in this world when their arrivals may be echoes of others."""
    events, _ = accepted_events(world, settings)
    events, taken = kept(events, np.ones(len(events.home), dtype=bool), len(world.picks.time_s))
    stood = replace(world, search=world.search._replace(gate=GATE_KEPT))
    return without_echoes(events, stood, taken, settings.least_log_odds)[0]


def _farthest_hearer_m(events: Events, world: World) -> Floats:
    """How far from each event its farthest hearer stands (m)."""
    held = events.hits >= 0
    sensor = np.where(held, world.picks.sensor[events.hits], 0)
    east_m = world.net.x_m[sensor] - events.state[:, 1, None]
    north_m = world.net.y_m[sensor] - events.state[:, 2, None]
    away_m: Floats = np.where(held, np.hypot(east_m, north_m), 0.0)
    return np.asarray(away_m.max(axis=1, initial=0.0))


def _lesson(world: World, settings: LocateSettings) -> Learned:
    """What is learned from this world on."""
    picks = world.picks
    log_rate = chance(world, nothing_taken(len(picks.time_s)), 1.0, free_only=False)
    events = _clear(world, log_rate, settings)
    lesson = _taught(world, events, log_rate, settings)
    if lesson.clear_events >= _FEW:
        return lesson
    return _from_few(lesson, world, settings)


def _from_few(lesson: Learned, before: World, settings: LocateSettings) -> Learned:
    """Few events or none stand clear: all those found with what is known so far teach, again and again."""
    arrivals = len(before.picks.time_s)
    for _ in range(_FEW_ROUNDS):
        events, _ = accepted_events(lesson.world, settings)
        events = events.take(np.flatnonzero(events.state[:, 4] >= settings.clear_arrivals))
        if len(events.home) < max(1, lesson.clear_events):
            break
        world = replace(lesson.world, search=before.search)
        lesson = _taught(world, events, chance(world, nothing_taken(arrivals), 0.0, free_only=False), settings)
    return lesson


def _taught(world: World, events: Events, log_rate: Floats, settings: LocateSettings) -> Learned:
    """What events teach: they are settled again while the air and the error of picks are narrowed."""
    net, picks = world.net, world.picks
    covariance = (
        np.diag([settings.speed_mps * settings.speed_error, settings.wind_error_mps, settings.wind_error_mps]) ** 2
    )
    for turn, room in enumerate(_ROOM_FOR_AIR):
        if not len(events.home):
            break
        world = replace(world, search=world.search._replace(air_error=room))
        events = _settled_again(events, world, log_rate, settings)
        terms = air_terms(events, world.air, net, picks, max(world.search.pick_error_s, 0.05 if turn < 2 else 0.0))
        use = fair(terms)
        if not use.any():
            break
        error_s = world.search.pick_error_s
        if turn >= 2:
            error_s = pick_error(terms, use)
        air, covariance = same_air(shared_out(terms, use, events, picks), use, world.air, error_s, settings)
        world = replace(world, air=air, search=world.search._replace(pick_error_s=error_s))
    return Learned(_with_hearing(world, events), covariance, len(events.home), float(events.state[:, 0].sum()))


def _before(net: Network, picks: Picks, settings: LocateSettings, reach_m: float) -> World:
    span_s = picks.bucket_s * (picks.begin.shape[1] - 1)
    log_rate = math.log(max(1, len(picks.time_s)) / _ARRIVALS_PER_EVENT / (spread_m2(net) * max(span_s, 1e-6)))
    search = Search(settings.pick_error_s, _ROOM_FOR_AIR[0], 0.7, reach_m, 3.0, 2.0, 4)
    return World(net, picks, still_air(settings.speed_mps), search, Belief(log_rate, even_hearing()))


def _clear(world: World, log_rate: Floats, settings: LocateSettings) -> Events:
    firsts = _quiet(log_rate, settings)
    taken = nothing_taken(len(log_rate))
    # Of many arrivals those that a firm event takes in are not asked which event they are the first of.
    tried = np.zeros(len(firsts), dtype=np.int64) if len(log_rate) > settings.most_thorough else None
    heard = world.air, world.net, world.picks
    rows = proposals(firsts, heard, (taken, log_rate), world.search, _NEAR_SENSORS, tried)
    good = np.flatnonzero((rows[:, 4] >= settings.clear_arrivals) & (rows[:, 0] > settings.clear_log_odds))
    events = _settled(rows[good, 1:4].copy(), world.picks.sensor[firsts[good]], world, log_rate)
    accepted = np.full(len(good), -1, dtype=np.int64)
    accept(
        best_first(events.state[:, 0]),
        events.state[:, 0],
        events.hits,
        taken.event,
        accepted,
        settings.clear_log_odds,
        0,
    )
    kept = np.flatnonzero(accepted >= 0)
    if len(kept) > _MOST_EVENTS:
        kept = kept[np.linspace(0, len(kept) - 1, _MOST_EVENTS).astype(np.int64)]
    return events.take(kept)


def _quiet(log_rate: Floats, settings: LocateSettings) -> Ints:
    """Arrivals around which few others stand; of very many an even sample."""
    quiet = np.flatnonzero(log_rate <= np.quantile(log_rate, _QUIET_SHARE)) if len(log_rate) else np.zeros(0, np.int64)
    if len(quiet) > settings.most_clear_seeds:
        chosen = np.random.default_rng(_SEED).choice(len(quiet), settings.most_clear_seeds, replace=False)
        quiet = quiet[np.sort(chosen)]
    return quiet


def _settled(start: Floats, home: Ints, world: World, log_rate: Floats) -> Events:
    nobody = np.full(len(start), -2, dtype=np.int64)
    return settle_all(Starts(start, home, nobody), world, nothing_taken(len(log_rate)), log_rate, 5)


def _settled_again(events: Events, world: World, log_rate: Floats, settings: LocateSettings) -> Events:
    again = _settled(events.state[:, 1:4].copy(), events.home, world, log_rate)
    return again.take(np.flatnonzero(again.state[:, 4] >= settings.clear_arrivals))


def _with_hearing(world: World, events: Events) -> World:
    search = world.search._replace(air_error=_AIR_LEFT, gate=GATE, widest_gate_s=1.0)
    if not len(events.home):
        return replace(world, search=search)
    events = events._replace(home=nearest_sensor(world.net, events.state[:, 1], events.state[:, 2]))
    share = share_heard(events, world.net, world.picks, search.reach_m)
    _, farthest_m = heard_within(events, world.net, world.picks, search.reach_m, share)
    within, _ = heard_within(events, world.net, world.picks, farthest_m, share)
    search = search._replace(heard_share=share, reach_m=farthest_m)
    return replace(world, search=search, belief=world.belief._replace(heard_within=within))

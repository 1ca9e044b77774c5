"""How far events are heard, and by which share of the sensors in reach: learned from events that stand clear.

Sensors nearer than an event's farthest hearer are known to be in reach; the share of them that heard it is the share
heard (the farthest itself is left out, it was chosen for having heard). How far an event is heard differs from event
to event; its distribution is the non-parametric maximum likelihood one (Turnbull 1976, J. Royal Statistical Society
B 38, 290-295), each event telling only that it was heard to its farthest hearer and perhaps beyond.
"""

from __future__ import annotations

import math

import numpy as np

from truceline.fusion.arrivals.network import Network, stood
from truceline.fusion.arrivals.picks import Picks
from truceline.fusion.arrivals.settling import Events
from truceline.fusion.compiled import compiled
from truceline.model.columns import Floats

STEPS = 64
_ROUNDS = 60
_PRIOR_EVENTS = 0.3
_FLOOR = 0.02
_FARTHEST_SHARE = 0.998


@compiled
def _counts(
    events: Events, net: Network, picks: Picks, reach_m: float, near: Floats, heard: Floats, beyond: Floats
) -> None:
    """Per event: sensors nearer than the farthest hearer, hearers, and deaf sensors per step beyond it (-1 below)."""
    steps = beyond.shape[1]
    for event in range(len(events.home)):
        x, y, home = events.state[event, 1], events.state[event, 2], events.home[event]
        far, many = 0.0, 0
        while many < events.hits.shape[1] and events.hits[event, many] >= 0:
            sensor = picks.sensor[events.hits[event, many]]
            far = max(far, math.hypot(net.x_m[sensor] - x, net.y_m[sensor] - y))
            many += 1
        near[event], heard[event] = 0.0, many - 1
        away = math.hypot(x - net.x_m[home], y - net.y_m[home])
        last = min(int(far / reach_m * steps), steps - 1)
        for step in range(steps):
            beyond[event, step] = -1.0 if step < last else 0.0
        for turn in range(-1, net.near.shape[1]):
            sensor = home if turn < 0 else net.near[home, turn]
            if sensor < 0 or (turn >= 0 and net.near_m[home, turn] > reach_m + away):
                break
            if not stood(net, sensor, events.state[event, 3]):
                continue
            distance = math.hypot(net.x_m[sensor] - x, net.y_m[sensor] - y)
            if distance < far - 1e-6:
                near[event] += 1.0
            elif distance > far + 1e-6 and distance < reach_m:
                beyond[event, int(distance / reach_m * steps)] += 1.0


def share_heard(events: Events, net: Network, picks: Picks, reach_m: float) -> float:
    """Share of the sensors surely in reach that heard an event, kept between 0.3 and 0.98."""
    near, heard = np.zeros(len(events.home)), np.zeros(len(events.home))
    _counts(events, net, picks, reach_m, near, heard, np.zeros((len(events.home), STEPS)))
    return float(np.clip(heard.sum() / max(1.0, near.sum()), 0.3, 0.98))


def heard_within(events: Events, net: Network, picks: Picks, reach_m: float, share: float) -> tuple[Floats, float]:
    """Share of events heard no farther than each of 64 equal steps of the reach, and how far the farthest go (m)."""
    rows = len(events.home)
    beyond = np.zeros((rows, STEPS))
    _counts(events, net, picks, reach_m, np.zeros(rows), np.zeros(rows), beyond)
    # Whoever hears to step k was missed by the deaf sensors of all steps before it.
    missed = np.cumsum(np.maximum(beyond, 0), axis=1) - np.maximum(beyond, 0)
    likely = np.where(beyond >= 0, np.exp(missed * math.log(1.0 - share)), 0.0)
    weight = np.full(STEPS, 1.0 / STEPS)
    for _ in range(_ROUNDS):
        part = likely * weight
        part /= np.maximum(part.sum(axis=1, keepdims=True), 1e-300)
        weight = (part.sum(axis=0) + _PRIOR_EVENTS / STEPS) / (rows + _PRIOR_EVENTS)
    weight = np.convolve(weight, [0.25, 0.5, 0.25], "same")
    weight /= weight.sum()
    farthest = (int(np.searchsorted(np.cumsum(weight), _FARTHEST_SHARE)) + 1.5) / STEPS * reach_m
    weight = (1.0 - _FLOOR) * weight + _FLOOR / STEPS
    return np.r_[0.0, np.cumsum(weight)], min(farthest, reach_m)


def even_hearing() -> Floats:
    """Nothing known: every distance within reach alike."""
    return np.linspace(0.0, 1.0, STEPS + 1)

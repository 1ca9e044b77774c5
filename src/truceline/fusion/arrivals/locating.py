"""From arrivals to events, step by step (docs/method/locating.md tells the same in prose).

1. Sensors become a network, arrivals are ordered by sensor and time; those too thick to tell apart are set aside
   (:mod:`thinning`).
2. Clear events teach the air, the error of picks, how far events are heard (:mod:`learning`).
3. Every arrival proposes the event it would be the first of; the best are accepted (:mod:`growing`, :mod:`accepting`).
4. Events that crowd each other are rearranged (:mod:`rearranging`). Long records go through 3 and 4 tile by tile
   (:mod:`tiling`).
5. All events together tell how the air changes over time and place; where it does, steps 3 and 4 are done once more.
6. Each event is settled on its own arrivals, with its mirror image and its uncertainty (:mod:`finishing`).
7. Sensors are held against the events (:mod:`sensor_faults`). Clock errors are taken out of the times, sensors found
   elsewhere are moved, and all is done once more.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np

from truceline.fusion.arrivals.accepting import accepted_events
from truceline.fusion.arrivals.air import Air
from truceline.fusion.arrivals.changing_air import Field, field_of, first_change, likeliest_change
from truceline.fusion.arrivals.correcting import told_after
from truceline.fusion.arrivals.far_ranges import with_far_ranges
from truceline.fusion.arrivals.finishing import (
    air_errors,
    kept,
    located,
    mirrored,
    settled_in,
    settled_on_own,
    shared_otherwise,
    without_echoes,
)
from truceline.fusion.arrivals.ground import locate_in_ground
from truceline.fusion.arrivals.learning import GATE_KEPT, learned
from truceline.fusion.arrivals.medium import air_terms, fair, worth
from truceline.fusion.arrivals.network import network
from truceline.fusion.arrivals.picks import Taken, ordered, refuse_no_times
from truceline.fusion.arrivals.rearranging import rearranged
from truceline.fusion.arrivals.residuals import errors_of
from truceline.fusion.arrivals.sensor_faults import Correction, sensor_findings
from truceline.fusion.arrivals.settings import LocateSettings
from truceline.fusion.arrivals.settling import Events, World
from truceline.fusion.arrivals.thinning import LEAST_ERROR_S, USUAL_ERROR_S, thinned, told_of
from truceline.fusion.arrivals.tiling import tiled
from truceline.fusion.arrivals.watch import Watch
from truceline.fusion.arrivals.working import workings
from truceline.model import ArrivalTable, Located, LocatedEvents, Medium, MediumTable, SensorTable
from truceline.model.columns import Floats, Ints

_AIR_ROUNDS = 2
_FEWEST_FOR_AIR = 8


def locate(
    sensors: SensorTable,
    arrivals: ArrivalTable,
    medium: Medium = Medium.ACOUSTIC,
    settings: LocateSettings | None = None,
) -> Located:
    """Events that explain the arrivals, the air, and what is found on the sensors.

    Fewer than four sensors, or fewer than four arrivals, locate nothing: the result is empty, not an error. Waves in
    the ground are located with the standard crust (:mod:`~truceline.fusion.arrivals.ground`). Raises
    :class:`~truceline.model.UsageFault` for times that are no numbers.
    """
    if medium is Medium.SEISMIC:
        return locate_in_ground(sensors, arrivals)
    settings = settings or LocateSettings()
    refuse_no_times(arrivals)
    watch = Watch()
    found, correction = _located(sensors, arrivals, settings, watch)
    if correction and settings.correct_sensors:
        x_m, y_m = correction.moved(sensors.x_m, sensors.y_m)
        time_s = correction.times(arrivals.time_s, arrivals.sensor)
        mended = replace(sensors, x_m=x_m, y_m=y_m), replace(arrivals, time_s=time_s)
        again, _ = _located(*mended, settings, watch)
        return replace(again, sensors=told_after(found.sensors, again.sensors))
    return replace(found, sensors=tuple(replace(one, corrected=False) for one in found.sensors))


def _located(
    sensors: SensorTable, arrivals: ArrivalTable, settings: LocateSettings, watch: Watch
) -> tuple[Located, Correction]:
    """All steps once, and what the events found say is wrong with the sensors."""
    with watch.step("order"):
        period_s = sensors.since_s, sensors.until_s
        net = network(sensors.x_m, sensors.y_m, settings.most_sensors, sensors.z_m, period_s)
        every, arrival_of = ordered(arrivals.time_s, arrivals.sensor, len(sensors))
        picks, arrival_of = thinned(every, arrival_of, LEAST_ERROR_S)
    if len(sensors) < settings.fewest_arrivals or len(picks.time_s) < settings.fewest_arrivals:
        return _nothing(arrival_of, settings, watch), Correction({}, {})
    with watch.step("learn"):
        teaching, _ = thinned(picks, arrival_of, USUAL_ERROR_S)
        if len(teaching.time_s) < settings.fewest_arrivals:
            return _nothing(np.full_like(arrival_of, -1), settings, watch), Correction({}, {})
        lesson = learned(net, teaching, settings)
        picks, arrival_of = thinned(picks, arrival_of, lesson.world.search.pick_error_s)
    world = replace(lesson.world, picks=picks)
    events, taken = _found(world, settings, watch)
    with watch.step("medium"):
        world, field = _air_of_all(world, events)
    if field is not None:
        events, taken = _found(world, settings, watch)
        with watch.step("medium"):
            world, field = _air_again(world, events, field)
    with watch.step("finish"):
        world, searched = replace(world, search=world.search._replace(gate=GATE_KEPT)), events
        events, taken, log_rate = without_echoes(events, world, taken, settings.least_log_odds)
        events, taken = settled_on_own(events, world, taken, log_rate)
        events, mirrors = mirrored(events, world, taken, log_rate)
        events, taken = kept(events, np.ones(len(events.home), dtype=bool), len(picks.time_s))
        of_air = air_errors(events, world, lesson.air_covariance, field)
        ground_m = net.ground_m if np.isfinite(sensors.z_m).any() else np.full(len(sensors), np.nan)
        covariance = with_far_ranges(events, events.cov + of_air, world)
        covariance += shared_otherwise(events, searched, world, taken, log_rate)
        found = located(events, mirrors, covariance, taken.event, ground_m)
    with watch.step("sensors"):
        span_s = float(every.time_s.min()), float(every.time_s.max())
        aside = np.bincount(every.sensor, minlength=len(sensors)) - np.bincount(picks.sensor, minlength=len(sensors))
        faults, correction = sensor_findings(events, mirrors.share == 0, world, taken.event, span_s, aside)
    told = Located(
        events=replace(found, assigned=told_of(found.assigned, arrival_of, -1)),
        medium=_medium_table(world.air, lesson.air_covariance, field),
        sensors=faults,
        learned={**_told(world, lesson.clear_events, field), **_left_aside(arrival_of)},
        timings_s=watch.taken_s,
        workings=workings(events, world, log_rate, _middle_air(lesson.air_covariance, field), arrival_of),
    )
    return told, correction


def _found(world: World, settings: LocateSettings, watch: Watch) -> tuple[Events, Taken]:
    with watch.step("search"):
        return tiled(world, partial(_searched, settings), settings.fewest_arrivals)


def _searched(settings: LocateSettings, world: World) -> Events:
    """The events of one tile."""
    events, taken = accepted_events(world, settings, quick=len(world.picks.time_s) > settings.most_thorough)
    wide = replace(world, search=world.search._replace(gate=GATE_KEPT))
    return rearranged(events, wide, taken, settings)[0]


def _air_of_all(world: World, events: Events) -> tuple[World, Field | None]:
    """The world with the air and the errors as all events tell them; no field where the air does not change."""
    share = _share(world, events)
    if np.count_nonzero(share) < _FEWEST_FOR_AIR:
        return world, None
    change = first_change(events, share, world)
    if change is None:
        return world, None
    field = field_of(events, share, world, change)
    for turn in range(_AIR_ROUNDS):
        world = replace(world, air=field.air)
        events = settled_in(events, world)
        share = _share(world, events)
        world = _with_errors(world, events, share, field.freedom)
        change = likeliest_change(events, share, world, change) if turn < _AIR_ROUNDS - 1 else change
        field = field_of(events, share, world, change)
    return replace(world, air=field.air), field


def _air_again(world: World, events: Events, field: Field) -> tuple[World, Field]:
    """The air once more, as the events tell it that were found in the air that changes."""
    share = _share(world, events)
    if np.count_nonzero(share) < _FEWEST_FOR_AIR:
        return world, field
    world = _with_errors(world, events, share, field.freedom)
    field = field_of(events, share, world, field.change)
    return replace(world, air=field.air), field


def _share(world: World, events: Events) -> Floats:
    """What each event counts when the air is asked for."""
    terms = air_terms(events, world.air, world.net, world.picks, world.search.pick_error_s)
    use = fair(terms)
    return worth(terms, use, events, world.picks) if use.any() else np.zeros(len(use))


def _with_errors(world: World, events: Events, share: Floats, taken: float) -> World:
    """The world with the errors of picks and of the air as the events' rests tell them."""
    pick_error_s, air_error = errors_of(events, share > 0.0, world, taken)
    return replace(world, search=world.search._replace(pick_error_s=pick_error_s, air_error=air_error))


def _middle_air(common: Floats, field: Field | None) -> Floats:
    """Uncertainty of the air, whatever the place and time: that of the one air, or of the middle knot."""
    return common if field is None else np.diag(np.median(field.error().reshape(-1, 3) ** 2, axis=0))


def _medium_table(air: Air, common: Floats, field: Field | None) -> MediumTable:
    times, columns, rows = air.node.shape[:3]
    t, x, y = np.meshgrid(
        air.from_s + air.step_s * np.arange(times),
        air.west_m + air.step_x_m * np.arange(columns),
        air.south_m + air.step_y_m * np.arange(rows),
        indexing="ij",
    )
    variance = np.diag(common)[None] if field is None else field.error().reshape(-1, 3) ** 2
    node = air.node.reshape(-1, 3)
    return MediumTable(
        time_s=t.ravel(),
        x_m=x.ravel(),
        y_m=y.ravel(),
        speed_mps=node[:, 0],
        wind_x_mps=node[:, 1],
        wind_y_mps=node[:, 2],
        speed_error_mps=np.sqrt(variance[:, 0]),
        wind_error_mps=np.sqrt((variance[:, 1] + variance[:, 2]) / 2),
    )


def _told(world: World, clear_events: int, field: Field | None) -> dict[str, float]:
    return {
        "pick_error_s": world.search.pick_error_s,
        "share_heard": world.search.heard_share,
        "reach_m": world.search.reach_m,
        "clear_events": float(clear_events),
        "air_error": world.search.air_error,
        **(_of_change(field) if field else {"change_of_wind_mps": 0.0}),
    }


def _of_change(field: Field) -> dict[str, float]:
    return {
        "change_of_wind_mps": field.change.wind_mps,
        "change_of_speed_mps": field.change.speed_mps,
        "change_lasts_s": field.change.lasts_s,
        "change_reaches_m": field.change.reaches_m,
    }


def _left_aside(arrival_of: Ints) -> dict[str, float]:
    """How many arrivals stood too thick to be asked, if any."""
    aside = float((arrival_of < 0).sum())
    return {"set_aside": aside} if aside else {}


def _nothing(arrival_of: Ints, settings: LocateSettings, watch: Watch) -> Located:
    none = np.empty(0)
    events = LocatedEvents(
        none, none, none, none, none, np.empty((0, 3, 3)), np.empty(0, np.int64), none, none, none,
        np.full(len(arrival_of), -1, dtype=np.int64),
    )  # fmt: skip
    air = MediumTable(
        np.zeros(1), np.zeros(1), np.zeros(1), np.array([settings.speed_mps]), np.zeros(1), np.zeros(1),
        np.array([settings.speed_mps * settings.speed_error]), np.array([settings.wind_error_mps]),
    )  # fmt: skip
    return Located(events, air, (), _left_aside(arrival_of), watch.taken_s)

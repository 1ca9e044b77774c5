"""What located events were held against: enough to settle any of them again, and so to say what moved it.

It holds where the sensors stand, which is need-to-know: whoever hands located events on leaves the workings at home.
"""

from __future__ import annotations

from dataclasses import dataclass

from truceline.model.columns import Floats, Ints


@dataclass(frozen=True)
class AirUsed:
    """Speed of sound and wind to the east and north (m/s) at nodes, shape (times, columns, rows, 3).

    ``from_s``, ``west_m`` and ``south_m`` are the first node, ``step_s``, ``step_x_m`` and ``step_y_m`` how far apart
    they are. ``covariance`` (m²/s²) is how sure the three are where an event was.
    """

    node: Floats
    from_s: float
    step_s: float
    west_m: float
    step_x_m: float
    south_m: float
    step_y_m: float
    covariance: Floats


@dataclass(frozen=True)
class Belief:
    """How the search weighed what it met.

    ``pick_error_s``: standard error of a picked time; ``air_error``: relative standard error of a travel time that the
    air still leaves; ``heard_share``: share of sensors in reach that hear an event; ``reach_m``: no event is heard
    beyond; ``gate``: standard errors within which an arrival may belong; ``log_rate``: log of events per m² and second;
    ``heard_within``: share of events heard no farther than each equal step of the reach; ``most_sensors``: how many
    sensors near an event's own are asked.
    """

    pick_error_s: float
    air_error: float
    heard_share: float
    reach_m: float
    gate: float
    log_rate: float
    heard_within: Floats
    most_sensors: int


@dataclass(frozen=True)
class Workings:
    """Sensors and arrivals as they were used (moved and set right where a fault was taken out), air and belief.

    ``sensor_x_m``, ``sensor_y_m``, ``sensor_z_m`` have a value per sensor, as have ``ground_m``, the height of the
    ground around it, and ``since_s`` and ``until_s``, the period in which it stood (s, infinite: open); ``time_s`` and
    ``log_chance`` (log of chance arrivals per second there and then) one per arrival, in the order they came in;
    ``home``, the sensor whose neighbours were asked, and ``log_odds`` one per event.
    """

    sensor_x_m: Floats
    sensor_y_m: Floats
    sensor_z_m: Floats
    ground_m: Floats
    since_s: Floats
    until_s: Floats
    time_s: Floats
    log_chance: Floats
    home: Ints
    log_odds: Floats
    air: AirUsed
    belief: Belief

"""What the search in the ground is told. One default serves every network; the rest is learned from arrivals."""

from __future__ import annotations

from dataclasses import dataclass

from truceline.model import VelocityModel
from truceline.model.ground import CRUST


@dataclass(frozen=True, slots=True)
class GroundSettings:
    """Bounds and priors of the search.

    ``model``: the layers. ``slower_error``: relative standard error of their speeds before anything is learned.
    ``depth_m``, ``depth_error_m``: what is taken of depth where the arrivals do not tell; ``deepest_m``: no event lies
    deeper. ``error_s``: error of a picked P and S before it is learned, ``path_error`` the part of the travel time by
    which layers that are not flat err. ``delay_error_s``: standard error of a sensor's delay for P and S.
    ``fewest_arrivals``, ``fewest_sensors``: an event needs as many. ``least_log_odds``: it is kept from these log odds
    on.
    """

    model: VelocityModel = CRUST
    slower_error: float = 0.06
    depth_m: float = 8_000.0
    depth_error_m: float = 8_000.0
    deepest_m: float = 45_000.0
    error_s: tuple[float, float] = (0.25, 0.4)
    path_error: float = 0.04
    delay_error_s: tuple[float, float] = (0.3, 0.6)
    fewest_arrivals: int = 4
    fewest_sensors: int = 3
    least_log_odds: float = 0.0
    clear_log_odds: float = 8.0
    clear_arrivals: int = 7
    most_sensors: int = 60

"""What the search for events is told. One default serves every network: all the rest is learned from the arrivals."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LocateSettings:
    """Bounds and priors of the search.

    ``speed_mps`` and ``speed_error``: effective speed of sound before anything is learned, and its relative standard
    error (-30 to +40 °C is 313 to 355 m/s). ``wind_error_mps``: standard error of each component of the wind.
    ``pick_error_s``: error of a picked time before it is learned. ``heard_to_m``: how far events may be
    heard before it is learned, however small the network. ``fewest_arrivals``: an event needs as many sensors
    (three fix a place and a time and prove nothing). ``least_log_odds``: an event is kept from these log odds of being
    real on. ``near_sensors``: among how many nearest sensors the first three arrivals of an event are sought.
    ``most_thorough``: up to so many arrivals each is asked for all events it could be the first of; of more, those that
    an earlier firm event explains are not asked.
    """

    speed_mps: float = 340.0
    speed_error: float = 0.03
    wind_error_mps: float = 6.0
    pick_error_s: float = 0.08
    heard_to_m: float = 30_000.0
    fewest_arrivals: int = 4
    least_log_odds: float = 0.0
    near_sensors: int = 12
    most_sensors: int = 80
    clear_log_odds: float = 12.0
    clear_arrivals: int = 6
    most_clear_seeds: int = 20_000
    most_thorough: int = 10_000
    correct_sensors: bool = True

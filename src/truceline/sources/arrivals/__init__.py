"""Sensors and the arrivals they picked, from the files in which networks hand them over."""

from truceline.sources.arrivals.frames import Frame
from truceline.sources.arrivals.records import SetAside
from truceline.sources.arrivals.taking import Heard, take_in
from truceline.sources.arrivals.times import Clock
from truceline.sources.arrivals.velocity_model import read_velocity_model

__all__ = ["Clock", "Frame", "Heard", "SetAside", "read_velocity_model", "take_in"]

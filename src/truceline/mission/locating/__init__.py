"""Events located from the arrivals of a network of sensors, as files."""

from truceline.mission.locating.run import LocateAsked, LocateOutcome, locate_files

__all__ = ["LocateAsked", "LocateOutcome", "locate_files"]

"""Events located from the arrivals of a network of sensors, as files, and each of them explained."""

from truceline.mission.locating.explaining import EventExplained, events_of, explained_record
from truceline.mission.locating.run import LocateAsked, LocateOutcome, locate_files

__all__ = ["EventExplained", "LocateAsked", "LocateOutcome", "events_of", "explained_record", "locate_files"]

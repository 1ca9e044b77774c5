"""Events located from arrival times at a network of sensors: what belongs together, where, when, how sure."""

from truceline.fusion.arrivals.locating import locate
from truceline.fusion.arrivals.settings import LocateSettings

__all__ = ["LocateSettings", "locate"]

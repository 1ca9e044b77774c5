"""Events from P and S waves in layered ground: the same question as in air, with depth as a fourth unknown."""

from truceline.fusion.arrivals.ground.locating import locate_in_ground
from truceline.fusion.arrivals.ground.settings import GroundSettings

__all__ = ["GroundSettings", "locate_in_ground"]

"""Coverage: what could have been seen, by phenomenon, area and time, and who was blind when and why."""

from truceline.coverage.blindness import BlindSpell, blind_spells
from truceline.coverage.shares import AreaShare, CoverageShare
from truceline.coverage.watch import NO_RECORD, NO_SOURCE, WHOLE_MISSION, coverage_shares

__all__ = [
    "NO_RECORD",
    "NO_SOURCE",
    "WHOLE_MISSION",
    "AreaShare",
    "BlindSpell",
    "CoverageShare",
    "blind_spells",
    "coverage_shares",
]

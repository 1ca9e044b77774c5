"""Coverage: what could have been seen, by phenomenon, area and time, and who was blind when and why."""

from truceline.coverage.blindness import BlindSpell, blind_spells
from truceline.coverage.shares import AreaShare, CoverageShare
from truceline.coverage.watch import LEAST_CHANCE, NO_RECORD, NO_SOURCE, ONLY_PARTS, SELDOM_NOTICED, coverage_shares

__all__ = [
    "LEAST_CHANCE",
    "NO_RECORD",
    "NO_SOURCE",
    "ONLY_PARTS",
    "SELDOM_NOTICED",
    "AreaShare",
    "BlindSpell",
    "CoverageShare",
    "blind_spells",
    "coverage_shares",
]

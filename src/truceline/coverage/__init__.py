"""Coverage: what could have been seen, by phenomenon, area and time, and why not, where not."""

from truceline.coverage.dissent import SURE_TO_NOTICE, Silence, technical_silence
from truceline.coverage.shares import AreaShare, CoverageShare
from truceline.coverage.watch import LEAST_CHANCE, NO_RECORD, NO_SOURCE, ONLY_PARTS, SELDOM_NOTICED, coverage_shares

__all__ = [
    "LEAST_CHANCE",
    "NO_RECORD",
    "NO_SOURCE",
    "ONLY_PARTS",
    "SELDOM_NOTICED",
    "SURE_TO_NOTICE",
    "AreaShare",
    "CoverageShare",
    "Silence",
    "coverage_shares",
    "technical_silence",
]

"""Verification: how many independent channels must agree before an incident counts as confirmed."""

from truceline.verification.channels import NOBODY_NAMED, OWN_WORDS, Channels, Voices, independent_channels
from truceline.verification.standard import (
    DEFAULT_STANDARD,
    EvidenceStandard,
    GradeRule,
    channel_grade_words,
    grade,
    grade_channels,
    grade_words,
)
from truceline.verification.standard_file import load_standard

__all__ = [
    "DEFAULT_STANDARD",
    "NOBODY_NAMED",
    "OWN_WORDS",
    "Channels",
    "EvidenceStandard",
    "GradeRule",
    "Voices",
    "channel_grade_words",
    "grade",
    "grade_channels",
    "grade_words",
    "independent_channels",
    "load_standard",
]

"""Verification: how many independent channels must agree before an incident counts as confirmed."""

from truceline.verification.standard import (
    DEFAULT_STANDARD,
    EvidenceStandard,
    GradeRule,
    grade,
    grade_words,
)
from truceline.verification.standard_file import load_standard

__all__ = [
    "DEFAULT_STANDARD",
    "EvidenceStandard",
    "GradeRule",
    "grade",
    "grade_words",
    "load_standard",
]

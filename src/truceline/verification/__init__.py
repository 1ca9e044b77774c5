"""Verification: how many independent channels must agree before an incident counts as confirmed."""

from truceline.verification.attribution import NOBODY, AttributionRule, Attributions, WhyNamed, attributions
from truceline.verification.channels import NOBODY_NAMED, OWN_WORDS, Channels, Voices, independent_channels
from truceline.verification.grading import GRADES_OF, GradedTogether, Grading, Scale, together, visible_to
from truceline.verification.hypotheses import (
    Bears,
    Hypotheses,
    Hypothesis,
    HypothesisKind,
    HypothesisStanding,
    Mark,
)
from truceline.verification.likelihoods import LIKELIHOOD_WORDS, Confidence, Judgement, likelihood_word
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
    "GRADES_OF",
    "LIKELIHOOD_WORDS",
    "NOBODY",
    "NOBODY_NAMED",
    "OWN_WORDS",
    "AttributionRule",
    "Attributions",
    "Bears",
    "Channels",
    "Confidence",
    "EvidenceStandard",
    "GradeRule",
    "GradedTogether",
    "Grading",
    "Hypotheses",
    "Hypothesis",
    "HypothesisKind",
    "HypothesisStanding",
    "Judgement",
    "Mark",
    "Scale",
    "Voices",
    "WhyNamed",
    "attributions",
    "channel_grade_words",
    "grade",
    "grade_channels",
    "grade_words",
    "independent_channels",
    "likelihood_word",
    "load_standard",
    "together",
    "visible_to",
]

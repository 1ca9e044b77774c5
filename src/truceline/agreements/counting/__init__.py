"""Counting rules: what was observed in a window comes to different figures under different rules, shown side by side.

::

    lines = count_lines(observations, incidents, all_rules(), [("as-announced", window)], ZoneInfo("Europe/Kyiv"))
    weeks = series(observations, incidents, rule_named("smm-item"), Subject("explosion", "patrol"), bins)
"""

from truceline.agreements.counting.figures import (
    CountFigure,
    CountLine,
    RateRatio,
    ReferenceCount,
    Series,
    SeriesBin,
)
from truceline.agreements.counting.lines import count_lines
from truceline.agreements.counting.localdays import local_days
from truceline.agreements.counting.ratios import rate_ratio
from truceline.agreements.counting.rows import ANY_STRATUM, Subject
from truceline.agreements.counting.rules import (
    RULES,
    Episode,
    PerIncident,
    Rule,
    SiteDay,
    SmmItem,
    all_rules,
    rule_named,
)
from truceline.agreements.counting.series import EPISODE_GAPS_MIN, gap_sensitivity, series
from truceline.agreements.counting.windows import Bins, reference_shifts, reference_windows, shifted_by_days

__all__ = [
    "ANY_STRATUM",
    "EPISODE_GAPS_MIN",
    "RULES",
    "Bins",
    "CountFigure",
    "CountLine",
    "Episode",
    "PerIncident",
    "RateRatio",
    "ReferenceCount",
    "Rule",
    "Series",
    "SeriesBin",
    "SiteDay",
    "SmmItem",
    "Subject",
    "all_rules",
    "count_lines",
    "gap_sensitivity",
    "local_days",
    "rate_ratio",
    "reference_shifts",
    "reference_windows",
    "rule_named",
    "series",
    "shifted_by_days",
]

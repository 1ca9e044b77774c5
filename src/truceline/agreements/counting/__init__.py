"""Counting rules: what was observed in a window comes to different figures under different rules, shown side by side.

::

    lines = count_lines(observations, incidents, all_rules(), [("as-announced", window)], ZoneInfo("Europe/Kyiv"))
    lines = [compared(line, window, ZoneInfo("Europe/Kyiv")) for line in lines]    # once coverage stands beside them
    weeks = series(observations, incidents, rule_named("smm-item"), Subject("explosion", "patrol"), bins)
"""

from truceline.agreements.counting.comparing import NO_RATIO, compared
from truceline.agreements.counting.differences import Difference, differences, makings, rule_label
from truceline.agreements.counting.field_rules import Casualties, OneHourRegrouping, WeaponClass, WithdrawalLines
from truceline.agreements.counting.figures import (
    BIN_DAYS,
    PUBLISHED,
    CountFigure,
    CountLine,
    GapCount,
    RateRatio,
    ReferenceCount,
    Series,
    SeriesBin,
)
from truceline.agreements.counting.kinds import DEATHS, FIRE, NOT_KNOWN, PEOPLE, any_standing, fire_together
from truceline.agreements.counting.lines import count_lines
from truceline.agreements.counting.localdays import local_days
from truceline.agreements.counting.ratios import rate_ratio
from truceline.agreements.counting.rows import ANY_STRATUM, Subject
from truceline.agreements.counting.rule_frame import Rule
from truceline.agreements.counting.rules import (
    EPISODE_GAPS_MIN,
    RULES,
    WITH_GAP,
    Episode,
    PerIncident,
    SiteDay,
    SmmItem,
    all_rules,
    casualty_rules,
    rule_named,
    usual_rules,
)
from truceline.agreements.counting.series import gap_sensitivity, series
from truceline.agreements.counting.told_once import told_once
from truceline.agreements.counting.windows import Bins, reference_shifts, reference_windows, shifted_by_days

__all__ = [
    "ANY_STRATUM",
    "BIN_DAYS",
    "DEATHS",
    "EPISODE_GAPS_MIN",
    "FIRE",
    "NOT_KNOWN",
    "NO_RATIO",
    "PEOPLE",
    "PUBLISHED",
    "RULES",
    "WITH_GAP",
    "Bins",
    "Casualties",
    "CountFigure",
    "CountLine",
    "Difference",
    "Episode",
    "GapCount",
    "OneHourRegrouping",
    "PerIncident",
    "RateRatio",
    "ReferenceCount",
    "Rule",
    "Series",
    "SeriesBin",
    "SiteDay",
    "SmmItem",
    "Subject",
    "WeaponClass",
    "WithdrawalLines",
    "all_rules",
    "any_standing",
    "casualty_rules",
    "compared",
    "count_lines",
    "differences",
    "fire_together",
    "gap_sensitivity",
    "local_days",
    "makings",
    "rate_ratio",
    "reference_shifts",
    "reference_windows",
    "rule_label",
    "rule_named",
    "series",
    "shifted_by_days",
    "told_once",
    "usual_rules",
]

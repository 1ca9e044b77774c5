"""Two logs held against each other line by line: matched, matched but different, only in one of them.

::

    found = reconcile(one_log, other_log, Tolerances(time_s=900, place_m=5_000))
    found.classes()              # the class of every row of either log
    found.matches.differ_in("count")
    control(one_log, other_log, found.tolerances)     # what chance alone would match
"""

from truceline.agreements.reconciling.likeness import PLACES, Links
from truceline.agreements.reconciling.near import LONGEST_HOST_S, MOST_LINKS
from truceline.agreements.reconciling.reconciling import (
    CONTROL_SHIFTS_H,
    Chance,
    control,
    matched_in_pairs,
    reconcile,
)
from truceline.agreements.reconciling.record import (
    ALIKE,
    CLASSES,
    DIFFERENCES,
    DIFFERENT,
    ONLY,
    ItemTally,
    Matches,
    Reconciliation,
)
from truceline.agreements.reconciling.tolerances import FARTHEST_M, LONGEST_TIME_S, Tolerances, kinship

__all__ = [
    "ALIKE",
    "CLASSES",
    "CONTROL_SHIFTS_H",
    "DIFFERENCES",
    "DIFFERENT",
    "FARTHEST_M",
    "LONGEST_HOST_S",
    "LONGEST_TIME_S",
    "MOST_LINKS",
    "ONLY",
    "PLACES",
    "Chance",
    "ItemTally",
    "Links",
    "Matches",
    "Reconciliation",
    "Tolerances",
    "control",
    "kinship",
    "matched_in_pairs",
    "reconcile",
]

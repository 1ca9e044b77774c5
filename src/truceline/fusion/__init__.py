"""Linking: observations that tell of one event become one incident, with every source kept.

::

    fused = fuse(observations, FusionParameters(repeat_gap_s=300, partner_gap_s=900))
    fused.incidents, fused.membership, fused.linkage
    partner_report(observations)     # how many links there are, and how many there would be by chance
    weighed = weigh(evidence)        # all channels against each other, by probability
"""

from truceline.fusion.evidence import Apart, Evidence, Where, reports_of, teller_of
from truceline.fusion.fusing import fuse
from truceline.fusion.parameters import BROADCAST, LONGEST_GAP_S, Fused, FusionParameters, LinkageSummary
from truceline.fusion.partners import CONTROL_SHIFTS_H, PartnerShare, partner_report

__all__ = [
    "BROADCAST",
    "CONTROL_SHIFTS_H",
    "LONGEST_GAP_S",
    "Apart",
    "Evidence",
    "Fused",
    "FusionParameters",
    "LinkageSummary",
    "PartnerShare",
    "Where",
    "fuse",
    "partner_report",
    "reports_of",
    "teller_of",
]

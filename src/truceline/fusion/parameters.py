"""What linking is told, and what it reports back."""

from __future__ import annotations

from dataclasses import dataclass

from truceline.model import IncidentTable, Membership, Phenomenon, UsageFault

BROADCAST = (
    Phenomenon.ROCKET_ALERT.value,
    Phenomenon.AIRCRAFT_ALERT.value,
    Phenomenon.INFILTRATION_ALERT.value,
    Phenomenon.WARNING.value,
    Phenomenon.DRILL.value,
)
"""Alert messages: one broadcast fills many rows and is repeated while the threat lasts."""


@dataclass(frozen=True, slots=True)
class FusionParameters:
    """How near in time two observations must be to tell of one event; both in seconds, both inclusive.

    ``repeat_gap_s``: an alert for the same place that follows sooner is a repeat of the one before.
    ``partner_gap_s``: an official and a volunteer air alarm of one area that start nearer may be one alarm.
    Raises :class:`UsageFault` for a negative gap.
    """

    repeat_gap_s: float = 300.0
    partner_gap_s: float = 900.0

    def __post_init__(self) -> None:
        """Refuse negative gaps and what is not a number."""
        for name, gap_s in (("repeat_gap_s", self.repeat_gap_s), ("partner_gap_s", self.partner_gap_s)):
            if not gap_s >= 0.0:
                raise UsageFault(f"a gap of {gap_s} s", where=name, do="give seconds, 0 or more", example="900")


@dataclass(frozen=True, slots=True)
class LinkageSummary:
    """What linking came to. ``repeats`` are alert rows that were taken into an incident another row had opened.

    ``official_alarms`` are oblast-wide (area-wide) official air alarms, ``partners`` those that found one volunteer
    alarm, ``median_difference_s`` the median distance of their starts (``None`` without a pair).
    """

    observations: int
    incidents: int
    repeats: int
    longest_salvo_s: float
    official_alarms: int
    volunteer_alarms: int
    partners: int
    median_difference_s: float | None
    parameters: FusionParameters


@dataclass(frozen=True)
class Fused:
    """Incidents in order of start and id, which observation belongs to which, and what linking came to."""

    incidents: IncidentTable
    membership: Membership
    linkage: LinkageSummary

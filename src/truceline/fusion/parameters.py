"""What linking is told, and what it reports back."""

from __future__ import annotations

from dataclasses import dataclass

from truceline.model import IncidentTable, Membership, Phenomenon, Stratum, UsageFault

BROADCAST = (
    Phenomenon.ROCKET_ALERT.value,
    Phenomenon.AIRCRAFT_ALERT.value,
    Phenomenon.INFILTRATION_ALERT.value,
    Phenomenon.WARNING.value,
    Phenomenon.DRILL.value,
)
"""Alert messages: one broadcast fills many rows and is repeated while the threat lasts."""

LONGEST_GAP_S = 86_400.0
"""What lies more than a day apart tells of no one event."""


@dataclass(frozen=True, slots=True)
class FusionParameters:
    """How near in time two observations must be to tell of one event, in seconds, inclusive; whose word is left out.

    ``repeat_gap_s``: an alert for the same place that follows sooner is a repeat of the one before.
    ``partner_gap_s``: an official and a volunteer air alarm of one area that start nearer may be one alarm.
    ``interested``: channels whose word on who acted is not taken, those of both parties always. They are those the
    mission's evidence standard does not hold to be independent. Raises :class:`UsageFault` for a gap that is negative,
    no number, or above a day, and where the channels of both parties are not among the interested.
    """

    repeat_gap_s: float = 300.0
    partner_gap_s: float = 900.0
    interested: tuple[Stratum, ...] = (Stratum.PARTY_A, Stratum.PARTY_B)

    def __post_init__(self) -> None:
        """Refuse negative gaps, what is not a number, and gaps that would link one day with the next."""
        for name, gap_s in (("repeat_gap_s", self.repeat_gap_s), ("partner_gap_s", self.partner_gap_s)):
            check_gap(name, gap_s)
        if not {Stratum.PARTY_A, Stratum.PARTY_B} <= set(self.interested):
            raise UsageFault(
                "nobody is judged on a party's word", where="interested", do="list both", example="[party-a, party-b]"
            )
        # one order, so that the same channels are the same parameters, however they were listed
        object.__setattr__(self, "interested", tuple(one for one in Stratum if one in self.interested))


def check_gap(name: str, gap_s: float) -> None:
    """Raise :class:`UsageFault` for a gap that is no number of seconds from 0 to :data:`LONGEST_GAP_S`."""
    if not 0.0 <= gap_s <= LONGEST_GAP_S:
        raise UsageFault(
            f"a gap of {gap_s} s", where=name, do=f"give seconds, from 0 to {LONGEST_GAP_S:.0f} (a day)", example="900"
        )


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
    weapons_differ: int = 0
    """Incidents whose members name different classes, calibres or systems: what they differ in is left unknown."""
    targets_differ: int = 0
    """Incidents whose members name different targets: the target is left unknown."""


@dataclass(frozen=True)
class Fused:
    """Incidents in order of start and id, which observation belongs to which, and what linking came to."""

    incidents: IncidentTable
    membership: Membership
    linkage: LinkageSummary

"""The people of a mission: who somebody is, in which roles, and which lists of cases they need to know.

One natural person is one :class:`Person`, with all accounts and keys. Everything that asks for two different people
rests on that.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from truceline.model.errors import ValueFault


class Role(StrEnum):
    """What somebody does in the mission; nobody has a right that no role of theirs has."""

    MONITOR = "monitor"
    """Collects: on patrol, at a post, behind a sensor. Has no part in judging what was collected."""
    DUTY_OFFICER = "duty-officer"
    """Takes in what comes and opens cases."""
    VERIFICATION_OFFICER = "verification-officer"
    """Draws up cases; grades those drawn up by others."""
    REVIEWER = "reviewer"
    """Grades what others drew up."""
    LIAISON_OFFICER = "liaison-officer"
    """The mission's: hands notices to the parties, takes their replies, follows remedies."""
    PARTY_OFFICER = "party-officer"
    """A party's own: receives its notices and answers them."""
    REPORTING_OFFICER = "reporting-officer"
    """Writes what leaves the house."""
    HEAD_OF_MISSION = "head-of-mission"
    """Decides when a review ends, and answers for it."""
    AUDITOR = "auditor"
    """Reads everything, and who read it; changes nothing."""


@dataclass(frozen=True, slots=True)
class Person:
    """One natural person. ``lists`` are the case lists they need to know; ``party`` is whose officer they are.

    ``accounts`` are every name they may sign in by besides ``id``, ``keys`` the public keys they sign with, each as
    ``name+hash+key``. Somebody who left keeps the entry, without roles. Raises :class:`ValueFault` for a party's
    officer of no party, or with a role in the mission.

    >>> Person("olena", (Role.REVIEWER,), ("north",)).party
    ''
    """

    id: str
    roles: tuple[Role, ...]
    lists: tuple[str, ...] = ()
    party: str = ""
    accounts: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse whoever would serve a party and the mission at once."""
        serves_party = Role.PARTY_OFFICER in self.roles
        if serves_party and len(self.roles) > 1:
            raise ValueFault(
                f"{self.id} is an officer of a party and has a role in the mission",
                do="give one of the two to somebody else",
                example="roles: [party-officer]",
            )
        if bool(self.party) != serves_party and (self.roles or self.party):
            raise ValueFault(
                f"{self.id}: the role party-officer and a party belong together",
                do="name the party whose officer this is, or leave both out",
                example="{roles: [party-officer], party: party-north}",
            )

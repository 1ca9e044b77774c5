"""Who may do what with evidence: role by act, in one table; what is not in it is denied.

A party's officer has no right to bytes of evidence: what a party is shown goes through its case. Destroying takes a
second person, so that nobody makes away with evidence alone.
"""

from __future__ import annotations

from collections.abc import Mapping

from truceline.model import NotPermitted, Person, Role
from truceline.model.custody import CustodyKind

_ALL = frozenset(CustodyKind)
RIGHTS: Mapping[Role, frozenset[CustodyKind]] = {
    Role.MONITOR: frozenset({CustodyKind.RECEIVE}),
    Role.DUTY_OFFICER: frozenset({CustodyKind.RECEIVE, CustodyKind.READ}),
    Role.VERIFICATION_OFFICER: _ALL - {CustodyKind.EXPORT, CustodyKind.DESTROY},
    Role.REVIEWER: frozenset({CustodyKind.READ}),
    Role.LIAISON_OFFICER: frozenset({CustodyKind.RECEIVE}),
    Role.PARTY_OFFICER: frozenset(),
    Role.REPORTING_OFFICER: frozenset({CustodyKind.READ, CustodyKind.EXPORT}),
    Role.HEAD_OF_MISSION: _ALL,
    Role.AUDITOR: frozenset({CustodyKind.READ}),
}
_SECONDS = frozenset({Role.HEAD_OF_MISSION, Role.VERIFICATION_OFFICER, Role.AUDITOR})


def may(person: Person, kind: CustodyKind) -> bool:
    """Whether a role of the person has the right.

    >>> may(Person("olena", (Role.REVIEWER,)), CustodyKind.READ), may(Person("nils", ()), CustodyKind.READ)
    (True, False)
    """
    return any(kind in RIGHTS[role] for role in person.roles)


def refusal(person: Person, kind: CustodyKind, second: Person | None) -> str:
    """Why a person may not do that, with a second person where one agrees; empty where they may."""
    if not may(person, kind):
        return f"no role of {person.id} may {kind.value} evidence"
    if kind is CustodyKind.DESTROY:
        if second is None or second.id == person.id:
            return "evidence is destroyed by two different people"
        if not _SECONDS & set(second.roles):
            return f"no role of {second.id} may agree to it"
    return ""


def not_permitted(why: str) -> NotPermitted:
    """The refusal as it is raised, once it is on record."""
    return NotPermitted(
        why,
        where="people.yaml",
        do="ask somebody whose role has the right; the refusal is on record",
        example="truceline evidence copy ITEM copy.jpg --as vera --purpose 'to compare two pictures'",
    )

"""What the register proves of a deed: entries on a subject, by whom, and how they stand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from truceline.model import RegisterEntry, RegisterKind, Standing, TimeSense

SAME, OTHER = "same", "other"
UNNAMED = ""
"""Who must act where the text names nobody: no actor is it."""
_A_PARTY = "party-"


def subjects(name: str, owner: str = "") -> tuple[str, ...]:
    """How an entry may name a norm or duty: by its id, or with the id of the instrument or guarantee before it.

    >>> subjects("consult", "support-2024")
    ('consult', 'support-2024/consult')
    """
    return (name, f"{owner}/{name}") if owner else (name,)


def entries_of(
    register: Iterable[RegisterEntry], kind: RegisterKind, names: Sequence[str], by: str = ""
) -> tuple[RegisterEntry, ...]:
    """Entries of a kind on a subject; with ``by`` only those of one party or actor."""
    return tuple(entry for entry in register if entry.kind is kind and entry.subject in names and by in ("", entry.by))


def surely_by(entry: RegisterEntry) -> datetime:
    """The moment by which what an entry tells of had surely come about; a deed that took time, when it was over."""
    deed = entry.kind in (RegisterKind.DONE, RegisterKind.NOT_DONE)
    return entry.time.end if deed or entry.time.sense is TimeSense.SOMETIME else entry.time.start


def surely_from(entry: RegisterEntry) -> datetime:
    """The moment before which it had surely not come about."""
    deed = entry.kind in (RegisterKind.DONE, RegisterKind.NOT_DONE)
    return entry.time.end if deed and entry.time.sense is TimeSense.LASTED else entry.time.start


def is_by(entry_by: str, wanted: Sequence[str], party: str, parties: Sequence[str]) -> bool:
    """Whether an actor is one of those wanted, seen from the party that is bound.

    >>> is_by("party-b", ("other",), "party-a", ("party-a", "party-b"))
    True
    """
    if not wanted:
        return True
    for one in wanted:
        if one == SAME and entry_by == party:
            return True
        if one == OTHER and entry_by != party and entry_by in parties:
            return True
        if one == entry_by and entry_by:
            return True
    return False


def standing_for(entry: RegisterEntry, party: str) -> Standing:
    """How an entry stands where the conduct of a party is in question: the word of a party binds only that party.

    Whoever gains by what it says may say it in any case; who says what speaks against it has no reason to make it up.
    So an entry that rests on the word of a party counts as a claim where it helps who says so: the one in question says
    that it was done, another party that it was not. It stands as it is where it speaks against its own interest: the
    one in question admits a failure, the other confirms what it received. A thing denied is a failure.
    """
    failure = (entry.kind is RegisterKind.NOT_DONE) != (entry.standing is Standing.DENIED)
    helps_itself = entry.said_by.startswith(_A_PARTY) and (entry.said_by == party) != failure
    return Standing.CLAIMED if helps_itself else entry.standing

"""What the register proves of a deed: entries on a subject, by whom, and how they stand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from truceline.model import Interval, RegisterEntry, RegisterKind, Standing, TimeSense

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


@dataclass(frozen=True)
class Performance:
    """What the register says of one duty of one party: done, only claimed to be done, not done, waived."""

    done: tuple[RegisterEntry, ...]
    claimed: tuple[RegisterEntry, ...]
    not_done: tuple[RegisterEntry, ...]
    released: tuple[RegisterEntry, ...]

    def amount(self, until: datetime | None = None, within: Interval | None = None) -> int:
        """How many were surely done by a moment, or within a day; an entry without a count tells of one."""
        return sum(
            1 if entry.count is None else entry.count.low
            for entry in self.done
            if (until is None or surely_by(entry) <= until)
            and (within is None or (within.start <= surely_from(entry) and surely_by(entry) <= within.end))
        )

    def most(self, until: datetime) -> int | None:
        """How many can have been done by a moment; ``None`` where an entry that may be of that time gives no most."""
        highs = [1 if entry.count is None else entry.count.high for entry in self.done if surely_from(entry) <= until]
        known = [high for high in highs if high is not None]
        return sum(known) if len(known) == len(highs) else None

    def reached(self, needed: int, within: Interval | None = None) -> datetime | None:
        """The moment by which so many were surely done, early or late, or within a day."""
        return next((by for by in sorted(map(surely_by, self.done)) if self.amount(by, within) >= needed), None)


def performance(register: Sequence[RegisterEntry], names: Sequence[str], party: str) -> Performance:
    """What the register says of a duty.

    The word of a party counts as :func:`standing_for` has it. A denied completion proves nothing; that it was not done
    takes an entry that says so. Nobody can establish what is still to come: the time an entry speaks of is cut where
    the entry itself ends.
    """
    done = tuple(_as_known(entry, party) for entry in entries_of(register, RegisterKind.DONE, names, party))
    not_done = tuple(_as_known(entry, party) for entry in entries_of(register, RegisterKind.NOT_DONE, names, party))
    released = [
        entry for entry in entries_of(register, RegisterKind.RELEASE, names) if party in entry.to or not entry.to
    ]
    return Performance(
        done=_standing(done, Standing.VERIFIED),
        claimed=_standing(done, Standing.CLAIMED),
        not_done=_standing(not_done, Standing.VERIFIED),
        released=tuple(entry for entry in released if entry.standing is Standing.VERIFIED and entry.by != party),
    )


def _as_known(entry: RegisterEntry, party: str) -> RegisterEntry:
    """An entry on a deed, for no more than whoever said it could establish by then."""
    ahead = entry.covers is not None and entry.covers.start > entry.time.end
    if entry.standing is Standing.VERIFIED:
        entry = replace(entry, standing=Standing.CLAIMED if ahead else standing_for(entry, party))
    said = surely_from(entry)
    if entry.covers is None or ahead or entry.covers.end <= said:
        return entry
    if entry.covers.start >= said:  # made some time within what it speaks of: its own time says no less
        return replace(entry, covers=None)
    return replace(entry, covers=replace(entry.covers, end=said))


def _standing(entries: Iterable[RegisterEntry], standing: Standing) -> tuple[RegisterEntry, ...]:
    return tuple(entry for entry in entries if entry.standing is standing)

"""What the register says of a duty: how much of it was done, by when, and what was waived."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from truceline.agreements.register import entries_of, standing_for, surely_by, surely_from
from truceline.agreements.repeats import each_act
from truceline.model import Interval, RegisterEntry, RegisterKind, Standing


@dataclass(frozen=True)
class Performance:
    """What the register says of one duty of one party: done, only claimed to be done, not done, waived.

    ``deeds`` are what the entries under ``done`` come to, each deed once, however many entries tell of it.
    """

    done: tuple[RegisterEntry, ...]
    deeds: tuple[RegisterEntry, ...]
    claimed: tuple[RegisterEntry, ...]
    not_done: tuple[RegisterEntry, ...]
    released: tuple[RegisterEntry, ...]

    def amount(self, until: datetime | None = None, within: Interval | None = None) -> int:
        """How many were surely done by a moment, or within a day; an entry without a count tells of one."""
        return sum(
            1 if entry.count is None else entry.count.low
            for entry in self.deeds
            if (until is None or surely_by(entry) <= until)
            and (within is None or (within.start <= surely_from(entry) and surely_by(entry) <= within.end))
        )

    def most(self, until: datetime) -> int | None:
        """How many can have been done by a moment; ``None`` where an entry that may be of that time gives no most."""
        highs = [1 if entry.count is None else entry.count.high for entry in self.deeds if surely_from(entry) <= until]
        known = [high for high in highs if high is not None]
        return sum(known) if len(known) == len(highs) else None

    def reached(self, needed: int, within: Interval | None = None) -> datetime | None:
        """The moment by which so many were surely done, early or late, or within a day."""
        return next((by for by in sorted(map(surely_by, self.deeds)) if self.amount(by, within) >= needed), None)


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
    verified = _standing(done, Standing.VERIFIED)
    return Performance(
        done=verified,
        deeds=each_act(verified, done),
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

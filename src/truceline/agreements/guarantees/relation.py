"""One guarantee between one guarantor and one beneficiary under one reading, and how the register may speak of it.

An entry names a guarantee, duty, criterion or voiding clause by its id, or with the guarantee's id before it
(``support/consult``). Where a guarantee has several beneficiaries, the beneficiary's id may follow
(``support/consult/party-north``): then the entry speaks of that one only.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from truceline.agreements.guarantees.standing import Given
from truceline.agreements.moments import Calendar
from truceline.agreements.register import entries_of, subjects, surely_by
from truceline.model import Agreement, Guarantee, Interval, Reading, RegisterEntry, RegisterKind, Standing

CONFIRMED = "confirmed"
PROVISIONAL = "provisional"
_BURDENS_THE_BENEFICIARY = (RegisterKind.DONE, RegisterKind.RESPONSE, RegisterKind.RELEASE, RegisterKind.SUSPENSION)
"""What is against the interest of the one to whom something is owed; everything else is against the guarantor's."""


@dataclass(frozen=True)
class Relation:
    """Who promised what to whom, and what was on the record by the moment of information."""

    agreement: Agreement
    reading: Reading
    guarantee: Guarantee
    guarantor: str
    beneficiary: str
    register: tuple[RegisterEntry, ...]
    calendar: Calendar
    as_of: datetime

    @property
    def against(self) -> tuple[str, ...]:
        """Whose acts set it off: those the text names, else every party; never the beneficiary's own."""
        named = self.guarantee.against or tuple(party.id for party in self.agreement.parties)
        return tuple(actor for actor in named if actor != self.beneficiary)

    @property
    def parties(self) -> tuple[str, ...]:
        """Ids of the parties."""
        return tuple(party.id for party in self.agreement.parties)

    def about(self, names: Iterable[str]) -> tuple[str, ...]:
        """How an entry may name something of this guarantee, for all beneficiaries or for this one."""
        return tuple(name + end for name in names for end in ("", f"/{self.beneficiary}"))

    @property
    def itself(self) -> tuple[str, ...]:
        """How an entry may name the guarantee."""
        return self.about((self.guarantee.id,))

    def part(self, name: str) -> tuple[str, ...]:
        """How an entry may name a duty, criterion or voiding clause of it."""
        return self.about(subjects(name, self.guarantee.id))

    @property
    def anything(self) -> tuple[str, ...]:
        """How an entry may name the guarantee or any of its duties."""
        return (*self.itself, *(name for duty in self.guarantee.duties for name in self.part(duty.id)))

    @cached_property
    def known(self) -> tuple[RegisterEntry, ...]:
        """What had surely come about by the moment of information."""
        return tuple(entry for entry in self.register if surely_by(entry) <= self.as_of)

    def standing_of(self, entry: RegisterEntry, *, burdened: str = "") -> Standing:
        """How an entry stands: nobody's word for himself is more than a claim, however it was entered.

        ``burdened`` is the one against whose interest it is; where he says so himself, it counts.
        """
        if entry.standing is not Standing.VERIFIED and entry.kind is not RegisterKind.DETERMINATION:
            return entry.standing
        if not burdened:
            to_the_beneficiary = entry.kind in _BURDENS_THE_BENEFICIARY
            burdened = self.beneficiary if to_the_beneficiary else self.guarantor
        own = (*self.parties, *self.guarantee.guarantors, *self.guarantee.beneficiaries)
        return Standing.CLAIMED if entry.said_by in own and entry.said_by != burdened else entry.standing

    def entries(
        self, kind: RegisterKind, names: Sequence[str], *, by: str = "", standing: Standing = Standing.VERIFIED
    ) -> tuple[RegisterEntry, ...]:
        """Entries of a kind on a subject and of a standing, by somebody or by anybody."""
        found = entries_of(self.known, kind, names, by)
        return tuple(entry for entry in found if self.standing_of(entry) is standing)


@dataclass(frozen=True)
class Spoken:
    """What a named body found: since when it is so, or that it is not so; neither while it has not spoken."""

    given: Given | None
    denied: bool
    entries: tuple[str, ...]


def determination(relation: Relation, names: Sequence[str], body: str, window: Interval | None) -> Spoken:
    """What one body determined of something while the guarantee holds; of two findings the later stands.

    What it finds once the guarantee has ended sets nothing off. That it takes a finding back counts also then.
    """
    if window is None:
        return Spoken(None, denied=False, entries=())
    found = [
        entry
        for entry in entries_of(relation.known, RegisterKind.DETERMINATION, names, body)
        if _counts(relation, entry, window)
    ]
    if not found:
        return Spoken(None, denied=False, entries=())
    in_order = sorted(found, key=lambda entry: (surely_by(entry), entry.key))
    entries = tuple(map(named, in_order))
    if in_order[-1].standing is Standing.DENIED:
        return Spoken(None, denied=True, entries=entries)
    held = next(place for place in range(len(in_order)) if _all_verified(in_order[place:]))
    return Spoken(given(in_order[held]), denied=False, entries=entries)


def _counts(relation: Relation, entry: RegisterEntry, window: Interval) -> bool:
    """Whether a finding counts: that it is so, inside the time the guarantee holds; that it is not, from then on."""
    denied = entry.standing is Standing.DENIED
    burdened = relation.beneficiary if denied else relation.guarantor
    if relation.standing_of(entry, burdened=burdened) is Standing.CLAIMED:
        return False
    return window.start <= surely_by(entry) and (denied or surely_by(entry) < window.end)


def _all_verified(entries: Sequence[RegisterEntry]) -> bool:
    return all(entry.standing is Standing.VERIFIED for entry in entries)


def told_to(entry: RegisterEntry, actor: str) -> bool:
    """Whether an entry is addressed to somebody: by name, or to nobody in particular."""
    return not entry.to or actor in entry.to


def given(entry: RegisterEntry) -> Given:
    """The moment by which an entry's act had surely come about, with the entry."""
    return Given(surely_by(entry), named(entry))


def first(entries: Iterable[RegisterEntry]) -> Given | None:
    """The earliest of them."""
    return min(map(given, entries), key=lambda one: (one.at, one.by), default=None)


def named(entry: RegisterEntry) -> str:
    """How a finding names an entry."""
    return f"register:{entry.key}"

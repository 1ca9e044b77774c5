"""What the record says of a duty: when it was asked for, when it was done, and with which option."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from truceline.agreements.guarantees.relation import Relation, given, told_to
from truceline.agreements.guarantees.standing import Given, Holding
from truceline.agreements.register import entries_of, surely_by, surely_from
from truceline.agreements.repeats import each_act
from truceline.model import Duty, RegisterEntry, RegisterKind, Standing

_PERFORMING = (RegisterKind.DONE, RegisterKind.RESPONSE)


@dataclass(frozen=True)
class Record:
    """The entries on one duty of one guarantor to one beneficiary since the guarantee began to hold.

    What several entries tell of, one repeating another, was done or asked for once.
    """

    done: tuple[RegisterEntry, ...]
    """Also what may have been done by the moment of information, at a moment nobody knows."""
    claimed: tuple[RegisterEntry, ...]
    not_done: tuple[RegisterEntry, ...]
    not_done_claimed: int
    outside: tuple[RegisterEntry, ...]
    """Those that use what is none of the options: they do nothing."""
    requests: tuple[RegisterEntry, ...]
    requests_claimed: int
    released: Given | None
    waivers: tuple[RegisterEntry, ...] = ()

    def known(self, as_of: datetime) -> tuple[RegisterEntry, ...]:
        """What had surely been done by a moment."""
        return tuple(entry for entry in self.done if surely_by(entry) <= as_of)

    def used(self, as_of: datetime) -> tuple[tuple[str, Given], ...]:
        """Each option used by a moment, with when."""
        return tuple((entry.option or entry.kind.value, given(entry)) for entry in self.known(as_of))


def record_of(relation: Relation, duty: Duty, holding: Holding) -> Record:
    """What the register says of a duty while the guarantee holds; nothing where it does not."""
    if holding.window is None:
        return Record((), (), (), 0, (), (), 0, None)
    names, begin = relation.part(duty.id), holding.window.start
    end = min(holding.window.end, holding.void_at or holding.window.end)
    performed = [
        entry
        for kind in _PERFORMING
        for entry in entries_of(relation.register, kind, names, relation.guarantor)
        if surely_from(entry) <= relation.as_of and entry.time.end >= begin and told_to(entry, relation.beneficiary)
    ]
    failed = [
        _as_known(entry)
        for entry in entries_of(relation.known, RegisterKind.NOT_DONE, names, relation.guarantor)
        if told_to(entry, relation.beneficiary)
    ]

    def asked(standing: Standing) -> list[RegisterEntry]:
        return [
            entry
            for entry in relation.entries(
                RegisterKind.REQUEST, (*names, *relation.itself), by=relation.beneficiary, standing=standing
            )
            if told_to(entry, relation.guarantor) and begin <= surely_by(entry) < end
        ]

    def of(entries: Iterable[RegisterEntry], standing: Standing) -> tuple[RegisterEntry, ...]:
        return _in_order(entry for entry in entries if relation.standing_of(entry) is standing)

    waivers = _waivers(relation, duty)
    verified = _in_order(each_act(of(performed, Standing.VERIFIED), performed))
    requests, claimed = asked(Standing.VERIFIED), asked(Standing.CLAIMED)
    return Record(
        done=tuple(entry for entry in verified if _of_options(duty, entry)),
        claimed=tuple(entry for entry in of(performed, Standing.CLAIMED) if _of_options(duty, entry)),
        not_done=of(failed, Standing.VERIFIED),
        not_done_claimed=len(of(failed, Standing.CLAIMED)),
        outside=tuple(entry for entry in verified if not _of_options(duty, entry)),
        requests=_in_order(each_act(requests, (*requests, *claimed))),
        requests_claimed=len(claimed),
        released=min(map(given, waivers), key=lambda one: (one.at, one.by), default=None),
        waivers=waivers,
    )


def _as_known(entry: RegisterEntry) -> RegisterEntry:
    """A failure, for no more than whoever said it could establish by then: what is still to come nobody can."""
    said, covers = surely_from(entry), entry.covers
    if covers is None or covers.end <= said:
        return entry
    if covers.start > entry.time.end:
        return replace(entry, standing=Standing.CLAIMED) if entry.standing is Standing.VERIFIED else entry
    if covers.start >= said:  # made some time within what it speaks of: its own time says no less
        return replace(entry, covers=None)
    return replace(entry, covers=replace(covers, end=said))


def _of_options(duty: Duty, entry: RegisterEntry) -> bool:
    return entry.kind is RegisterKind.DONE or not duty.options or entry.option in duty.options


def _waivers(relation: Relation, duty: Duty) -> tuple[RegisterEntry, ...]:
    """The waivers by the one to whom it is owed, of the duty or of the guarantee."""
    names = (*relation.itself, *relation.part(duty.id))
    waivers = relation.entries(RegisterKind.RELEASE, names, by=relation.beneficiary)
    return tuple(entry for entry in waivers if told_to(entry, relation.guarantor))


def _in_order(entries: Iterable[RegisterEntry]) -> tuple[RegisterEntry, ...]:
    return tuple(sorted(entries, key=lambda entry: (surely_by(entry), entry.key)))

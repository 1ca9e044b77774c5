"""What the record says of a duty: when it was asked for, when it was done, and with which option."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from truceline.agreements.guarantees.relation import Relation, given, told_to
from truceline.agreements.guarantees.standing import Given, Holding
from truceline.agreements.register import surely_by
from truceline.model import Duty, RegisterEntry, RegisterKind, Standing

_PERFORMING = (RegisterKind.DONE, RegisterKind.RESPONSE)


@dataclass(frozen=True)
class Record:
    """The entries on one duty of one guarantor to one beneficiary since the guarantee began to hold."""

    done: tuple[RegisterEntry, ...]
    claimed: tuple[RegisterEntry, ...]
    not_done: tuple[RegisterEntry, ...]
    outside: tuple[RegisterEntry, ...]
    """Those that use what is none of the options: they do nothing."""
    requests: tuple[RegisterEntry, ...]
    requests_claimed: int
    released: Given | None

    def since(self, moment: datetime) -> tuple[RegisterEntry, ...]:
        """Entries by which it was done from a moment on."""
        return tuple(entry for entry in self.done if entry.time.end >= moment)

    def used(self) -> tuple[tuple[str, Given], ...]:
        """Each option used, with when."""
        return tuple((entry.option or entry.kind.value, given(entry)) for entry in self.done)


def record_of(relation: Relation, duty: Duty, holding: Holding) -> Record:
    """What the register says of a duty while the guarantee holds; nothing where it does not."""
    if holding.window is None:
        return Record((), (), (), (), (), 0, None)
    names, begin = relation.part(duty.id), holding.window.start
    end = min(holding.window.end, holding.void_at or holding.window.end)

    def performed(standing: Standing) -> list[RegisterEntry]:
        return [
            entry
            for kind in _PERFORMING
            for entry in relation.entries(kind, names, by=relation.guarantor, standing=standing)
            if entry.time.end >= begin and told_to(entry, relation.beneficiary)
        ]

    def asked(standing: Standing) -> list[RegisterEntry]:
        return [
            entry
            for entry in relation.entries(
                RegisterKind.REQUEST, (*names, *relation.itself), by=relation.beneficiary, standing=standing
            )
            if told_to(entry, relation.guarantor) and begin <= surely_by(entry) < end
        ]

    verified = performed(Standing.VERIFIED)
    not_done = relation.entries(RegisterKind.NOT_DONE, names, by=relation.guarantor)
    return Record(
        done=_in_order(entry for entry in verified if _of_options(duty, entry)),
        claimed=_in_order(entry for entry in performed(Standing.CLAIMED) if _of_options(duty, entry)),
        not_done=_in_order(entry for entry in not_done if told_to(entry, relation.beneficiary)),
        outside=_in_order(entry for entry in verified if not _of_options(duty, entry)),
        requests=_in_order(asked(Standing.VERIFIED)),
        requests_claimed=len(asked(Standing.CLAIMED)),
        released=_released(relation, duty),
    )


def _of_options(duty: Duty, entry: RegisterEntry) -> bool:
    return entry.kind is RegisterKind.DONE or not duty.options or entry.option in duty.options


def _released(relation: Relation, duty: Duty) -> Given | None:
    """The waiver by the one to whom it is owed, of the duty or of the guarantee."""
    names = (*relation.itself, *relation.part(duty.id))
    waivers = relation.entries(RegisterKind.RELEASE, names, by=relation.beneficiary)
    told = [given(entry) for entry in waivers if told_to(entry, relation.guarantor)]
    return min(told, key=lambda one: (one.at, one.by), default=None)


def _in_order(entries: Iterable[RegisterEntry]) -> tuple[RegisterEntry, ...]:
    return tuple(sorted(entries, key=lambda entry: (surely_by(entry), entry.key)))

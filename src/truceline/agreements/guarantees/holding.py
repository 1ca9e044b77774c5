"""Whether a guarantee holds: its instrument binds the guarantor, its beginning has come, and nothing made it void."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from truceline.agreements import reasons as common
from truceline.agreements.binding import suspensions
from truceline.agreements.guarantees import reasons
from truceline.agreements.guarantees.relation import Relation, named
from truceline.agreements.guarantees.standing import Holding
from truceline.agreements.instruments import InForce, in_force
from truceline.agreements.moments import Moments
from truceline.agreements.register import is_by, surely_by
from truceline.model import (
    Because,
    Instrument,
    Interval,
    RegisterEntry,
    RegisterKind,
    Requirement,
    Standing,
    Voiding,
)

_A_SECOND = timedelta(seconds=1)


def holding(relation: Relation, moments: Moments) -> Holding:
    """When a guarantee holds between guarantor and beneficiary under a reading, as far as is known."""
    window = relation.reading.window
    guarantee, latest = relation.guarantee, max(window.end, relation.as_of + _A_SECOND)
    text = in_force(relation.agreement, guarantee.instrument, relation.calendar.zone, relation.as_of, latest)
    asleep = text.why_not or _asleep(relation, moments)
    if asleep is not None:
        return Holding(None, asleep)
    begin = max(window.start, text.since or window.start, moments.when(guarantee.starts) or window.start)
    end = min(window.end, text.until or window.end)
    if begin >= end:
        return Holding(None, Because(common.NEVER_BINDS))
    void = _voided(relation)
    surely, perhaps = _suspensions(relation, latest)
    suspended, held = (*surely, *text.suspended), Interval(begin, end)
    if void is not None:
        return Holding(held, Because(reasons.VOIDED), void.at, void.by, suspended, perhaps, void.earliest)
    why = _because(relation, held, (*suspended, *perhaps), text)
    return Holding(held, why, suspended=suspended, perhaps_suspended=perhaps)


def _because(relation: Relation, window: Interval, suspended: tuple[Interval, ...], text: InForce) -> Because:
    if window.start > relation.as_of:
        return Because(reasons.NOT_BEGUN)
    if any(span.contains(relation.as_of) for span in text.suspended):
        return Because(reasons.SUSPENDED_INSTRUMENT)
    if any(span.contains(relation.as_of) for span in suspended):
        return Because(reasons.SUSPENDED)
    return Because(reasons.HAS_ENDED if window.end <= relation.as_of else reasons.HOLDS)


def _asleep(relation: Relation, moments: Moments) -> Because | None:
    """Why it does not hold, as far as anybody knows: no signature, no beginning."""
    instrument = _instrument(relation)
    if instrument is not None and instrument.signed_by and relation.guarantor not in instrument.signed_by:
        return Because(reasons.NOT_SIGNED)
    starts = relation.guarantee.starts
    if starts is not None and moments.when(starts) is None:
        return Because(common.EVENT_NOT_COME, (("event", starts.event),))
    return None


def _instrument(relation: Relation) -> Instrument | None:
    wanted = relation.guarantee.instrument
    return next((one for one in relation.agreement.instruments if one.id == wanted), None)


@dataclass(frozen=True)
class _Void:
    """From ``at`` on a clause surely applies; not before ``earliest``."""

    at: datetime
    earliest: datetime
    by: tuple[str, ...]


def _voided(relation: Relation) -> _Void | None:
    """The earliest voiding clause whose every condition stands verified, by those the text names."""
    found = [void for void in (_clause(relation, one) for one in relation.guarantee.voids) if void is not None]
    first = min(found, key=lambda void: (void.at, void.by), default=None)
    return None if first is None else replace(first, earliest=min(void.earliest for void in found))


def _clause(relation: Relation, voiding: Voiding) -> _Void | None:
    met: list[RegisterEntry] = []
    for requirement in voiding.requires:
        entries = [entry for entry in relation.known if _meets(relation, voiding, requirement, entry)]
        if not entries:
            return None
        met.append(min(entries, key=lambda entry: (surely_by(entry), entry.key)))
    earliest = max(entry.time.start for entry in met)
    return _Void(max(map(surely_by, met)), earliest, tuple(map(named, met)))


def _meets(relation: Relation, voiding: Voiding, requirement: Requirement, entry: RegisterEntry) -> bool:
    """Whether an entry meets a condition; a determination counts only from a body that the text names."""
    standing = relation.standing_of(entry, burdened=relation.beneficiary)
    if entry.kind.value != requirement.entry or standing is not Standing.VERIFIED:
        return False
    nobody_named = not requirement.by
    if nobody_named and (entry.kind is RegisterKind.DETERMINATION or entry.by == relation.guarantor):
        return False
    names = relation.about((requirement.subject,)) if requirement.subject else relation.part(voiding.id)
    return (
        entry.subject in names
        and is_by(entry.by, requirement.by, relation.beneficiary, relation.parties)
        and set(requirement.to) <= set(entry.to)
    )


def _suspensions(relation: Relation, latest: datetime) -> tuple[tuple[Interval, ...], tuple[Interval, ...]]:
    """When agreement, instrument or guarantee was suspended, surely and perhaps.

    By a body or the one to whom it is owed. Nobody suspends his own promise, and no party what is owed to another,
    least of all the one that the guarantee is against.
    """
    names = ("", relation.agreement.id, relation.guarantee.instrument, *relation.itself)
    others = {*relation.parties, *relation.guarantee.guarantors, *relation.against} - {relation.beneficiary}
    may = [
        entry for entry in relation.register if entry.by not in others and relation.standing_of(entry) is entry.standing
    ]
    return suspensions(may, names, relation.guarantor, latest)

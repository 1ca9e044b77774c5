"""The six time stamps of a case, kept apart: texts differ on which of them starts a clock.

Event: the first incident that was decisive, or an entry of kind ``event`` on the guarantee. Detection and the others
may be entered so too, with the stamp after the guarantee (``support/detection``). Notice: a notice to the guarantor.
Acknowledgement: the guarantor's own. Finding: the confirmed one, or the provisional where the text knows no other.
Remedy: what the guarantor first did. A stamp that is only claimed starts nothing.
"""

from __future__ import annotations

from datetime import datetime

from truceline.agreements.guarantees.relation import Relation, first, given, named, told_to
from truceline.agreements.guarantees.standing import Given, StampStanding, TriggerStanding
from truceline.model import RegisterEntry, RegisterKind, Stamp, Standing
from truceline.model.times import moment_at


def stamps(
    relation: Relation, trigger: TriggerStanding, first_act: tuple[int, str] | None, since: datetime | None
) -> tuple[StampStanding, ...]:
    """Each of the six, with what gave it; nothing of before ``since``, when the guarantee began to hold."""
    return tuple(_stamp(relation, stamp, trigger, first_act, since) for stamp in Stamp)


def _stamp(
    relation: Relation,
    stamp: Stamp,
    trigger: TriggerStanding,
    first_act: tuple[int, str] | None,
    since: datetime | None,
) -> StampStanding:
    if since is None:
        return StampStanding(stamp, None)
    entered = [entry for entry in _entered(relation, stamp, Standing.VERIFIED) if given(entry).at >= since]
    known = [one for one in (first(entered), _otherwise(relation, stamp, trigger, first_act)) if one is not None]
    claimed = tuple(named(entry) for entry in _entered(relation, stamp, Standing.CLAIMED))
    return StampStanding(stamp, min(known, key=lambda one: (one.at, one.by), default=None), claimed)


def _otherwise(
    relation: Relation, stamp: Stamp, trigger: TriggerStanding, first_act: tuple[int, str] | None
) -> Given | None:
    """What gives a stamp other than an entry on it: the first incident, and the finding of the named body."""
    if stamp is Stamp.EVENT and first_act is not None:
        return Given(moment_at(first_act[0]), f"incident:{first_act[1]}")
    if stamp is Stamp.FINDING:
        trigger_text = relation.guarantee.trigger
        return trigger.confirmed if trigger_text.confirmed_by is not None else trigger.provisional
    return None


def _entered(relation: Relation, stamp: Stamp, standing: Standing) -> list[RegisterEntry]:
    """Entries that give a stamp."""
    on_stamp = relation.about((f"{relation.guarantee.id}/{stamp.value}",))
    names = (*on_stamp, *relation.itself) if stamp is Stamp.EVENT else on_stamp
    found = list(relation.entries(RegisterKind.EVENT, names, standing=standing))
    guarantor, anything = relation.guarantor, relation.anything
    if stamp is Stamp.NOTICE:
        notices = relation.entries(RegisterKind.NOTICE, anything, standing=standing)
        found += [one for one in notices if told_to(one, guarantor) and one.by != guarantor]
    if stamp is Stamp.ACKNOWLEDGEMENT:
        found += relation.entries(RegisterKind.ACKNOWLEDGEMENT, anything, by=guarantor, standing=standing)
    if stamp is Stamp.REMEDY:
        for kind in (RegisterKind.RESPONSE, RegisterKind.DONE):
            found += relation.entries(kind, anything, by=guarantor, standing=standing)
    return found

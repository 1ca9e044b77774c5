"""What sets a guarantee off: its criteria together, and what the bodies that the text names have found.

A provisional finding is neither a breach nor none: duties wait for the confirmed one (North Atlantic Council, 12
September and 2 October 2001). Where the text names a body that confirms, only that body sets the duties off, whatever
was measured; where it leaves the body open, nobody can. Where it asks for no confirmation, what was measured decides,
and only that the body which finds provisionally denies it stands in the way.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from truceline.agreements.guarantees import reasons
from truceline.agreements.guarantees.relation import CONFIRMED, PROVISIONAL, Relation, Spoken, determination
from truceline.agreements.guarantees.standing import CriterionStanding, Holding, State, TriggerStanding, TriggerState
from truceline.model import Because

_CONFIRMED_BY = "trigger.confirmed_by"


def triggering(relation: Relation, holding: Holding, criteria: tuple[CriterionStanding, ...]) -> TriggerStanding:
    """How the trigger stands. It is never owed before the guarantee holds."""
    provisional, confirmed = _findings(relation, holding)
    state, because = _state(relation, criteria, provisional, confirmed)
    if holding.window is None:
        state, because = TriggerState.NOT_MET, holding.because
    since = None
    if holding.window is not None and state is TriggerState.CONFIRMED and confirmed.given is not None:
        since = max(confirmed.given.at, holding.window.start)
    elif holding.window is not None and state is TriggerState.MET:
        since = _met_at(criteria, holding.window.start)
    return TriggerStanding(state, because, criteria, provisional.given, confirmed.given, since)


def _met_at(criteria: Sequence[CriterionStanding], begin: datetime) -> datetime | None:
    """The moment at which the last criterion was met, ``None`` where the record of one has no moment."""
    moments = [one.met_at for one in criteria]
    known = [moment for moment in moments if moment is not None]
    return max(begin, *known) if len(known) == len(moments) else None


def _findings(relation: Relation, holding: Holding) -> tuple[Spoken, Spoken]:
    """The provisional and the confirmed finding.

    A finding on the guarantee that says neither is the confirmed one only where that is not the body that finds
    provisionally: what can be read two ways accuses nobody.
    """
    trigger = relation.guarantee.trigger
    silent = Spoken(None, denied=False, entries=())
    provisional = confirmed = silent
    prefix = relation.guarantee.id
    if trigger.provisional_by is not None:
        names = relation.about((prefix, f"{prefix}/{PROVISIONAL}"))
        provisional = determination(relation, names, trigger.provisional_by, holding.window)
    if trigger.confirmed_by is not None:
        plain = (prefix,) if trigger.confirmed_by != trigger.provisional_by else ()
        names = relation.about((*plain, f"{prefix}/{CONFIRMED}"))
        confirmed = determination(relation, names, trigger.confirmed_by, holding.window)
    return provisional, confirmed


def _state(
    relation: Relation, criteria: Sequence[CriterionStanding], provisional: Spoken, confirmed: Spoken
) -> tuple[TriggerState, Because]:
    """What a named body found comes first; then what was measured."""
    if confirmed.given is not None:
        return TriggerState.CONFIRMED, Because(reasons.FOUND_CONFIRMED)
    if confirmed.denied:
        return TriggerState.DENIED, Because(reasons.FINDING_DENIED)
    if _asks_to_confirm(relation):
        if provisional.given is not None:
            return TriggerState.PROVISIONAL, Because(reasons.PROVISIONAL_ONLY)
    elif provisional.denied:
        return TriggerState.DENIED, Because(reasons.FINDING_DENIED)
    state, because = _measured(criteria)
    if state is TriggerState.OPEN and not criteria and relation.guarantee.trigger.confirmed_by is not None:
        return TriggerState.NOT_MET, Because(reasons.NOT_DETERMINED)
    return _awaiting(relation) if state is TriggerState.MET else (state, because)


def _asks_to_confirm(relation: Relation) -> bool:
    """Whether the text asks for a confirmation, by a body that it names or leaves open."""
    return relation.guarantee.trigger.confirmed_by is not None or _CONFIRMED_BY in relation.guarantee.unknown


def _measured(criteria: Sequence[CriterionStanding]) -> tuple[TriggerState, Because]:
    """The criteria together: all must be met."""
    if not criteria:
        return TriggerState.OPEN, Because(reasons.NO_CRITERION)
    met, not_met, open_ones = (
        sum(one.state is state for one in criteria) for state in (State.MET, State.NOT_MET, State.OPEN)
    )
    if not_met:
        return TriggerState.NOT_MET, Because(reasons.CRITERION_NOT_MET, (("not_met", not_met), ("open", open_ones)))
    if open_ones:
        return TriggerState.OPEN, Because(reasons.CRITERION_OPEN, (("met", met), ("open", open_ones)))
    return TriggerState.MET, Because(reasons.CRITERIA_MET)


def _awaiting(relation: Relation) -> tuple[TriggerState, Because]:
    """Every criterion is met: whether the text asks a body to confirm it, and names one."""
    if relation.guarantee.trigger.confirmed_by is not None:
        return TriggerState.AWAITING, Because(reasons.AWAITS_FINDING)
    if _CONFIRMED_BY in relation.guarantee.unknown:
        return TriggerState.OPEN, Because(reasons.NOBODY_CONFIRMS)
    return TriggerState.MET, Because(reasons.CRITERIA_MET)

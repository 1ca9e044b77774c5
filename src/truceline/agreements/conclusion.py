"""Steps 9 and 10 of the protocol: the result, and what would change it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from truceline.agreements import reasons
from truceline.agreements.weighing import Question, Weighed
from truceline.model import Because, Result
from truceline.model.columns import Mask


@dataclass(frozen=True)
class Conclusion:
    """A result with its reason, and what would change it."""

    result: Result
    because: Because
    would_change: tuple[Because, ...]
    probability: float | None = None


def conclude(weighed: Weighed) -> Conclusion:
    """The result for one party under one reading; the first case that holds, in the order of the protocol."""
    question = weighed.question
    if question.reading.window.start > question.parameters.as_of:
        return _open(Because(reasons.WINDOW_NOT_BEGUN), reasons.CHANGE_BEGIN, result=Result.NOT_YET)
    if weighed.shown.any():
        return _of_shown(weighed)
    if weighed.shown_before.any():
        reason = Because(reasons.BEGUN_BEFORE, (("before", _number(weighed.shown_before)),))
        return _open(reason, reasons.CHANGE_BEGUN_BEFORE)
    if weighed.threats.any():
        reason = Because(question.act.threat_only, (("threats", _number(weighed.threats)),))
        return _open(reason, reasons.CHANGE_SHOWN, *_change_source(question))
    if weighed.threats_before.any():
        reason = Because(reasons.THREAT_BEGUN_BEFORE, (("before", _number(weighed.threats_before)),))
        return _open(reason, reasons.CHANGE_SHOWN, *_change_source(question))
    return _of_silence(weighed)


def _of_shown(weighed: Weighed) -> Conclusion:
    """The act was seen: each gate between a sight and a breach, in order; the first closed one is the reason."""
    shown, inside = _number(weighed.shown), _number(weighed.inside)
    standing, attributed = _number(weighed.standing), _number(weighed.attributed)
    decisive = _number(weighed.decisive)
    gates = (
        (inside > 0, Because(reasons.INSIDE_UNSURE, (("shown", shown),)), reasons.CHANGE_INSIDE),
        (standing > 0, Because(reasons.NOT_CONFIRMED, (("inside", inside),)), reasons.CHANGE_STANDARD),
        (attributed > 0, Because(reasons.NOT_ATTRIBUTED_YET, (("confirmed", standing),)), reasons.CHANGE_ACTOR),
        (
            decisive > 0 or attributed == 0,
            Because(reasons.COUNT_MAY_BE_ZERO, (("attributed", attributed),)),
            reasons.CHANGE_COUNT,
        ),
        (
            weighed.question.object_known,
            Because(reasons.OBJECT_OPEN, (("decisive", decisive),)),
            reasons.CHANGE_WEAPON,
        ),
    )
    closed = [(reason, change) for passed, reason, change in gates if not passed]
    if closed:
        return _open(closed[0][0], *(change for _, change in closed))
    return Conclusion(
        Result.BREACHED,
        Because(reasons.BREACHED, (("decisive", decisive),)),
        (Because(reasons.CHANGE_REFUTED),),
        weighed.highest(weighed.decisive),
    )


def _of_silence(weighed: Weighed) -> Conclusion:
    """Nothing that counts was seen: silence counts only as far as somebody watched undisturbed."""
    question = weighed.question
    visibility, parameters = question.visibility, question.parameters
    share = ("share_percent", percent(visibility.weakest))
    if visibility.best <= 0.0:
        return _open(Because(question.act.blind_because), reasons.CHANGE_SOURCE)
    if question.reading.window.end > parameters.as_of:
        return _open(Because(reasons.STILL_RUNNING), reasons.CHANGE_END, reasons.CHANGE_SHOWN)
    if visibility.weakest < parameters.complied_share:
        needed = ("needed_percent", percent(parameters.complied_share))
        return _open(Because(reasons.COVERAGE_TOO_SMALL, (share, needed)), reasons.CHANGE_COVERAGE)
    if visibility.dim_areas:
        needed = ("needed_percent", percent(parameters.area_share))
        areas = (needed, ("dim", visibility.dim_areas), ("areas", visibility.areas))
        return _open(Because(reasons.AREAS_TOO_DIM, areas), reasons.CHANGE_COVERAGE)
    others, outside = weighed.set_aside
    reason = Because(reasons.COMPLIED, (share,))
    if others or outside:
        reason = Because(reasons.COMPLIED_SET_ASIDE, (("others", others), ("outside", outside), share))
    return _open(reason, reasons.CHANGE_FOUND, result=Result.COMPLIED)


def _open(because: Because, *changes: str, result: Result = Result.UNDETERMINED) -> Conclusion:
    """A result to which no probability belongs: nobody measured how often such acts escape notice."""
    return Conclusion(result, because, tuple(Because(change) for change in changes))


def _change_source(question: Question) -> tuple[str, ...]:
    return (reasons.CHANGE_SOURCE,) if question.visibility.best <= 0.0 else ()


def _number(which: Mask) -> int:
    return int(np.count_nonzero(which))


def percent(share: float) -> float:
    """A share as per cent, cut (not rounded) to a tenth, so that 94.99 % never reads as 95 %.

    >>> percent(0.94999)
    94.9
    """
    return int(share * 1000 + 1e-9) / 10

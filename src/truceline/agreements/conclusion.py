"""Steps 9 and 10 of the protocol for what is seen: the result, and what would change it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from truceline.agreements import reasons
from truceline.agreements.binding import Binding
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
    """What a prohibition comes to for one party under one reading: the first case of the protocol that holds."""
    question = weighed.question
    if question.window.start > question.parameters.as_of:
        return still_open(Because(reasons.WINDOW_NOT_BEGUN), reasons.CHANGE_BEGIN, result=Result.NOT_YET)
    if weighed.shown.any():
        return _of_shown(weighed)
    if weighed.shown_before.any():
        reason = Because(reasons.BEGUN_BEFORE, (("before", number(weighed.shown_before)),))
        return still_open(reason, reasons.CHANGE_BEGUN_BEFORE)
    if weighed.threats.any():
        reason = Because(question.act.threat_only, (("threats", number(weighed.threats)),))
        return still_open(reason, reasons.CHANGE_SHOWN, *_change_source(question))
    if weighed.threats_before.any():
        reason = Because(reasons.THREAT_BEGUN_BEFORE, (("before", number(weighed.threats_before)),))
        return still_open(reason, reasons.CHANGE_SHOWN, *_change_source(question))
    return _of_silence(weighed)


def _of_shown(weighed: Weighed) -> Conclusion:
    """The act was seen: each gate between a sight and a breach, in order; the first closed one is the reason."""
    closed = [(reason, change) for passed, reason, change in _gates(weighed) if not passed]
    if closed:
        return still_open(closed[0][0], *(change for _, change in closed))
    changes = [Because(reasons.CHANGE_REFUTED)]
    if weighed.excused.names:
        changes.append(Because(reasons.CHANGE_EXCEPTION_CLAIM))
    return Conclusion(
        Result.BREACHED,
        Because(reasons.BREACHED, (("decisive", number(weighed.decisive)),)),
        tuple(changes),
        weighed.highest(weighed.decisive),
    )


def _gates(weighed: Weighed) -> tuple[tuple[bool, Because, str], ...]:
    """Whether each gate is open; a gate after a closed one that nothing came to counts as open."""
    inside, standing = number(weighed.inside), number(weighed.standing)
    attributed, some = number(weighed.attributed), number(weighed.some)
    of_object, decisive = number(weighed.of_object), number(weighed.decisive)
    return (
        (inside > 0, Because(reasons.INSIDE_UNSURE, (("shown", number(weighed.shown)),)), reasons.CHANGE_INSIDE),
        (standing > 0, Because(reasons.NOT_CONFIRMED, (("inside", inside),)), reasons.CHANGE_STANDARD),
        (attributed > 0, Because(reasons.NOT_ATTRIBUTED_YET, (("confirmed", standing),)), reasons.CHANGE_ACTOR),
        (
            some > 0 or attributed == 0,
            Because(reasons.COUNT_MAY_BE_ZERO, (("attributed", attributed),)),
            reasons.CHANGE_COUNT,
        ),
        (
            of_object > 0 or (some == 0 and _object_told(weighed)),
            Because(reasons.OBJECT_OPEN, (("some", some),)),
            reasons.CHANGE_WEAPON,
        ),
        (
            decisive > 0 or of_object == 0,
            Because(reasons.EXCEPTION_OPEN, (("of_object", of_object),)),
            reasons.CHANGE_EXCEPTION,
        ),
    )


def _object_told(weighed: Weighed) -> bool:
    """Whether some sight of the act surely concerns the object; if none does, that too would have to change."""
    return bool((weighed.shown & weighed.bearing.object.surely).any())


def _of_silence(weighed: Weighed) -> Conclusion:
    """Nothing that counts was seen: silence counts only as far as somebody watched undisturbed."""
    open_silence = silence_open(weighed.question)
    if open_silence is not None:
        return open_silence
    others, outside, excepted = weighed.set_aside
    share = ("share_percent", percent(weighed.question.visibility.weakest))
    if excepted:
        reason = Because(reasons.NOT_BREACHED_EXCEPTED, (("excepted", excepted), share))
        return still_open(reason, reasons.CHANGE_FOUND, reasons.CHANGE_ENTRY, result=Result.NOT_BREACHED)
    reason = Because(reasons.COMPLIED, (share,))
    if others or outside:
        reason = Because(reasons.COMPLIED_SET_ASIDE, (("others", others), ("outside", outside), share))
    return still_open(reason, reasons.CHANGE_FOUND, result=Result.COMPLIED)


def silence_open(question: Question) -> Conclusion | None:
    """Why silence does not speak for compliance (unseen, still running, watched too little); ``None`` when it does."""
    visibility, parameters = question.visibility, question.parameters
    if visibility.best <= 0.0:
        return still_open(Because(question.act.blind_because), reasons.CHANGE_SOURCE)
    if question.window.end > parameters.as_of:
        return still_open(Because(reasons.STILL_RUNNING), reasons.CHANGE_END, reasons.CHANGE_SHOWN)
    if visibility.weakest < parameters.complied_share:
        share = ("share_percent", percent(visibility.weakest))
        needed = ("needed_percent", percent(parameters.complied_share))
        return still_open(Because(reasons.COVERAGE_TOO_SMALL, (share, needed)), reasons.CHANGE_COVERAGE)
    if visibility.dim_areas:
        needed = ("needed_percent", percent(parameters.area_share))
        areas = (needed, ("dim", visibility.dim_areas), ("areas", visibility.areas))
        return still_open(Because(reasons.AREAS_TOO_DIM, areas), reasons.CHANGE_COVERAGE)
    return None


def not_binding(binding: Binding) -> Conclusion:
    """The result where the norm does not bind: not yet, or not any more."""
    if binding.ended is not None and binding.ended_because is not None:
        return still_open(binding.ended_because, reasons.CHANGE_RESTORED, result=binding.ended)
    because = binding.open or Because(reasons.NEVER_BINDS)
    change = {
        reasons.EVENT_NOT_COME: reasons.CHANGE_EVENT,
        reasons.WAITS_FOR: reasons.CHANGE_FIRST,
        reasons.NEVER_BINDS: reasons.CHANGE_TEXT,
        reasons.HAD_ENDED: reasons.CHANGE_TEXT,
        reasons.SLEPT_THROUGHOUT: reasons.CHANGE_ENTRY,
    }.get(because.template, reasons.CHANGE_STATUS)
    return still_open(because, change, result=Result.NOT_YET)


def as_far_as_drawn(conclusion: Conclusion, lacking: tuple[str, ...]) -> Conclusion:
    """The result where a line or zone was not brought: a breach stands without it, silence does not speak."""
    if not lacking or conclusion.result in (Result.BREACHED, Result.NOT_YET):
        return conclusion
    reason = Because(reasons.PLACE_NOT_GIVEN, (("place", ", ".join(lacking)),))
    return still_open(reason, reasons.CHANGE_PLACE)


def until_it_ended(conclusion: Conclusion, binding: Binding) -> Conclusion:
    """The result of a norm that was waived or became void: a breach before that stands, anything else is superseded."""
    if binding.ended is None or conclusion.result is Result.BREACHED:
        return conclusion
    return not_binding(binding)


def still_open(because: Because, *changes: str, result: Result = Result.UNDETERMINED) -> Conclusion:
    """A result to which no probability belongs: nobody measured how often such acts escape notice."""
    return Conclusion(result, because, tuple(Because(change) for change in dict.fromkeys(changes)))


def _change_source(question: Question) -> tuple[str, ...]:
    return (reasons.CHANGE_SOURCE,) if question.visibility.best <= 0.0 else ()


def number(which: Mask) -> int:
    """How many."""
    return int(np.count_nonzero(which))


def percent(share: float) -> float:
    """A share as per cent, cut (not rounded) to a tenth, so that 94.99 % never reads as 95 %.

    >>> percent(0.94999)
    94.9
    """
    return int(share * 1000 + 1e-9) / 10

"""The trace of a finding: the ten steps with what each asked, what came out, and on which figures and incidents."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from truceline.agreements import reasons
from truceline.agreements.conclusion import Conclusion, percent
from truceline.agreements.weighing import Weighed
from truceline.model import GRADES, Because, Scalar, TraceStep
from truceline.model.columns import Mask

Figures = tuple[tuple[str, Scalar], ...]


@dataclass(frozen=True)
class WindowCount:
    """Incidents of any kind in a reading's window: how many surely happened in it, perhaps did, or went on into it.

    ``later`` are those in it that begin after the moment of information; they are left out of everything.
    """

    inside: int
    perhaps: int
    went_on: int
    later: int


def trace(weighed: Weighed, in_window: WindowCount, conclusion: Conclusion) -> tuple[TraceStep, ...]:
    """All ten steps, in the order of docs/method/evaluation.md."""
    told = (
        _reading(weighed),
        _time(in_window),
        _act(weighed),
        _object(weighed),
        _space(weighed),
        _actor(weighed),
        _evidence(weighed),
        _coverage(weighed),
        _result(weighed, conclusion),
        _change(conclusion),
    )
    titled = zip(reasons.STEP_TITLES, told, strict=True)
    return tuple(TraceStep(number, title, *parts) for number, (title, parts) in enumerate(titled, start=1))


Told = tuple[Because, Figures, tuple[str, ...]]


def _reading(weighed: Weighed) -> Told:
    """Step 1: the reading, its window, and whether the window is over."""
    window, as_of = weighed.question.reading.window, weighed.question.parameters.as_of
    if window.start > as_of:
        outcome = reasons.WINDOW_NOT_BEGUN
    else:
        outcome = reasons.WINDOW_RUNNING if window.end > as_of else reasons.WINDOW_OVER
    figures: Figures = (
        ("clause", weighed.question.norm.clause),
        ("window_start_utc", window.start.isoformat()),
        ("window_end_utc", window.end.isoformat()),
        ("as_of", as_of.isoformat()),
    )
    return Because(outcome), figures, ()


def _time(in_window: WindowCount) -> Told:
    """Step 2: which incidents lie inside the window, of whatever kind."""
    values: Figures = (("inside", in_window.inside), ("perhaps", in_window.perhaps), ("went_on", in_window.went_on))
    return Because(reasons.TIME_COUNTED, values), (*values, ("left_out_after_as_of", in_window.later)), ()


def _act(weighed: Weighed) -> Told:
    """Step 3: which of them show the act, and which only threaten it."""
    values: Figures = (("shown", _number(weighed.shown)), ("threats", _number(weighed.threats)))
    bearing = weighed.bearing
    more: Figures = (
        ("shown_begun_before", _number(weighed.shown_before)),
        ("threats_begun_before", _number(weighed.threats_before)),
        ("told_of_none", _number(~bearing.shows & ~bearing.threatens)),
    )
    figures, listed = _listed(weighed, weighed.told_by)
    return Because(reasons.ACT_COUNTED, values), (("act", bearing.act.name), *values, *more, *figures), listed


def _object(weighed: Weighed) -> Told:
    """Step 4: whether the records can tell the object the norm speaks of."""
    outcome = reasons.OBJECT_ANY if weighed.question.object_known else reasons.OBJECT_UNKNOWN
    return Because(outcome), (("object", weighed.question.norm.object),), ()


def _space(weighed: Weighed) -> Told:
    """Step 5: how surely the incidents lie inside the zone."""
    zone, parameters = weighed.question.zone, weighed.question.parameters
    highest: Figures = (("highest_probability", weighed.highest(weighed.shown)),)
    if zone is None:
        return Because(reasons.SPACE_EVERYWHERE), highest, ()
    shown, unknown = weighed.shown, weighed.shown & np.isnan(weighed.bearing.space.at_most)
    values: Figures = (
        ("inside", _number(shown & (weighed.bearing.space.at_least >= parameters.breach_probability))),
        ("perhaps", _number(shown & (weighed.bearing.space.at_least < parameters.breach_probability))),
        ("unknown", _number(unknown)),
    )
    drawn: Figures = (("zone", zone.id), ("zone_date", zone.date), ("zone_method", zone.method))
    asked: Figures = (
        ("breach_probability", parameters.breach_probability),
        ("negligible_probability", parameters.negligible_probability),
        ("set_aside_as_outside", _number(weighed.bearing.shows & weighed.outside)),
    )
    return Because(reasons.SPACE_COUNTED, values), (*drawn, *values, *highest, *asked), ()


def _actor(weighed: Weighed) -> Told:
    """Step 6: whom the records name. Nobody named is the ordinary case."""
    values: Figures = (
        ("named", _number(weighed.shown & weighed.named)),
        ("nobody", _number(weighed.shown & weighed.nobody)),
        ("others", _number(weighed.bearing.shows & weighed.others)),
    )
    return Because(reasons.ACTOR_COUNTED, values), values, ()


def _evidence(weighed: Weighed) -> Told:
    """Step 7: how the evidence standard grades the incidents that show the act."""
    grades = weighed.bearing.grades
    values: Figures = tuple((grade, _number(weighed.shown & grades.equal(grade))) for grade in reversed(GRADES))
    figures, listed = _listed(weighed, weighed.shown & weighed.confirmed)
    return Because(reasons.EVIDENCE_COUNTED, values), (*values, *figures), listed


def _coverage(weighed: Weighed) -> Told:
    """Step 8: whether the act could have been seen."""
    visibility = weighed.question.visibility
    figures: Figures = (
        *((f"share_{phenomenon}", round(share, 6)) for phenomenon, share in visibility.shares),
        *((f"undisturbed_{phenomenon}", round(share, 6)) for phenomenon, share in visibility.undisturbed),
        ("undisturbed_needed_for_silence", weighed.question.parameters.complied_share),
        ("undisturbed_needed_in_each_area", weighed.question.parameters.area_share),
        ("areas", visibility.areas),
        ("areas_watched_too_little", visibility.dim_areas),
    )
    if not visibility.shares:
        return Because(reasons.COVERAGE_UNSEEABLE), figures, ()
    least = (("phenomenon", visibility.least), ("share_percent", percent(visibility.weakest)))
    return Because(reasons.COVERAGE_COUNTED, least), figures, ()


def _result(weighed: Weighed, conclusion: Conclusion) -> Told:
    """Step 9: the result and its reason."""
    figures, listed = _listed(weighed, weighed.decisive)
    probability: Figures = (("result", conclusion.result.value), ("probability", conclusion.probability))
    return conclusion.because, (*probability, *figures), listed


def _change(conclusion: Conclusion) -> Told:
    """Step 10: the first thing that would change the result; the finding lists all."""
    return conclusion.would_change[0], (("ways", len(conclusion.would_change)),), ()


def _listed(weighed: Weighed, which: Mask) -> tuple[Figures, tuple[str, ...]]:
    """Incident ids up to the limit, with the total beside them."""
    listed = weighed.bearing.ids(which, weighed.question.parameters.evidence_limit)
    return (("incidents", _number(which)), ("incidents_listed", len(listed))), listed


def _number(which: Mask) -> int:
    return int(np.count_nonzero(which))

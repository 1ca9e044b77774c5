"""The trace of a finding: the eleven steps with what each asked, what came out, and on which figures and incidents."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from truceline.agreements import reasons
from truceline.agreements.binding import Binding
from truceline.agreements.conclusion import Conclusion, number, percent
from truceline.agreements.duties import DutyQuestion
from truceline.agreements.weighing import EvaluationParameters, Weighed
from truceline.model import (
    GRADES,
    Because,
    Everywhere,
    JudgedIncident,
    Norm,
    Reading,
    Result,
    Scalar,
    TraceStep,
    id_text,
    lines_in,
    zones_in,
)
from truceline.model.columns import Floats, Mask

Figures = tuple[tuple[str, Scalar], ...]
Told = tuple[Because, Figures, tuple[str, ...]]


@dataclass(frozen=True)
class WindowCount:
    """Incidents of any kind in a norm's window: how many surely happened in it, perhaps did, or went on into it.

    ``suspended`` are those while the norm was suspended. ``later`` are those in the reading's window that begin after
    the moment of information; they are left out of everything.
    """

    inside: int = 0
    perhaps: int = 0
    went_on: int = 0
    suspended: int = 0
    later: int = 0


@dataclass(frozen=True)
class Asked:
    """What every trace begins with: the norm, the reading, when it binds, and up to when information was taken in."""

    norm: Norm
    reading: Reading
    binding: Binding
    parameters: EvaluationParameters


def _steps(told: tuple[Told, ...]) -> tuple[TraceStep, ...]:
    titled = zip(reasons.STEP_TITLES, told, strict=True)
    return tuple(TraceStep(place, title, *parts) for place, (title, parts) in enumerate(titled, start=1))


def trace_of_sights(
    asked: Asked, weighed: Weighed, count: WindowCount, conclusion: Conclusion
) -> tuple[TraceStep, ...]:
    """All eleven steps for a norm on what is seen, in the order of docs/method/evaluation.md."""
    return _steps(
        (
            _reading(asked),
            _time(asked, count),
            _actor(weighed),
            _act(asked.norm, weighed),
            _space(asked.norm, weighed),
            _exceptions(weighed),
            _evidence(weighed),
            _coverage(weighed),
            _result(conclusion, *_listed(weighed, weighed.decisive)),
            _change(conclusion),
            _attribution(conclusion),
        )
    )


def trace_of_deeds(
    asked: Asked, duty: DutyQuestion, contrary: Weighed | None, conclusion: Conclusion
) -> tuple[TraceStep, ...]:
    """The same for a duty, a permission or a power, of which the register tells."""
    done, proof = duty.performance, _proof(duty)
    entries = len(done.done) + len(done.claimed) + len(done.not_done)
    over = reasons.OVER_UNKNOWN if duty.deadline is None else reasons.OVER_YES if duty.over else reasons.OVER_NO
    deadline: Figures = (("deadline_utc", None if duty.deadline is None else duty.deadline.isoformat()),)
    figures: Figures = (("done", len(done.done)), ("claimed", len(done.claimed)), ("not_done", len(done.not_done)))
    amount: Figures = (("amount", done.amount(duty.deadline)), ("needed", duty.needed), ("act", asked.norm.act))
    released: Figures = (("released", len(done.released)),)
    seen = _coverage(contrary) if contrary is not None else (Because(reasons.COVERAGE_OF_DEED), (), ())
    space = _space(asked.norm, contrary) if contrary is not None else (Because(reasons.SPACE_EVERYWHERE), (), ())
    return _steps(
        (
            _reading(asked),
            (
                asked.binding.ended_because
                or asked.binding.deadline_open
                or Because(reasons.TIME_OF_DEED, (("entries", entries), ("over", over))),
                (("entries", entries), *deadline),
                (),
            ),
            (Because(reasons.ACTOR_OF_DEED), (), ()),
            (Because(reasons.DEED_COUNTED, figures), (*figures, *amount), proof),
            space,
            (Because(reasons.WAIVERS_COUNTED, released), released, ()),
            (Because(reasons.EVIDENCE_OF_DEED), (), ()),
            seen,
            _result(conclusion, (), ()),
            _change(conclusion),
            _attribution(conclusion),
        )
    )


def trace_unbound(asked: Asked, conclusion: Conclusion) -> tuple[TraceStep, ...]:
    """The steps that can be told of a norm that does not bind: the first, and the last three."""
    nothing: Told = (conclusion.because, (), ())
    return _steps(
        (_reading(asked), *([nothing] * 7), _result(conclusion, (), ()), _change(conclusion), _attribution(conclusion))
    )


def _proof(duty: DutyQuestion) -> tuple[str, ...]:
    entries = (*duty.performance.done, *duty.performance.not_done, *duty.performance.released)
    return tuple(f"register:{entry.key}" for entry in entries)


def _reading(asked: Asked) -> Told:
    """Step 1: the instrument, the reading, when the norm binds under it, and whether that is over."""
    window, as_of = asked.binding.window or asked.reading.window, asked.parameters.as_of
    if asked.binding.window is None:
        outcome = asked.binding.open or asked.binding.ended_because or Because(reasons.NEVER_BINDS)
    elif window.start > as_of:
        outcome = Because(reasons.WINDOW_NOT_BEGUN)
    else:
        outcome = Because(reasons.WINDOW_RUNNING if window.end > as_of else reasons.WINDOW_OVER)
    figures: Figures = (
        ("clause", asked.norm.clause),
        ("instrument", asked.norm.instrument),
        ("window_start_utc", window.start.isoformat()),
        ("window_end_utc", window.end.isoformat()),
        ("as_of", as_of.isoformat()),
    )
    changes: Figures = tuple((f"reads {path}", value) for path, value in asked.reading.changes)
    return outcome, (*figures, *changes), ()


def _time(asked: Asked, count: WindowCount) -> Told:
    """Step 2: which incidents lie inside the window, of whatever kind; and what ended it, where it was ended."""
    values: Figures = (
        ("inside", count.inside),
        ("perhaps", count.perhaps),
        ("went_on", count.went_on),
        ("suspended", count.suspended),
    )
    outcome = asked.binding.ended_because or Because(reasons.TIME_COUNTED, values)
    return outcome, (*values, ("left_out_after_as_of", count.later)), ()


def _actor(weighed: Weighed) -> Told:
    """Step 3: whom the records name. Nobody named is the ordinary case."""
    values: Figures = (
        ("named", number(weighed.shown & weighed.named)),
        ("nobody", number(weighed.shown & weighed.nobody)),
        ("others", number(weighed.bearing.shows & weighed.others)),
    )
    examined = weighed.bearing.examined
    if examined is None or not (weighed.shown & examined.unnamed).any():
        return Because(reasons.ACTOR_COUNTED, values), values, ()
    values = (*values, ("unnamed", number(weighed.shown & examined.unnamed)))
    return Because(reasons.ACTOR_COUNTED_WITH_UNNAMED, values), values, ()


def _act(norm: Norm, weighed: Weighed) -> Told:
    """Step 4: which of them show the act with the object, and which only threaten it."""
    bearing = weighed.bearing
    values: Figures = (
        ("shown", number(weighed.shown)),
        ("threats", number(weighed.threats)),
        ("surely", number(weighed.shown & bearing.object.surely)),
        ("perhaps", number(weighed.shown & ~bearing.object.surely)),
        ("other", bearing.other_object),
    )
    more: Figures = (
        ("shown_begun_before", number(weighed.shown_before)),
        ("threats_begun_before", number(weighed.threats_before)),
        ("told_of_none", number(~bearing.shows & ~bearing.threatens)),
    )
    figures, listed = _listed(weighed, weighed.told_by)
    return Because(reasons.ACT_COUNTED, values), (("act", norm.act), *values, *more, *figures), listed


def _space(norm: Norm, weighed: Weighed) -> Told:
    """Step 5: how surely the incidents lie where the norm binds."""
    parameters = weighed.question.parameters
    highest: Figures = (
        ("highest_probability", weighed.highest(weighed.shown)),
        ("likeliest", weighed.likeliest(weighed.shown)),
    )
    if isinstance(norm.where, Everywhere):
        return Because(reasons.SPACE_EVERYWHERE), highest, ()
    space, shown = weighed.bearing.space, weighed.shown
    values: Figures = (
        ("inside", number(shown & (space.at_least >= parameters.breach_probability))),
        ("perhaps", number(shown & (space.at_least < parameters.breach_probability))),
        ("unknown", number(shown & np.isnan(space.at_most))),
        ("likely", number(shown & (space.likely > 0.5))),
    )
    drawn: Figures = (("zones", ", ".join(zones_in(norm.where))), ("lines", ", ".join(lines_in(norm.where))))
    asked: Figures = (
        ("breach_probability", parameters.breach_probability),
        ("negligible_probability", parameters.negligible_probability),
        ("set_aside_as_outside", number(weighed.bearing.shows & weighed.outside)),
    )
    return Because(reasons.SPACE_COUNTED, values), (*drawn, *values, *highest, *asked), ()


def _exceptions(weighed: Weighed) -> Told:
    """Step 6: to which of this party's incidents an exception applies, and for which one is claimed and open."""
    if not weighed.excused.names:
        return Because(reasons.NO_EXCEPTION), (), ()
    tells = weighed.bearing.shows | weighed.bearing.threatens
    claimed = weighed.of_object & weighed.excused.claimed
    values: Figures = (("excepted", number(tells & weighed.excepted)), ("claimed", number(claimed)))
    by = tuple(
        (f"excepted by {name}", number(tells & weighed.excepted & (weighed.excused.by == place)))
        for place, name in enumerate(weighed.excused.names)
    )
    near: Figures = tuple(
        (f"metres from an attack, {name}", "not asked" if metres is None else metres)
        for name, metres in weighed.excused.near
    )
    anywhere = any(metres is None for _, metres in weighed.excused.near)
    figures, listed = _listed(weighed, (tells & weighed.excepted) | claimed)
    told = reasons.EXCEPTIONS_ANYWHERE if anywhere else reasons.EXCEPTIONS_COUNTED
    return Because(told, values), (*values, *by, *near, *figures), listed


def _evidence(weighed: Weighed) -> Told:
    """Step 7: how the evidence standard grades the incidents that show the act."""
    grades = weighed.bearing.grades
    values: Figures = tuple((grade, number(weighed.shown & grades.equal(grade))) for grade in reversed(GRADES))
    figures, listed = _listed(weighed, weighed.shown & weighed.confirmed)
    examined = weighed.bearing.examined
    if examined is None:
        return Because(reasons.EVIDENCE_COUNTED, values), (*values, *figures), listed
    silent = number(weighed.shown & examined.dissent)
    values = (*values, ("watched", number(weighed.shown & examined.watched)), ("dissent", silent))
    return Because(reasons.EVIDENCE_AND_DISSENT, values), (*values, *figures), listed


def _coverage(weighed: Weighed) -> Told:
    """Step 8: whether the act could have been seen."""
    visibility, parameters = weighed.question.visibility, weighed.question.parameters
    figures: Figures = (
        *((f"share_{phenomenon}", round(share, 6)) for phenomenon, share in visibility.shares),
        *((f"undisturbed_{phenomenon}", round(share, 6)) for phenomenon, share in visibility.undisturbed),
        ("undisturbed_needed_for_silence", parameters.complied_share),
        ("undisturbed_needed_in_each_area", parameters.area_share),
        ("areas", visibility.areas),
        ("areas_watched_too_little", visibility.dim_areas),
    )
    if not visibility.shares:
        return Because(reasons.COVERAGE_UNSEEABLE), figures, ()
    least = (("phenomenon", visibility.least), ("share_percent", percent(visibility.weakest)))
    return Because(reasons.COVERAGE_COUNTED, least), figures, ()


def _result(conclusion: Conclusion, figures: Figures, listed: tuple[str, ...]) -> Told:
    """Step 9: the result and its reason."""
    probability: Figures = (("result", conclusion.result.value), ("probability", conclusion.probability))
    return conclusion.because, (*probability, *figures), listed


def _change(conclusion: Conclusion) -> Told:
    """Step 10: the first thing that would change the result; the finding lists all."""
    return conclusion.would_change[0], (("ways", len(conclusion.would_change)),), ()


def _attribution(conclusion: Conclusion) -> Told:
    """Step 11: whom the finding is attributed to; by default nobody."""
    breached = conclusion.result is Result.BREACHED
    return Because(reasons.ATTRIBUTED_STEP if breached else reasons.NOT_ATTRIBUTED_STEP), (), ()


def _listed(weighed: Weighed, which: Mask) -> tuple[Figures, tuple[str, ...]]:
    """Incident ids up to the limit, with the total beside them."""
    listed = weighed.bearing.ids(which, weighed.question.parameters.evidence_limit)
    return (("incidents", number(which)), ("incidents_listed", len(listed))), listed


def judged(weighed: Weighed) -> tuple[JudgedIncident, ...]:
    """How each incident that tells of the act was judged, earliest first, at most as many as a step lists."""
    tells = np.flatnonzero(weighed.bearing.shows | weighed.bearing.threatens)
    rows = tells[: weighed.question.parameters.evidence_limit]
    return tuple(
        JudgedIncident(
            id_text(weighed.bearing.incidents.id[row]),
            _outcome(weighed, int(row)),
            _figure(weighed.likely, int(row)),
            _figure(weighed.at_least, int(row)),
            _figure(weighed.at_most, int(row)),
        )
        for row in rows
    )


def _outcome(weighed: Weighed, row: int) -> str:
    """What became of one incident, in the order of the gates."""
    gates = (
        ("counts", weighed.counting),
        ("outside", weighed.outside),
        ("another-party", weighed.others),
        ("excepted", weighed.excepted),
        ("threat-only", ~weighed.bearing.shows),
        ("position-unsure", ~weighed.inside),
        ("not-confirmed", ~weighed.standing),
        ("not-attributed", ~weighed.attributed),
        ("count-unsure", ~weighed.some),
        ("object-unsure", ~weighed.of_object),
    )
    return next((name for name, which in gates if which[row]), "exception-claimed")


def _figure(values: Floats, row: int) -> float | None:
    return round(float(values[row]), 6) if np.isfinite(values[row]) else None

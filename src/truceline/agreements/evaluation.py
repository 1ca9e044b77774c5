"""Holding an agreement against incidents: the numbered protocol of docs/method/evaluation.md, step by step.

For each norm, each party it binds and each reading, one finding. The steps:

 1. Reading and window. Each reading is evaluated alone; readings MUST NOT be merged.
 2. Time. Which incidents lie inside the window, and how surely.
 3. Act. Which show the act, and which only threaten it. A threat MUST NOT count as the act.
 4. Object. Whether it was the object the norm speaks of.
 5. Space. How surely they lie inside the zone; a position nobody knows is neither inside nor outside.
 6. Actor. Whom the records name; by default nobody.
 7. Evidence standard. How each incident is graded, by independent channels and never by the number of reports.
 8. Coverage. Whether the act could have been seen. Silence MUST NOT count where nobody watched.
 9. Result. The first case that holds, in the order the protocol gives.
10. What would change it.

Nothing here depends on which party is which: exchanging the parties in agreement and incidents gives the same findings
with the parties exchanged.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from truceline.agreements.acts import ACTS
from truceline.agreements.conclusion import conclude
from truceline.agreements.inside import InWindow, inside_everywhere, inside_window, inside_zone
from truceline.agreements.seen import SeenShare, visibility
from truceline.agreements.tracing import WindowCount, trace
from truceline.agreements.weighing import Bearing, EvaluationParameters, Question, Weighed
from truceline.agreements.zones import Zone
from truceline.model import (
    EVERYWHERE,
    GRADES,
    NOT_ATTRIBUTED,
    Agreement,
    Finding,
    IncidentTable,
    Norm,
    NotFound,
    Reading,
    Result,
    UsageFault,
    Words,
    microseconds,
)
from truceline.model.columns import Rows

__all__ = ["EvaluationParameters", "evaluate", "readings_differ"]


def evaluate(  # held to exactly these: text, outlines, incidents, grades, coverage, thresholds
    agreement: Agreement,
    zones: Sequence[Zone],
    incidents: IncidentTable,
    grades: Words,
    coverage: Mapping[str, Sequence[SeenShare]],
    parameters: EvaluationParameters,
) -> tuple[Finding, ...]:
    """One finding per norm, bound party and reading, in the agreement's own order.

    ``grades`` holds the evidence standard's word for each incident (row *i* of both tables is one incident);
    ``coverage`` the shares by phenomenon for each reading id: a reading without any counts as seen by nobody. Incidents
    that begin after the moment of information are left out, and their number is told.
    Raises :class:`~truceline.model.UsageFault` for grades that do not fit the incidents, and
    :class:`~truceline.model.NotFound` for a norm whose zone was not given.
    """
    _check_grades(incidents, grades)
    in_question = _in_question(agreement, incidents, parameters)
    incidents, grades = incidents.take(in_question.rows), grades.take(in_question.rows)
    windows = tuple(
        _window(reading, incidents, later, parameters)
        for reading, later in zip(agreement.readings, in_question.later, strict=True)
    )
    findings: list[Finding] = []
    for norm in agreement.norms:
        zone = _zone(norm, zones)
        bearing = _bearing(norm, zone, incidents, grades)
        asked = [
            (_question(norm, window.reading, zone, coverage, parameters), bearing.within(window.time), window.count)
            for window in windows
            if window.reading in agreement.readings_of(norm)
        ]
        findings.extend(
            _finding(Weighed(question, sights, party), count)
            for party in _bound(agreement, norm)
            for question, sights, count in asked
        )
    return tuple(findings)


def readings_differ(findings: Sequence[Finding]) -> tuple[tuple[str, str], ...]:
    """Norm and party of findings whose results differ between readings, in the order of the findings.

    The findings stay as they are: each reading keeps its own result.
    """
    results: dict[tuple[str, str], set[Result]] = {}
    for finding in findings:
        results.setdefault((finding.norm, finding.party), set()).add(finding.result)
    return tuple(pair for pair, different in results.items() if len(different) > 1)


@dataclass(frozen=True)
class _Window:
    """A reading with how the incidents in question lie in its window (step 2, done once per reading)."""

    reading: Reading
    time: InWindow
    count: WindowCount


def _window(reading: Reading, incidents: IncidentTable, later: int, parameters: EvaluationParameters) -> _Window:
    time = inside_window(incidents, reading.window)
    inside = int(np.count_nonzero(time.probability >= parameters.breach_probability))
    perhaps = int(np.count_nonzero(time.probability)) - inside
    return _Window(reading, time, WindowCount(inside, perhaps, int(np.count_nonzero(time.went_on)), later))


def _check_grades(incidents: IncidentTable, grades: Words) -> None:
    if len(grades.codes) != len(incidents):
        raise UsageFault(f"{len(grades.codes)} grades for {len(incidents)} incidents", do="grade every incident once")
    unknown = sorted(set(grades.names) - set(GRADES))
    if unknown:
        raise UsageFault(f"unknown grade {unknown[0]!r}", do=f"use one of: {', '.join(GRADES)}", example=GRADES[0])


@dataclass(frozen=True)
class _InQuestion:
    """Rows of incidents that touch some window, by time and then id: their order in the table means nothing.

    ``later`` tells for each reading how many more touch its window and begin after the moment of information.
    """

    rows: Rows
    later: tuple[int, ...]


def _in_question(agreement: Agreement, incidents: IncidentTable, parameters: EvaluationParameters) -> _InQuestion:
    known = incidents.start_us <= microseconds(parameters.as_of)
    touched, later = np.zeros(len(incidents), dtype=bool), []
    for reading in agreement.readings:
        inside = inside_window(incidents, reading.window).touched
        later.append(int(np.count_nonzero(inside & ~known)))
        touched |= inside
    rows = np.flatnonzero(touched & known)
    return _InQuestion(rows[np.lexsort((incidents.id[rows], incidents.start_us[rows]))], tuple(later))


def _bearing(norm: Norm, zone: Zone | None, incidents: IncidentTable, grades: Words) -> Bearing:
    """Steps 3 and 5: incidents that show or threaten the act, and how surely they lie in the zone."""
    act = ACTS[norm.act]
    shows = incidents.phenomenon.among([str(phenomenon) for phenomenon in act.shown_by])
    threatens = incidents.phenomenon.among([str(phenomenon) for phenomenon in act.threatened_by])
    rows = np.flatnonzero(shows | threatens)
    bearing = incidents.take(rows)
    some = bearing.count_high != 0
    space = inside_everywhere(len(rows)) if zone is None else inside_zone(bearing, zone.shape)
    anytime = InWindow(np.ones(len(rows)), np.zeros(len(rows), dtype=bool))
    return Bearing(act, bearing, grades.take(rows), shows[rows] & some, threatens[rows] & some, rows, anytime, space)


def _zone(norm: Norm, zones: Sequence[Zone]) -> Zone | None:
    if norm.where == EVERYWHERE:
        return None
    for zone in zones:
        if zone.id == norm.where:
            return zone
    raise NotFound(f"no outline for the zone {norm.where!r}", where=f"norm {norm.id}", do="give the zone's outline")


def _question(
    norm: Norm,
    reading: Reading,
    zone: Zone | None,
    coverage: Mapping[str, Sequence[SeenShare]],
    parameters: EvaluationParameters,
) -> Question:
    """Steps 1, 4 and 8: what is asked, and whether it could have been seen."""
    act = ACTS[norm.act]
    seen = visibility(act, coverage.get(reading.id, ()), parameters.area_share)
    return Question(norm, reading, act, zone, seen, parameters)


def _bound(agreement: Agreement, norm: Norm) -> tuple[str, ...]:
    """The parties a norm binds, in the order of the agreement, however the norm lists them."""
    bound = agreement.bound_by(norm)
    return tuple(party.id for party in agreement.parties if party.id in bound)


def _finding(weighed: Weighed, count: WindowCount) -> Finding:
    """Steps 6, 7, 9 and 10 for one party, with the trace of all ten."""
    conclusion = conclude(weighed)
    norm, reading = weighed.question.norm.id, weighed.question.reading.id
    breached = conclusion.result is Result.BREACHED
    return Finding(
        id=f"{norm}/{weighed.party}/{reading}",
        norm=norm,
        party=weighed.party,
        reading=reading,
        result=conclusion.result,
        probability=conclusion.probability,
        attribution=weighed.party if breached else NOT_ATTRIBUTED,
        because=conclusion.because,
        would_change=conclusion.would_change,
        trace=trace(weighed, count, conclusion),
        incidents=weighed.resting_on(),
    )

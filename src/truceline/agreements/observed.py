"""What was observed, as far as it is the same under every reading: incidents, what they show, and where they lie.

Distances, depths and objects are found once for all norms, parties and readings: readings differ in what they make
of them.
"""

from __future__ import annotations

import numpy as np

from truceline.agreements.acts import ACTS
from truceline.agreements.evidence import Evidence
from truceline.agreements.ground import Ground
from truceline.agreements.inside_windows import anywhen, inside_window
from truceline.agreements.objects import of_object
from truceline.agreements.places import Geography
from truceline.agreements.seen import Visibility, over_spans, visibility
from truceline.agreements.weighing import Bearing, EvaluationParameters
from truceline.model import Agreement, Interval, microseconds
from truceline.model.norms import ObjectTerm


class Observed:
    """The evidence known at the moment of information, with what was found about it kept for the next norm."""

    def __init__(
        self, agreement: Agreement, ground: Ground, evidence: Evidence, parameters: EvaluationParameters
    ) -> None:
        """Take the incidents that touch any reading's window; nothing else bears on any finding."""
        as_of_us = microseconds(parameters.as_of)
        self.known = evidence.in_order().known_by(as_of_us)
        """All incidents and entries that are known, also those outside every window: exceptions may rest on them."""
        later = evidence.incidents.take(evidence.incidents.start_us > as_of_us)
        self.later = {
            one.id: int(np.count_nonzero(inside_window(later, one.window).touched)) for one in agreement.readings
        }
        """How many incidents in each reading's window came about after the moment of information."""
        touched = np.zeros(len(self.known.incidents), dtype=bool)
        for reading in agreement.readings:
            touched |= inside_window(self.known.incidents, reading.window).touched
        self.rows = np.flatnonzero(touched)
        """Where the incidents in question stand among all that are known."""
        self.evidence = self.known.take(self.rows)
        self.incidents = self.evidence.incidents
        self.register = self.known.register
        self.geography = Geography(ground, agreement.lines, self.incidents)
        self.parameters = parameters
        self._showing: dict[tuple[str, ObjectTerm], Bearing] = {}
        self._seen: dict[tuple[str, tuple[Interval, ...]], Visibility] = {}

    def showing(self, act: str, thing: ObjectTerm) -> Bearing:
        """Step 4: incidents that show or threaten an act with an object, wherever they lie."""
        if (act, thing) not in self._showing:
            self._showing[act, thing] = self._find(act, thing)
        return self._showing[act, thing]

    def _find(self, name: str, thing: ObjectTerm) -> Bearing:
        act, incidents = ACTS[name], self.incidents
        shows = incidents.phenomenon.among([str(phenomenon) for phenomenon in act.shown_by])
        threatens = incidents.phenomenon.among([str(phenomenon) for phenomenon in act.threatened_by])
        telling = np.flatnonzero(shows | threatens)
        concerned = of_object(incidents.take(telling), thing)
        kept = np.flatnonzero(concerned.perhaps)
        rows = telling[kept]
        told = incidents.take(rows)
        some = told.count_high != 0
        return Bearing(
            act,
            told,
            self.evidence.grades.take(rows),
            shows[rows] & some,
            threatens[rows] & some,
            concerned.take(kept),
            rows,
            anywhen(len(rows)),
            self.geography.everywhere.take(rows),
            telling[~concerned.perhaps],
            examined=self.evidence.examined_in(rows),
        )

    def visibility(self, act: str, spans: tuple[Interval, ...]) -> Visibility:
        """Step 8: whether an act could have been seen in the spans of a window in which the norm was not suspended."""
        if (act, spans) not in self._seen:
            whole = len(spans) == 1
            parts = [(span.duration_s, self.evidence.seen(span)) for span in spans]
            shares = parts[0][1] if whole else over_spans(parts)
            self._seen[act, spans] = visibility(ACTS[act], shares, self.parameters.area_share)
        return self._seen[act, spans]

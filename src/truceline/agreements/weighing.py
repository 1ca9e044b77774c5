"""The incidents that bear on one norm, and how they weigh for one party. Steps 2 to 7 of the protocol rest on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from truceline.agreements.acts import Act
from truceline.agreements.inside import Inside
from truceline.agreements.references import ANY_OBJECT
from truceline.agreements.seen import Visibility
from truceline.agreements.zones import Zone
from truceline.model import IncidentTable, Norm, Reading, UsageFault, Words, id_text

Mask = NDArray[np.bool_]
Rows = NDArray[np.intp]

CONFIRMED = "confirmed"
GRADES = ("insufficient", "possible", "probable", CONFIRMED)
"""What the evidence standard can say of an incident, from weakest to strongest."""


@dataclass(frozen=True)
class EvaluationParameters:
    """The thresholds of an evaluation; every one is printed with the findings.

    ``as_of`` is the moment up to which information was taken in. ``breach_probability`` is how surely an incident must
    lie inside window and zone to count against anybody; ``complied_share`` the share of place and time that must have
    been watched before silence counts; below ``negligible_probability`` an incident counts as outside;
    ``evidence_limit`` is how many incident ids a step lists (the total is always stated).
    """

    as_of: datetime
    breach_probability: float = 0.95
    complied_share: float = 0.95
    negligible_probability: float = 0.001
    evidence_limit: int = 50

    def __post_init__(self) -> None:
        """Refuse a clock without a zone and thresholds that would make every incident a breach."""
        if self.as_of.tzinfo is None:
            raise UsageFault("as_of has no time zone", do="add the zone", example="2025-04-22T00:00:00+00:00")
        for name in ("breach_probability", "complied_share"):
            if not 0.5 < getattr(self, name) <= 1.0:
                raise UsageFault(f"{name} is not above 0.5 and at most 1", do="give a probability", example="0.95")
        if not 0.0 <= self.negligible_probability < 0.5 or self.evidence_limit < 1:
            raise UsageFault("negligible_probability or evidence_limit is out of range", example="0.001 and 50")


@dataclass(frozen=True)
class Question:
    """One norm under one reading: what is asked, before anybody is accused of anything."""

    norm: Norm
    reading: Reading
    act: Act
    zone: Zone | None
    visibility: Visibility
    parameters: EvaluationParameters

    @property
    def object_known(self) -> bool:
        """Whether the records can tell the object the norm speaks of; incidents carry no weapon, so only ``any``."""
        return self.norm.object == ANY_OBJECT


@dataclass(frozen=True)
class Bearing:
    """Incidents that show or threaten the act, in order of time, with how surely they lie inside."""

    incidents: IncidentTable
    grades: Words
    shows: Mask
    rows: Rows
    """Where each stands among the incidents in question, so that window probabilities can be looked up."""
    time: NDArray[np.float64]
    space: Inside

    def within(self, time: NDArray[np.float64]) -> Bearing:
        """Those that may lie in a window, given the window's probability for every incident in question."""
        own = time[self.rows]
        kept = np.flatnonzero(own > 0.0)
        return Bearing(
            self.incidents.take(kept),
            self.grades.take(kept),
            self.shows[kept],
            self.rows[kept],
            own[kept],
            self.space.take(kept),
        )

    def ids(self, which: Mask, limit: int) -> tuple[str, ...]:
        """Incident ids, earliest first, at most ``limit``."""
        return tuple(id_text(number) for number in self.incidents.id[np.flatnonzero(which)[:limit]])


@dataclass(frozen=True)
class Weighed:
    """Bearing incidents as they stand for one party: all masks have one entry per incident of ``bearing``."""

    question: Question
    bearing: Bearing
    party: str

    @cached_property
    def confirmed(self) -> Mask:
        """Which meet the evidence standard."""
        return self.bearing.grades.equal(CONFIRMED)

    @cached_property
    def named(self) -> Mask:
        """Which name this party as the actor."""
        return self.bearing.incidents.party.equal(self.party)

    @cached_property
    def nobody(self) -> Mask:
        """Which name no actor."""
        return self.bearing.incidents.party.equal("")

    @cached_property
    def others(self) -> Mask:
        """Confirmed ones that name somebody else: set aside for this party, and only those."""
        return self.confirmed & ~self.named & ~self.nobody

    @cached_property
    def shown(self) -> Mask:
        """Those that show the act, may lie inside, and are not set aside."""
        return self.bearing.shows & ~self.outside & ~self.others

    @cached_property
    def threats(self) -> Mask:
        """Those that only threaten the act, may lie inside, and are not set aside."""
        return ~self.bearing.shows & ~self.outside & ~self.others

    @cached_property
    def inside(self) -> Mask:
        """Shown ones that lie surely inside window and zone."""
        sure: Mask = self.at_least >= self.question.parameters.breach_probability
        return self.shown & sure

    @cached_property
    def standing(self) -> Mask:
        """Inside, and confirmed."""
        return self.inside & self.confirmed

    @cached_property
    def decisive(self) -> Mask:
        """Inside, confirmed, and this party's."""
        return self.standing & self.named

    @cached_property
    def estimate(self) -> NDArray[np.float64]:
        """Probability inside window and zone; not a number where nobody can say."""
        return self.bearing.time * self.bearing.space.estimate

    @cached_property
    def at_least(self) -> NDArray[np.float64]:
        """Lower bound of the same."""
        return self.bearing.time * self.bearing.space.at_least

    @cached_property
    def outside(self) -> Mask:
        """Those that are outside for all practical purposes; a position nobody knows is not."""
        far: Mask = self.estimate <= self.question.parameters.negligible_probability
        return far

    def resting_on(self) -> tuple[str, ...]:
        """Ids of the incidents a finding rests on: the decisive ones, else those that show, else that threaten."""
        for which in (self.decisive, self.shown):
            if which.any():
                return self.bearing.ids(which, self.question.parameters.evidence_limit)
        return self.bearing.ids(self.threats, self.question.parameters.evidence_limit)

    def highest(self, which: Mask) -> float | None:
        """The highest lower bound among some incidents, ``None`` when nobody can say."""
        values = self.at_least[which]
        values = values[np.isfinite(values)]
        return round(float(values.max()), 6) if len(values) else None

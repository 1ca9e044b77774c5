"""The incidents that bear on one norm, and how they weigh for one party. Steps 2 to 7 of the protocol rest on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import numpy as np

from truceline.agreements.acts import Act
from truceline.agreements.evidence import Examined
from truceline.agreements.inside_windows import InWindow
from truceline.agreements.objects import OfObject
from truceline.agreements.permissions import Excused
from truceline.agreements.seen import Visibility
from truceline.agreements.space.inside import Inside
from truceline.model import CONFIRMED, IncidentTable, Interval, Norm, Reading, UsageFault, Words, id_text
from truceline.model.columns import Floats, Mask, Rows


@dataclass(frozen=True)
class EvaluationParameters:
    """The thresholds of an evaluation; every one is printed with the findings.

    ``as_of`` is the moment up to which information was taken in. ``breach_probability`` is how surely an incident must
    lie inside window and zone to count against anybody; ``complied_share`` the share of place and time that must have
    been watched undisturbed before silence counts, and ``area_share`` the share of the time in each single area, which
    no mean may hide; at or below ``negligible_probability`` an incident counts as outside; ``evidence_limit`` is how
    many incident ids a step lists (the total is always stated).
    """

    as_of: datetime
    breach_probability: float = 0.95
    complied_share: float = 0.95
    area_share: float = 0.5
    negligible_probability: float = 0.001
    evidence_limit: int = 50

    def __post_init__(self) -> None:
        """Refuse a clock without a zone and thresholds that would make every incident a breach."""
        if self.as_of.tzinfo is None:
            raise UsageFault("as_of has no time zone", do="add the zone", example="2025-04-22T00:00:00+00:00")
        for name in ("breach_probability", "complied_share"):
            if not 0.5 < getattr(self, name) <= 1.0:
                raise UsageFault(f"{name} is not above 0.5 and at most 1", do="give a probability", example="0.95")
        if not 0.0 < self.area_share <= 1.0:
            raise UsageFault("area_share is not above 0 and at most 1", do="give a share of the time", example="0.5")
        if not 0.0 <= self.negligible_probability < 0.5 or self.evidence_limit < 1:
            raise UsageFault(
                "negligible_probability or evidence_limit is out of range",
                do="give a probability below 0.5, and how many incidents to list",
                example="0.001 and 50",
            )


@dataclass(frozen=True)
class Question:
    """One norm for one party under one reading: what is asked, and in which window."""

    norm: Norm
    reading: Reading
    party: str
    act: Act
    window: Interval
    visibility: Visibility
    parameters: EvaluationParameters


@dataclass(frozen=True)
class Bearing:
    """Incidents of what shows or threatens the act with the object, in order of time, and how surely they lie inside.

    One whose count is zero at most neither shows nor threatens anything: it tells that nothing was there.
    """

    act: Act
    incidents: IncidentTable
    grades: Words
    shows: Mask
    threatens: Mask
    object: OfObject
    rows: Rows
    """Where each stands among the incidents in question, so that window probabilities can be looked up."""
    time: InWindow
    space: Inside
    other_rows: Rows
    """Where those stand that show or threaten the act surely with another object: not this norm's matter."""
    other_object: int = 0
    """How many of these have to do with the window."""
    examined: Examined | None = None
    """What else was looked for in each; ``None``: nobody looked."""

    def within(self, window: InWindow) -> Bearing:
        """Those that have to do with a window, given what the window says of every incident in question."""
        own = window.take(self.rows)
        own = own.of_presence() if self.act.presence else own
        kept = np.flatnonzero(own.touched)
        return Bearing(
            self.act,
            self.incidents.take(kept),
            self.grades.take(kept),
            self.shows[kept],
            self.threatens[kept],
            self.object.take(kept),
            self.rows[kept],
            own.take(kept),
            self.space.take(kept),
            self.other_rows,
            int(np.count_nonzero(window.take(self.other_rows).touched)),
            None if self.examined is None else self.examined.take(kept),
        )

    def ids(self, which: Mask, limit: int) -> tuple[str, ...]:
        """Incident ids, earliest first, at most ``limit``."""
        return tuple(id_text(number) for number in self.incidents.id[np.flatnonzero(which)[:limit]])


@dataclass(frozen=True)
class Weighed:
    """Bearing incidents as they stand for one party: all masks have one entry per incident of ``bearing``."""

    question: Question
    bearing: Bearing
    excused: Excused
    over: Mask | None = None
    """For a counted limit: which are of a moment, day or window with surely more than allowed."""

    @property
    def party(self) -> str:
        """The party the norm binds."""
        return self.question.party

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
    def excepted(self) -> Mask:
        """Those of this party to which a permission applies."""
        return self.excused.excepted & self.named

    @cached_property
    def counts_here(self) -> Mask:
        """Those that may lie inside and are not set aside."""
        return ~self.outside & ~self.others & ~self.excepted

    @cached_property
    def shown(self) -> Mask:
        """Those that show the act, may have happened inside, and are not set aside."""
        return self.bearing.shows & self.counts_here & ~self.bearing.time.went_on

    @cached_property
    def threats(self) -> Mask:
        """Those that only threaten the act, may have happened inside, and are not set aside."""
        return self.bearing.threatens & self.counts_here & ~self.bearing.time.went_on

    @cached_property
    def shown_before(self) -> Mask:
        """Those that show the act, began before the window, went on inside it, and are not set aside."""
        return self.bearing.shows & self.counts_here & self.bearing.time.went_on

    @cached_property
    def threats_before(self) -> Mask:
        """Those that only threaten the act, began before the window, went on inside it, and are not set aside."""
        return self.bearing.threatens & self.counts_here & self.bearing.time.went_on

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
    def attributed(self) -> Mask:
        """Inside, confirmed, and this party's."""
        return self.standing & self.named

    @cached_property
    def some(self) -> Mask:
        """The same, and surely at least one: a count that may be zero accuses nobody."""
        some: Mask = self.bearing.incidents.count_low > 0
        return self.attributed & some

    @cached_property
    def of_object(self) -> Mask:
        """The same, and surely of the object the norm speaks of."""
        return self.some & self.bearing.object.surely

    @cached_property
    def counting(self) -> Mask:
        """The same, and no exception is claimed for it that may apply."""
        return self.of_object & ~self.excused.claimed

    @cached_property
    def decisive(self) -> Mask:
        """The same, and for a counted limit of those above it: what is allowed breaks nothing."""
        return self.counting if self.over is None else self.counting & self.over

    @cached_property
    def at_least(self) -> Floats:
        """Lower bound of the probability inside window and zone; not a number where nobody can say.

        It holds however time and place depend on each other (Fréchet 1935): what moves moves in time.
        """
        time, space = self.bearing.time, self.bearing.space
        both: Floats = time.least + space.at_least - 1.0
        return both.clip(0.0).round(6)

    @cached_property
    def likely(self) -> Floats:
        """Best single figure for the same; it describes, and neither accuses nor clears."""
        return self.bearing.time.probability * self.bearing.space.likely

    @cached_property
    def at_most(self) -> Floats:
        """Upper bound of the same; what went on into the window is in it."""
        time = self.bearing.time
        return np.minimum(np.where(time.went_on, 1.0, time.most), self.bearing.space.at_most)

    @cached_property
    def outside(self) -> Mask:
        """Those that are outside for all practical purposes; a position nobody knows is not."""
        far: Mask = self.at_most <= self.question.parameters.negligible_probability
        return far

    @cached_property
    def set_aside(self) -> tuple[int, int, int]:
        """How many that tell of the act are set aside: naming somebody else and confirmed, outside, or excepted."""
        tells = self.bearing.shows | self.bearing.threatens
        others, outside = tells & self.others & ~self.outside, tells & self.outside
        excepted = tells & self.excepted & ~self.outside
        return int(np.count_nonzero(others)), int(np.count_nonzero(outside)), int(np.count_nonzero(excepted))

    @cached_property
    def told_by(self) -> Mask:
        """What tells of the act most plainly: those that show it, else that went on, else the same of threats."""
        told = (self.shown, self.shown_before, self.threats, self.threats_before)
        return next((which for which in told if which.any()), self.threats)

    def resting_on(self) -> tuple[str, ...]:
        """Ids of the incidents a finding rests on: the decisive ones, else those that tell of the act."""
        which = self.decisive if self.decisive.any() else self.told_by
        return self.bearing.ids(which, self.question.parameters.evidence_limit)

    def highest(self, which: Mask) -> float | None:
        """The highest lower bound among some incidents, ``None`` when nobody can say."""
        return _highest(self.at_least[which])

    def likeliest(self, which: Mask) -> float | None:
        """The highest best figure among some incidents, ``None`` when nobody can say."""
        return _highest(self.likely[which])


def _highest(values: Floats) -> float | None:
    values = values[np.isfinite(values)]
    return round(float(values.max()), 6) if len(values) else None

"""The protocol under one reading: every norm for every party it binds, each as far as the others need it.

What several norms ask alike (which incidents show an act, how surely they lie in a zone, what was watched in a
window) is found once. A norm that waits for others asks the register if they were achieved; the file was checked for
circles.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import numpy as np

from truceline.agreements.acts import ACTS
from truceline.agreements.answers import Excusing, excuses
from truceline.agreements.attacks import MET, attacks
from truceline.agreements.binding import Binder, Binding
from truceline.agreements.conclusion import Conclusion, as_far_as_drawn, conclude, not_binding, until_it_ended
from truceline.agreements.deeds import DEEDS
from truceline.agreements.duties import DutyQuestion, conclude_choice, conclude_duty, surely_done
from truceline.agreements.inside_windows import InWindow, awake, inside_perhaps_awake, inside_window
from truceline.agreements.limits import conclude_limit
from truceline.agreements.moments import calendar, moments
from truceline.agreements.observed import Observed
from truceline.agreements.performed import performance
from truceline.agreements.permissions import (
    Excused,
    Permission,
    Sights,
    attacks_asked,
    excused,
    excused_by_nothing,
    governing_order,
    standings,
)
from truceline.agreements.register import entries_of, standing_for, subjects
from truceline.agreements.repeats import each_act
from truceline.agreements.scene import Scene
from truceline.agreements.tracing import Asked, WindowCount, judged, trace_of_deeds, trace_of_sights, trace_unbound
from truceline.agreements.weighing import Bearing, Question, Weighed
from truceline.model import (
    NOT_ATTRIBUTED,
    Agreement,
    Finding,
    Interval,
    Mode,
    Norm,
    NormKind,
    Reading,
    RegisterKind,
    Result,
    Standing,
    TraceStep,
    microseconds,
)
from truceline.model.columns import Ints, Mask, Rows
from truceline.model.norms import ObjectTerm, Where

_Times = tuple[Interval, tuple[Interval, ...], tuple[Interval, ...]]
"""A window, when the norm slept in it, and when it may have."""
_NO_ROWS: Rows = np.zeros(0, dtype=np.intp)


class UnderReading:
    """One reading held against the evidence; findings are made when asked for, and kept."""

    def __init__(self, agreement: Agreement, reading: Reading, observed: Observed) -> None:
        """Nothing is concluded until a finding is asked for."""
        self.agreement, self.reading, self.observed = agreement, reading, observed
        self.parameters, self.register = observed.parameters, observed.register
        self.norms = {norm.id: norm for norm in agreement.norms_in(reading)}
        days = calendar(agreement.time_zone, agreement.day_rule)
        self.binder = Binder(
            agreement,
            reading,
            moments(agreement.events_in(reading), self.register, days),
            self.register,
            self.parameters.as_of,
        )
        self.zone = days.zone
        parties = tuple(party.id for party in agreement.parties)
        # what an exception rests on may have come before the window: it is looked for among all that is known
        known = observed.known
        self.scene = Scene(
            known.incidents,
            known.grades,
            self.register,
            parties,
            self.parameters.breach_probability,
            microseconds(reading.window.start),
        )
        self._excuses: dict[str, Ints] = {}
        self._findings: dict[tuple[str, str], Finding] = {}
        self._rows: dict[tuple[str, str], tuple[Rows, Rows]] = {}
        self._in_window: dict[_Times, tuple[InWindow, WindowCount]] = {}

    def holds(self, norm: str, party: str) -> bool:
        """Whether a norm is held for a party under this reading."""
        return norm in self.norms and party in self.agreement.bound_by(self.norms[norm])

    def finding(self, norm: str, party: str) -> Finding:
        """What a norm comes to for a party under this reading."""
        if (norm, party) not in self._findings:
            self._findings[norm, party] = self._find(self.norms[norm], party)
        return self._findings[norm, party]

    def rows_behind(self, norm: str, party: str) -> tuple[Rows, Rows]:
        """Among the incidents observed: those decisive for a breach, and further ones that may show one."""
        self.finding(norm, party)
        return self._rows.get((norm, party), (_NO_ROWS, _NO_ROWS))

    def _find(self, norm: Norm, party: str) -> Finding:
        binding = self.binding(norm, party)
        asked = Asked(norm, self.reading, binding, self.parameters)
        if binding.window is None:
            conclusion = not_binding(binding)
            return self._made(norm, party, conclusion, trace_unbound(asked, conclusion), None)
        if norm.kind is NormKind.FORBID:
            return self._of_sights(asked, party, binding.window)
        return self._of_deeds(asked, party, binding.window)

    def binding(self, norm: Norm, party: str) -> Binding:
        """Steps 1 and 2: when the norm binds the party."""
        achieved = {one: self.achieved(one) for one in norm.after}
        return self.binder.binding(norm, party, achieved)

    def achieved(self, norm: str) -> datetime | None:
        """The moment by which everybody bound by a norm had surely done what it asks, or was released from it.

        ``None`` if not known so. What the one to whom it is owed waived holds nothing up any more.
        """
        if norm not in self.norms:
            return None
        reached = [self._achieved_by(self.norms[norm], party) for party in self.agreement.bound_by(self.norms[norm])]
        known = [moment for moment in reached if moment is not None]
        return max(known) if known and len(known) == len(reached) else None

    def _achieved_by(self, asked: Norm, party: str) -> datetime | None:
        """When one of those bound had done it, late too, or was released; so much each day, by its deadline.

        The register alone says so. What was seen is not asked: a permission that excepts from the norm may wait for it.
        """
        binding = self.binding(asked, party)
        done = performance(self.register, subjects(asked.id, asked.instrument), party)
        if binding.open is None and asked.mode is not Mode.MAINTENANCE:
            duty = DutyQuestion(asked, binding, self.reading.window, done, self.parameters.as_of, self.zone)
            reached = surely_done(duty)
            if reached is not None:
                return reached
        if binding.ended is Result.RELEASED:
            return binding.ended_at
        if binding.window is None or asked.count is None or asked.count.per != "day":
            return None
        daily = DutyQuestion(asked, binding, binding.window, done, self.parameters.as_of, self.zone)
        kept = until_it_ended(conclude_duty(daily, None), binding)
        return binding.deadline if kept.result is Result.COMPLIED else None

    def _of_sights(self, asked: Asked, party: str, window: Interval) -> Finding:
        """A prohibition or a counted limit: what was seen."""
        norm = asked.norm
        weighed, count = self._weighed(norm, norm.act, party, window, asked.binding)
        limited = norm.count is not None
        conclusion, weighed = conclude_limit(weighed, self.zone) if limited else (conclude(weighed), weighed)
        conclusion = as_far_as_drawn(conclusion, self.observed.geography.lacking(norm.where))
        conclusion = until_it_ended(conclusion, asked.binding)
        return self._made(norm, party, conclusion, trace_of_sights(asked, weighed, count, conclusion), weighed)

    def _of_deeds(self, asked: Asked, party: str, window: Interval) -> Finding:
        """An obligation, a permission or a power: what the register tells, and what was seen that is contrary to it."""
        norm, binding = asked.norm, asked.binding
        done = performance(self.register, subjects(norm.id, norm.instrument), party)
        duty = DutyQuestion(norm, binding, window, done, self.parameters.as_of, self.zone)
        contrary = None
        if norm.kind is NormKind.OBLIGE:
            contrary = self._contrary(norm, party, binding, window)
            conclusion = conclude_duty(duty, contrary)
        else:
            uses = self._uses(norm, party, window)
            power = norm.kind is NormKind.POWER
            conclusion = conclude_choice(power=power, uses=uses, window=window, as_of=self.parameters.as_of)
        conclusion = until_it_ended(conclusion, binding)
        weighed = contrary[0] if contrary is not None else None
        return self._made(norm, party, conclusion, trace_of_deeds(asked, duty, weighed, conclusion), weighed)

    def _contrary(
        self, norm: Norm, party: str, binding: Binding, window: Interval
    ) -> tuple[Weighed, Conclusion] | None:
        """What was seen, after the deadline or throughout, of what was to be gone or to stay away."""
        act = DEEDS[norm.act].contrary
        begins = window.start if norm.mode is Mode.MAINTENANCE else binding.deadline
        if not act or begins is None or not begins < window.end:
            return None
        after = Interval(max(window.start, begins), window.end)
        if not awake(after, binding.suspended):
            return None
        weighed, _ = self._weighed(norm, act, party, after, binding)
        return weighed, as_far_as_drawn(conclude(weighed), self.observed.geography.lacking(norm.where))

    def _uses(self, norm: Norm, party: str, window: Interval) -> int:
        """How often a permission or power was verifiably used: incidents it excepts, or entries of the register."""
        used = 0
        for other in norm.overrides:
            overridden = self.norms.get(other)
            weighed = self._held_against(overridden, party, window) if overridden is not None else None
            if weighed is not None:
                by = weighed.excused.names.index(norm.id) if norm.id in weighed.excused.names else -2
                used += int(np.count_nonzero(weighed.excepted & (weighed.excused.by == by)))
        names = subjects(norm.id, norm.instrument)
        for kind in (RegisterKind.DONE, RegisterKind.RESPONSE):
            entries = entries_of(self.register, kind, names, party)
            verified = [entry for entry in entries if standing_for(entry, party) is Standing.VERIFIED]
            used += sum(window.start <= use.time.start < window.end for use in each_act(verified, entries))
        return used

    def _held_against(self, norm: Norm, party: str, window: Interval) -> Weighed | None:
        """What a prohibition, or what is contrary to an obligation, is held against; ``None`` for other norms."""
        binding = self.binding(norm, party)
        if norm.kind is NormKind.FORBID:
            return self._weighed(norm, norm.act, party, binding.window or window, binding)[0]
        if norm.kind is NormKind.OBLIGE and binding.window is not None:
            contrary = self._contrary(norm, party, binding, binding.window)
            return contrary[0] if contrary is not None else None
        return None

    def _weighed(
        self, norm: Norm, act: str, party: str, window: Interval, binding: Binding
    ) -> tuple[Weighed, WindowCount]:
        """Steps 2 to 7 for one party: the incidents that bear on an act in a window, and how they weigh."""
        time, count = self._time(window, binding.suspended, binding.perhaps_suspended)
        bearing = self._bearing(act, norm.object, norm.where, party).within(time)
        watched = awake(window, binding.suspended)
        question = Question(
            norm, self.reading, party, ACTS[act], window, self.observed.visibility(act, watched), self.parameters
        )
        return Weighed(question, bearing, self._excused(norm, bearing, party)), count

    def _time(
        self, window: Interval, suspended: tuple[Interval, ...], perhaps: tuple[Interval, ...]
    ) -> tuple[InWindow, WindowCount]:
        """Step 2: how incidents of any kind lie in a window, those while the norm was suspended left out."""
        key = (window, suspended, perhaps)
        if key not in self._in_window:
            anytime = inside_window(self.observed.incidents, window)
            slept = bool(suspended or perhaps)
            time = inside_perhaps_awake(self.observed.incidents, window, suspended, perhaps) if slept else anytime
            left_out = int(np.count_nonzero(anytime.touched & ~time.touched))
            sure = int(np.count_nonzero(time.least >= self.parameters.breach_probability))
            unsure = int(np.count_nonzero(time.most)) - sure
            gone_on = int(np.count_nonzero(time.went_on))
            self._in_window[key] = (
                time,
                WindowCount(sure, unsure, gone_on, left_out, self.observed.later[self.reading.id]),
            )
        return self._in_window[key]

    def _bearing(self, act: str, thing: ObjectTerm, where: Where, party: str) -> Bearing:
        """Steps 4 and 5: incidents that show or threaten the act with the object, and how surely they lie there."""
        bearing = self.observed.showing(act, thing)
        space = self.observed.geography.inside(where, party).take(bearing.rows)
        return replace(bearing, space=space)

    def _excused(self, norm: Norm, bearing: Bearing, party: str) -> Excused:
        """Step 6: how the permissions for a norm stand to its incidents, were these the party's."""
        permits = self._permits(norm, party)
        if not permits or not len(bearing.rows):
            return excused_by_nothing(len(bearing.rows), tuple(one.id for one in permits))
        ordered = tuple(self._permission(one, party) for one in permits)
        sights = self._sights(bearing)
        parts = [standings(norm, one, self.scene, sights, self.observed.geography, party) for one in ordered]
        return excused(parts, ordered, [self._attacked(norm, one, sights, party) for one in ordered])

    def _attacked(self, norm: Norm, permission: Permission, sights: Sights, party: str) -> Ints:
        """How the attacks that a permission requires stand, per incident."""
        status = np.full(len(sights.rows), MET, dtype=np.int64)
        for requirement in attacks_asked(permission):
            came = attacks(requirement, party, self.scene)
            start_us, latest_us = sights.incidents.start_us, sights.latest_us
            status = np.minimum(status, came.standing(sights.known, start_us, latest_us, self._excused_itself(norm)))
        return status

    def _excused_itself(self, norm: Norm) -> Ints:
        """Which incidents known are excused from a norm, or from another on the same act: they are no attack."""
        if norm.id not in self._excuses:
            excusing = [
                self._excusing(one, party, own=one is norm)
                for one in self.norms.values()
                if one.kind is norm.kind and one.act == norm.act
                for party in self.agreement.bound_by(one)
                if self._permits(one, party)
            ]
            self._excuses[norm.id] = excuses(excusing, self.scene, self.observed.geography)
        return self._excuses[norm.id]

    def _excusing(self, norm: Norm, party: str, *, own: bool) -> Excusing:
        """What excuses a party's incidents from a norm.

        When a permission from another norm binds that waits for a third, is not asked: the third may wait for this one.
        """
        permits = self._permits(norm, party)
        perhaps = not own and any(one.after for one in permits)
        act = norm.act if norm.kind is NormKind.FORBID else DEEDS[norm.act].contrary
        bearing = self.observed.showing(act, norm.object)
        sights = self._sights(bearing, bearing.shows & bearing.incidents.party.equal(party))
        whole = self.reading.window
        permissions = (Permission(one, whole) if perhaps else self._permission(one, party) for one in permits)
        return Excusing(norm, party, tuple(permissions), sights, perhaps)

    def _sights(self, bearing: Bearing, which: Mask | None = None) -> Sights:
        """Incidents that bear on a norm, or some of them."""
        incidents, rows = bearing.incidents, bearing.rows
        if which is not None:
            incidents, rows = incidents.take(np.flatnonzero(which)), rows[which]
        return Sights(incidents, rows, self.observed.rows[rows])

    def _permits(self, norm: Norm, party: str) -> tuple[Norm, ...]:
        """The permissions from a norm that a party has, those that go before others first."""
        return governing_order(
            [
                one
                for one in self.norms.values()
                if one.kind is NormKind.PERMIT and norm.id in one.overrides and party in self.agreement.bound_by(one)
            ]
        )

    def _permission(self, permit: Norm, party: str) -> Permission:
        binding = self.binding(permit, party)
        return Permission(permit, binding.window, binding.suspended)

    def _made(
        self, norm: Norm, party: str, conclusion: Conclusion, steps: tuple[TraceStep, ...], weighed: Weighed | None
    ) -> Finding:
        """The finding, attributed to the party when it is a breach, and to nobody otherwise (step 11)."""
        if weighed is not None and conclusion.result in (Result.BREACHED, Result.UNDETERMINED):
            broken = conclusion.result is Result.BREACHED
            decisive, settled = weighed.decisive & broken, weighed.counting & broken
            rows = weighed.bearing.rows
            self._rows[norm.id, party] = (rows[decisive], rows[weighed.shown & ~settled])
        return Finding(
            id=f"{norm.id}/{party}/{self.reading.id}",
            norm=norm.id,
            party=party,
            reading=self.reading.id,
            result=conclusion.result,
            probability=conclusion.probability,
            attribution=party if conclusion.result is Result.BREACHED else NOT_ATTRIBUTED,
            because=conclusion.because,
            would_change=conclusion.would_change,
            trace=steps,
            incidents=weighed.resting_on() if weighed is not None else (),
            judged=judged(weighed) if weighed is not None else (),
        )

"""Measuring one criterion of a trigger by itself: the least there surely was, and the most there can have been.

The least rests on incidents that were decisive for a finding against one of those the guarantee is against. The most
takes in every incident that may be theirs. Nothing is summed into a score.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

import numpy as np

from truceline.agreements.guarantees import reasons
from truceline.agreements.guarantees.relation import Relation, determination
from truceline.agreements.guarantees.sightings import Counting, Sighted, Sightings, local_days
from truceline.agreements.guarantees.spans import Reached, at_most_summed, surely_different, surely_summed
from truceline.agreements.guarantees.standing import CriterionStanding, State
from truceline.model import (
    UNKNOWN_COUNT,
    Because,
    Criterion,
    Measure,
    Result,
    Scalar,
    id_text,
)
from truceline.model.columns import Ints, Rows
from truceline.model.times import moment_at


@dataclass(frozen=True)
class _Acts:
    """What was done by those meant while the guarantee holds; row and norm of each, some rows under two norms."""

    rows: Rows
    norms: Ints

    def surely_at(self, sightings: Sightings) -> _Acts:
        """Those whose moment is known."""
        known = sightings.first(self.rows) == sightings.last(self.rows)
        return _Acts(self.rows[known], self.norms[known])


@dataclass(frozen=True)
class Measurer:
    """The acts of those a guarantee is against, in the time that counts: ``None`` where it does not hold."""

    relation: Relation
    sightings: Sightings
    time: Counting | None
    evidence_limit: int

    def standing(self, criterion: Criterion) -> CriterionStanding:
        """One criterion, measured."""
        if criterion.measure is Measure.DETERMINATION:
            return self._determined(criterion)
        low, high, sure = self._measured(criterion)
        sighted = [one for one in self._sighted if self._rests_on(one, criterion)]
        order = sure[np.lexsort((self.sightings.incidents.id[sure], self.sightings.first(sure)))]
        listed = self.sightings.incidents.id[order[: self.evidence_limit]]
        standing = CriterionStanding(
            criterion.id,
            criterion.measure,
            *_state(criterion.at_least, low.most, high),
            needed=criterion.at_least,
            low=float(low.most),
            high=None if high is None else float(high),
            findings=tuple(one.finding for one in sighted),
            incidents=tuple(id_text(number) for number in listed),
            incidents_in_all=len(order),
        )
        met = standing.state is State.MET and low.met_us is not None
        return replace(standing, met_at=moment_at(low.met_us)) if met and low.met_us is not None else standing

    def first_act(self) -> tuple[int, str] | None:
        """The first decisive incident in the time that counts: the moment by which it had surely begun, and its id."""
        rows = self._acts(decisive=True).rows
        if not len(rows):
            return None
        ids, when = self.sightings.incidents.id[rows], self.sightings.surely_by(rows)
        place = np.lexsort((ids, when))[0]
        return int(when[place]), id_text(ids[place])

    @property
    def _sighted(self) -> tuple[Sighted, ...]:
        return self.sightings.by(self.relation.against) if self.time is not None else ()

    def _acts(self, *, decisive: bool) -> _Acts:
        """Acts that surely began in the window, or with ``decisive`` off all that may have and may be theirs."""
        rows, norms = [np.zeros(0, dtype=np.intp)], [np.zeros(0, dtype=np.int64)]
        number = {norm: place for place, norm in enumerate(dict.fromkeys(one.norm for one in self._sighted))}
        for one in self._sighted:
            among = one.decisive if decisive else np.concatenate((one.decisive, one.perhaps))
            kept = among[self._in_window(among, surely=decisive)]
            rows.append(kept)
            norms.append(np.full(len(kept), number[one.norm], dtype=np.int64))
        return _Acts(np.concatenate(rows).astype(np.intp), np.concatenate(norms))

    def _in_window(self, rows: Rows, *, surely: bool) -> np.ndarray:
        if self.time is None:
            return np.zeros(len(rows), dtype=bool)
        sure, perhaps = self.sightings.began_in(rows, self.time)
        return sure if surely else perhaps

    def _rests_on(self, one: Sighted, criterion: Criterion) -> bool:
        if criterion.measure is Measure.CASUALTIES:
            return False
        deed = criterion.measure is Measure.BREACHED_NORMS and self._failed_in(one)[0]
        return deed or bool(self._in_window(one.decisive, surely=True).any())

    def _measured(self, criterion: Criterion) -> tuple[Reached, int | None, Rows]:
        """The least, the most, and the incidents the least rests on."""
        if criterion.measure is Measure.CASUALTIES:
            return self._casualties(criterion)
        sure, perhaps = self._acts(decisive=True), self._acts(decisive=False)
        span = criterion.within_s
        dated = sure if span is None else sure.surely_at(self.sightings)
        if criterion.measure is Measure.INCIDENTS:
            rows, maybe = np.unique(dated.rows), np.unique(perhaps.rows)
            ones = np.ones(len(rows), dtype=np.int64)
            low = surely_summed(self.sightings.surely_by(rows), ones, span, criterion.at_least)
            return low, self._at_most(maybe, np.ones(len(maybe), dtype=np.int64), span), np.unique(sure.rows)
        if criterion.measure is Measure.BREACHED_NORMS:
            return (*self._norms(criterion, dated, perhaps), np.unique(sure.rows))
        return (*self._different(criterion, dated, perhaps), np.unique(sure.rows))

    def _at_most(self, rows: Rows, weights: Ints, span_s: int | None) -> int:
        return at_most_summed(self.sightings.first(rows), self.sightings.last(rows), weights, span_s)

    def _different(self, criterion: Criterion, dated: _Acts, perhaps: _Acts) -> tuple[Reached, int]:
        """Days or areas: one whose day or area nobody knows may add one to the most, and adds none to the least."""
        known, keys = self._keys(criterion.measure, dated.rows)
        moments = self.sightings.surely_by(dated.rows)
        low = surely_different(moments[known], keys[known], criterion.within_s, criterion.at_least)
        rows = np.unique(perhaps.rows)
        known, keys = self._keys(criterion.measure, rows)
        may_be, unknown = self.sightings.first(rows)[known], int(np.count_nonzero(~known))
        if criterion.within_s is not None and (self.sightings.first(rows) != self.sightings.last(rows)).any():
            return low, len(np.unique(keys[known])) + unknown
        return low, surely_different(may_be, keys[known], criterion.within_s, None).most + unknown

    def _keys(self, measure: Measure, rows: Rows) -> tuple[np.ndarray, Ints]:
        """Whether the day or area of each is known, and which it is."""
        if measure is Measure.AREAS:
            areas = self.sightings.incidents.area
            return ~areas.equal("")[rows], areas.codes[rows].astype(np.int64)
        where: ZoneInfo = self.relation.calendar.zone
        days = local_days(self.sightings.first(rows), where)
        return days == local_days(self.sightings.last(rows), where), days

    def _norms(self, criterion: Criterion, dated: _Acts, perhaps: _Acts) -> tuple[Reached, int]:
        """Norms breached. A breach told by the register counts where no span is asked for, and by its deadline."""
        moments = self.sightings.surely_by(dated.rows)
        low = surely_different(moments, dated.norms, criterion.within_s, criterion.at_least)
        deeds = {one.norm for one in self._sighted if self._failed_in(one)[0]}
        open_ones = {one.norm for one in self._sighted if self._may_be_breached(one)}
        number = list(dict.fromkeys(one.norm for one in self._sighted))
        high = len(open_ones | {number[norm] for norm in np.unique(perhaps.norms).tolist()})
        if criterion.within_s is not None or not deeds:
            return low, max(high, low.most)
        dated_norms = {number[norm] for norm in np.unique(dated.norms).tolist()}
        return Reached(len(dated_norms | deeds), None), max(high, len(dated_norms | deeds))

    def _failed_in(self, one: Sighted) -> tuple[bool, bool]:
        """Whether a breach that the register tells surely fell into the time that counts, and whether it may have."""
        told = one.result is Result.BREACHED and not len(one.decisive)
        if not told or one.failed is None or self.time is None:
            return False, told
        return self.time.holds(one.failed)

    def _may_be_breached(self, one: Sighted) -> bool:
        if one.result is Result.BREACHED and not len(one.decisive):
            return self._failed_in(one)[1]
        return one.result in (Result.BREACHED, Result.UNDETERMINED)

    def _casualties(self, criterion: Criterion) -> tuple[Reached, int | None, Rows]:
        """Persons: the least in confirmed records that name one of those meant, the most in all that may be theirs."""
        sure, maybe = self.sightings.casualties(self.relation.against)
        sure, maybe = sure[self._in_window(sure, surely=True)], maybe[self._in_window(maybe, surely=False)]
        table, span = self.sightings.incidents, criterion.within_s
        dated = sure
        if span is not None:
            dated = sure[self.sightings.first(sure) == self.sightings.last(sure)]
        low = surely_summed(self.sightings.surely_by(dated), table.count_low[dated], span, criterion.at_least)
        unknown = bool((table.count_high[maybe] == UNKNOWN_COUNT).any())
        return low, None if unknown else self._at_most(maybe, table.count_high[maybe], span), sure

    def _determined(self, criterion: Criterion) -> CriterionStanding:
        """What only a named body can say. That it has not spoken leaves the criterion not met."""

        def stands(state: State, because: str, entries: Sequence[str] = ()) -> CriterionStanding:
            return CriterionStanding(criterion.id, criterion.measure, state, Because(because), entries=tuple(entries))

        if criterion.determined_by is None:
            return stands(State.OPEN, reasons.NO_BODY)
        window = self.time.window if self.time is not None else None
        spoken = determination(self.relation, self.relation.part(criterion.id), criterion.determined_by, window)
        if spoken.given is not None:
            met = stands(State.MET, reasons.DETERMINED, spoken.entries)
            return replace(met, met_at=spoken.given.at)
        if spoken.denied:
            return stands(State.NOT_MET, reasons.DETERMINED_NOT, spoken.entries)
        return stands(State.NOT_MET, reasons.NOT_DETERMINED)


def _state(needed: float | None, low: int, high: int | None) -> tuple[State, Because]:
    """Met by the least; not met by the most; open between."""
    least: tuple[str, Scalar] = ("low", low)
    if needed is None:
        return State.OPEN, Because(reasons.NO_NUMBER, (least,))
    wanted: tuple[str, Scalar] = ("needed", needed)
    if low >= needed:
        return State.MET, Because(reasons.MEASURED_MET, (least, wanted))
    if high is None:
        return State.OPEN, Because(reasons.MEASURED_OPEN_ENDED, (least, wanted))
    most: tuple[str, Scalar] = ("high", high)
    if high >= needed:
        return State.OPEN, Because(reasons.MEASURED_OPEN, (least, most, wanted))
    return State.NOT_MET, Because(reasons.MEASURED_NOT_MET, (most, wanted))

"""Holding every guarantee of an agreement against what is known: docs/method/guarantees.md in code.

For each guarantee, guarantor, beneficiary and reading: whether it holds; each criterion of the trigger, measured; the
findings of the named bodies; the six time stamps; each duty with its clock; the ladder. Nothing depends on who is
guarantor or beneficiary: exchanging the parties exchanges the standings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from truceline.agreements.guarantees.duties import DutyAsked, duty_standing
from truceline.agreements.guarantees.holding import holding
from truceline.agreements.guarantees.ladder import ladder_standing
from truceline.agreements.guarantees.measuring import Measurer
from truceline.agreements.guarantees.relation import Relation, named
from truceline.agreements.guarantees.sightings import Counting, Sighted, Sightings
from truceline.agreements.guarantees.stamps import stamps
from truceline.agreements.guarantees.standing import (
    CriterionStanding,
    DutyStanding,
    Guaranteed,
    GuaranteeStanding,
    Holding,
)
from truceline.agreements.guarantees.tracing import trace_of_duty
from truceline.agreements.guarantees.triggering import triggering
from truceline.agreements.moments import Calendar, calendar, moments
from truceline.agreements.one_reading import UnderReading
from truceline.model import (
    NOT_ATTRIBUTED,
    Agreement,
    Finding,
    Guarantee,
    Interval,
    Measure,
    NormKind,
    Reading,
    RegisterKind,
    Result,
)


def duty_norm(guarantee: str, duty: str, beneficiary: str) -> str:
    """How findings name a duty of a guarantee, as the register does.

    >>> duty_norm("support", "consult", "party-north")
    'support/consult/party-north'
    """
    return f"{guarantee}/{duty}/{beneficiary}"


def duties_owed(agreement: Agreement) -> tuple[tuple[str, str, str], ...]:
    """Norm, guarantor and reading of every finding on a duty, in the order of the agreement.

    Somebody who is guarantor and beneficiary of one guarantee promises nothing to himself.
    """
    by_reading = [(reading, agreement.guarantees_in(reading)) for reading in agreement.readings]
    owed: dict[tuple[str, str, str], list[str]] = {}
    for guarantee in agreement.guarantees:
        for reading, held in by_reading:
            for own in (one for one in held if one.id == guarantee.id):
                for duty, beneficiary, guarantor in _bonds(own):
                    key = (duty_norm(own.id, duty, beneficiary), guarantor, own.id)
                    owed.setdefault(key, []).append(reading.id)
    return tuple((norm, guarantor, reading) for (norm, guarantor, _), held in owed.items() for reading in held)


def _bonds(guarantee: Guarantee) -> list[tuple[str, str, str]]:
    return [
        (duty.id, beneficiary, guarantor)
        for duty in guarantee.duties
        for beneficiary in guarantee.beneficiaries
        for guarantor in guarantee.guarantors
        if beneficiary != guarantor
    ]


def evaluate_guarantees(agreement: Agreement, by_reading: Mapping[str, UnderReading]) -> Guaranteed:
    """How every guarantee stands, with a finding for each duty, guarantor, beneficiary and reading."""
    standings, found = [], {}
    days = calendar(agreement.time_zone, agreement.day_rule)
    for guarantee in agreement.guarantees:
        for reading in agreement.readings:
            for own in (one for one in agreement.guarantees_in(reading) if one.id == guarantee.id):
                measured: dict[_MeasuredFor, Measured] = {}
                for relation in _relations(agreement, reading, own, by_reading[reading.id], days):
                    standing = _Evaluated(relation, by_reading[reading.id], measured).standing()
                    standings.append(standing)
                    for finding in _findings(standing, relation):
                        found[finding.norm, finding.party, finding.reading] = finding
    return Guaranteed(tuple(standings), tuple(found[key] for key in duties_owed(agreement)))


def _relations(
    agreement: Agreement, reading: Reading, guarantee: Guarantee, under: UnderReading, days: Calendar
) -> list[Relation]:
    register, as_of = under.register, under.parameters.as_of
    return [
        Relation(agreement, reading, guarantee, guarantor, beneficiary, register, days, as_of)
        for guarantor in guarantee.guarantors
        for beneficiary in guarantee.beneficiaries
        if guarantor != beneficiary
    ]


@dataclass(frozen=True)
class Measured:
    """The criteria of a trigger, and the first act that counts."""

    criteria: tuple[CriterionStanding, ...]
    first_act: tuple[int, str] | None


_MeasuredFor = tuple[str, Counting | None]
"""Beneficiary, and the time in which acts count: the same for most guarantors, and then measured once."""


@dataclass(frozen=True)
class _Evaluated:
    """One relation, with what its reading makes of the incidents."""

    relation: Relation
    under: UnderReading
    measured: dict[_MeasuredFor, Measured]

    def standing(self) -> GuaranteeStanding:
        relation = self.relation
        guarantee, days = relation.guarantee, relation.calendar
        when = moments(relation.agreement.events_in(relation.reading), relation.register, days)
        held = holding(relation, when)
        measured = self._measured(_counting(held))
        trigger = triggering(relation, held, measured.criteria)
        since = held.window.start if held.window is not None else None
        stamped = stamps(relation, trigger, measured.first_act, since)
        duties = tuple(duty_standing(DutyAsked(relation, duty, held, trigger, stamped)) for duty in guarantee.duties)
        day = relation.as_of.astimezone(days.zone).date().isoformat()
        return GuaranteeStanding(
            guarantee=guarantee.id,
            instrument=guarantee.instrument,
            clause=guarantee.clause,
            reading=relation.reading.id,
            guarantor=relation.guarantor,
            beneficiary=relation.beneficiary,
            against=relation.against,
            holding=held,
            trigger=trigger,
            stamps=stamped,
            duties=duties,
            ladder=ladder_standing(guarantee, relation.guarantor, day),
            reservations=tuple(one for one in guarantee.reservations if one.guarantor == relation.guarantor),
            reserved_since=_reserved(relation),
            gaps=gaps_in(guarantee),
        )

    def _measured(self, time: Counting | None) -> Measured:
        """Each criterion by itself, measured once for all guarantors to whom the guarantee holds alike."""
        key = (self.relation.beneficiary, time)
        if key not in self.measured:
            limit = self.under.parameters.evidence_limit
            measurer = Measurer(self.relation, self._sightings(), time, limit)
            criteria = tuple(map(measurer.standing, self.relation.guarantee.trigger.criteria))
            self.measured[key] = Measured(criteria, measurer.first_act())
        return self.measured[key]

    def _sightings(self) -> Sightings:
        """Only where a criterion is measured on incidents is anything asked of them."""
        measured = any(one.measure is not Measure.DETERMINATION for one in self.relation.guarantee.trigger.criteria)
        observed = self.under.observed
        found = self._sighted() if measured else ()
        return Sightings(observed.incidents, observed.evidence.grades, found)

    def _sighted(self) -> tuple[Sighted, ...]:
        """What the findings against those meant rest on."""
        under = self.under
        pairs = [
            (norm, actor)
            for norm in under.norms.values()
            for actor in self.relation.against
            if norm.kind in (NormKind.FORBID, NormKind.OBLIGE) and under.holds(norm.id, actor)
        ]
        return tuple(_sighted(under, norm.id, actor) for norm, actor in pairs)


def _sighted(under: UnderReading, norm: str, actor: str) -> Sighted:
    finding = under.finding(norm, actor)
    failed = _failed(under, norm, actor) if finding.result is Result.BREACHED else None
    return Sighted(finding.id, norm, actor, finding.result, *under.rows_behind(norm, actor), failed)


def _failed(under: UnderReading, norm: str, actor: str) -> Interval | None:
    """When a duty was broken that the register tells of: at its deadline, else some time while it bound."""
    binding = under.binding(under.norms[norm], actor)
    if binding.deadline is not None:
        return Interval(binding.deadline, binding.deadline)
    window, as_of = binding.window, under.parameters.as_of
    return None if window is None or window.start > as_of else Interval(window.start, min(window.end, as_of))


def _counting(held: Holding) -> Counting | None:
    """The time in which acts count: as long as the guarantee holds, is not void and not suspended."""
    if held.window is None:
        return None
    end = held.window.end if held.void_at is None else min(held.void_at, held.window.end)
    window = Interval(held.window.start, max(held.window.start, end))
    return Counting(window, held.suspended, held.perhaps_suspended)


def _reserved(relation: Relation) -> tuple[str, ...]:
    """Reservations of the guarantor in the register: words, proved by their receipt, so of whatever standing."""
    names = ("", relation.agreement.id, relation.guarantee.instrument, *relation.anything)
    return tuple(
        named(entry)
        for entry in relation.known
        if entry.kind is RegisterKind.RESERVATION and entry.by == relation.guarantor and entry.subject in names
    )


def gaps_in(guarantee: Guarantee) -> tuple[str, ...]:
    """Paths of what the text of a guarantee leaves open: what is written ``null``, and numbers or bodies left out."""
    found = list(guarantee.unknown)
    for place, criterion in enumerate(guarantee.trigger.criteria):
        key = "determined_by" if criterion.measure is Measure.DETERMINATION else "at_least"
        if getattr(criterion, key) is None:
            found.append(f"trigger.criteria[{place}].{key}")
    for place, duty in enumerate(guarantee.duties):
        if duty.clock is not None and duty.clock.starts is None:
            found.append(f"duties[{place}].clock.starts")
    for place, voiding in enumerate(guarantee.voids):
        for number, requirement in enumerate(voiding.requires):
            if requirement.entry == RegisterKind.DETERMINATION.value and not requirement.by:
                found.append(f"voids[{place}].requires[{number}].by")
    return tuple(dict.fromkeys(found))


def _findings(standing: GuaranteeStanding, relation: Relation) -> list[Finding]:
    return [_finding(standing, duty, relation) for duty in standing.duties]


def _finding(standing: GuaranteeStanding, duty: DutyStanding, relation: Relation) -> Finding:
    """The finding, attributed to the guarantor when it is a breach, and to nobody otherwise."""
    norm = duty_norm(standing.guarantee, duty.id, standing.beneficiary)
    incidents = dict.fromkeys(incident for one in standing.trigger.criteria for incident in one.incidents)
    return Finding(
        id=f"{norm}/{standing.guarantor}/{standing.reading}",
        norm=norm,
        party=standing.guarantor,
        reading=standing.reading,
        result=duty.result,
        probability=None,
        attribution=standing.guarantor if duty.result is Result.BREACHED else NOT_ATTRIBUTED,
        because=duty.because,
        would_change=duty.would_change,
        trace=trace_of_duty(standing, duty, relation.reading, relation.as_of.isoformat()),
        incidents=tuple(incidents) if not duty.on_request else (),
    )

"""A guarantee for machines: the same terms as its printout, key by key, and its lines in plain English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from truceline.agreements.printing.guarantees_told import guarantee_told
from truceline.agreements.printing.sentences import Teller
from truceline.agreements.printing.words import requirement
from truceline.model import Clock, Criterion, Duty, Guarantee


def guarantee_record(teller: Teller, one: Guarantee) -> Mapping[str, Any]:
    """Every term of a guarantee; ``unknown`` says which ``null`` the text leaves open, any other was not asked for."""
    return {
        "id": one.id,
        "clause": one.clause,
        "instrument": one.instrument,
        "lines": [line.strip() for line in guarantee_told(teller, one)],
        "guarantors": list(one.guarantors),
        "beneficiaries": list(one.beneficiaries),
        "against": list(one.against),
        "starts": one.starts.text if one.starts else None,
        "criteria": [_criterion(criterion) for criterion in one.trigger.criteria],
        "provisional_by": one.trigger.provisional_by,
        "confirmed_by": one.trigger.confirmed_by,
        "duties": [_duty(duty) for duty in one.duties],
        "voids": [
            {"id": voiding.id, "clause": voiding.clause, "requires": [requirement(asked) for asked in voiding.requires]}
            for voiding in one.voids
        ],
        "reservations": [
            {"guarantor": kept.guarantor, "text": kept.text, "source": kept.source} for kept in one.reservations
        ],
        "ladder": [
            {"guarantor": step.guarantor, "step": step.step.value, "date": step.date, "source": step.source}
            | {"note": step.note}
            for step in one.ladder
        ],
        "readings": list(one.readings),
        "unknown": list(one.unknown),
    }


def _criterion(one: Criterion) -> Mapping[str, Any]:
    return {
        "id": one.id,
        "measure": one.measure.value,
        "at_least": one.at_least,
        "within_s": one.within_s,
        "determined_by": one.determined_by,
        "note": one.note,
    }


def _duty(one: Duty) -> Mapping[str, Any]:
    return {
        "id": one.id,
        "clause": one.clause,
        "mode": one.mode,
        "options": list(one.options),
        "on_request": one.on_request,
        "clock": None if one.clock is None else _clock(one.clock),
    }


def _clock(one: Clock) -> Mapping[str, Any]:
    return {
        "starts": one.starts.value if one.starts else None,
        "within": one.text,
        "stopped_by": list(one.stopped_by),
        "may_stop": list(one.may_stop),
    }

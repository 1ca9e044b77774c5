"""The JSON form of obligations and guarantees; described in docs/reference/json.md.

Parties and guarantors stand in it by id only, as everywhere in what machines get. Moments are in UTC.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from truceline.agreements.guarantees.matrix import Matrix
from truceline.agreements.guarantees.standing import (
    ClockStanding,
    CriterionStanding,
    DutyCase,
    DutyStanding,
    Given,
    GuaranteeStanding,
    LadderStanding,
)
from truceline.agreements.obligations import Due
from truceline.mission.commitments import Commitments


def obligations_json(found: Commitments) -> dict[str, Any]:
    """Every obligation at the moment."""
    return {"as_of": found.as_of.isoformat(), "obligations": [due_json(due) for due in found.due]}


def guarantees_json(found: Commitments) -> dict[str, Any]:
    """The matrix with its empty cells, and every guarantee as it stands at the moment."""
    return {
        "as_of": found.as_of.isoformat(),
        "matrix": _matrix(found.matrix),
        "guarantees": [standing_json(standing) for standing in found.guarantees],
    }


def due_json(due: Due) -> dict[str, Any]:
    """One obligation."""
    days = due.days
    return {
        "norm": due.norm,
        "party": due.party,
        "owed_to": due.owed_to or None,
        "reading": due.reading,
        "clause": due.clause,
        "act": due.act,
        "state": due.state.value,
        "result": due.result.value,
        "because": str(due.because),
        "starts": _moment(due.starts),
        "deadline": _moment(due.deadline),
        "left_s": due.left_s,
        "request": due.request or None,
        "waits_for": list(due.waits_for),
        "needed": due.needed,
        "done": due.done,
        "claimed": due.claimed,
        "days": None if days is None else {"kept": days.kept, "missed": days.missed, "unknown": days.unknown},
    }


def _matrix(found: Matrix) -> dict[str, Any]:
    cells = [
        {
            "guarantor": cell.guarantor,
            "beneficiary": cell.beneficiary,
            "guarantees": list(dict.fromkeys(one.guarantee for one in cell.standings)),
        }
        for row in found.cells
        for cell in row
        if not cell.oneself
    ]
    return {"guarantors": list(found.guarantors), "beneficiaries": list(found.beneficiaries), "cells": cells}


def standing_json(one: GuaranteeStanding) -> dict[str, Any]:
    """One guarantee, of one guarantor for one beneficiary under one reading."""
    held, trigger = one.holding, one.trigger
    return {
        "guarantee": one.guarantee,
        "instrument": one.instrument or None,
        "clause": one.clause,
        "reading": one.reading,
        "guarantor": one.guarantor,
        "beneficiary": one.beneficiary,
        "against": list(one.against),
        "holds_from": _moment(held.window.start if held.window else None),
        "holds_until": _moment(held.window.end if held.window else None),
        "because": str(held.because),
        "void_at": _moment(held.void_at),
        "void_by": list(held.void_by),
        "trigger": {
            "state": trigger.state.value,
            "because": str(trigger.because),
            "since": _moment(trigger.since),
            "provisional": _given(trigger.provisional),
            "confirmed": _given(trigger.confirmed),
            "criteria": [_criterion(criterion) for criterion in trigger.criteria],
        },
        "stamps": [
            {"stamp": stamp.stamp.value, "given": _given(stamp.given), "claimed": list(stamp.claimed)}
            for stamp in one.stamps
        ],
        "duties": [_duty(duty) for duty in one.duties],
        "ladder": _ladder(one.ladder),
        "reservations": [{"text": reserved.text, "source": reserved.source} for reserved in one.reservations],
        "reserved_since": list(one.reserved_since),
        "gaps": list(one.gaps),
    }


def _criterion(one: CriterionStanding) -> dict[str, Any]:
    return {
        "id": one.id,
        "measure": one.measure.value,
        "state": one.state.value,
        "because": str(one.because),
        "needed": one.needed,
        "low": one.low,
        "high": one.high,
        "met_at": _moment(one.met_at),
        "findings": list(one.findings),
        "incidents": list(one.incidents),
        "incidents_in_all": one.incidents_in_all,
        "entries": list(one.entries),
    }


def _duty(one: DutyStanding) -> dict[str, Any]:
    return {
        "id": one.id,
        "mode": one.mode,
        "clause": one.clause,
        "on_request": one.on_request,
        "result": one.result.value,
        "because": str(one.because),
        "would_change": [str(change) for change in one.would_change],
        "options": list(one.options),
        "used": [{"option": option, **(_given(given) or {})} for option, given in one.used],
        "outside": list(one.outside),
        "clock": None if one.clock is None else _clock(one.clock),
        "cases": [_case(case) for case in one.cases],
    }


def _case(one: DutyCase) -> dict[str, Any]:
    return {
        "request": one.request or None,
        "result": one.result.value,
        "because": str(one.because),
        "done": _given(one.done),
        "entries": list(one.entries),
        "clock": None if one.clock is None else _clock(one.clock),
    }


def _clock(one: ClockStanding) -> dict[str, Any]:
    return {
        "state": one.state.value,
        "starts": None if one.starts is None else one.starts.value,
        "within": one.text,
        "started": _given(one.started),
        "deadline": _moment(one.deadline),
        "left_s": one.left_s,
        "stopped": _given(one.stopped),
        "stopped_by": one.stopped_by or None,
        "refused": list(one.refused),
        "may_stop": list(one.may_stop),
        "stopping_kinds": list(one.stopping_kinds),
    }


def _ladder(one: LadderStanding) -> dict[str, Any]:
    return {
        "highest": None if one.highest is None else one.highest.value,
        "missing": [step.value for step in one.missing],
        "steps": [
            {"step": step.value, "date": shown.date if shown else None, "source": shown.source if shown else None}
            for step, shown in one.steps
        ],
    }


def _given(given: Given | None) -> dict[str, str] | None:
    return None if given is None else {"at": given.at.isoformat(), "by": given.by}


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()

"""What was promised and what is owed at a moment: obligations and guarantees of a mission, kept nowhere."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from datetime import datetime

from truceline.agreements.guarantees.evaluation import evaluate_guarantees
from truceline.agreements.guarantees.matrix import Matrix, matrix
from truceline.agreements.guarantees.standing import GuaranteeStanding
from truceline.agreements.obligations import Due, obligations
from truceline.mission.assessing import mission_under_each_reading
from truceline.mission.folder import Mission
from truceline.mission.freshness import check_fused, holding_still
from truceline.model import NotFound, UsageFault, ValueFault, is_bare_day, parse_moment, zone


@dataclass(frozen=True)
class Commitments:
    """Everything promised and owed at a moment of information, under all readings or the one asked for."""

    as_of: datetime
    readings: tuple[str, ...]
    due: tuple[Due, ...]
    guarantees: tuple[GuaranteeStanding, ...]
    matrix: Matrix


def commitments(mission: Mission, as_of: str = "", reading: str = "") -> Commitments:
    """Obligations and guarantees at a moment; the mission's moment of information when none is named.

    Nothing of later is used. Raises :class:`~truceline.model.UsageFault` for a moment the information does not reach,
    :class:`~truceline.model.NotFound` for an unknown reading, and :class:`~truceline.model.MissionFault` when files
    came in that were not fused yet.
    """
    moment, readings = _moment(mission, as_of), _readings(mission, reading)
    with holding_still(mission):
        check_fused(mission)
        by_reading = mission_under_each_reading(mission, moment)
        guaranteed = evaluate_guarantees(mission.agreement, by_reading)
        due = obligations(mission.agreement, by_reading, guaranteed, moment)
    standings = tuple(one for one in guaranteed.standings if one.reading in readings)
    return Commitments(
        moment,
        readings,
        tuple(one for one in due if one.reading in readings),
        standings,
        matrix(mission.agreement, standings),
    )


def _moment(mission: Mission, as_of: str) -> datetime:
    if not as_of:
        return mission.settings.as_of
    try:
        moment = parse_moment(as_of, zone(mission.settings.time_zone) if is_bare_day(as_of) else None)
    except ValueFault as fault:
        raise UsageFault(
            fault.what,
            where="--as-of",
            do="give a day, or a moment with its offset",
            example="2026-01-06T12:00:00+02:00",
        ) from fault
    if moment > mission.settings.as_of:
        raise UsageFault(
            f"{as_of} is after the information ends ({mission.settings.as_of.isoformat()})",
            where="--as-of",
            do="name an earlier moment, or set as_of in mission.toml when later information has come in",
            example=f"--as-of {mission.settings.as_of.isoformat()}",
        )
    return moment


def _readings(mission: Mission, wanted: str) -> tuple[str, ...]:
    known = tuple(one.id for one in mission.agreement.readings)
    if not wanted:
        return known
    if wanted not in known:
        near = difflib.get_close_matches(wanted, known, n=1)
        raise NotFound(
            f"the agreement has no reading {wanted!r}",
            where="--reading",
            do=f"did you mean {near[0]}?" if near else f"it has: {', '.join(known)}",
            example=f"--reading {near[0] if near else known[0]}",
        )
    return (wanted,)

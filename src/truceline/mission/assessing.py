"""From incidents to findings: every norm held against every party under every reading, with what could be seen."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from truceline.agreements.evaluation import EvaluationParameters, Evidence, findings_on_norms, under_each_reading
from truceline.agreements.evidence import Examined
from truceline.agreements.guarantees.evaluation import evaluate_guarantees
from truceline.agreements.one_reading import UnderReading
from truceline.coverage import coverage_shares
from truceline.coverage.shares import CoverageShare
from truceline.mission.alerts import ALERTS
from truceline.mission.folder import Mission
from truceline.mission.freshness import check_fused, check_unchanged, holding_still, what_changed
from truceline.mission.fusing import all_incidents
from truceline.mission.grading import graded
from truceline.model import Coverage, Finding, Interval, Phenomenon, Source
from truceline.store import writing

OBSERVABLE = tuple(one for one in Phenomenon if one not in {Phenomenon.ANY_ALERT, Phenomenon.ANY_FIRE})
"""Phenomena a source can sense; the sum over alerts is made when counting and sensed by nobody."""


def assess_mission(mission: Mission, *, now: datetime) -> tuple[Finding, ...]:
    """Evaluate the agreement over the newest incidents and keep the findings.

    A finding that differs from its last revision is added beside it with the reason. Raises
    :class:`~truceline.model.MissionFault` when files came in that were not fused yet, or came in meanwhile.
    """
    with holding_still(mission) as based_on:
        check_fused(mission)
        findings = evaluate_mission(mission)
    if based_on == mission.records.latest_assessment_basis() and findings == mission.records.findings():
        return findings
    with writing(mission.root):
        check_unchanged(mission, based_on)
        _keep(mission, findings, based_on, now)
    return findings


def _keep(mission: Mission, findings: tuple[Finding, ...], based_on: str, now: datetime) -> None:
    with mission.records.adding() as adding:
        adding.add_assessment(
            findings, based_on, what_changed(mission.records.latest_assessment_basis(), based_on), now.isoformat()
        )


def evaluate_mission(mission: Mission) -> tuple[Finding, ...]:
    """The findings as they would be now, kept nowhere: on every norm, then on every duty of a guarantee."""
    by_reading = mission_under_each_reading(mission, mission.settings.as_of)
    on_duties = evaluate_guarantees(mission.agreement, by_reading).findings
    return (*findings_on_norms(mission.agreement, by_reading), *on_duties)


def mission_under_each_reading(mission: Mission, as_of: datetime) -> dict[str, UnderReading]:
    """The agreement held against what the mission knew at a moment, by reading."""
    told = graded(mission, all_incidents(mission, span_of_evidence(mission)))
    evidence = Evidence(
        told.incidents,
        told.grades,
        mission.records.register_entries(),
        lambda window: coverage_in(mission, window),
        Examined(told.silence.watched != 0, told.silence.against != 0, told.unnamed),
    )
    return under_each_reading(mission.agreement, mission.ground, evidence, EvaluationParameters(as_of=as_of))


def span_of_readings(mission: Mission) -> Interval:
    """From the first start to the last end of any reading's window."""
    windows = [reading.window for reading in mission.agreement.readings]
    return Interval(min(window.start for window in windows), max(window.end for window in windows))


def span_of_evidence(mission: Mission) -> Interval:
    """The span of the readings, and before it as far back as an exception may rest on what came before.

    What lies outside touches no finding. A norm may ask for more under one reading than the text does.
    """
    agreement, span = mission.agreement, span_of_readings(mission)
    held = [norm for reading in agreement.readings for norm in agreement.norms_in(reading)]
    asked = (one.within_s or 0 for norm in (*agreement.norms, *held) for one in norm.requires)
    return Interval(_so_long_before(span.start, max(asked, default=0)), span.end)


def _so_long_before(moment: datetime, seconds: int) -> datetime:
    """An earlier moment, or the first there is."""
    try:
        return moment - timedelta(seconds=seconds)
    except OverflowError:
        return datetime.min.replace(tzinfo=moment.tzinfo)


def coverage_in(mission: Mission, window: Interval) -> tuple[CoverageShare, ...]:
    """What share of a window could have been seen, for every phenomenon there is a word for."""
    return shares_in(mission.records.coverage(window), mission.records.sources(), mission.settings.areas, window)


def shares_in(
    records: tuple[Coverage, ...], sources: tuple[Source, ...], areas: tuple[str, ...], window: Interval
) -> tuple[CoverageShare, ...]:
    """The same from records at hand; the sum over alerts is seen only as far as its least-seen kind."""
    shares = coverage_shares(records, sources, areas, window, OBSERVABLE)
    alerts = [share for share in shares if share.phenomenon in ALERTS]
    least = min(alerts, key=lambda share: (share.share, share.undisturbed))
    return (*shares, replace(least, phenomenon=Phenomenon.ANY_ALERT))

"""The one JSON object that machines get of an assessment; described in docs/reference/json.md.

Parties stand in it by id only, so that exchanging the two ids in the text gives the text of the mirrored mission.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any

import shapely

from truceline.agreements.acts import ACTS
from truceline.agreements.counting import CountFigure, CountLine, Difference, RateRatio, Series
from truceline.agreements.deeds import DEEDS
from truceline.agreements.evaluation import readings_differ
from truceline.coverage.shares import CoverageShare
from truceline.mission.assessment import Assessment, LocalDay, ReadingWindow, WeighedNote
from truceline.mission.beside import LogsBeside, SideBySide
from truceline.mission.commitments_form import due_json, standing_json
from truceline.model import Claim, Finding, Phenomenon


def assessment_json(assessment: Assessment, files: Sequence[str] = ()) -> dict[str, Any]:
    """The whole assessment, in a fixed order of keys."""
    return {
        "case": assessment.case,
        "agreement": assessment.agreement.id,
        "parties": [party.id for party in assessment.agreement.parties],
        "time_zone": assessment.time_zone,
        "as_of": _moment(assessment.as_of),
        "window": [_window(window) for window in assessment.windows],
        "counts": [count_json(line) for line in assessment.counts],
        "series": [_series(series) for series in assessment.series],
        "coverage": [
            coverage_json(window.reading, share)
            for window in assessment.windows
            for share in _worth_saying(window, assessment)
        ],
        "findings": findings_json(assessment.findings),
        "obligations": [due_json(due) for due in assessment.obligations],
        "guarantees": [standing_json(standing) for standing in assessment.guarantees],
        "claims": [_claim(claim) for claim in assessment.claims],
        "incidents": len(assessment.incidents) + assessment.incidents_left_out,
        "imports": [
            {
                "format": note.format,
                "file": note.file_name,
                "sha256": note.sha256,
                "options": json.loads(note.options or "{}"),
                "new": note.new,
                "already": note.already,
                "revised": note.revised,
                "rejected": note.rejected,
            }
            for note in assessment.imports
        ],
        "rejected_rows": sum(note.rejected for note in assessment.imports),
        "rejected": [{"file": file, "line": row.line, "reason": row.reason} for file, row in assessment.rejected],
        "notes": list(assessment.notes),
        "day": None if assessment.day is None else _day(assessment.day),
        "all_rules": None if assessment.all_rules is None else _all_rules(assessment.all_rules),
        "reconcile": _reconciled(assessment.reconcile),
        "files": list(files),
        **_weighed(assessment.weighed),
    }


def _weighed(found: WeighedNote | None) -> dict[str, Any]:
    """What weighing came to; nothing where observations were linked by rules alone."""
    return {} if found is None else {"weighed": {**plain_record(found), "apart": dict(found.apart)}}


def _day(day: LocalDay) -> dict[str, Any]:
    """The local day of a daily report, with its own counts and coverage."""
    return {
        "day": day.day.isoformat(),
        "start": _moment(day.window.start),
        "end": _moment(day.window.end),
        "counts": [count_json(line) for line in day.counts],
        "coverage": [coverage_json("day", share) for share in day.coverage if share.strata],
    }


def count_json(line: CountLine) -> dict[str, Any]:
    """One count with its reference windows."""
    return {
        "rule": line.rule,
        "parameters": dict(line.parameters),
        "phenomenon": line.phenomenon,
        "stratum": line.stratum,
        "reading": line.reading,
        "inside": line.inside.best,
        "inside_range": _range(line.inside),
        "reference": [
            {
                "shift_days": one.shift_days,
                "count": one.figure.best,
                "range": _range(one.figure),
                "coverage": one.coverage,
                "in_ratio": one.in_ratio,
            }
            for one in line.reference
        ],
        "ratio": _ratio(line.ratio),
        "no_ratio": line.no_ratio or None,
        "gaps": [{"gap_min": one.gap_min, "count": one.count} for one in line.gaps],
        "coverage": line.coverage,
        "basis": line.basis,
    }


def _all_rules(found: SideBySide) -> dict[str, Any]:
    """The counts under every rule, and a sentence for every two that differ."""
    return {
        "counts": [count_json(line) for line in found.lines],
        "differences": [difference_json(one) for one in found.differences],
    }


def _reconciled(pairs: Sequence[LogsBeside]) -> list[dict[str, Any]]:
    """Each pair of logs as ``reconcile --json`` prints it; its room is loaded only where there is one."""
    if not pairs:
        return []
    from truceline.mission.reconciling_rows import comparison_json  # noqa: PLC0415 - see above

    return [comparison_json(pair) for pair in pairs]


def difference_json(one: Difference) -> dict[str, Any]:
    """Why two rules come to different figures: the sentence, and how each made its own."""
    return {
        "phenomenon": one.phenomenon,
        "stratum": one.stratum,
        "reading": one.reading,
        "rules": list(one.rules),
        "figures": list(one.figures),
        "made": [{"template": made.template, "values": dict(made.values), "text": str(made)} for made in one.made],
        "text": str(one),
    }


def coverage_json(reading: str, share: CoverageShare) -> dict[str, Any]:
    """The coverage of one phenomenon; areas are listed where any source senses it."""
    areas = [
        {
            "area": area.area,
            "share": area.share,
            "undisturbed": area.undisturbed,
            "state": area.state.value,
            "reasons": list(area.reasons),
        }
        for area in share.areas
    ]
    return {
        "reading": reading,
        "phenomenon": share.phenomenon.value,
        "share": share.share,
        "undisturbed": share.undisturbed,
        "strata": [stratum.value for stratum in share.strata],
        "areas": areas if share.strata else [],
    }


def findings_json(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """The findings, each with whether another reading comes to another result; their trace stands in findings.json."""
    differing = readings_differ(findings)
    return [_finding(finding, differ=(finding.norm, finding.party) in differing) for finding in findings]


def _finding(finding: Finding, *, differ: bool) -> dict[str, Any]:
    return {
        "id": finding.id,
        "norm": finding.norm,
        "party": finding.party,
        "reading": finding.reading,
        "result": finding.result.value,
        "readings_differ": differ,
        "probability": finding.probability,
        "attribution": finding.attribution,
        "because": str(finding.because),
        "would_change": [str(one) for one in finding.would_change],
    }


def plain_record(record: object) -> Any:  # noqa: ANN401 - whatever JSON can hold
    """Any record of the model as JSON can hold it; shapes as text (WKT, degrees)."""
    if isinstance(record, datetime):
        return _moment(record)
    if isinstance(record, shapely.Geometry):
        return shapely.to_wkt(record, rounding_precision=5)
    if isinstance(record, tuple | list):
        return [plain_record(item) for item in record]
    if is_dataclass(record) and not isinstance(record, type):
        return {f.name: plain_record(getattr(record, f.name)) for f in fields(record)}
    return record


def _worth_saying(window: ReadingWindow, assessment: Assessment) -> list[CoverageShare]:
    """Phenomena that some source senses, and those a norm's act would show itself by."""
    asked = {one for norm in assessment.agreement.norms for one in _shown_by(norm.act)}
    return [share for share in window.coverage if share.strata or share.phenomenon in asked]


def _shown_by(act: str) -> tuple[Phenomenon, ...]:
    """Phenomena that show an act, or for a deed those that are seen where it was not done."""
    seen = ACTS.get(DEEDS[act].contrary if act in DEEDS else act)
    return () if seen is None else seen.shown_by


def _window(window: ReadingWindow) -> dict[str, str]:
    return {"reading": window.reading, "start": _moment(window.start), "end": _moment(window.end)}


def _series(series: Series) -> dict[str, Any]:
    return {
        "rule": series.rule,
        "phenomenon": series.phenomenon,
        "stratum": series.stratum,
        "bin": series.bin,
        "bins": [{"start": one.start.isoformat(), "count": one.count, "coverage": one.coverage} for one in series.bins],
        "basis": series.basis,
    }


def _claim(claim: Claim) -> dict[str, Any]:
    return {
        "party": claim.party,
        "about": claim.about,
        "quantity": claim.quantity,
        "low": claim.count.low,
        "best": claim.count.best,
        "high": claim.count.high,
        "period": {"start": _moment(claim.period.start), "end": _moment(claim.period.end)},
        "said_by": claim.said_by,
        "said_on": claim.said_on,
        "rule": claim.rule,
        "url": claim.url,
        "quote": claim.quote,
    }


def _range(figure: CountFigure) -> dict[str, int | None]:
    return {"low": figure.low, "high": figure.high}


def _ratio(ratio: RateRatio | None) -> dict[str, float | int | None] | None:
    if ratio is None:
        return None
    return {"ratio": ratio.ratio, "low": ratio.low, "high": ratio.high, "windows": ratio.windows}


def _moment(moment: datetime) -> str:
    return moment.isoformat()

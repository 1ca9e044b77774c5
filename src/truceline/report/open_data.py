"""The same figures for machines: findings as JSON, counts and coverage as CSV, incidents as GeoJSON.

Words are the codes of the model, not translations, so that one reader program fits every language; only the reasons of
``findings.json`` are also given in the language of the report.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from typing import Any

from truceline.agreements.counting.figures import PUBLISHED, CountFigure, CountLine
from truceline.agreements.evaluation import readings_differ
from truceline.coverage.shares import CoverageShare
from truceline.coverage.watch import NO_SOURCE
from truceline.mission.assessment import IncidentNote
from truceline.mission.coarse_words import coarse_text, public_reason
from truceline.mission.public_places import public_label
from truceline.mission.public_time import TIME_PRECISION_S, public_time
from truceline.model import (
    Because,
    CountRange,
    CoverageState,
    Finding,
    Incident,
    JudgedIncident,
    Reading,
    Scalar,
    TraceStep,
)
from truceline.report.coarse import PRECISION_DEGREES, public_geometry
from truceline.report.edition import Edition
from truceline.report.sections.beside import coverage_beside

COUNT_COLUMNS = (
    ("rule", "#indicator+rule"),
    ("parameters", "#indicator+rule+parameters"),
    ("phenomenon", "#event+type"),
    ("stratum", "#meta+stratum"),
    ("reading", "#meta+reading"),
    ("shift_days", "#date+shift+days"),
    ("low", "#indicator+num+min"),
    ("best", "#indicator+num+best"),
    ("high", "#indicator+num+max"),
    ("coverage_share", "#indicator+coverage+share"),
    ("basis", "#meta+basis"),
)
"""Columns of counts.csv with their tags of the Humanitarian Exchange Language (HXL)."""

COVERAGE_COLUMNS = (
    ("reading", "#meta+reading"),
    ("phenomenon", "#event+type"),
    ("area", "#loc+area+name"),
    ("share", "#indicator+coverage+share"),
    ("undisturbed", "#indicator+coverage+undisturbed"),
    ("state", "#status+coverage"),
    ("reasons", "#description+reason"),
)
"""Columns of coverage.csv with their HXL tags. The area ``*`` is the whole mission, the mean over all areas."""

_LEAST_SHARE = 0.0001
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def findings_json(edition: Edition) -> str:
    """Every finding with its whole trace, the readings, the agreement and the moment of information."""
    assessment = edition.assessment
    record = {
        "truceline": 1,
        "case": assessment.case,
        "agreement": assessment.agreement.id,
        "as_of": assessment.as_of.isoformat(),
        "time_zone": assessment.time_zone,
        "language": edition.tongue.language,
        "readings": [_reading(reading) for reading in assessment.agreement.readings],
        "findings": _findings(edition),
    }
    return json.dumps(record, ensure_ascii=False, indent=1) + "\n"


def _reading(reading: Reading) -> dict[str, Any]:
    return {
        "id": reading.id,
        "asserted_by": list(reading.asserted_by),
        "start": reading.window.start.isoformat(),
        "end": reading.window.end.isoformat(),
        "source": reading.source,
        "note": reading.note,
        "stated_on": reading.stated_on,
        "stated_in": reading.stated_in,
        "changes": dict(reading.changes),
    }


def _findings(edition: Edition) -> list[dict[str, Any]]:
    findings = edition.assessment.findings
    differing = readings_differ(findings)
    return [_finding(edition, finding, differ=(finding.norm, finding.party) in differing) for finding in findings]


def _finding(edition: Edition, finding: Finding, *, differ: bool) -> dict[str, Any]:
    return {
        "id": finding.id,
        "norm": finding.norm,
        "party": finding.party,
        "reading": finding.reading,
        "result": finding.result.value,
        "readings_differ": differ,
        "probability": _coarse(finding.probability),
        "attribution": finding.attribution,
        "because": _because(edition, finding.because),
        "would_change": [_because(edition, reason) for reason in finding.would_change],
        "trace": [_step(edition, step) for step in finding.trace],
        "incidents": list(finding.incidents),
        "judged": [_judged(one) for one in finding.judged],
    }


def _judged(one: JudgedIncident) -> dict[str, Any]:
    """What became of one incident; likelihoods to two digits, because more would tell where it was."""
    shares = {"inside": one.inside, "inside_at_least": one.inside_at_least, "inside_at_most": one.inside_at_most}
    return {
        "incident": one.incident,
        "outcome": one.outcome,
        **{name: _coarse(share) for name, share in shares.items()},
    }


def _because(edition: Edition, reason: Because) -> dict[str, Any]:
    values = {name: _coarse(value) for name, value in reason.values}
    return {"template": reason.template, "values": values, "text": edition.because(reason)}


def _step(edition: Edition, step: TraceStep) -> dict[str, Any]:
    return {
        "number": step.number,
        "title": step.title,
        "title_text": edition.tongue.say(step.title),
        "outcome": _because(edition, step.outcome),
        "figures": {name: _coarse(value) for name, value in step.figures},
        "evidence": [coarse_text(evidence) for evidence in step.evidence],
    }


def _coarse(value: Scalar) -> Scalar:
    """A value as the public may see it: words without positions, figures to two digits.

    A likelihood says more with every digit about where something was.
    """
    if isinstance(value, str):
        return coarse_text(value)
    return round(value, 2) if isinstance(value, float) else value


def counts_csv(edition: Edition) -> str:
    """Every count inside and in each moved window, never without its coverage share."""
    return hxl_csv(COUNT_COLUMNS, (row for line in edition.counts() for row in _count_rows(edition, line)))


def _count_rows(edition: Edition, line: CountLine) -> Iterable[tuple[object, ...]]:
    """The row of the window and one for each moved window, each with its own coverage."""
    parameters = ";".join(f"{name}={value}" for name, value in line.parameters)
    head = (line.rule, parameters, line.phenomenon, line.stratum, line.reading)
    yield (*head, 0, *_figure(line.inside), _seen(coverage_beside(edition, line), line.basis), line.basis)
    for reference in line.reference:
        yield (
            *head,
            reference.shift_days,
            *_figure(reference.figure),
            _seen(reference.coverage, line.basis),
            line.basis,
        )


def _seen(share: float | None, basis: str) -> str:
    if share is not None:
        return _decimal(share)
    return "not stated by the publisher" if basis == PUBLISHED else "not assessed"


def _figure(figure: CountFigure) -> tuple[object, object, object]:
    return figure.low, figure.best, "" if figure.high is None else figure.high


def coverage_csv(edition: Edition) -> str:
    """Coverage by reading, phenomenon and area; each phenomenon has a row ``*`` for the whole mission."""
    rows = (
        (window.reading, share.phenomenon.value, *row)
        for window in edition.windows()
        for share in window.coverage
        for row in _coverage_rows(share)
    )
    return hxl_csv(COVERAGE_COLUMNS, rows)


def _coverage_rows(share: CoverageShare) -> list[tuple[object, ...]]:
    """The mean over all areas, unless the whole mission is one area, then each area.

    A mean has a state and reasons only where all areas have the same, so that it cannot contradict them.
    """
    rows: list[tuple[object, ...]] = []
    if not any(area.area == "*" for area in share.areas):
        told = {(area.state.value, _reasons(area.reasons)) for area in share.areas}
        told |= {(CoverageState.UNKNOWN.value, NO_SOURCE)} if not share.areas else set()
        alike = next(iter(told)) if len(told) == 1 else ("", "")
        rows.append(("*", _decimal(share.share), _decimal(share.undisturbed), *alike))
    for area in share.areas:
        seen = (_decimal(area.share), _decimal(area.undisturbed))
        rows.append((coarse_text(area.area), *seen, area.state.value, _reasons(area.reasons)))
    return rows


def _reasons(reasons: tuple[str, ...]) -> str:
    return "; ".join(public_reason(reason) for reason in reasons)


def _decimal(share: float) -> str:
    return f"{share:.6f}".rstrip("0").rstrip(".") or "0"


def hxl_csv(columns: tuple[tuple[str, str], ...], rows: Iterable[tuple[object, ...]]) -> str:
    """A table under its names and their HXL tags; no text of it is a formula."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([name for name, _ in columns])
    writer.writerow([tag for _, tag in columns])
    writer.writerows([[defused(value) for value in row] for row in rows])
    return text.getvalue()


def defused(value: object) -> object:
    """A text that no spreadsheet takes for a formula: such a one gets an apostrophe in front.

    >>> defused("=SUM(1)"), defused(-7)
    ("'=SUM(1)", -7)
    """
    if isinstance(value, str) and value.lstrip(" ").startswith(_FORMULA_STARTS):
        return f"'{value}"
    return value


def incidents_geojson(edition: Edition) -> str:
    """Incidents as a GeoJSON FeatureCollection (RFC 7946), a line each.

    Positions stand on a grid of a tenth of a degree, times are whole minutes.
    """
    assessment = edition.assessment
    head = {
        "type": "FeatureCollection",
        "case": assessment.case,
        "agreement": assessment.agreement.id,
        "as_of": assessment.as_of.isoformat(),
        "position_precision_degrees": PRECISION_DEGREES,
        "position_note": "Positions are coarsened to 0.1 degree; an area without a known shape has no geometry.",
        "time_precision_s": TIME_PRECISION_S,
        "time_note": "Times are widened to whole minutes, in UTC; a moment lies somewhere in its minute.",
        "licences": [licence for licence in dict.fromkeys(note.licence for note in assessment.imports) if licence],
        "credits": [credit for credit in dict.fromkeys(note.credit for note in assessment.imports) if credit],
        "left_out": edition.incidents_left_out(),
    }
    features = ",\n".join(json.dumps(_feature(note), ensure_ascii=False) for note in edition.incidents())
    return f'{json.dumps(head, ensure_ascii=False)[:-1]}, "features": [\n{features}\n]}}\n'


def _feature(note: IncidentNote) -> dict[str, Any]:
    incident = note.incident
    geometry, time = public_geometry(incident.place), public_time(incident.time)
    properties = {
        "id": incident.id,
        "revision": incident.revision,
        "start": time.start.isoformat(),
        "end": time.end.isoformat(),
        "sense": time.sense.value,
        "phenomenon": incident.phenomenon.value,
        "count": _count(incident.count),
        "weapon": incident.weapon,
        "calibre_mm": incident.calibre_mm,
        "weapon_name": incident.weapon_name or None,
        "target": incident.target,
        "strata": [stratum.value for stratum in incident.strata],
        "sources": list(note.sources),
        "rows": [coarse_text(row) for row in note.rows],
        "place": public_label(incident.place),
        "coarse": geometry is not None,
        **_weighed(incident),
    }
    return {"type": "Feature", "id": incident.id, "geometry": geometry, "properties": properties}


def _weighed(incident: Incident) -> dict[str, Any]:
    """What weighing says of an incident; nothing where observations were linked by rules alone."""
    if incident.probability is None:
        return {}
    types = {phenomenon.value: _likely(share) for phenomenon, share in incident.types}
    return {"probability": _likely(incident.probability), "types": types, "replaces": list(incident.replaces)}


def _likely(share: float) -> float:
    """A likelihood to four digits that is neither certain nor impossible.

    >>> _likely(0.934), _likely(0.9999999), _likely(0.0)
    (0.934, 0.9999, 0.0001)
    """
    return min(max(round(share, 4), _LEAST_SHARE), 1.0 - _LEAST_SHARE)


def _count(count: CountRange) -> dict[str, int | None]:
    return {"low": count.low, "best": count.best, "high": count.high}

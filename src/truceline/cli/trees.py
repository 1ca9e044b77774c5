"""Explanations as trees: from the result down to the rows that came in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rich.markup import escape
from rich.tree import Tree

from truceline.cli.summary import range_told
from truceline.cli.weighed import weighed_told
from truceline.mission.assessment import IncidentNote
from truceline.mission.explaining import Explanation
from truceline.model import JudgedIncident, Observation, TraceStep

_SHA256_SHOWN = 12
"""Digits of a file's SHA-256 that tell it from any other a mission took in; --json has them all."""


def explanation_tree(found: Explanation) -> Tree:
    """A finding: clause, reading, each numbered step with its figures, incidents and rows, and its revisions."""
    finding = found.finding
    tree = Tree(f"[bold]{escape(finding.id)}[/bold]: [bold]{finding.result.value}[/bold]")
    if found.older:
        tree.add(escape(f"older than what the mission holds: {found.older}; fuse and assess again"))
    tree.add(escape(f"because: {finding.because}"))
    tree.add(escape(f"attribution: {finding.attribution}"))
    tree.add("probability: " + ("cannot be said" if finding.probability is None else f"{finding.probability:.3f}"))
    tree.add(escape(f"clause {found.clause.id} ({found.clause.language}): {found.clause.text}"))
    window = found.reading.window
    tree.add(escape(f"reading {found.reading.id}: {window.start.isoformat()} to {window.end.isoformat()}"))
    steps = tree.add("steps")
    for step in finding.trace:
        _add_step(steps, step)
    if finding.judged:
        judged = tree.add("incidents judged, earliest first: what became of each, and how likely it lies inside")
        for incident in finding.judged:
            judged.add(escape(_judged_line(incident)))
    gone = f", {found.incidents_gone} of which the newest fusion run no longer has" if found.incidents_gone else ""
    incidents = tree.add(f"incidents named by the steps: {found.incidents_named}{gone}")
    for note, told in found.incidents:
        incidents.add(incident_tree(note, told))
    changes = tree.add("what would change it")
    for one in finding.would_change:
        changes.add(escape(str(one)))
    history = tree.add("revisions")
    for revision, reason, earlier in found.history:
        history.add(escape(f"{revision}: {earlier.result.value} ({reason})"))
    return tree


def incident_tree(note: IncidentNote, told: Sequence[Observation]) -> Tree:
    """An incident with each observation and where it stands in the files that came in."""
    one = note.incident
    place = one.place.label or one.place.key
    words = f"incident {one.id} revision {one.revision}: {one.phenomenon.value}, {place}"
    tree = Tree(escape(f"{words}, {_period(one.time.start, one.time.end)}"))
    for line in weighed_told(one):
        tree.add(escape(line))
    tree.add("strata: " + ", ".join(stratum.value for stratum in one.strata))
    arms = ", ".join(part for part in (one.weapon or "", _millimetres(one.calibre_mm), one.weapon_name) if part)
    for name, said in (("weapon", arms), ("target", one.target or "")):
        if said:
            tree.add(escape(f"{name}: {said}"))
    for seen, row in zip(told, note.rows, strict=True):
        flags = f" [{' '.join(seen.flags)}]" if seen.flags else ""
        line = f"{row}  {seen.source}: {_period(seen.time.start, seen.time.end)}{flags}  {seen.words}"
        tree.add(escape(line)).add(escape(_row_told(seen)))
    return tree


def _row_told(seen: Observation) -> str:
    """How many, towards where, and which bytes say so."""
    towards = seen.direction or "not stated"
    file = f"file sha256 {seen.evidence.sha256[:_SHA256_SHOWN]}, row {seen.evidence.line}"
    return f"count: {range_told(seen.count)}; direction of fire: {towards}; {file}"


def _judged_line(one: JudgedIncident) -> str:
    """One incident's outcome, with the likelihood that it lies inside and its bounds."""
    if one.inside is None:
        return f"{one.incident}: {one.outcome}; nobody can say if it lies inside"
    bounds = f"at least {_figure(one.inside_at_least)}, at most {_figure(one.inside_at_most)}"
    return f"{one.incident}: {one.outcome}; inside {one.inside:.3f} ({bounds})"


def _figure(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.3f}"


def _millimetres(calibre_mm: float | None) -> str:
    return "" if calibre_mm is None else f"{calibre_mm:g} mm"


def _add_step(tree: Tree, step: TraceStep) -> None:
    branch = tree.add(escape(f"{step.number}. {step.title}: {step.outcome}"))
    for name, value in step.figures:
        branch.add(escape(f"{name}: {value}"))
    if step.evidence:
        branch.add(escape(f"evidence: {', '.join(step.evidence)}"))


def _period(start: datetime, end: datetime) -> str:
    """From when to when, in UTC.

    >>> from datetime import UTC
    >>> _period(datetime(2031, 4, 17, 12, tzinfo=UTC), datetime(2031, 4, 17, 12, tzinfo=UTC))
    '2031-04-17 12:00:00 UTC'
    """
    told = f"{start:%Y-%m-%d %H:%M:%S}" if start == end else f"{start:%Y-%m-%d %H:%M:%S} to {end:%Y-%m-%d %H:%M:%S}"
    return f"{told} UTC"

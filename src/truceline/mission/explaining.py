"""From a finding or an incident all the way down to the rows that came in."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from truceline.mission.assessment import IncidentNote
from truceline.mission.folder import Mission
from truceline.mission.freshness import check_assessed, check_fused
from truceline.mission.fusing import all_incidents
from truceline.mission.gathering import incidents_told
from truceline.model import Agreement, Clause, Finding, MissionFault, Norm, NotFound, Observation, Reading

if TYPE_CHECKING:
    from truceline.mission.influence import Influence

Part = TypeVar("Part", Norm, Clause, Reading)

ROWS_SHOWN = 50
"""Incidents and rows shown under a step; how many more there are is said."""


@dataclass(frozen=True)
class Explanation:
    """A finding with its clause and reading, its earlier revisions, and the incidents its steps name."""

    finding: Finding
    clause: Clause
    reading: Reading
    history: tuple[tuple[int, str, Finding], ...]
    incidents: tuple[tuple[IncidentNote, tuple[Observation, ...]], ...]
    incidents_named: int
    incidents_gone: int = 0
    """How many of the named incidents the newest fusion run no longer has."""
    older: str = ""
    """That the finding is older than what the mission holds, and in what; empty when it is as new."""


def explain_finding(mission: Mission, finding_id: str) -> Explanation:
    """Everything a finding rests on, and whether it is older than what the mission holds.

    Raises :class:`NotFound` naming the nearest id.
    """
    findings = {finding.id: finding for finding in mission.records.findings()}
    if finding_id not in findings:
        raise _unknown(finding_id, list(findings))
    finding = findings[finding_id]
    agreement = mission.agreement
    clause = clause_of(agreement, finding)
    told = {one for step in finding.trace for one in step.evidence} | set(finding.incidents)
    named = sorted(filter(is_incident_id, told))  # a step may rest on entries of the register as well
    present = _present(mission, named)
    return Explanation(
        finding,
        clause,
        _still_there(agreement.readings, finding.reading),
        mission.records.finding_history(finding_id),
        explain_incidents(mission, present[:ROWS_SHOWN]),
        len(named),
        len(named) - len(present),
        _older(mission),
    )


def clause_of(agreement: Agreement, finding: Finding) -> Clause:
    """The clause of the norm, or of the guarantor's duty, that a finding is on."""
    own = next((one for one in agreement.readings if one.id == finding.reading), None)
    held = agreement.guarantees_in(own) if own is not None else agreement.guarantees
    duties = {(one.id, duty.id): duty.clause for one in held for duty in one.duties}
    guarantee, _, rest = finding.norm.partition("/")
    clause = duties.get((guarantee, rest.partition("/")[0]))
    if clause is None:
        clause = _still_there(agreement.norms, finding.norm).clause
    return _still_there(agreement.clauses, clause)


def _older(mission: Mission) -> str:
    """What came after the findings, in the words of the fault a report would end with."""
    try:
        check_assessed(mission)
    except MissionFault as fault:
        if type(fault) is not MissionFault:  # in use, or of another version: that is no age
            raise
        return fault.what
    return ""


def _present(mission: Mission, ids: list[str]) -> list[str]:
    """Those of the incidents that the newest fusion run has."""
    known = set(all_incidents(mission).id.tolist())
    return [one for one in ids if int(one, 16) in known]


def _still_there(parts: tuple[Part, ...], wanted: str) -> Part:
    for part in parts:
        if part.id == wanted:
            return part
    raise NotFound(
        f"the agreement no longer has {wanted!r}; it was changed after the assessment",
        do="assess again",
        example="truceline assess",
    )


def explain_incidents(mission: Mission, ids: list[str]) -> tuple[tuple[IncidentNote, tuple[Observation, ...]], ...]:
    """Incidents by id with every observation that tells of them."""
    table = all_incidents(mission)
    wanted = np.asarray([int(one, 16) for one in ids], np.uint64)
    return incidents_told(mission, table, np.flatnonzero(np.isin(table.id, wanted)))


def is_incident_id(text: str) -> bool:
    """Whether a text has the form of an incident's id: 16 hexadecimal digits.

    >>> is_incident_id("00ff00ff00ff00ff"), is_incident_id("ground-fire/party-a/as-announced")
    (True, False)
    """
    return len(text) == 16 and all(letter in "0123456789abcdef" for letter in text)


def explain_incident(mission: Mission, incident_id: str) -> tuple[IncidentNote, tuple[Observation, ...]]:
    """One incident with every observation that tells of it; raises :class:`NotFound`.

    Raises :class:`~truceline.model.MissionFault` when files came in that were not fused yet: it may be another by now.
    """
    check_fused(mission)
    found = explain_incidents(mission, [incident_id])
    if not found:
        raise NotFound(f"there is no incident {incident_id}", do="take an id from the report's appendix")
    return found[0]


def explain_influence(mission: Mission, incident_id: str, told: tuple[Observation, ...]) -> tuple[Influence, ...]:
    """What each observation does to the incident's estimate; nothing where observations were not weighed."""
    if mission.settings.linking == "rules":
        return ()
    from truceline.mission.influence import influences  # noqa: PLC0415 - slow to load, and only needed where weighed

    return influences(mission, int(incident_id, 16), told)


def _unknown(finding_id: str, known: list[str]) -> NotFound:
    if not known:
        return NotFound("this mission has no findings yet", do="assess it first", example="truceline assess")
    near = difflib.get_close_matches(finding_id, known, n=1, cutoff=0.2)
    return NotFound(
        f"there is no finding {finding_id!r}",
        do=f"did you mean {near[0]}?" if near else "take an id from `truceline assess`",
        example=f"truceline explain {known[0]}",
    )

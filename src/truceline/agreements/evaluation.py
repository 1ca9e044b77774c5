"""Holding an agreement against incidents and the register: the numbered protocol of docs/method/evaluation.md.

For each norm, each party it binds and each reading, one finding. The steps:

 1. Instrument and reading. Which text binds, and how it is read. Readings MUST NOT be merged.
 2. Time. When the norm binds the party, and which incidents lie inside that window, and how surely.
 3. Actor. Whom the records name; by default nobody.
 4. Act and object. Which show the act with the object meant, and which only threaten it.
 5. Space. How surely they lie where the norm binds; a position nobody knows is neither inside nor outside.
 6. Exceptions and exemptions. Which are excepted by a permission whose every requirement is met.
 7. Evidence standard. How each incident is graded, by independent channels and never by the number of reports.
 8. Coverage. Whether the act could have been seen. Silence MUST NOT count where nobody watched.
 9. Result. The first case that holds, in the order the protocol gives.
10. What would change it.
11. Attribution. To the party that a breach rests on, and to nobody otherwise.

Nothing here depends on which party is which: exchanging the parties in agreement and evidence gives the same findings
with the parties exchanged. Nothing depends on the order in which norms are evaluated, or readings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from truceline.agreements.conclusion import Conclusion
from truceline.agreements.evidence import Evidence
from truceline.agreements.ground import Ground
from truceline.agreements.observed import Observed
from truceline.agreements.one_reading import UnderReading
from truceline.agreements.weighing import EvaluationParameters
from truceline.model import Agreement, Finding, Result

__all__ = [
    "Conclusion",
    "EvaluationParameters",
    "Evidence",
    "across_readings",
    "evaluate",
    "findings_on_norms",
    "readings_differ",
    "under_each_reading",
]


def evaluate(
    agreement: Agreement, ground: Ground, evidence: Evidence, parameters: EvaluationParameters
) -> tuple[Finding, ...]:
    """One finding per norm, bound party and reading, in the agreement's own order.

    What came about after the moment of information is left out, and its number is told. Raises
    :class:`~truceline.model.NotFound` for a norm whose zone or line was not given.
    """
    return findings_on_norms(agreement, under_each_reading(agreement, ground, evidence, parameters))


def under_each_reading(
    agreement: Agreement, ground: Ground, evidence: Evidence, parameters: EvaluationParameters
) -> dict[str, UnderReading]:
    """The protocol under each reading by its id; nothing is concluded until a finding is asked for."""
    observed = Observed(agreement, ground, evidence, parameters)
    return {reading.id: UnderReading(agreement, reading, observed) for reading in agreement.readings}


def findings_on_norms(agreement: Agreement, by_reading: Mapping[str, UnderReading]) -> tuple[Finding, ...]:
    """The findings on every norm, in the agreement's own order."""
    return tuple(
        by_reading[reading.id].finding(norm.id, party)
        for norm in agreement.norms
        for party in (*(one.id for one in agreement.parties), *(one.id for one in agreement.actors))
        for reading in agreement.readings
        if by_reading[reading.id].holds(norm.id, party)
    )


def readings_differ(findings: Sequence[Finding]) -> tuple[tuple[str, str], ...]:
    """Norm and party of findings whose results differ between readings, in the order of the findings.

    The findings stay as they are: each reading keeps its own result.
    """
    results: dict[tuple[str, str], set[Result]] = {}
    for finding in findings:
        results.setdefault((finding.norm, finding.party), set()).add(finding.result)
    return tuple(pair for pair, different in results.items() if len(different) > 1)


def across_readings(findings: Sequence[Finding]) -> tuple[tuple[str, str, Result], ...]:
    """Norm, party and what they come to over all readings: the common result, or ``contested`` where readings differ.

    It is said beside the findings and replaces none: under each reading the result stays what it is.
    """
    contested = set(readings_differ(findings))
    first = {(finding.norm, finding.party): finding.result for finding in reversed(findings)}
    order = dict.fromkeys((finding.norm, finding.party) for finding in findings)
    return tuple((*pair, Result.CONTESTED if pair in contested else first[pair]) for pair in order)

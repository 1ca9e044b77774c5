"""What a story expects beside what came out: each difference with the reason and the step that decided."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from truceline.agreements import reasons
from truceline.agreements.evaluation import across_readings
from truceline.agreements.scenarios.evidence_given import incident_number
from truceline.model import NOT_ATTRIBUTED, Finding, JudgedIncident, TraceStep, id_text
from truceline.model.strict_yaml import KeyPath, StrictDocument

EACH = "each"
NOBODY = "nobody"
_LEFT_OUT = "left-out"
_RESULT_STEP = 9
_NAMED = 6
"""How many findings or norms are named where a story asks for one that is not there."""

_DECIDED_IN: Mapping[str, int] = {
    **dict.fromkeys(
        (
            *(reasons.WINDOW_NOT_BEGUN, reasons.DRAFT_BINDS_NOBODY, reasons.ANNOUNCED_ONLY, reasons.NEVER_BINDS),
            *(reasons.HAD_ENDED, reasons.STILL_RUNNING),
        ),
        1,
    ),
    **dict.fromkeys(
        (
            *(reasons.BEGUN_BEFORE, reasons.THREAT_BEGUN_BEFORE, reasons.WAITS_FOR, reasons.RELEASED, reasons.VOIDED),
            *(reasons.VOID_OPEN, reasons.SLEPT_THROUGHOUT, reasons.DEADLINE_BEFORE_BOUND, reasons.DEADLINE_AFTER_END),
            *(reasons.DEADLINE_AFTER_READING, reasons.DEADLINE_ASLEEP, reasons.EVENT_NOT_COME),
        ),
        2,
    ),
    reasons.NOT_ATTRIBUTED_YET: 3,
    **dict.fromkeys((reasons.OBJECT_OPEN, reasons.COUNT_MAY_BE_ZERO), 4),
    reasons.INSIDE_UNSURE: 5,
    **dict.fromkeys((reasons.EXCEPTION_OPEN, reasons.NOT_BREACHED_EXCEPTED), 6),
    reasons.NOT_CONFIRMED: 7,
    **dict.fromkeys((reasons.COVERAGE_TOO_SMALL, reasons.AREAS_TOO_DIM), 8),
}
"""The step of the protocol in which a reason was found, where it was not the last one."""


@dataclass(frozen=True)
class Difference:
    """One expectation that did not come true: where it stands, what it says, what came out, why, in which step."""

    where: str
    expected: str
    found: str
    because: str = ""
    step: str = ""

    def lines(self) -> tuple[str, ...]:
        """The difference for a person."""
        told = (("expected", self.expected), ("found", self.found), ("because", self.because), ("step", self.step))
        return (self.where, *(f"  {name}: {text}" for name, text in told if text))

    def as_record(self) -> dict[str, str]:
        """The difference for a machine."""
        parts = {"where": self.where, "expected": self.expected, "found": self.found}
        return parts | {"because": self.because, "step": self.step}


def differences(scenario: StrictDocument, findings: Sequence[Finding]) -> tuple[Difference, ...]:
    """Everything that came out otherwise than the scenario expects, in the order of its expectations."""
    content: Any = scenario.value
    return tuple(
        difference
        for i, expected in enumerate(content["expect"])
        for difference in _of_one(scenario, expected, ("expect", i), findings)
    )


def _of_one(
    scenario: StrictDocument, expected: Mapping[str, Any], path: KeyPath, findings: Sequence[Finding]
) -> Iterator[Difference]:
    if "error" in expected:
        found = "the agreement is understood in full"
        yield Difference(scenario.where((*path, "error")), f"refused: {expected['error']}", found)
        return
    norm, party, reading = expected["norm"], expected.get("party", EACH), expected.get("reading", "")
    meant = [one for one in findings if one.norm == norm and party in (EACH, one.party)]
    told = [one for one in meant if reading in ("", one.reading)]
    if not told:
        wanted = f"a finding {norm}/{party}/{reading or '*'}"
        yield Difference(scenario.where((*path, "norm")), wanted, _there_is(norm, meant, findings))
    if "across_readings" in expected:
        yield from _across(scenario, expected["across_readings"], (*path, "across_readings"), meant)
    for finding in told:
        yield from _of_finding(scenario, expected, path, finding)


def _there_is(norm: str, meant: Sequence[Finding], findings: Sequence[Finding]) -> str:
    """What there is instead, in a few words: the findings on the norm, else the nearest norms."""
    on_norm = [one for one in findings if one.norm == norm]
    if not on_norm:
        norms = list(dict.fromkeys(one.norm for one in findings))
        near = difflib.get_close_matches(norm, norms, cutoff=0.4)
        return f"no finding on {norm}; {'the nearest are' if near else 'there are'} {_few(near or norms)}"
    return f"only {_few([one.id for one in meant or on_norm])}"


def _few(names: Sequence[str]) -> str:
    further = len(names) - _NAMED
    return (", ".join(names[:_NAMED]) or "none") + (f" and {further} more" if further > 0 else "")


def _across(scenario: StrictDocument, wanted: str, path: KeyPath, meant: Sequence[Finding]) -> Iterator[Difference]:
    for norm, party, result in across_readings(meant):
        if result.value != wanted:
            each = "; ".join(f"{one.reading}: {one.result.value}" for one in meant if one.party == party)
            found = f"{norm}/{party}: {result.value} ({each})"
            yield Difference(scenario.where(path), f"over all readings {wanted}", found)


def _of_finding(
    scenario: StrictDocument, expected: Mapping[str, Any], path: KeyPath, finding: Finding
) -> Iterator[Difference]:
    for key, wanted, found, fits in _compared(expected, finding):
        if not fits:
            yield Difference(
                scenario.where((*path, *key)), wanted, f"{finding.id}: {found}", str(finding.because), _step(finding)
            )


def _compared(expected: Mapping[str, Any], finding: Finding) -> Iterator[tuple[KeyPath, str, str, bool]]:
    """Key, what is wanted, what was found, and whether that fits, for everything an expectation says of a finding."""
    if "result" in expected:
        yield ("result",), expected["result"], finding.result.value, expected["result"] == finding.result.value
    if "because" in expected:
        reason = str(finding.because)
        yield ("because",), f"because … {expected['because']} …", reason, expected["because"] in reason
    if "would_change" in expected:
        ways = "; ".join(str(way) for way in finding.would_change)
        yield ("would_change",), f"would change: {expected['would_change']}", ways, expected["would_change"] in ways
    if "attribution" in expected:
        wanted = NOT_ATTRIBUTED if expected["attribution"] == NOBODY else expected["attribution"]
        yield ("attribution",), f"attributed: {wanted}", finding.attribution, wanted == finding.attribution
    if "probability" in expected:
        low, high = expected["probability"]
        found = finding.probability
        fits = found is not None and low <= found <= high
        yield ("probability",), f"probability {low:g} to {high:g}", _figure(found), fits
    for name, outcome in expected.get("incidents", {}).items():
        one = _judged(finding, name)
        became = one.outcome if one else _LEFT_OUT
        yield ("incidents", name), f"{name}: {outcome}", f"{name}: {became}", outcome == became
    for name, (low, high) in expected.get("inside", {}).items():
        one = _judged(finding, name)
        likely = one.inside if one else None
        fits = likely is not None and low <= likely <= high
        yield ("inside", name), f"{name} inside with {low:g} to {high:g}", f"{name}: {_figure(likely)}", fits


def _judged(finding: Finding, name: str) -> JudgedIncident | None:
    number = id_text(incident_number(name))
    return next((one for one in finding.judged if one.incident == number), None)


def _figure(value: float | None) -> str:
    return "nobody can say" if value is None else f"{value:g}"


def deciding_step(finding: Finding) -> TraceStep | None:
    """The step of the trace in which the reason of a finding was found."""
    number = _DECIDED_IN.get(finding.because.template, _RESULT_STEP)
    return next((step for step in finding.trace if step.number == number), None)


def _step(finding: Finding) -> str:
    step = deciding_step(finding)
    return f"{step.number}. {step.title}: {step.outcome}" if step else ""

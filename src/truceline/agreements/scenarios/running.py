"""Running scenarios: each story as it stands, and once more with the two parties exchanged."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from truceline.agreements.evaluation import EvaluationParameters, findings_on_norms, under_each_reading
from truceline.agreements.guarantees.evaluation import evaluate_guarantees
from truceline.agreements.loading import LoadedAgreement, load_document
from truceline.agreements.scenarios.agreement_given import FindCase, GivenAgreement, geometry_given, given_agreement
from truceline.agreements.scenarios.comparing import Difference, differences
from truceline.agreements.scenarios.evidence_given import evidence_given
from truceline.agreements.scenarios.grammar import EXAMPLES, check_scenario
from truceline.agreements.scenarios.mirroring import Pair, exchanged, pair_of
from truceline.agreements.scenarios.naming import check_names
from truceline.model import AgreementFault, Finding, TrucelineError, UsageFault, ValueFault, parse_moment
from truceline.model.strict_yaml import StrictDocument, parse_strict_yaml, read_strict_yaml

_SUFFIXES = (".yaml", ".yml")


@dataclass(frozen=True)
class Outcome:
    """What became of one scenario: nothing differs, or what does, as it stands and with the parties exchanged.

    ``findings`` are those of the story as it stands, none where the agreement is refused. ``fault`` is what kept the
    scenario from being run at all.
    """

    file: Path
    name: str
    says: str
    differences: tuple[Difference, ...] = ()
    mirrored_differences: tuple[Difference, ...] = ()
    findings: tuple[Finding, ...] = ()
    mirrored: bool = False
    fault: TrucelineError | None = None

    @property
    def kept(self) -> bool:
        """Whether everything came out as expected."""
        return self.fault is None and not self.differences and not self.mirrored_differences


def scenario_files(place: Path) -> tuple[Path, ...]:
    """The scenario files of a folder and of those in it, in the order of their paths; or the one file named.

    A YAML file is a scenario when it has the key ``scenario``: agreements may stand beside it. Raises
    :class:`~truceline.model.UsageFault` where there is none.
    """
    if place.is_file():
        return (place,)
    found = tuple(path for path in _yaml_files(place) if _has_key(path, "scenario"))
    if not found:
        raise UsageFault(
            f"no scenario is in {place}",
            where=str(place),
            do="name a folder with files that have the key scenario",
            example=EXAMPLES["scenario"],
        )
    return found


def files_not_run(place: Path) -> tuple[Path, ...]:
    """YAML files of a folder that are neither scenarios nor agreements: an author may think that they were run."""
    if place.is_file():
        return ()
    return tuple(
        path for path in _yaml_files(place) if not any(_has_key(path, key) for key in ("scenario", "truceline"))
    )


def _yaml_files(folder: Path) -> tuple[Path, ...]:
    return tuple(path for path in sorted(folder.rglob("*")) if path.suffix in _SUFFIXES and path.is_file())


def _has_key(path: Path, key: str) -> bool:
    """Whether a file has a key outside any group; one that cannot be read is looked at line by line."""
    text = path.read_text(encoding="utf-8-sig", errors="replace")
    if re.search(rf"^([\"']?){key}\1\s*:", text, re.MULTILINE):
        return True
    if key not in text:
        return False
    try:
        content = parse_strict_yaml(text, str(path)).value
    except AgreementFault:
        return False
    return isinstance(content, dict) and key in content


def run_scenario(path: Path, find_case: FindCase) -> Outcome:
    """One scenario, run; a file that breaks the grammar, or an agreement that does unexpectedly, comes out as fault.

    One that cannot be run keeps none of the others from it, whatever it does not find.
    """
    try:
        scenario = read_strict_yaml(path)
        check_scenario(scenario)
        content: Any = scenario.value
        given = given_agreement(scenario, find_case)
        found, findings = _once(scenario, given)
        pair = _pair(content, given)
        mirror = _once(exchanged(scenario, pair), _exchanged(given, pair))[0] if pair else ()
    except TrucelineError as fault:
        return Outcome(path, path.stem, "", fault=fault)
    return Outcome(path, content["scenario"], content["says"], found, mirror, findings, pair is not None)


def _pair(content: Any, given: GivenAgreement) -> Pair | None:
    if not content.get("mirrored", True):
        return None
    try:
        return pair_of(given.document.value)
    except (KeyError, TypeError):  # an agreement that must be refused may have no parties to exchange
        return None


def _exchanged(given: GivenAgreement, pair: Pair) -> GivenAgreement:
    return GivenAgreement(exchanged(given.document, pair), given.folder)


def _once(scenario: StrictDocument, given: GivenAgreement) -> tuple[tuple[Difference, ...], tuple[Finding, ...]]:
    """The story held against its agreement once; an expected refusal ends it."""
    content: Any = scenario.value
    refusals = [(i, one["error"]) for i, one in enumerate(content["expect"]) if "error" in one]
    try:
        loaded = load_document(given.document, given.folder, geometry_given(scenario, given.document))
    except AgreementFault as fault:
        if not refusals:
            raise
        return _refused(scenario, refusals, fault), ()
    findings = findings_of(scenario, loaded)
    return differences(scenario, findings), findings


def _refused(
    scenario: StrictDocument, refusals: Sequence[tuple[int, str]], fault: AgreementFault
) -> tuple[Difference, ...]:
    told = f"{fault.what} ({fault.where})"
    return tuple(
        Difference(scenario.where(("expect", i, "error")), f"refused: {words}", f"refused: {told}")
        for i, words in refusals
        if words not in told
    )


def findings_of(scenario: StrictDocument, loaded: LoadedAgreement) -> tuple[Finding, ...]:
    """Every finding of a story under its agreement: on its norms, and on the duties of its guarantees."""
    content: Any = scenario.value
    agreement = loaded.agreement
    actors = [one.id for one in (*agreement.parties, *agreement.actors)]
    evidence = evidence_given(scenario, loaded.ground, actors)
    check_names(scenario, agreement, loaded.ground)
    try:
        as_of = parse_moment(content["as_of"])
    except ValueFault as fault:
        raise scenario.fault(fault.what, ("as_of",), do=fault.do, example=EXAMPLES["as_of"]) from fault
    try:
        parameters = EvaluationParameters(as_of, **content.get("thresholds", {}))
    except UsageFault as fault:
        raise scenario.fault(fault.what, ("thresholds",), do=fault.do, example=fault.example) from fault
    by_reading = under_each_reading(agreement, loaded.ground, evidence, parameters)
    guaranteed = evaluate_guarantees(agreement, by_reading)
    return (*findings_on_norms(agreement, by_reading), *guaranteed.findings)

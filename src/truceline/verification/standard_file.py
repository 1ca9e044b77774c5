"""Reading a mission's ``standard.yaml``: the evidence standard as the mission and the parties agreed it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from truceline.model import GRADES, Stratum, UsageFault
from truceline.model.strict_yaml import StrictDocument, read_strict_yaml
from truceline.verification.attribution import AttributionRule
from truceline.verification.standard import DEFAULT_STANDARD, EvidenceStandard, GradeRule

_EXAMPLE = (
    "grades: {confirmed: {technical: 2, independent: 3}, probable: {technical: 1, independent: 2}, "
    "possible: {technical: 0, independent: 2}}"
)

_MAY_STATE = ("interested", "dissent_cap", "same_physics", "attribution")
ONCE = "once"
BY_CUSTODIAN = "by-custodian"


def load_standard(path: Path) -> EvidenceStandard:
    """A mission's ``standard.yaml``; raises :class:`~truceline.model.AgreementFault` with line and key.

    What the file leaves out is not guessed: all three grades are stated, or there is no file and the default holds.
    """
    document = read_strict_yaml(path)
    content = _checked(
        document,
        document.value,
        ("truceline", "grades"),
        ("interested", "dissent_cap", "same_physics", "attribution"),
        (),
    )
    version = content["truceline"]
    if not isinstance(version, int) or isinstance(version, bool) or version != 1:
        raise document.fault(
            f"{version!r} is not version 1 of the standard's grammar",
            ("truceline",),
            do="write the version as the number 1; for a newer one, update Truceline",
            example="truceline: 1",
        )
    rules = tuple(_rule(document, content["grades"], word) for word in reversed(GRADES[1:]))
    try:
        return EvidenceStandard(
            rules,
            _interested(document, content),
            _word(document, content, "dissent_cap", "possible"),
            _by_custodian(document, content),
            _attribution(document, content),
        )
    except UsageFault as fault:
        raise document.fault(fault.what, (), do=fault.do, example=fault.example) from fault


def _checked(
    document: StrictDocument,
    value: object,
    needed: tuple[str, ...],
    allowed: tuple[str, ...],
    path: tuple[str | int, ...],
) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise document.fault("no group of keys stands here", path, do="write key: value", example=_EXAMPLE)
    for key in value:
        if key not in needed + allowed:
            raise document.unknown("key", key, needed + allowed, (*path, key))
    for key in needed:
        if key not in value:
            raise document.fault(f"the key {key!r} is missing", path, do="add it", example=_EXAMPLE)
    return value


def _rule(document: StrictDocument, grades: object, word: str) -> GradeRule:
    group = _checked(document, grades, GRADES[1:], (), ("grades",))
    technical, independent = _channels_asked(document, group[word], ("grades", word))
    try:
        return GradeRule(word, technical, independent)
    except UsageFault as fault:
        raise document.fault(fault.what, ("grades", word), do=fault.do, example=fault.example) from fault


def _attribution(document: StrictDocument, content: dict[str, Any]) -> AttributionRule:
    """How many channels must name an actor before a finding does."""
    if "attribution" not in content:
        return DEFAULT_STANDARD.attribution
    technical, independent = _channels_asked(document, content["attribution"], ("attribution",))
    try:
        return AttributionRule(technical, independent)
    except UsageFault as fault:
        raise document.fault(fault.what, ("attribution",), do=fault.do, example=fault.example) from fault


def _channels_asked(document: StrictDocument, value: object, path: tuple[str | int, ...]) -> tuple[int, int]:
    """How many technical channels, and independent ones in all, a rule asks for."""
    asked = _checked(document, value, ("technical", "independent"), (), path)
    for key, number in asked.items():
        if not isinstance(number, int) or isinstance(number, bool):
            raise document.fault(
                f"{number!r} is not a whole number",
                (*path, key),
                do="say how many strata the rule asks for",
                example=f"{key}: 2",
            )
    return asked["technical"], asked["independent"]


def _interested(document: StrictDocument, content: dict[str, Any]) -> frozenset[Stratum]:
    words = content.get("interested", sorted(DEFAULT_STANDARD.interested))
    if not isinstance(words, list):
        raise document.fault(
            "not a list of strata",
            ("interested",),
            do="list the channels that never count, those of both parties among them",
            example="interested: [party-a, party-b]",
        )
    for i, word in enumerate(words):
        if word not in list(Stratum):
            raise document.unknown("stratum", str(word), [str(stratum) for stratum in Stratum], ("interested", i))
    return frozenset(Stratum(word) for word in words)


def _word(document: StrictDocument, content: dict[str, Any], key: str, default: str) -> str:
    word = content.get(key, default)
    if word not in GRADES:
        raise document.unknown("grade", str(word), GRADES, (key,))
    return str(word)


def _by_custodian(document: StrictDocument, content: dict[str, Any]) -> bool:
    """Whether two instruments of one physics are two channels where different custodians keep them."""
    word = content.get("same_physics", BY_CUSTODIAN)
    if word not in (ONCE, BY_CUSTODIAN):
        raise document.unknown("word", str(word), (ONCE, BY_CUSTODIAN), ("same_physics",))
    return bool(word == BY_CUSTODIAN)

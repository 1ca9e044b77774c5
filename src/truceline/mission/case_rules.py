"""Reading a mission's ``cases.yaml``: its stages, its quorum, the deadlines of the agreement, what is an alarm."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from truceline.agreements.measures import span
from truceline.mission.people import grouped, texts
from truceline.model import Agreement, Phase, UsageFault, ValueFault, record_sha256
from truceline.model.strict_yaml import StrictDocument, read_strict_yaml
from truceline.verification.stages import (
    DEADLINES,
    DEFAULT_RULES,
    DEFAULT_STAGES,
    CaseRules,
    Deadline,
    Need,
    Stage,
    Watch,
)

FILE = "cases.yaml"
SIGNATURES = ("kept", "required")
"""Whether signatures of acts are kept where there are any, or every act must have one."""
KEYS = {
    "": ("truceline", "review", "deadlines", "watch", "stages", "signatures"),
    "review": ("quorum", "dissents"),
    "deadlines": DEADLINES,
    "watch": ("night", "bulk", "glass_hours"),
    "stages": ("id", "phase", "after", "needs"),
}
"""Every key of the file, by the part it stands in."""


def load_case_rules(path: Path, agreement: Agreement) -> CaseRules:
    """The rules in the file, or the usual ones where there is none.

    Raises :class:`~truceline.model.AgreementFault` with line and key for an unknown key, stage, phase or demand, a
    deadline whose clause the agreement does not have, and rules that would lead past a check.
    """
    if not path.is_file():
        return DEFAULT_RULES
    document = read_strict_yaml(path)
    content = grouped(document, document.value, (), KEYS[""])
    if content.get("truceline") != 1 or isinstance(content["truceline"], bool):
        raise document.fault("this is not version 1 of the file's grammar", ("truceline",), example="truceline: 1")
    review = grouped(document, content.get("review", {}), ("review",), KEYS["review"])
    try:
        return CaseRules(
            _stages(document, content),
            _whole(document, review, "review", "quorum", DEFAULT_RULES.quorum),
            _whole(document, review, "review", "dissents", DEFAULT_RULES.dissents),
            _deadlines(document, content, agreement),
            _watch(document, content),
            _signed(document, content),
        )
    except UsageFault as fault:
        raise document.fault(fault.what, (), do=fault.do, example=fault.example) from fault


def rules_sha256(rules: CaseRules) -> str:
    """The hash of the rules an act was judged by, which its event names."""
    return record_sha256(rules)


def _stages(document: StrictDocument, content: dict[str, Any]) -> tuple[Stage, ...]:
    if "stages" not in content:
        return DEFAULT_STAGES
    rows = content["stages"]
    if not isinstance(rows, list):
        raise document.fault("no list of stages stands here", ("stages",), example="- {id: alleged, phase: opened}")
    return tuple(_stage(document, row, ("stages", number)) for number, row in enumerate(rows))


def _stage(document: StrictDocument, row: object, path: tuple[str | int, ...]) -> Stage:
    content = grouped(document, row, path, KEYS["stages"])
    for needed in ("id", "phase"):
        if not isinstance(content.get(needed), str):
            raise document.fault(f"a stage has the word {needed!r}", path, example="{id: alleged, phase: opened}")
    phases = [str(phase) for phase in Phase if phase is not Phase.NO_CASE]
    if content["phase"] not in phases:
        raise document.unknown("phase", content["phase"], phases, (*path, "phase"))
    needs = texts(document, content.get("needs", []), (*path, "needs"))
    for number, need in enumerate(needs):
        if need not in list(Need):
            raise document.unknown("demand", need, [str(one) for one in Need], (*path, "needs", number))
    after = texts(document, content.get("after", []), (*path, "after"))
    return Stage(content["id"], Phase(content["phase"]), after, tuple(map(Need, needs)))


def _deadlines(document: StrictDocument, content: dict[str, Any], agreement: Agreement) -> tuple[Deadline, ...]:
    group = grouped(document, content.get("deadlines", {}), ("deadlines",), DEADLINES)
    return tuple(_deadline(document, which, given, agreement) for which, given in group.items())


def _deadline(document: StrictDocument, which: str, given: object, agreement: Agreement) -> Deadline:
    path = ("deadlines", which)
    one = grouped(document, given, path, ("within", "clause"))
    clause, clauses = str(one.get("clause", "")), [clause.id for clause in agreement.clauses]
    if clause and clause not in clauses:
        raise document.unknown("clause of the agreement", clause, clauses, (*path, "clause"))
    if not clause and which != "review":
        raise document.fault(
            f"the time for a {which} is the agreement's to set, and no clause is named",
            path,
            do="name the clause that sets it, or leave the deadline out",
            example=f"{which}: {{within: P7D, clause: {clauses[0] if clauses else 'c1'}}}",
        )
    try:
        length = span(str(one.get("within", "")))
    except ValueFault as fault:
        raise document.fault(fault.what, (*path, "within"), do=fault.do, example=fault.example) from fault
    if not length.days and not length.seconds:
        raise document.fault("no time at all is no deadline", (*path, "within"), do="give more", example="P7D")
    return Deadline(which, length.days, length.seconds, clause)


def _watch(document: StrictDocument, content: dict[str, Any]) -> Watch:
    group, usual = grouped(document, content.get("watch", {}), ("watch",), KEYS["watch"]), DEFAULT_RULES.watch
    night = group.get("night", [usual.night_from_hour, usual.night_to_hour])
    whole = isinstance(night, list) and all(isinstance(hour, int) and not isinstance(hour, bool) for hour in night)
    if not whole or len(night) != 2:
        raise document.fault("night is two hours", ("watch", "night"), do="give from and to", example="[22, 6]")
    bulk = _whole(document, group, "watch", "bulk", usual.bulk)
    return Watch(night[0], night[1], bulk, _whole(document, group, "watch", "glass_hours", usual.glass_hours))


def _signed(document: StrictDocument, content: dict[str, Any]) -> bool:
    word = content.get("signatures", SIGNATURES[0])
    if word not in SIGNATURES:
        raise document.unknown("word", str(word), SIGNATURES, ("signatures",))
    return bool(word == SIGNATURES[1])


def _whole(document: StrictDocument, group: dict[str, Any], part: str, key: str, usual: int) -> int:
    value = group.get(key, usual)
    if not isinstance(value, int) or isinstance(value, bool):
        raise document.fault(f"{value!r} is not a whole number", (part, key), do="give one", example=f"{key}: {usual}")
    return value

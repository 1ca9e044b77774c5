"""What is wrong with an agreement file: every fault of its grammar, else the first of each later stage."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from truceline.agreements.grammar import check_grammar, grammar_faults
from truceline.agreements.ground import read_ground
from truceline.agreements.loading import LoadedAgreement, load_document
from truceline.agreements.orders import check_orders
from truceline.agreements.references import check_references
from truceline.model import AgreementFault
from truceline.model.strict_yaml import StrictDocument, read_strict_yaml


@dataclass(frozen=True)
class Checked:
    """A file that was checked: the agreement in it, or the faults that keep it from being understood."""

    loaded: LoadedAgreement | None
    faults: tuple[AgreementFault, ...]
    document: StrictDocument | None = None


def check_file(path: Path) -> Checked:
    """Everything found wrong with a file, as far as each stage can be looked at without the one before it."""
    try:
        document = read_strict_yaml(path)
    except AgreementFault as fault:
        return Checked(None, (fault,))
    try:
        return Checked(load_document(document, path.parent), (), document)
    except AgreementFault as fault:
        return Checked(None, _all_faults(document, path.parent, fault), document)


def _all_faults(document: StrictDocument, folder: Path, first: AgreementFault) -> tuple[AgreementFault, ...]:
    if not isinstance(document.value, dict):
        return (first,)
    shape = grammar_faults(document)
    if shape:
        return shape if first.what in [fault.what for fault in shape] else (first, *shape)
    found = [first]
    for stage in (check_grammar, check_references, check_orders, lambda one: read_ground(one, folder)):
        try:
            stage(document)
        except AgreementFault as fault:
            found.append(fault)
        except (LookupError, TypeError, ValueError, AttributeError, StopIteration):
            # an earlier fault left nothing for this stage to look at
            continue
    return _once(found)


def _once(faults: list[AgreementFault]) -> tuple[AgreementFault, ...]:
    told: dict[tuple[str, str], AgreementFault] = {}
    for fault in faults:
        told.setdefault((fault.what, fault.where), fault)
    return tuple(told.values())


def value_at(document: StrictDocument, dotted: str) -> Any:
    """What a file says at the dotted path of a reading's change."""
    value: Any = document.value
    for part in dotted.split("."):
        if isinstance(value, list):
            value = next((one for i, one in enumerate(value) if part in (str(i), _id(one))), None)
        else:
            value = value.get(part) if isinstance(value, dict) else None
    return value


def _id(entry: Any) -> str:
    return str(entry.get("id", "")) if isinstance(entry, dict) else ""

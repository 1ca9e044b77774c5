"""One entry of an agreement file in a line: what stands in one text alone is told so, never as it lies in the file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from truceline.agreements.loading import LoadedAgreement
from truceline.agreements.printing.sentences import Teller
from truceline.agreements.printing.words import joined

ABSENT = "(not there)"
"""What stands for a value that one of two texts does not have."""


def in_words(value: Any) -> str:
    """A value of the file without its brackets.

    >>> in_words({"calibre": {"at_least": "100 mm"}, "names": ["BM-21", "BM-27"]}), in_words(None)
    ('calibre at least 100 mm, names BM-21 and BM-27', '(open)')
    """
    if isinstance(value, Mapping):
        return ", ".join(f"{_words(key)} {in_words(inner)}" for key, inner in value.items()) or "(nothing)"
    if isinstance(value, list):
        told = [in_words(inner) for inner in value]
        nested = any(isinstance(inner, Mapping | list) for inner in value)
        return ("; ".join(told) if nested else joined(told, "and")) or "(nothing)"
    return "(open)" if value is None else str(value)


def summary(loaded: LoadedAgreement, part: str, name: str, entry: Any) -> str:
    """An entry in a line: a clause by its words, a norm as a sentence, an instrument by its title."""
    if part == "norms":
        agreement = loaded.agreement
        norm = next(one for one in agreement.norms if one.id == name)
        return Teller(agreement, agreement.readings[0], whole=True).sentence(norm)
    told = _TOLD.get(part)
    if told is not None:
        return told(entry)
    return in_words({key: value for key, value in entry.items() if key != "id"} if part in _LISTED else entry)


def _clause(entry: Mapping[str, Any]) -> str:
    return f"“{entry['text']}”"


def _titled(entry: Mapping[str, Any]) -> str:
    titles = entry.get("title") or entry.get("name") or {}
    return ", ".join(str(one) for one in (titles["en"], entry.get("type") or entry.get("role")) if one)


def _reading(entry: Mapping[str, Any]) -> str:
    return f"from {entry['start']} until {entry['end']}, asserted by {in_words(entry['asserted_by'])}"


def _source(entry: Mapping[str, Any]) -> str:
    return f"{entry['title']}, {entry['date']}"


def _guarantee(entry: Mapping[str, Any]) -> str:
    against = f", against {in_words(entry['against'])}" if entry.get("against") else ""
    duties = "; ".join(f"{duty['mode']} {duty['id'].replace('-', ' ')}" for duty in entry["duties"])
    return f"from {in_words(entry['guarantors'])} to {in_words(entry['beneficiaries'])}{against}: {duties}"


_TOLD: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "clauses": _clause,
    "instruments": _titled,
    "parties": _titled,
    "actors": _titled,
    "readings": _reading,
    "sources": _source,
    "guarantees": _guarantee,
}
_LISTED = ("events", "lines", "zones", "settlements")


def _words(name: object) -> str:
    return str(name).replace("_", " ")

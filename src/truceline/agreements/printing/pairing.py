"""Which entry of one text became which of another: by id, else by number and words, else by what they say.

A pair is a proposal for a reader, so each says what it rests on. The best pairs are made first, whichever of the two
texts is named first; what is too unlike anything stays alone.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

ALIKE = 0.4
"""From which likeness on two entries of different ids are held for one another's successors."""
ALIKE_BY_NUMBER = 0.2
"""The same for two clauses of one number in the same instrument, or in the two that are compared."""

_Entries = Mapping[str, Mapping[str, Any]]
_WORDS = re.compile(r"\w+(?:[-'’.,]\w+)*")
_NUMBER = re.compile(r"(\d+[a-z]?)$")
_SAYS = ("kind", "who", "where", "object", "count")
_PROMISES = ("guarantors", "beneficiaries", "against")


@dataclass(frozen=True)
class Pair:
    """The entry of the other text, and what the pair rests on; nothing where both have one id."""

    other: str
    rests_on: str = ""


def pairs(part: str, mine: _Entries, theirs: _Entries, clauses: Mapping[str, str]) -> dict[str, Pair]:
    """The pairs of a part of two files; ``clauses`` says which of their clauses are pairs already.

    >>> draft = {"d1": {"text": "All shooting ceases in April."}, "d2": {"text": "Prisoners go home."}}
    >>> final = {"a1": {"text": "All fire ceases in April."}}
    >>> pairs("clauses", draft, final, {})
    {'d1': Pair(other='a1', rests_on='number 1, 0.80 of the words')}
    """
    found = {name: Pair(name) for name in mine if name in theirs}
    scored = [
        (-score, i + j, one, Pair(other, words))
        for i, one in enumerate(mine)
        for j, other in enumerate(theirs)
        if one not in found and other not in found
        for score, words in _likeness(part, (one, mine[one]), (other, theirs[other]), clauses)
    ]
    taken: set[str] = set()
    for _, _, one, pair in sorted(scored, key=lambda candidate: candidate[:2]):
        if one not in found and pair.other not in taken:
            found[one] = pair
            taken.add(pair.other)
    return found


_Named = tuple[str, Mapping[str, Any]]


def _likeness(part: str, one: _Named, other: _Named, clauses: Mapping[str, str]) -> list[tuple[float, str]]:
    """How alike two entries are and by what; nothing when they are too unlike."""
    if part == "clauses":
        return _of_clauses(one, other)
    if part not in ("norms", "guarantees"):
        return []
    score = (_of_norms if part == "norms" else _of_guarantees)(one[1], other[1], clauses)
    return [(score, f"{score:.2f} of what they say")] if score >= ALIKE else []


def _of_clauses(one: _Named, other: _Named) -> list[tuple[float, str]]:
    score = words_alike(one[1]["text"], other[1]["text"])
    mine, theirs = _NUMBER.search(one[0]), _NUMBER.search(other[0])
    numbered = mine is not None and theirs is not None and mine[1] == theirs[1]
    if numbered and one[1].get("instrument") == other[1].get("instrument") and score >= ALIKE_BY_NUMBER:
        return [(score, f"number {mine[1] if mine else ''}, {score:.2f} of the words")]
    return [(score, f"{score:.2f} of the words")] if score >= ALIKE else []


def words_alike(one: str, other: str) -> float:
    """The share of words two texts have in common in one order, whichever is named first.

    >>> words_alike("Heavy weapons over 100 mm.", "heavy weapons of 100 mm"), words_alike("", "")
    (0.8, 1.0)
    """
    mine, theirs = sorted((_WORDS.findall(one.lower()), _WORDS.findall(other.lower())))
    return difflib.SequenceMatcher(None, mine, theirs, autojunk=False).ratio()


def _of_norms(one: Mapping[str, Any], other: Mapping[str, Any], clauses: Mapping[str, str]) -> float:
    """Two norms of different acts are never one; else how much of what they say is the same."""
    if one["act"] != other["act"]:
        return 0.0
    same = [one.get(key) == other.get(key) for key in _SAYS]
    same.append(clauses.get(one["clause"]) == other["clause"])
    return sum(map(bool, same)) / len(same)


def _of_guarantees(one: Mapping[str, Any], other: Mapping[str, Any], clauses: Mapping[str, str]) -> float:
    shared = [_shared(one.get(key, ()), other.get(key, ())) for key in _PROMISES]
    shared.append(float(clauses.get(one["clause"]) == other["clause"]))
    return sum(shared) / len(shared)


def _shared(one: Collection[str], other: Collection[str]) -> float:
    every = {*one, *other}
    return len({*one} & {*other}) / len(every) if every else 1.0

"""The same story with the two parties exchanged everywhere: in the agreement, in what happened, in what is expected."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from truceline.model.strict_yaml import KeyPath, StrictDocument

Pair = tuple[str, str]

_KEPT = ("text", "sha256", "says", "file", "url", "like", "agreement", "case")
"""Keys whose values stay as they are: quoted words name whom they name, and files are found by their names."""


def pair_of(content: Any) -> Pair | None:
    """The first two parties of an agreement; ``None`` where there are not two to exchange."""
    ids = [party["id"] for party in content["parties"]]
    return (ids[0], ids[1]) if len(ids) > 1 and all(isinstance(name, str) for name in ids) else None


def exchanged(document: StrictDocument, pair: Pair) -> StrictDocument:
    """A document with the ids of two parties exchanged wherever they stand, in keys and in values."""
    lines = {_path(path, pair): line for path, line in document.lines.items()}
    return replace(document, value=_value(document.value, pair), lines=lines)


def _path(path: KeyPath, pair: Pair) -> KeyPath:
    return tuple(_words(key, pair) if isinstance(key, str) else key for key in path)


def _value(value: Any, pair: Pair) -> Any:
    if isinstance(value, dict):
        return {
            _words(key, pair): inner if _kept(key) and isinstance(inner, str) else _value(inner, pair)
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [_value(inner, pair) for inner in value]
    return _words(value, pair) if isinstance(value, str) else value


def _kept(key: str) -> bool:
    """Whether a key, or the last one of a dotted path, is one whose value stays."""
    return key.rpartition(".")[2] in _KEPT


def _words(text: str, pair: Pair) -> str:
    """The ids of the two parties exchanged in a text, where they stand as whole words.

    >>> _words("norms.withdrawal.where.line.party-north", ("party-north", "party-south"))
    'norms.withdrawal.where.line.party-south'
    """
    one, other = pair
    found = rf"(?<![a-z0-9-])(?:{re.escape(one)}|{re.escape(other)})(?![a-z0-9-])"
    return re.sub(found, lambda match: other if match[0] == one else one, text)

"""The agreement as one reading has it: the file with the reading's changes laid over it.

A reading may say differently what the file says; it may not say what the text leaves open. A path that leads nowhere is
a slip of the pen, and one that leads to ``null`` would fill a gap that nobody filled: both are refused.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from truceline.model.strict_yaml import KeyPath, StrictDocument

_EXAMPLE = "changes: {norms.artillery.where.to: 50 km}"


def as_read(document: StrictDocument, number: int) -> StrictDocument:
    """The file as the reading of that number has it, with the lines of its changes for whatever is wrong in them.

    Raises :class:`~truceline.model.AgreementFault` for a path that leads nowhere, or to what the text leaves open.
    """
    content: Any = document.value
    reading = content["readings"][number]
    changed, lines = copy.deepcopy(content), dict(document.lines)
    taken: list[tuple[str, KeyPath]] = []
    for text, value in reading.get("changes", {}).items():
        here: KeyPath = ("readings", number, "changes", text)
        path = _path(document, content, text, here)
        _check_apart(document, text, path, taken, here)
        taken.append((text, path))
        _set(changed, path, copy.deepcopy(value))
        lines = {key: line for key, line in lines.items() if key[: len(path)] != path}
        lines[path] = document.lines.get(here, 1)
    return replace(document, value=changed, lines=lines)


def changed_entries(document: StrictDocument, own: StrictDocument) -> tuple[KeyPath, ...]:
    """Which norms, events and guarantees a reading changes, as ``("norms", 3)``."""
    before: Any = document.value
    after: Any = own.value
    return tuple(
        (kind, place)
        for kind in ("norms", "events", "guarantees")
        for place, entry in enumerate(after.get(kind, ()))
        if entry != before[kind][place]
    )


def _path(document: StrictDocument, content: Any, text: str, here: KeyPath) -> KeyPath:
    """The key path of a dotted one; ids of entries become their places in the list."""
    path: KeyPath = ()
    value: Any = content
    for part in text.split("."):
        key = key_in(value, part)
        if key is None:
            known = names_in(value)
            raise document.fault(
                f"{text!r} leads nowhere: there is no {part!r}",
                here,
                do=f"name one of: {', '.join(known) or '(nothing stands there)'}; a reading changes what the file says",
                example=_EXAMPLE,
            )
        path, value = (*path, key), value[key]
    if len(path) < 3:
        raise document.fault(f"{text!r} names no single value", here, do="name one key of one entry", example=_EXAMPLE)
    if value is None or (path[-1] == "id"):
        raise document.fault(
            f"{text!r} is left open by the text" if value is None else "an id is no matter of reading",
            here,
            do="leave it open: a gap is shown, and filled in by nobody; if a text does settle it, cite that text as a "
            "clause and write the value in the norm itself",
            example=_EXAMPLE,
        )
    return path


def _check_apart(
    document: StrictDocument, text: str, path: KeyPath, taken: Sequence[tuple[str, KeyPath]], here: KeyPath
) -> None:
    """Refuse a change inside another: which of them holds would depend on which is written last."""
    for other, before in taken:
        shared = min(len(path), len(before))
        if path[:shared] == before[:shared]:
            raise document.fault(
                f"{text!r} and {other!r} change the same value",
                here,
                do="write one of them, with the whole value this reading has there",
                example=_EXAMPLE,
            )


def key_in(value: Any, part: str) -> str | int | None:
    """The key or place that one part of a dotted path leads to: a key, an entry's id or its number; else ``None``."""
    if isinstance(value, Mapping):
        return part if part in value else None
    if isinstance(value, list):
        for place, entry in enumerate(value):
            if part == str(place) or (isinstance(entry, Mapping) and entry.get("id") == part):
                return place
    return None


def names_in(value: Any) -> list[str]:
    """What a part of a dotted path may name in a value."""
    if isinstance(value, Mapping):
        return [str(key) for key in value]
    if isinstance(value, list):
        return [
            str(entry["id"]) if isinstance(entry, Mapping) and "id" in entry else str(i)
            for i, entry in enumerate(value)
        ]
    return []


def _set(content: Any, path: KeyPath, value: object) -> None:
    for key in path[:-1]:
        content = content[key]
    content[path[-1]] = value

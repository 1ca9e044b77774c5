"""What two agreements, or two instruments of one file, differ in: words, norms key by key, geometry in km."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from truceline.agreements.loading import LoadedAgreement
from truceline.agreements.printing.measuring import apart_m, area_km2, length_m
from truceline.agreements.printing.printout import told
from truceline.model import UsageFault
from truceline.model.strict_yaml import StrictDocument

_ABSENT = "(not there)"
_PARTS = ("instruments", "clauses", "events", "readings", "norms", "guarantees", "terms", "gaps")
_NOT_COMPARED = ("instrument", "sha256")
"""Of two instruments of one file these differ always, and say nothing."""


_LIKENESS: Mapping[str, tuple[str, ...]] = {
    "clauses": (),
    "norms": ("kind", "act", "who"),
    "guarantees": ("beneficiaries", "guarantors"),
}
"""By what entries of different ids are held for one another's successors; clauses by their words."""
_ALIKE = 0.4


@dataclass(frozen=True)
class Side:
    """One of the two that are compared: a file, or one instrument of it."""

    loaded: LoadedAgreement
    document: StrictDocument
    instrument: str = ""

    def content(self) -> Mapping[str, Any]:
        """What stands in the file; of one instrument only what belongs to it."""
        whole: Any = self.document.value
        if not self.instrument:
            return dict(whole)
        clauses = [one for one in whole["clauses"] if one.get("instrument") == self.instrument]
        own = {one["id"] for one in clauses}
        named = next(one for one in whole.get("instruments", ()) if one["id"] == self.instrument)
        rules = {
            kind: [
                one
                for one in whole.get(kind, ())
                if one.get("instrument", self.instrument) == self.instrument
                and (one["clause"] in own or "instrument" in one)
            ]
            for kind in ("norms", "guarantees")
        }
        head = {key: value for key, value in named.items() if key not in ("id", "links")}
        return {"title": whole["title"], "instrument": [{"id": "itself", **head}], "clauses": clauses, **rules}


@dataclass(frozen=True)
class Change:
    """One thing that differs: in which part, of which entry, under which key, before and after."""

    part: str
    entry: str
    key: str
    before: str
    after: str

    def line(self) -> str:
        """The change on one line; of long texts the words that changed."""
        where = " ".join(one for one in (self.part, self.entry, self.key) if one)
        if self.key == "text" and _ABSENT not in (self.before, self.after):
            return f"{where}: {words_changed(self.before, self.after)}"
        return f"{where}: {self.before} → {self.after}"


def side(loaded: LoadedAgreement, document: StrictDocument, instrument: str) -> Side:
    """One of the two; raises :class:`~truceline.model.UsageFault` for an instrument the file does not have."""
    known = [one.id for one in loaded.agreement.instruments]
    if instrument and instrument not in known:
        near = difflib.get_close_matches(instrument, known, n=1)
        raise UsageFault(
            f"{document.file} has no instrument {instrument!r}",
            where=f"{document.file}#{instrument}",
            do=f"did you mean {near[0]}?" if near else f"use one of: {', '.join(known) or '(it names none)'}",
            example=f"{document.file}#{known[0]}" if known else document.file,
        )
    return Side(loaded, document, instrument)


def changes(one: Side, other: Side) -> tuple[Change, ...]:
    """Everything that differs, in the order of the file's parts."""
    before, after = one.content(), other.content()
    found: list[Change] = []
    for key in ("title", "status", "time_zone", "day_rule"):
        found += _of_value("", "", key, before.get(key, _ABSENT), after.get(key, _ABSENT))
    for part in ("instrument", *_PARTS, "parties", "actors"):
        found += _of_part(part, before.get(part, ()), after.get(part, ()))
    if one.instrument or other.instrument:
        found = [change for change in found if change.key not in _NOT_COMPARED]
    return (*found, *_of_ground(one, other))


def _of_part(part: str, before: Any, after: Any) -> Iterator[Change]:
    if part == "gaps":
        yield from _of_sentences(before, after)
        return
    mine, theirs = _by_id(before), _by_id(after)
    pairs = _paired(part, mine, theirs)
    for name in mine:
        if name not in pairs:
            yield Change(part, name, "", told(mine[name]), _ABSENT)
        else:
            both = name if pairs[name] == name else f"{name} → {pairs[name]}"
            yield from _of_entry(part, both, _plain(mine[name]), _plain(theirs[pairs[name]]))
    for name in theirs:
        if name not in pairs.values():
            yield Change(part, name, "", _ABSENT, told(theirs[name]))


def _paired(part: str, mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> dict[str, str]:
    """Which entry became which: by id, and what no id joins by what it says, as a draft's clause and the final one."""
    pairs = {name: name for name in mine if name in theirs}
    for name in mine:
        free = [one for one in theirs if one not in pairs.values()]
        if name in pairs or not free or part not in _LIKENESS:
            continue
        best = max(free, key=lambda one: _likeness(part, mine[name], theirs[one]))
        if _likeness(part, mine[name], theirs[best]) >= _ALIKE:
            pairs[name] = best
    return pairs


def _likeness(part: str, one: Mapping[str, Any], other: Mapping[str, Any]) -> float:
    if part == "clauses":
        mine, theirs = one["text"].lower().split(), other["text"].lower().split()
        return difflib.SequenceMatcher(None, mine, theirs, autojunk=False).ratio()
    keys = _LIKENESS[part]
    return sum(bool(one.get(key) == other.get(key)) for key in keys) / len(keys)


def _plain(entry: Any) -> Any:
    return {key: value for key, value in entry.items() if key != "id"} if isinstance(entry, Mapping) else entry


def _by_id(entries: Any) -> dict[str, Any]:
    if isinstance(entries, Mapping):
        return dict(entries)
    return {str(one["id"]): one for one in entries}


def _of_entry(part: str, name: str, before: Any, after: Any) -> Iterator[Change]:
    if not (isinstance(before, Mapping) and isinstance(after, Mapping)):
        yield from _of_value(part, name, "", before, after)
        return
    for key in dict.fromkeys((*before, *after)):
        yield from _of_value(part, name, key, before.get(key, _ABSENT), after.get(key, _ABSENT))


def _of_value(part: str, name: str, key: str, before: Any, after: Any) -> Iterator[Change]:
    """A difference at the deepest key at which it lies."""
    if before == after:
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for inner in dict.fromkeys((*before, *after)):
            deeper = f"{key}.{inner}" if key else str(inner)
            yield from _of_value(part, name, deeper, before.get(inner, _ABSENT), after.get(inner, _ABSENT))
        return
    yield Change(part, name, key, told(before), told(after))


def _of_sentences(before: Sequence[str], after: Sequence[str]) -> Iterator[Change]:
    for gap in before:
        if gap not in after:
            yield Change("gaps", "", "", gap, _ABSENT)
    for gap in after:
        if gap not in before:
            yield Change("gaps", "", "", _ABSENT, gap)


def _of_ground(one: Side, other: Side) -> Iterator[Change]:
    if one.document.file == other.document.file:
        return
    lines = {line.id: line for line in one.loaded.ground.lines}, {line.id: line for line in other.loaded.ground.lines}
    zones = {zone.id: zone for zone in one.loaded.ground.zones}, {zone.id: zone for zone in other.loaded.ground.zones}
    for name in dict.fromkeys((*lines[0], *lines[1])):
        a, b = lines[0].get(name), lines[1].get(name)
        before, after = (f"{length_m(x) / 1000:.3f} km" if x else _ABSENT for x in (a, b))
        yield from _moved("line", name, before, after, apart_m(a, b) if a and b else 0.0)
    for name in dict.fromkeys((*zones[0], *zones[1])):
        c, d = zones[0].get(name), zones[1].get(name)
        before, after = (f"{area_km2(x):,.3f} km²" if x else _ABSENT for x in (c, d))
        yield from _moved("zone", name, before, after, apart_m(c, d) if c and d else 0.0)


def _moved(kind: str, name: str, before: str, after: str, apart: float) -> Iterator[Change]:
    if before != after:
        yield Change(kind, name, "length" if kind == "line" else "area", before, after)
    if apart >= 1.0:
        yield Change(kind, name, "farthest apart (Hausdorff)", "0 km", f"{apart / 1000:.3f} km")


def words_changed(before: str, after: str) -> str:
    """Two texts as one, with the words taken out in [-…-] and those put in as {+…+}.

    >>> words_changed("heavy weapons over 100 mm", "heavy weapons of 100 mm and more")
    'heavy weapons [-over-] {+of+} 100 mm {+and more+}'
    """
    mine, theirs = before.split(), after.split()
    parts: list[str] = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, mine, theirs, autojunk=False).get_opcodes():
        if kind == "equal":
            parts += mine[a:b]
            continue
        parts += [f"[-{' '.join(mine[a:b])}-]"] if b > a else []
        parts += [f"{{+{' '.join(theirs[c:d])}+}}"] if d > c else []
    return " ".join(parts)

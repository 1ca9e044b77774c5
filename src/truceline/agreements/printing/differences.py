"""What two agreements, or two instruments of one file, differ in: words, norms key by key, geometry in km."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from truceline.agreements.loading import LoadedAgreement
from truceline.agreements.printing.measuring import apart_m, area_km2, length_m
from truceline.agreements.printing.pairing import ALIKE, pairs, words_alike
from truceline.agreements.printing.summaries import ABSENT, in_words, summary
from truceline.model import UsageFault
from truceline.model.strict_yaml import StrictDocument

_HEAD = ("title", "status", "time_zone", "day_rule", "bounds")
_PARTS = (
    *("instrument", "instruments", "clauses", "events", "readings", "norms", "guarantees", "terms", "gaps"),
    *("lines", "zones", "settlements", "parties", "actors", "sources"),
)
"""The parts of a file in the order in which a reader wants to know what differs in them."""
_NOT_COMPARED = ("id", "sha256")
"""Ids are told where they differ; the hash of a clause follows from its words, which are compared."""
_THE_INSTRUMENT = "itself"
_NAMED_BY = (("id",), ("guarantor", "step"), ("relation", "to"), ("guarantor",), ("step",), ("weapon",))
"""By what the entries of a list inside an entry are known again."""
_SHORT_KEYS = 4


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
        clauses = [
            one | {"instrument": _THE_INSTRUMENT}
            for one in whole["clauses"]
            if one.get("instrument") == self.instrument
        ]
        own = {one["id"] for one in clauses}
        named = next(one for one in whole.get("instruments", ()) if one["id"] == self.instrument)
        rules = {
            kind: [
                {key: value for key, value in one.items() if key != "instrument"}
                for one in whole.get(kind, ())
                if one.get("instrument", self.instrument) == self.instrument
                and (one["clause"] in own or "instrument" in one)
            ]
            for kind in ("norms", "guarantees")
        }
        head = {key: value for key, value in named.items() if key not in ("id", "links")}
        return {"title": whole["title"], "instrument": [{"id": _THE_INSTRUMENT, **head}], "clauses": clauses, **rules}

    def label(self, other: Side) -> str:
        """By what name a reader tells this side from the other."""
        names = (self.instrument or self.loaded.agreement.id, self.loaded.agreement.id, self.document.file)
        others = (other.instrument or other.loaded.agreement.id, other.loaded.agreement.id, other.document.file)
        return next((mine for mine, theirs in zip(names, others, strict=True) if mine != theirs), names[0])


@dataclass(frozen=True)
class Change:
    """One thing that differs: in which part, of which entry, under which key, before and after.

    ``only_in`` names the side that alone has the entry; ``before`` or ``after`` is then its summary. A change without
    a key of two entries with two ids says why they are held for one.
    """

    part: str
    entry: str
    key: str
    before: str
    after: str
    only_in: str = ""

    def line(self) -> str:
        """The change on one line; of long texts the words that changed."""
        where = " ".join(one for one in (self.part, self.entry, self.key) if one)
        if self.only_in:
            return f"only in {self.only_in}: {where}: {self.after if self.before == ABSENT else self.before}"
        if self.part and self.entry and not self.key and self.before == self.after:
            return f"{where}: paired by {self.before}"
        if self.key == "text":
            return f"{where}: {_text_changed(self.before, self.after)}"
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
    """Everything that differs, in the order of :data:`_PARTS`; what stands on one side alone in a summary."""
    before, after = one.content(), other.content()
    compared = _Compared(one, other, _clauses(before, after))
    found: list[Change] = []
    for key in _HEAD:
        found += compared.of_value("", "", key, before.get(key, ABSENT), after.get(key, ABSENT))
    for part in _PARTS:
        found += compared.of_part(part, before.get(part, ()), after.get(part, ()))
    return (*found, *_of_ground(one, other))


def _clauses(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, str]:
    made = pairs("clauses", _by_id(before["clauses"]), _by_id(after["clauses"]), {})
    return {name: pair.other for name, pair in made.items()}


@dataclass(frozen=True)
class _Compared:
    """Two sides, and which clause of one is which of the other."""

    one: Side
    other: Side
    clauses: Mapping[str, str]

    def of_part(self, part: str, before: Any, after: Any) -> Iterator[Change]:
        """What differs in a part of the files."""
        if part == "gaps":
            yield from self._of_words(part, "", "", before, after)
            return
        mine, theirs = _by_id(before), _by_id(after)
        made = pairs(part, mine, theirs, self.clauses)
        for name, entry in mine.items():
            if name not in made:
                yield self._alone(self.one, part, name, entry)
                continue
            pair = made[name]
            both = f"{name} → {pair.other}" if pair.rests_on else name
            if pair.rests_on:
                yield Change(part, both, "", pair.rests_on, pair.rests_on)
            yield from self.of_value(part, both, "", _compared(self._renamed(entry)), _compared(theirs[pair.other]))
        met = {pair.other for pair in made.values()}
        yield from (self._alone(self.other, part, name, entry) for name, entry in theirs.items() if name not in met)

    def of_value(self, part: str, entry: str, key: str, before: Any, after: Any) -> Iterator[Change]:
        """A difference at the deepest key at which it lies."""
        if before == after:
            return
        if _with_keys(before, after):
            mine, theirs = _keys(before), _keys(after)
            for inner in dict.fromkeys((*mine, *theirs)):
                deeper = f"{key}.{inner}" if key else str(inner)
                yield from self.of_value(part, entry, deeper, mine.get(inner, ABSENT), theirs.get(inner, ABSENT))
        elif _is_list(before) and _is_list(after):
            yield from self._of_list(part, entry, key, _list(before), _list(after))
        else:
            yield Change(part, entry, key, in_words(before), in_words(after))

    def _of_list(self, part: str, entry: str, key: str, before: list[Any], after: list[Any]) -> Iterator[Change]:
        if not all(isinstance(one, Mapping) for one in (*before, *after)):
            yield from self._of_words(part, entry, key, before, after)
            return
        by, mine, theirs = _named(before, after)
        for name in dict.fromkeys((*mine, *theirs)):
            deeper = f"{key}.{name}" if key else name
            if name in mine and name in theirs:
                yield from self.of_value(part, entry, deeper, _compared(mine[name]), _compared(theirs[name]))
            elif name in mine:
                told = in_words(_without(by, mine[name]))
                yield Change(part, entry, deeper, told, ABSENT, self.one.label(self.other))
            else:
                told = in_words(_without(by, theirs[name]))
                yield Change(part, entry, deeper, ABSENT, told, self.other.label(self.one))

    def _of_words(self, part: str, entry: str, key: str, before: Any, after: Any) -> Iterator[Change]:
        """Words of a list that stand on one side alone, or if there are none their order; sentences one by one."""
        mine = [one for one in before if one not in after]
        theirs = [one for one in after if one not in before]
        together = [[one] for one in mine] if not key else [mine] if mine else []
        yield from (Change(part, entry, key, in_words(one), ABSENT, self.one.label(self.other)) for one in together)
        together = [[one] for one in theirs] if not key else [theirs] if theirs else []
        yield from (Change(part, entry, key, ABSENT, in_words(one), self.other.label(self.one)) for one in together)
        if not (mine or theirs) and list(before) != list(after) and key:
            yield Change(part, entry, key, in_words(before), in_words(after))

    def _alone(self, side: Side, part: str, name: str, entry: Any) -> Change:
        told = summary(side.loaded, part, name, entry)
        if side is self.one:
            return Change(part, name, "", told, ABSENT, side.label(self.other))
        return Change(part, name, "", ABSENT, told, side.label(self.one))

    def _renamed(self, value: Any) -> Any:
        """A value with the ids of its clauses as the other side has them: another id alone is no difference."""
        if isinstance(value, Mapping):
            return {
                key: self.clauses.get(inner, inner) if key == "clause" else self._renamed(inner)
                for key, inner in value.items()
            }
        return [self._renamed(inner) for inner in value] if isinstance(value, list) else value


def _compared(entry: Any) -> Any:
    if not isinstance(entry, Mapping):
        return entry
    return {key: value for key, value in entry.items() if key not in _NOT_COMPARED}


def _without(keys: Sequence[str], entry: Mapping[str, Any]) -> Any:
    """An entry without what it is known by, which is told before it."""
    return {key: value for key, value in entry.items() if key not in keys} or entry


def _with_keys(before: Any, after: Any) -> bool:
    """Whether two values are told key by key; two short ones with no key in common are rather told whole."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        return bool({*before} & {*after}) or len(before) + len(after) > _SHORT_KEYS
    return (isinstance(before, Mapping) and after == ABSENT) or (isinstance(after, Mapping) and before == ABSENT)


def _keys(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _is_list(value: Any) -> bool:
    return isinstance(value, list) or value == ABSENT


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _named(before: list[Any], after: list[Any]) -> tuple[tuple[str, ...], dict[str, Any], dict[str, Any]]:
    """The entries of two lists by what they are known by, else by their place, as in the changes of a reading."""
    for keys in _NAMED_BY:
        found = [{"-".join(str(one.get(key)) for key in keys): one for one in entries} for entries in (before, after)]
        known = all(key in one for one in (*before, *after) for key in keys)
        if known and len(found[0]) == len(before) and len(found[1]) == len(after):
            return keys, found[0], found[1]
    return (), {str(i): one for i, one in enumerate(before)}, {str(i): one for i, one in enumerate(after)}


def _by_id(entries: Any) -> dict[str, Any]:
    if isinstance(entries, Mapping):
        return dict(entries)
    return {str(one["id"]): one for one in entries}


def _of_ground(one: Side, other: Side) -> Iterator[Change]:
    if one.document.file == other.document.file:
        return
    lines = {line.id: line for line in one.loaded.ground.lines}, {line.id: line for line in other.loaded.ground.lines}
    zones = {zone.id: zone for zone in one.loaded.ground.zones}, {zone.id: zone for zone in other.loaded.ground.zones}
    for name in dict.fromkeys((*lines[0], *lines[1])):
        a, b = lines[0].get(name), lines[1].get(name)
        before, after = (f"{length_m(x) / 1000:.3f} km" if x else ABSENT for x in (a, b))
        yield from _moved("line", name, before, after, apart_m(a, b) if a and b else 0.0)
    for name in dict.fromkeys((*zones[0], *zones[1])):
        c, d = zones[0].get(name), zones[1].get(name)
        before, after = (f"{area_km2(x):,.3f} km²" if x else ABSENT for x in (c, d))
        yield from _moved("zone", name, before, after, apart_m(c, d) if c and d else 0.0)


def _moved(kind: str, name: str, before: str, after: str, apart: float) -> Iterator[Change]:
    if before != after:
        yield Change(kind, name, "length" if kind == "line" else "area", before, after)
    if apart >= 1.0:
        yield Change(kind, name, "farthest apart (Hausdorff)", "0 km", f"{apart / 1000:.3f} km")


def _text_changed(before: str, after: str) -> str:
    """Two texts that are alike as one, word by word; else both, one after the other."""
    alike = ABSENT not in (before, after) and words_alike(before, after) >= ALIKE
    return words_changed(before, after) if alike else f"“{before}” → “{after}”"


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

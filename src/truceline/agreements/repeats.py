"""Entries of the register that tell of the same act as another: which may say so, and what they come to as one.

Nothing tells two entries on the same persons or things from entries on others, so what is done adds up. An entry that
names another under ``repeats`` tells of the same act. What is told several times counts once: the entries that somebody
other than a party established tell number and time, before those that rest on the word of a party; where several of
the same weight differ, the bounds of all of them hold.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from truceline.agreements.register import surely_by, surely_from
from truceline.model import CountRange, Interval, RegisterEntry, TimeSense

_A_PARTY = "party-"


def why_no_repeat(entry: RegisterEntry, register: Mapping[str, RegisterEntry]) -> str:
    """Why an entry cannot repeat the one it names, given all entries by number; empty when it can, or names none.

    The other must be there, be of the same kind, on the same thing, by the same actor, with the same option; and no
    entry may repeat itself, be it through others.
    """
    if not entry.repeats:
        return ""
    other = register.get(entry.repeats)
    if other is None:
        near = difflib.get_close_matches(entry.repeats, sorted(set(register) - {entry.key}), n=1)
        hint = f"did you mean {near[0]}?" if near else "take in the other entry first, or in the same file"
        return f"repeats {entry.repeats!r}, and the register has no such entry; {hint}"
    if (circle := _circle(entry, register)) is not None:
        return f"repeats {entry.repeats!r} in a circle: {' → '.join(circle)}; leave repeats of the first one told empty"
    differs = _differing(entry, other)
    if differs:
        return (
            f"repeats {entry.repeats!r}, which {differs}; entries on the same are alike in kind, subject, by and option"
        )
    return ""


def each_act(told: Iterable[RegisterEntry], among: Sequence[RegisterEntry]) -> tuple[RegisterEntry, ...]:
    """The acts that some entries tell of, each once, in the order of the entries.

    ``among`` are all entries on the same thing, whatever their standing: two that repeat a third tell of the same act,
    be the third only a claim.
    """
    first = _first_told(among)
    acts: dict[str, list[RegisterEntry]] = {}
    for entry in told:
        acts.setdefault(first.get(entry.key, entry.key), []).append(entry)
    return tuple(_as_one(entries) for entries in acts.values())


def _circle(entry: RegisterEntry, register: Mapping[str, RegisterEntry]) -> list[str] | None:
    """The way from an entry back to itself over what each repeats; ``None`` where there is none."""
    way, following = [entry.key], entry.repeats
    while following and following not in way:
        way.append(following)
        other = register.get(following)
        following = other.repeats if other is not None else ""
    return [*way, following] if following == entry.key else None


def _differing(entry: RegisterEntry, other: RegisterEntry) -> str:
    if entry.kind is not other.kind:
        return f"is of the kind {other.kind.value!r} and not {entry.kind.value!r}"
    if not _on_the_same(entry.subject, other.subject):
        return f"is on {other.subject!r} and not on {entry.subject!r}"
    if entry.by != other.by:
        return f"is by {other.by or 'nobody known'!r} and not by {entry.by or 'nobody known'!r}"
    if entry.option != other.option:
        return f"used the option {other.option!r} and not {entry.option!r}"
    return ""


def _on_the_same(one: str, other: str) -> bool:
    """Whether two subjects name the same: one may name the instrument or guarantee before it, the other not."""
    return one == other or one.endswith(f"/{other}") or other.endswith(f"/{one}")


def _first_told(among: Sequence[RegisterEntry]) -> dict[str, str]:
    """For each number that repeats another or is repeated, one number for all that tell of the same act."""
    first: dict[str, str] = {}

    def of(key: str) -> str:
        while first.get(key, key) != key:
            key = first[key]
        return key

    for entry in among:
        if entry.repeats:
            one, other = of(entry.key), of(entry.repeats)
            first.setdefault(other, other)
            first[one] = other
    return {key: of(key) for key in first}


def _as_one(entries: Sequence[RegisterEntry]) -> RegisterEntry:
    """Several entries on one act as one: the last of the best, with the bounds of all of the best."""
    best = [entry for entry in entries if not entry.said_by.startswith(_A_PARTY)] or list(entries)
    last = max(best, key=lambda entry: (entry.time.end, entry.time.start, entry.key))
    if len(best) == 1:
        return last
    return replace(last, time=_time(best), count=_count(best, last))


def _time(entries: Sequence[RegisterEntry]) -> Interval:
    """From the first moment by which one of them may have come about to the last by which one of them surely had."""
    first, last = min(map(surely_from, entries)), max(map(surely_by, entries))
    return Interval(first, last, TimeSense.SOMETIME)


def _count(entries: Sequence[RegisterEntry], last: RegisterEntry) -> CountRange | None:
    """The least and the most that any of those says that gives a number; one that gives none says nothing of it."""
    given = [entry.count for entry in entries if entry.count is not None]
    if not given:
        return None
    highs = [count.high for count in given if count.high is not None]
    best = last.count.best if last.count is not None else None
    return CountRange(min(count.low for count in given), best, max(highs) if len(highs) == len(given) else None)

"""What entries of the register say they repeat, held against the register as it will stand once they are in.

Where an entry stands in its file means nothing, so a whole file is looked at before any of its entries is let in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from truceline.agreements.repeats import why_no_repeat
from truceline.mission.folder import Mission
from truceline.model import RegisterEntry, Rejected
from truceline.sources import Record
from truceline.store import as_text


def repeats_admitted(mission: Mission, stream: Iterable[Record]) -> Iterator[Record]:
    """The records, entries of the register last; one that repeats what it cannot comes out as a rejected row."""
    entries: list[RegisterEntry] = []
    for record in stream:
        if isinstance(record, RegisterEntry):
            entries.append(record)
        else:
            yield record
    yield from _judged(mission, entries) if any(entry.repeats for entry in entries) else entries


def _judged(mission: Mission, entries: Sequence[RegisterEntry]) -> Iterator[RegisterEntry | Rejected]:
    """What is refused takes along what repeats it, until nothing more is refused."""
    held = {entry.key: entry for entry in mission.records.register_entries()}
    changing = [entry for entry in entries if not _known(mission, entry, held)]
    reasons: dict[int, str] = {}
    while True:
        register = {**held, **{entry.key: entry for entry in reversed(changing) if id(entry) not in reasons}}
        left = [entry for entry in changing if id(entry) not in reasons]
        found = {id(entry): why for entry in left if (why := why_no_repeat(entry, register))}
        if not found:
            break
        reasons |= found
    for entry in entries:
        refused = reasons.get(id(entry))
        said = as_text(mission.mirrored(entry))
        yield entry if refused is None else Rejected(entry.evidence.line, refused, said)


def _known(mission: Mission, entry: RegisterEntry, held: dict[str, RegisterEntry]) -> bool:
    """Whether an entry changes nothing: it stands in the register as it is, or was corrected after its file came in."""
    newest = held.get(entry.key)
    if newest is None:
        return False
    if replace(entry, evidence=newest.evidence) == newest:
        return True
    history = (one for _, one in mission.records.register_history(entry.key))
    said = any(
        one.evidence.sha256 == entry.evidence.sha256 and one == replace(entry, evidence=one.evidence) for one in history
    )
    return said and newest.evidence.sha256 != entry.evidence.sha256
